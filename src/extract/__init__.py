"""Hebrew wiki articles to checked tables."""

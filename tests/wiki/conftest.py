"""Wikis for the tests of this folder; each test skips, with a reason, where none can run.

``make_wiki()`` starts an empty wiki of its own and ends it with the session.  With
``HEWIKI_REQUIRE_WIKI=1`` a machine that cannot run MediaWiki fails instead of skipping.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import kit

# Read here: every test of the suite starts without HEWIKI_ variables.
REQUIRED = os.environ.get("HEWIKI_REQUIRE_WIKI") == "1"


@pytest.fixture(scope="session")
def make_wiki(tmp_path_factory):
    """Return a function that starts an empty wiki."""
    started = []

    def start() -> kit.Wiki:
        try:
            wiki = kit.start_wiki(tmp_path_factory.mktemp("wiki"))
        except kit.WikiMissingError as error:
            if REQUIRED:
                pytest.fail(f"no MediaWiki on this machine: {error}")
            pytest.skip(f"no MediaWiki on this machine: {error}")
        started.append(wiki)
        return wiki

    yield start
    for wiki in started:
        wiki.stop()

"""What is true of Hebrew and of hewiki, as data files with their sources.

Each ``*.toml`` file is written by hand, each ``*.json`` file by a program that its first
key names.  This module is the only door to them; the meaning of a file belongs to the
stage that reads it.
"""

from __future__ import annotations

import json
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from extract.errors import DataError

__all__ = ["load_json", "load_toml"]


def _read(name: str) -> bytes:
    try:
        return files(__name__).joinpath(name).read_bytes()
    except OSError as error:
        raise DataError(f"hewiki/{name}: the data file is missing from the package") from error


@cache
def load_toml(name: str) -> dict[str, Any]:
    """Return the tables of ``hewiki/<name>``; treat them as read-only, they are shared.

    Raises DataError, naming the file and the line, when it is missing or malformed.
    """
    try:
        return tomllib.loads(_read(name).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"hewiki/{name}: not valid TOML: {error}") from error


@cache
def load_json(name: str) -> Any:
    """Return the value of ``hewiki/<name>``; treat it as read-only, it is shared.

    Raises DataError, naming the file, when it is missing or malformed.
    """
    try:
        return json.loads(_read(name))
    except ValueError as error:
        raise DataError(f"hewiki/{name}: not valid JSON: {error}") from error

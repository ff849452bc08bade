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
from pathlib import Path
from typing import Any

from extract.errors import DataError

__all__ = ["load_json", "load_toml", "read_knowledge", "use_knowledge"]

_LEARNABLE = {"citations_wiki.json", "infoboxes.json"}

_learned: dict[str, Any] = {}


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
    if name in _learned:
        return _learned[name]
    try:
        return json.loads(_read(name))
    except ValueError as error:
        raise DataError(f"hewiki/{name}: not valid JSON: {error}") from error


def read_knowledge(path: str | Path) -> dict[str, Any]:
    """Return the lists of a file that ``pipelines/update_knowledge.py`` wrote, by file name.

    Raises DataError, naming the file, where it is no such file.
    """
    try:
        content = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise DataError(f"{path}: not valid JSON: {error}") from error
    if not isinstance(content, dict) or not content or not content.keys() <= _LEARNABLE:
        raise DataError(f"{path}: expected the lists that update_knowledge.py writes")
    for name, value in content.items():
        needed = json.loads(_read(name)).keys() - {"generated_by"}
        if not isinstance(value, dict) or needed - value.keys():
            raise DataError(f"{path}: {name}: lacks what the shipped list has")
    return content


def use_knowledge(path: str | Path) -> None:
    """Let the lists of a file (``read_knowledge``) stand for the shipped ones.

    For a process that has read no page yet: what was made of a list before stays.
    """
    content = read_knowledge(path)
    _learned.clear()
    _learned.update(content)
    load_json.cache_clear()

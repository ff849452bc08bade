"""The public names are what is promised, and start at once."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest

import extract
from extract import errors

PROMISED = [
    "read",
    "read_dump",
    "parse",
    "find_dates",
    "find_events",
    "process",
    "run",
    "check",
    "open_snapshot",
]


def test_promised_names_are_public():
    assert set(PROMISED) <= set(extract.__all__)
    assert extract.__all__ == sorted(extract.__all__)


@pytest.mark.parametrize("name", extract.__all__)
def test_a_public_name_is_there_and_documented(name):
    value = getattr(extract, name)
    assert name == "__version__" or value.__doc__


def test_no_function_is_named_as_a_module():
    modules = {module.name for module in pkgutil.iter_modules(extract.__path__)}
    assert not modules & set(extract.__all__)


def test_importing_the_package_imports_nothing_heavy():
    heavy = {"pandas", "pyarrow", "requests", "mwparserfromhell", "selectolax", "numpy"}
    code = "import extract.cli, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not heavy & set(loaded.stdout.split())


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'no_such_name'"):
        extract.no_such_name  # noqa: B018


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_is_one_of_ours_with_a_status(name):
    kind = getattr(errors, name)
    assert issubclass(kind, errors.ExtractError)
    assert kind.exit_status in {1, 2, 3, 5}
    assert name in errors.__doc__

"""The documents say what the code does."""

from __future__ import annotations

import runpy

import pytest

from extract.cli import cli


def test_generated_parts_are_up_to_date(root):
    module = runpy.run_path(str(root / "pipelines" / "update_docs.py"))
    for name in module["DOCUMENTS"]:
        text = (root / name).read_text(encoding="utf-8")
        assert module["generate"](text) == text, f"{name}: run python pipelines/update_docs.py"


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_and_option_has_help(name):
    command = cli.commands[name]
    assert command.help
    for option in command.params:
        if option.param_type_name == "option":
            assert option.help, f"{name}: {option.name}"


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_is_in_the_readme(root, name):
    assert f"hewiki {name}" in (root / "README.md").read_text(encoding="utf-8")

"""No network, a clean environment, and the optional folder of real wiki texts."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(autouse=True)
def _isolated(monkeypatch, request):
    for name in list(os.environ):
        if name.startswith("HEWIKI_"):
            monkeypatch.delenv(name)
    if any(
        request.node.get_closest_marker(name) for name in ("wiki", "spark", "browser", "loopback")
    ):
        return

    def refuse(self, address, *rest):
        raise OSError(f"a test tried to connect to {address}; the offline suite has no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    # Some thousand small files: no test cuts the power, and a disk takes its time.
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real wiki texts that may lie beside the project, or skip."""
    if not (SHARED / "real").is_dir():
        pytest.skip("the real wiki texts are not beside this checkout (../shared)")
    return SHARED

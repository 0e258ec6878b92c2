"""What every test gets: one thread, no network, caches of its own, and no weights from this machine."""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.oracle.vbench_env import oracle_home

# Before torch is imported, here and in the processes that tests start: workers that share cores wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Tests get a home folder of their own; the reference environment, which takes minutes to build, stays where it is.
os.environ.setdefault("S2VBENCH_ORACLE_HOME", str(oracle_home()))

SHARED = Path(os.environ.get("S2VBENCH_SHARED", Path(__file__).parents[2] / "shared"))


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("S2VBENCH_CACHE", str(home / "cache"))
    monkeypatch.delenv("S2VBENCH_WEIGHTS", raising=False)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    # Trainings say how many threads they want; sums in another order would follow in whatever test comes next.
    yield
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "localhost", "::1"}:
            raise OSError(f"tests may not connect to {address[0]}")
        real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real clips and stored official outputs."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is absent (real clips and stored official outputs)")
    return SHARED


@pytest.fixture(scope="session")
def seeded(shared: Path) -> ModuleType:
    """The generator of weights and inputs that the stored official outputs were made with."""
    spec = importlib.util.spec_from_file_location("seeded_weights", shared / "parity" / "seeded_weights.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

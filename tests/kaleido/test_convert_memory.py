"""A released checkpoint is converted in far less memory than it has bytes."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from s2vbench.kaleido.release import PREFIX, Sizes, _symbols, names_of_release
from tests.kaleido.released import TINY

MEASURED = """
import sys
from pathlib import Path
from s2vbench.kaleido.convert import convert_release

def highest_bytes():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

before = highest_bytes()
done = convert_release(Path(sys.argv[1]), Path(sys.argv[2]), num_heads=8)
print(done.size_bytes, highest_bytes() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell a process' highest memory")
def test_memory_stays_far_below_the_size_of_the_checkpoint(tmp_path: Path) -> None:
    sizes = dataclasses.replace(TINY, layers=4, dim=1024, ffn=8192)
    source = tmp_path / "large.pt"
    _save_hollow(sizes, source)
    words = [sys.executable, "-c", MEASURED, str(source), str(tmp_path / "out")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    size_bytes, more_bytes = map(int, done.stdout.split())
    assert size_bytes > 400e6
    assert more_bytes < 0.4 * size_bytes


def _save_hollow(sizes: Sizes, path: Path) -> None:
    """A checkpoint whose weights take no room on the disk: zeros that are not written."""
    symbols = _symbols(sizes)
    state = {}
    for name, (targets, symbolic) in names_of_release(sizes.layers).items():
        first, *rest = (symbols[key] for key in symbolic)
        state[PREFIX + name] = torch.empty(first * len(targets), *rest)
    with torch.serialization.skip_data():
        torch.save({"module": state}, path)

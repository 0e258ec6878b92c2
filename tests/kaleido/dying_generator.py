"""`python -m tests.kaleido.dying_generator BUNDLE CASES OUT N`: generates, and dies when it writes video N."""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path
from typing import Any

import torch

from s2vbench.kaleido import generator
from s2vbench.run.generate import GenerateRequest, generate

if __name__ == "__main__":
    torch.set_num_threads(1)
    bundle, cases, out, at = sys.argv[1:]
    calls = itertools.count()
    write_video = generator.write_video

    def dying(path: Path, *rest: Any, **named: Any) -> Path:
        if next(calls) == int(at):
            path.with_name(f".{path.stem}.part.mp4").write_bytes(b"half")
            os._exit(9)
        return write_video(path, *rest, **named)

    generator.write_video = dying
    generate(GenerateRequest(f"kaleido:{bundle}", Path(cases), Path(out), settings={"device": "cpu"}))

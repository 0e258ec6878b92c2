"""Models for tests: one that works, and some that fail in the ways models fail.

`python -m tests.run.generators CASES OUT N` generates with the one that works and dies in the middle of video N.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from s2vbench.generators.base import GenerationError, GenerationJob, ModelFamily, VideoShape
from s2vbench.run.generate import GenerateRequest, generate
from s2vbench.video.encode import write_video

SMALL = VideoShape(32, 32, 3, 8.0)


@dataclass
class Plain:
    """One grey level a case, so that every video is its own."""

    shape: VideoShape
    tag: str = "plain"
    writes_truth: bool = False
    die_at: int = -1
    made: int = 0

    def identity(self) -> dict[str, str]:
        return {"tag": self.tag}

    def generate(self, job: GenerationJob) -> None:
        if self.made == self.die_at:
            job.video.with_name(f".{job.video.stem}.part.mp4").write_bytes(b"half")
            os._exit(9)
        self.made += 1
        shape = (self.shape.num_frames, self.shape.height_px, self.shape.width_px, 3)
        level = 40 + 30 * len(job.case.prompt) % 180 + job.seed
        write_video(job.video, np.full(shape, level, np.uint8), self.shape.fps)


@dataclass
class Faulty(Plain):
    """Fails for the cases whose ids say how."""

    def generate(self, job: GenerationJob) -> None:
        if job.case.id == "refuses":
            raise GenerationError("the reference has no mask")
        if job.case.id == "raises":
            raise ZeroDivisionError("a bug in the model")
        if job.case.id == "offline":
            raise ConnectionResetError("the server hung up")
        if job.case.id == "full":
            raise OSError(errno.ENOSPC, "No space left on device")
        if job.case.id == "hangs":
            threading.Event().wait()
        if job.case.id == "crashes":
            print("about to crash", flush=True)  # noqa: T201 -- models print
            os.abort()
        if job.case.id == "small":
            write_video(job.video, np.zeros((3, 16, 32, 3), np.uint8), 8.0)
        elif job.case.id == "short":
            write_video(job.video, np.zeros((1, 32, 32, 3), np.uint8), 8.0)
        elif job.case.id != "silent":
            super().generate(job)


def plain(variant: str, shape: VideoShape) -> Plain:
    return Plain(shape, tag=variant or "plain", die_at=int(os.environ.get("DIE_AT", "-1")))


@dataclass
class Pairs(Plain):
    """Two at a time, cases of equally long prompts together."""

    batch_size: int = 2

    def batch_key(self, job: GenerationJob) -> int:
        return len(job.case.prompt)

    def generate_batch(
        self, jobs: Sequence[GenerationJob], needed: Sequence[bool], progress: Callable[[float], None]
    ) -> list[Exception | None]:
        outcomes: list[Exception | None] = []
        for job, wanted in zip(jobs, needed, strict=True):
            if job.case.id == "raises":
                outcomes.append(_StrangeError(object()))
                continue
            if wanted:
                self.generate(job)
            outcomes.append(None)
            progress(len(outcomes) / len(jobs))
        return outcomes


class _StrangeError(Exception):
    """One that no other process could rebuild."""

    def __init__(self, thing: object) -> None:
        super().__init__("a strange thing")
        self.thing = thing
        self.lock = threading.Lock()


def pairs(variant: str, shape: VideoShape) -> Pairs:
    return Pairs(shape, tag=variant or "pairs")


FAULTY = ModelFamily("fails by id", lambda _, shape: Faulty(shape), {"": "fails"})
NO_MODEL = 7


def no_gpu(variant: str, shape: VideoShape) -> Plain:
    raise RuntimeError("no GPU here")


def nothing(variant: str, shape: VideoShape) -> None:
    return None


def request(cases: Path, out: Path, model: str = "tests.run.generators:plain", **rest: object) -> GenerateRequest:
    return GenerateRequest(model=model, testset=cases, out=out, shape=SMALL, **rest)  # type: ignore[arg-type]


if __name__ == "__main__":
    os.environ["DIE_AT"] = sys.argv[3]
    generate(request(Path(sys.argv[1]), Path(sys.argv[2])))

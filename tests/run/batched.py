"""A model for tests that works in batches, and says what it was asked for.

`python -m tests.run.batched CASES OUT N` generates and dies in the middle of batch N.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from s2vbench.errors import MissingError
from s2vbench.generators.base import GenerationError, GenerationJob, ModelFamily, VideoShape
from s2vbench.run.generate import GenerateRequest, generate
from s2vbench.video.encode import write_video

ASKED: list[list[tuple[str, bool]]] = []
"""Every batch as it was asked for: cases, and whether their videos were needed."""


@dataclass
class Batched:
    """Grey videos, brighter in larger batches: what a batch's size does to rounding, exaggerated."""

    shape: VideoShape
    settings: dict[str, str] = field(default_factory=dict)
    die_at: int = -1
    writes_truth: bool = False

    @property
    def batch_size(self) -> int:
        return int(self.settings.get("batch_size", "2"))

    def identity(self) -> dict[str, str]:
        return {"tag": "batched"}

    def batch_key(self, job: GenerationJob) -> int:
        return len(job.case.prompt) % 2

    def generate(self, job: GenerationJob) -> None:
        raise AssertionError(f"{job.case.id}: the driver takes the batch door")

    def generate_batch(
        self, jobs: Sequence[GenerationJob], needed: Sequence[bool], progress: Callable[[float], None]
    ) -> list[Exception | None]:
        if len(ASKED) == self.die_at:
            jobs[0].video.with_name(f".{jobs[0].video.stem}.part.mp4").write_bytes(b"half")
            os._exit(9)
        ASKED.append([(job.case.id, need) for job, need in zip(jobs, needed, strict=True)])
        outcomes: list[Exception | None] = []
        for index, (job, need) in enumerate(zip(jobs, needed, strict=True)):
            name = job.case.id
            if name == "no-weights":
                raise MissingError("weights are missing; fetch them")
            if name == "bug":
                raise ZeroDivisionError("a bug in the model")
            if name == "few":
                return []
            if name == "full":
                outcomes.append(OSError(errno.ENOSPC, "No space left on device"))
            elif name == "refuses":
                outcomes.append(GenerationError("four references; at most three"))
            else:
                if name == "junk":
                    job.video.write_bytes(b"no video")
                elif need:
                    size = (self.shape.num_frames, self.shape.height_px, self.shape.width_px, 3)
                    write_video(job.video, np.full(size, 40 + 20 * len(jobs) + index, np.uint8), self.shape.fps)
                outcomes.append(None)
            progress((index + 1) / len(jobs))
        return outcomes


def batched(variant: str, shape: VideoShape, settings: dict[str, str]) -> Batched:
    return Batched(shape, settings, die_at=int(os.environ.get("DIE_AT", "-1")))


FAMILY = ModelFamily(
    "grey, in batches",
    batched,
    usual_shape=lambda _: VideoShape(48, 32, 5, 8.0),
    settings={"batch_size": "videos at once"},
    usual_variants={"": "small", "paper": "large"},
)


def request(cases: Path, out: Path, **rest: object) -> GenerateRequest:
    return GenerateRequest(model="tests.run.batched:FAMILY", testset=cases, out=out, **rest)  # type: ignore[arg-type]


if __name__ == "__main__":
    os.environ["DIE_AT"] = sys.argv[3]
    generate(request(Path(sys.argv[1]), Path(sys.argv[2])))

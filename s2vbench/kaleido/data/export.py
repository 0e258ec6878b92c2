"""The rendered world in the released layout: an example of what `folder` reads, and data for a first fine-tuning."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path

from PIL import Image

from s2vbench.errors import OutputError
from s2vbench.files import cannot_write, write_atomically
from s2vbench.kaleido.data.folder import LABELS, REFERENCES, VIDEOS
from s2vbench.kaleido.data.world import WorldSamples
from s2vbench.types import FramesU8
from s2vbench.video.encode import write_video


def export_world(
    folder: Path,
    world: WorldSamples,
    numbers: Iterable[int],
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Write clips of the world as `videos/N.mp4`, `labels/N.txt` and `references/N/ref1.png`.

    A clip whose video is there already is left as it is: the video is written last.

    Args:
        folder: made if it does not exist.
        world: which clips; its frames must include those that reading leaves out at both ends.
        numbers: of the clips; they become names.
        progress: called with how many are done.

    Returns:
        How many were written now.

    Raises:
        OutputError: the folder cannot be written.
    """
    written = 0
    for done, number in enumerate(numbers, start=1):
        video = folder / VIDEOS / f"{number}.mp4"
        if not video.is_file():
            sample = world.sample(number)
            for position, picture_HWC in enumerate(sample.references, start=1):
                write_atomically(folder / REFERENCES / str(number) / f"ref{position}.png", _png(picture_HWC))
            write_atomically(folder / LABELS / f"{number}.txt", sample.caption + "\n")
            try:
                write_video(video, sample.frames_THWC, world.fps)
            except OSError as error:
                raise OutputError(cannot_write(video, error)) from error
            written += 1
        progress(done)
    return written


def _png(picture_HWC: FramesU8) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture_HWC).save(buffer, "PNG")
    return buffer.getvalue()

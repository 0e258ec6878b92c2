"""How far ours is from the official package where we depart from it: the table of docs/differences.md.

    python benchmarks/differences.py --shared ../shared

Re-encodes the first frames of a real clip in the ways that the two treat differently, and scores each file with both
sides on the same seeded random weights (CPU, float32).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

import s2vbench
from s2vbench.types import FramesU8
from s2vbench.video.decode import open_video
from s2vbench.video.encode import write_video
from tests.clips import set_rotation
from tests.oracle import vbench_env

METRICS = ("background_consistency", "motion_smoothness", "imaging_quality")
NUM_FRAMES = 9


def encode(path: Path, frames_THWC: FramesU8, *, pix_fmt: str = "yuv420p", **options: str) -> None:
    """H.264 with given pixel format and encoder options."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=16, options={"crf": "10"} | options)
        stream.height, stream.width = frames_THWC.shape[1:3]
        stream.pix_fmt = pix_fmt
        for frame_HWC in frames_THWC:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame_HWC), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def rotated(path: Path, frames_THWC: FramesU8) -> None:
    """A file whose header asks players to turn it by 90 degrees."""
    write_video(path, frames_THWC, fps=16)
    set_rotation(path, 90)


VARIANTS: dict[str, Callable[[Path, FramesU8], None]] = {
    "untagged 8-bit (no departure)": encode,
    "tagged BT.709": lambda path, frames: encode(
        path, frames, **{"x264-params": "colorprim=bt709:transfer=bt709:colormatrix=bt709"}
    ),
    "10-bit": lambda path, frames: encode(path, frames, pix_fmt="yuv420p10le"),
    "rotation 90 in the header": rotated,
    # 64 pixels a row fill the converter's rows: at 112 it reads the padding behind them, and no two files are the same.
    "64x64 (too small for AMT)": lambda path, frames: encode(path, frames[:, 200:264, 400:464]),
}


def main() -> None:
    """Encode, score with both, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--case", default="case_8")
    arguments = parser.parse_args()
    source = open_video(arguments.shared / f"real/kaleido_clips/{arguments.case}/video.mp4")
    frames_THWC = next(source.open_windows(NUM_FRAMES))
    with tempfile.TemporaryDirectory() as folder:
        cases = Path(folder) / "cases.json"
        rows = [{"id": f"v{index}", "video": f"v{index}.mp4", "prompt": "x"} for index in range(len(VARIANTS))]
        cases.write_text(json.dumps(rows))
        for index, make in enumerate(VARIANTS.values()):
            make(Path(folder) / f"v{index}.mp4", frames_THWC)
        ours = s2vbench.score(cases=cases, weights="seeded", metrics=list(METRICS), device="cpu")
        official = vbench_env.official_scores(list(METRICS), cases, vbench_env.weights_dir())["dims"]
    print("| file | metric | official | ours | difference |\n| --- | --- | ---: | ---: | ---: |")
    names = dict(zip((row["id"] for row in rows), VARIANTS, strict=True))
    for record in ours:
        value = official[record.metric]["videos"][record.case] / (100 if record.metric == "imaging_quality" else 1)
        mine = "not applicable" if record.value is None else f"{record.value:.6f}"
        difference = "" if record.value is None else f"{record.value - value:+.1e}"
        print(f"| {names[record.case]} | {record.metric} | {value:.6f} | {mine} | {difference} |")


if __name__ == "__main__":
    main()

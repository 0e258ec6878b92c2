"""How long the mini networks take for one video of the embedded model, on one thread.

    python benchmarks/mini_speed.py [--json reports/mini-backbones/speed.json]

A video has 9 frames of 112x64 px, 2 subjects and 4 reference pictures of 512 px. Medians of several calls; weights
are random where none are shipped, which costs the same.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import torch

from s2vbench.backbones.bank import Bank
from s2vbench.backbones.weights import find, resolve
from s2vbench.profiles import load_profile
from s2vbench.run.plan import backbones_of, choose_metrics

NUM_FRAMES, HEIGHT_PX, WIDTH_PX, REFERENCE_PX = 9, 64, 112, 512
NUM_SUBJECTS, NUM_REFERENCES = 2, 4
REPEATS = 7


def processor() -> str:
    """What the system calls its processor."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor()


def median_ms(call: Callable[[], object]) -> float:
    """Median time of a call after two that warm up."""
    times = []
    for repeat in range(REPEATS + 2):
        start = time.perf_counter()
        call()
        if repeat >= 2:
            times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def mini_bank() -> Bank:
    """Every network of profile mini."""
    mini = load_profile("mini")
    specs = list(backbones_of(mini, choose_metrics(mini, None)).values())
    shipped = all(find(spec, None) for spec in specs)
    bank = Bank(resolve(specs, None if shipped else "seeded", allow_unverified=False))
    for spec in specs:
        bank.network(spec.name)
    return bank


def measured(bank: Bank) -> list[dict[str, object]]:
    """One row a network: milliseconds a call, and how often one video needs it."""
    random = np.random.default_rng(0)
    frames = random.integers(0, 256, (NUM_FRAMES, HEIGHT_PX, WIDTH_PX, 3), np.uint8)
    pictures = random.integers(0, 256, (NUM_REFERENCES, REFERENCE_PX, REFERENCE_PX, 3), np.uint8)
    box = np.array([[20, 10, 60, 50], [50, 15, 90, 60]], np.float32)[:NUM_SUBJECTS]
    crops = random.integers(0, 256, (NUM_SUBJECTS * NUM_FRAMES, 96, 96, 3), np.uint8)
    phrases = ["red dog", "woman with a blue hat"]
    rows: list[tuple[str, Callable[[], object], int, int]] = [
        (
            "`mini_detector`, a frame",
            lambda: bank.detect("mini_detector", list(frames), phrases),
            NUM_FRAMES,
            NUM_FRAMES,
        ),
        (
            "`mini_detector`, a reference picture",
            lambda: bank.detect("mini_detector", list(pictures), phrases[:1]),
            NUM_REFERENCES,
            NUM_REFERENCES,
        ),
        (
            "`mini_segmenter`, a frame of 2 boxes",
            lambda: bank.segment("mini_segmenter", list(frames), [box] * NUM_FRAMES),
            NUM_FRAMES,
            NUM_FRAMES,
        ),
        (
            "`mini_quality`, a frame",
            lambda: bank.encode_frames("mini_quality", bank.window(frames)),
            NUM_FRAMES,
            NUM_FRAMES,
        ),
        (
            "`mini_interpolator`, a pair",
            lambda: bank.middle_frames("mini_interpolator", frames[:-2:2], frames[2::2]),
            NUM_FRAMES // 2,
            NUM_FRAMES // 2,
        ),
        (
            "`mini_video_text`, a video and its prompt",
            lambda: (
                bank.encode_video("mini_video_text", bank.thumbnails("mini_video_text", bank.window(frames))[:8]),
                bank.encode_text("mini_video_text", "a dog walks beside a woman"),
            ),
            1,
            1,
        ),
    ]
    # Frames whole, their crops, their backgrounds; references as crops and as backgrounds.
    num_pictures = NUM_FRAMES * (2 + NUM_SUBJECTS) + 2 * NUM_REFERENCES
    rows += [
        (
            f"`{name}`, a picture",
            lambda name=name: bank.encode_frames(name, bank.window(crops)),  # type: ignore[misc]
            len(crops),
            num_pictures,
        )
        for name in ("mini_image_text", "mini_identity")
    ]
    return [{"what": what, "ms": median_ms(call) / per_call, "times": times} for what, call, per_call, times in rows]


def main() -> None:
    """Print one line a network, and write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    rows = measured(mini_bank())
    total_ms = sum(float(row["ms"]) * int(row["times"]) for row in rows)  # type: ignore[call-overload, arg-type]
    for row in rows:
        print(f"{row['what']:44} {row['ms']:8.2f} ms x {row['times']}")
    print(f"{'a video':44} {total_ms:8.2f} ms")
    if options.json:
        content = {
            "machine": f"{processor()}, one thread, torch {torch.__version__}.",
            "video": f"{NUM_FRAMES} frames of {WIDTH_PX}x{HEIGHT_PX} px, {NUM_SUBJECTS} subjects, "
            f"{NUM_REFERENCES} reference pictures",
            "rows": rows,
            "total_ms": total_ms,
        }
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

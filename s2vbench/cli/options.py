"""Options that `generate`, `score` and `run` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

Cases = Annotated[Path | None, typer.Option("--cases", help="JSON list (or JSON lines) of cases.", show_default=False)]
TestsetOption = Annotated[
    str | None,
    typer.Option("--testset", help="A test set's name or folder, instead of --cases.", show_default=False),
]
Split = Annotated[str, typer.Option("--split", help="Which of the test set's cases.")]
Videos = Annotated[
    Path | None,
    typer.Option(
        "--videos", help="Folder with `<id>.mp4`; without it each case's own `video` path.", show_default=False
    ),
]
ProfileOption = Annotated[str, typer.Option("--profile", help="What numbers are made with: a name or a TOML file.")]
WeightsOption = Annotated[
    str | None,
    typer.Option(
        "--weights",
        help="Folder of checkpoints under their published names, or `seeded` for random ones. "
        "Default: $S2VBENCH_WEIGHTS, then the caches of VBench, CLIP, torch hub and the Hugging Face hub.",
        show_default=False,
    ),
]
Metrics = Annotated[
    list[str] | None, typer.Option("--metric", help="Only this metric; may be repeated.", show_default=False)
]
PrecisionOption = Annotated[str, typer.Option("--precision", help="fp32, or bf16: faster, other numbers, recorded.")]
Device = Annotated[str, typer.Option("--device", help="auto, cpu or cuda.")]
Out = Annotated[Path | None, typer.Option("--out", help="Run folder; give it again to resume.", show_default=False)]
OnlyCases = Annotated[
    list[str] | None, typer.Option("--case", help="Only the case with this id; may be repeated.", show_default=False)
]
Limit = Annotated[int | None, typer.Option("--limit", help="Only the first so many cases.", show_default=False)]
AllowUnverified = Annotated[
    bool, typer.Option("--allow-unverified-weights", help="Take checkpoints with another digest; records say so.")
]
AllowRandom = Annotated[
    bool,
    typer.Option(
        "--allow-random-weights", help="Where weights are missing, use seeded random ones: levels mean nothing."
    ),
]
Truth = Annotated[
    Path | None,
    typer.Option(
        "--truth",
        help="File or folder that says where the subjects are, instead of a detector; `beside`: beside the videos.",
        show_default=False,
    ),
]
Detector = Annotated[
    str | None, typer.Option("--detector", help="Another detector than the profile's.", show_default=False)
]
Segmenter = Annotated[
    str | None, typer.Option("--segmenter", help="Another segmenter than the profile's.", show_default=False)
]
FrameStride = Annotated[
    int | None,
    typer.Option("--frame-stride", help="Look for subjects in every so manieth frame; recorded.", show_default="1"),
]
Timeout = Annotated[
    float,
    typer.Option(
        "--timeout-s",
        help="Stop a model that is silent for so long a video: it has failed, the rest goes on. 0: wait for ever.",
    ),
]
HOUR_S: Final = 3600.0
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        help="Processes that score.",
        show_default="a process a core for light networks on a CPU, else 1",
    ),
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither read nor write the feature cache.")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="A setting of the model, such as steps=20; may be repeated. `s2vbench ls models --json` lists them.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]

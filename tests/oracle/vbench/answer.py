"""Answer for the official vbench package, inside the environment it runs in.

Started as a subprocess with the Python that build.py prints, never imported by
s2vbench or its tests:

    answer.py scores --dim D [--dim E] --cases CASES.json --weights DIR --cache DIR
                     --out OUT.json [--ids a,b] [--threads 2] [--no-grad]
                     [--device cpu] [--dino-repo DIR]
    answer.py frames --video FILE --out OUT.json
    answer.py dino-check --parity DIR --out OUT.json [--dino-repo DIR] [--threads 2]

The answer goes to OUT.json, which appears complete or not at all. vbench's own
messages go to stdout and stderr; a failure is an uncaught exception, status 1.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any

if not __package__:
    # Run as a script, in which relative imports need to know their package (PEP 366).
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    __package__ = "oracle.vbench"

from . import decoded_frames, dino_check, official_scores
from .cache_layout import PLACES

if __name__ == "__main__":
    # vbench imports top-level names as common as "utils": leave none of ours about.
    del sys.path[0]

STAND_IN_REPO = Path(__file__).resolve().parent / "dino_hub"


def default_dino_repo() -> Path:
    """Return $S2VBENCH_DINO_REPO, else the stand-in's folder."""
    return Path(os.environ.get("S2VBENCH_DINO_REPO") or STAND_IN_REPO)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the three commands."""
    parser = argparse.ArgumentParser(description="Answer for the official vbench.")
    commands = parser.add_subparsers(dest="command", required=True)
    scores = commands.add_parser("scores", help="official scores of videos")
    scores.add_argument("--dim", action="append", required=True, choices=sorted(PLACES))
    scores.add_argument("--cases", type=Path, required=True)
    scores.add_argument("--weights", type=Path, required=True)
    scores.add_argument("--cache", type=Path, required=True)
    scores.add_argument("--ids", default="", help="comma-separated, default: all")
    scores.add_argument("--no-grad", action="store_true", help="same scores, less RSS")
    scores.add_argument("--device", default="cpu")
    frames = commands.add_parser("frames", help="digests of decoded frames")
    frames.add_argument("--video", type=Path, required=True)
    check = commands.add_parser("dino-check", help="DINO code against stored outputs")
    check.add_argument("--parity", type=Path, required=True)
    for command in (scores, check):
        command.add_argument("--dino-repo", type=Path, default=default_dino_repo())
        command.add_argument("--threads", type=int, default=2)
    for command in (scores, frames, check):
        command.add_argument("--out", type=Path, required=True)
    return parser


def answer(args: argparse.Namespace) -> dict[str, Any]:
    """Run the asked command and return its answer."""
    if args.command == "frames":
        return decoded_frames.read_frames(args.video)
    if args.command == "dino-check":
        return dino_check.check_dino(args.parity, args.dino_repo, args.threads)
    request = official_scores.Request(
        dims=list(dict.fromkeys(args.dim)),
        cases=args.cases,
        ids=[i for i in args.ids.split(",") if i],
        weights=args.weights,
        cache=args.cache,
        dino_repo=args.dino_repo,
        threads=args.threads,
        grad=not args.no_grad,
        device=args.device,
    )
    return official_scores.score(request)


def main() -> None:
    """Write the answer to --out."""
    args = make_parser().parse_args()
    warnings.filterwarnings("ignore")  # deprecations of the pinned packages
    result = answer(args)
    aside = args.out.with_name(f"{args.out.name}.partial-{os.getpid()}")
    aside.write_text(json.dumps(result, indent=1) + "\n")
    aside.replace(args.out)


if __name__ == "__main__":
    main()

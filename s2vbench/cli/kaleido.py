"""`s2vbench kaleido`: the reference model's positions and released checkpoint."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from s2vbench.cli import kaleido_encode
from s2vbench.errors import InputError

if TYPE_CHECKING:
    from s2vbench.kaleido.positions import PositionScheme

MOST_TOKENS = 1 << 22
"""Of a video or reference; a hundred times as many as the release has."""
app = typer.Typer(
    name="kaleido",
    help="The reference model: its position schemes, its released checkpoint, and its training data.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
app.command("encode")(kaleido_encode.encode)
app.command("dataset")(kaleido_encode.dataset)


@app.command()
def positions(
    scheme: Annotated[
        list[str] | None,
        typer.Option(
            "--scheme",
            help="A name, or settings as in base=video,diagonal=true; may be repeated. All names by default.",
            show_default=False,
        ),
    ] = None,
    video: Annotated[
        str, typer.Option("--video", help="Tokens of the video in time, height and width (512x896 px, 81 frames).")
    ] = "21,32,56",
    reference: Annotated[
        list[str] | None,
        typer.Option(
            "--reference",
            help="Tokens of a reference in height and width; may be repeated. Two of the video's size by default.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Draw them into this .svg, .png or .pdf file.", show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Where each position scheme puts the tokens of video and references: first and last id on every axis.

    Examples:

    - `s2vbench kaleido positions --out positions.svg`

    - `s2vbench kaleido positions --scheme shift_wh --video 21,32,56 --reference 32,56 --reference 24,40`

    - `s2vbench kaleido positions --scheme base=video,diagonal=true --json`
    """
    from s2vbench.kaleido.blocks import blocks_of

    t, h, w = _numbers("--video", video, 3, "21,32,56")
    pairs = [_numbers("--reference", text, 2, "32,56") for text in reference or [f"{h},{w}"] * 2]
    grids = [(height, width) for height, width in pairs]
    schemes = _schemes(scheme or ["all"])
    if out is not None:
        from s2vbench.kaleido.plots import save_positions

        save_positions(out, schemes, grids, (t, h, w))
        sys.stderr.write(f"{out}\n")
    placed = {name: blocks_of(place, grids, (t, h, w)) for name, place in schemes.items()}
    if json:
        import json as json_module

        found = {
            name: [{"block": block.name, "first": block.first, "last": block.last} for block in blocks]
            for name, blocks in placed.items()
        }
        document = {"video": [t, h, w], "references": grids, "axes": ["t", "h", "w"], "schemes": found}
        typer.echo(json_module.dumps(document, indent=2))
        return
    for name, blocks in placed.items():
        typer.echo(f"{name}{' ' * max(1, 28 - len(name))}{'t':>9} {'h':>9} {'w':>9}")
        for block in blocks:
            spans = " ".join(f"{f'{a}..{b}':>9}" for a, b in zip(block.first, block.last, strict=True))
            typer.echo(f"  {block.name:<26}{spans}")


@app.command()
def convert(
    checkpoint: Annotated[Path, typer.Argument(help="The released checkpoint: a file, or the folder of its files.")],
    out: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    num_heads: Annotated[int, typer.Option("--num-heads", help="Attention heads; no tensor tells.")] = 40,
    positions: Annotated[
        str, typer.Option("--positions", help="The position scheme, or settings as in base=video,diagonal=true.")
    ] = "shift_wh",
    shard_size_gb: Annotated[float, typer.Option("--shard-size-gb", help="10^9 bytes in one file.")] = 4.0,
    dtype: Annotated[
        str | None,
        typer.Option("--dtype", help="fp32, bf16 or fp16; as stored by default.", show_default=False),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Make a released Kaleido checkpoint a diffusers folder of safetensors, tensor by tensor in about 2 GB of memory.

    Examples:

    - `s2vbench kaleido convert Kaleido-14B-S2V/model/1/mp_rank_00_model_states.pt kaleido-14b/transformer --dtype bf16`

    - `s2vbench kaleido convert shards/ kaleido-14b/transformer --shard-size-gb 8`
    """
    from s2vbench.kaleido.convert import convert_release, dtype_named

    done = convert_release(
        checkpoint,
        out,
        num_heads=num_heads,
        positions=_settings(positions) if "=" in positions else positions,
        shard_size_gb=shard_size_gb,
        dtype=None if dtype is None else dtype_named(dtype),
        progress=_Steps(),
    )
    if json:
        import json as json_module
        from dataclasses import asdict

        found = {"folder": str(done.folder), "files": done.files, "bytes": done.size_bytes, "sizes": asdict(done.sizes)}
        typer.echo(json_module.dumps(found, indent=2))
        return
    files = f"{len(done.files)} file{'s' if len(done.files) > 1 else ''}"
    typer.echo(
        f"{out}: {done.sizes.layers} layers of width {done.sizes.dim}, {done.size_bytes / 1e9:.2f} GB in {files}"
    )


def _numbers(option: str, text: str, count: int, example: str) -> tuple[int, ...]:
    parts = text.replace("x", ",").split(",")
    if len(parts) != count or not all(part.strip().isdecimal() and int(part) > 0 for part in parts):
        raise InputError(f"{option} {text!r}: must be {count} whole numbers above 0, as in {example}")
    numbers = tuple(map(int, parts))
    if math.prod(numbers) > MOST_TOKENS:
        raise InputError(f"{option} {text!r}: makes {math.prod(numbers):,} tokens; at most {MOST_TOKENS:,} are placed")
    return numbers


def _schemes(wanted: list[str]) -> Mapping[str, PositionScheme]:
    from s2vbench.kaleido.positions import SCHEMES
    from s2vbench.kaleido.positions import scheme as scheme_of

    found: dict[str, PositionScheme] = {}
    for text in wanted:
        if text == "all":
            found |= SCHEMES
        else:
            found[text] = scheme_of(_settings(text) if "=" in text else text)
    return found


def _settings(text: str) -> dict[str, Any]:
    """`base=12x20,diagonal=true` as a configuration file would say it."""
    pairs = [part.partition("=") for part in text.split(",")]
    return {key.strip(): _value(value.strip()) for key, _, value in pairs}


def _value(text: str) -> Any:
    if text in {"true", "false"}:
        return text == "true"
    numbers = text.split("x")
    if all(number.isdecimal() for number in numbers):
        return [int(number) for number in numbers] if len(numbers) > 1 else int(text)
    return text


class _Steps:
    """One line on stderr per 5 %."""

    def __init__(self) -> None:
        self._shown = -1

    def __call__(self, done: int, total: int, _name: str) -> None:
        step = 20 * done // total if total else 0
        if step > self._shown:
            self._shown = step
            sys.stderr.write(f"{done / 1e9:.1f} of {total / 1e9:.1f} GB ({5 * step} %)\n")
            sys.stderr.flush()

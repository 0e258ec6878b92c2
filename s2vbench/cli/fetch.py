"""`s2vbench fetch`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from s2vbench import plugins
from s2vbench.errors import InputError, MissingError


def fetch(
    what: Annotated[str, typer.Argument(help="weights")],
    to: Annotated[Path, typer.Option("--to", help="Folder for the files.")] = Path("weights"),
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", help="This backbone; may be repeated. All of profile paper by default.", show_default=False
        ),
    ] = None,
    accept_non_commercial: Annotated[
        bool, typer.Option("--accept-non-commercial", help="Also fetch weights whose terms exclude commercial use.")
    ] = False,
) -> None:
    """Download published weights from their publishers, check their digests, and show their licences.

    Example:

    - `s2vbench fetch weights --to weights --accept-non-commercial`

    - `s2vbench fetch weights --to weights --only sam_vit_b`
    """
    if what != "weights":
        raise InputError(f"cannot fetch {what!r}; only `s2vbench fetch weights` is known")
    from s2vbench.backbones.fetch import fetch as fetch_file
    from s2vbench.profiles import load_profile
    from s2vbench.run.plan import backbones_of, choose_metrics

    paper = load_profile("paper")
    specs = [plugins.load("backbones", name) for name in only or backbones_of(paper, choose_metrics(paper, None))]
    problems = []
    # Two implementations of one network share its file.
    for spec in {spec.file: spec for spec in specs}.values():
        if spec.packaged:
            sys.stderr.write(
                f"{spec.file}: part of s2vbench, nothing to fetch; `s2vbench doctor` says if it is intact\n"
            )
            continue
        if "non-commercial" in spec.licence and not accept_non_commercial:
            sys.stderr.write(
                f"{spec.file}: skipped, its licence is {spec.licence}; --accept-non-commercial fetches it\n"
            )
            continue
        sys.stderr.write(f"{spec.file} ({spec.size_mb:g} MB, {spec.licence}) from {spec.url}\n")
        try:
            path = fetch_file(spec, to, _Percent())
        except MissingError as error:
            problems.append(str(error))
            continue
        state = "digest as published" if spec.states_digest() else "its publisher states no digest"
        typer.echo(f"{path} ({state})")
    if problems:
        raise MissingError("\n".join(problems))


class _Percent:
    """One line on stderr per 10 %."""

    def __init__(self) -> None:
        self._shown = 0

    def __call__(self, here: int, total: int | None) -> None:
        step = 10 * here // total if total else 0
        if step > self._shown:
            self._shown = step
            sys.stderr.write(f"  {10 * step} %\n")

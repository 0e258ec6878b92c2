"""`s2vbench train`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from s2vbench.cli.options import Json
from s2vbench.errors import EXIT_INTERRUPTED, EXIT_OK

if TYPE_CHECKING:
    from s2vbench.kaleido.training.config import TrainConfig


def train(
    config: Annotated[str, typer.Argument(help="A TOML file, or the name of a shipped configuration.")],
    out: Annotated[Path | None, typer.Option("--out", help="The run's folder; default runs/train/NAME.")] = None,
    change: Annotated[
        list[str] | None, typer.Option("--set", help="Another value: training.steps=20. Can be repeated.")
    ] = None,
    resume: Annotated[
        bool | None,
        typer.Option(
            "--resume/--restart",
            help="Demand a checkpoint to go on from / remove checkpoints and begin anew. Without either: go on if "
            "there is one.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would take (tokens, FLOPs, memory) and train nothing.")
    ] = False,
    processes: Annotated[
        int, typer.Option("--processes", min=1, help="With --dry-run: for so many processes under torchrun.")
    ] = 1,
    export: Annotated[
        Path | None,
        typer.Option("--export", help="Make this folder a bundle of the newest checkpoint and train nothing."),
    ] = None,
    json: Json = False,
) -> int:
    """Train Kaleido, or go on with a training that was stopped.

    Under torchrun every process runs this command. Ctrl-C finishes the step and writes a checkpoint; the same command
    goes on from it. The folder of a finished run is a model: for `[model] init` of another training, and for
    `s2vbench generate --model kaleido:runs/train/NAME`.

    Examples:

    - `s2vbench train tiny-cpu`

    - `torchrun --nproc-per-node 8 -m s2vbench train paper-stage1 --set model.init=Wan-AI/Wan2.1-T2V-14B-Diffusers`
    """
    from s2vbench.kaleido.training.config_file import load_config

    settings = load_config(config, change or ())
    folder = out or Path("runs", "train", settings.name)
    if dry_run:
        return _say_plan(settings, processes, json=json)
    from s2vbench.kaleido.training.train import export_newest
    from s2vbench.kaleido.training.train import train as train_model

    if export is not None:
        _say({"exported": str(export_newest(settings, folder, export))}, json=json)
        return EXIT_OK
    trained = train_model(settings, folder, resume=resume)
    facts = {"out": str(trained.out), "steps": trained.steps, "finished": trained.finished}
    _say(facts | {"exported": str(trained.exported) if trained.exported else None}, json=json)
    return EXIT_OK if trained.finished else EXIT_INTERRUPTED


def _say_plan(settings: TrainConfig, processes: int, *, json: bool) -> int:
    from s2vbench.kaleido.training.plan import described, make_plan, summary

    plan = make_plan(settings, processes)
    if json:
        _say(summary(plan), json=True)
    else:
        typer.echo(described(plan, settings))
    return EXIT_OK


def _say(facts: dict[str, Any], *, json: bool) -> None:
    if int(os.environ.get("RANK", "0")):
        return  # under torchrun one process speaks for all
    if json:
        import json as json_module

        typer.echo(json_module.dumps(facts, indent=2))
    elif facts["exported"]:
        typer.echo(facts["exported"])

"""`s2vbench train`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from s2vbench.cli.score import Json
from s2vbench.errors import EXIT_INTERRUPTED, EXIT_OK


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
    json: Json = False,
) -> int:
    """Train Kaleido, or go on with a training that was stopped.

    Under torchrun every process runs this command. Ctrl-C finishes the step and writes a checkpoint; the same command
    goes on from it. The finished transformer is a folder that `[model] init` and the pipeline take.

    Examples:

    - `s2vbench train tiny-cpu`

    - `torchrun --nproc-per-node 8 -m s2vbench train paper-stage1 --set model.init=Wan-AI/Wan2.1-T2V-14B-Diffusers`
    """
    from s2vbench.kaleido.training.config_file import load_config
    from s2vbench.kaleido.training.train import train as train_model

    settings = load_config(config, change or ())
    folder = out or Path("runs", "train", settings.name)
    trained = train_model(settings, folder, resume=resume)
    if json:
        import json as json_module

        summary = {
            "out": str(trained.out),
            "steps": trained.steps,
            "finished": trained.finished,
            "transformer": str(trained.transformer) if trained.transformer else None,
        }
        typer.echo(json_module.dumps(summary, indent=2))
    elif trained.finished:
        typer.echo(f"{trained.steps} steps: {trained.transformer}")
    return EXIT_OK if trained.finished else EXIT_INTERRUPTED

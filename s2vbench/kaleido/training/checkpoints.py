"""Distributed checkpoints that appear whole or not at all, and the search for the newest good one.

checkpoints/
  step-000500/            torch.distributed.checkpoint: fp32 weights, optimiser, average
    checkpoint.json       step, configuration, and the size of every other file; written last
    .metadata, *.distcp
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from pydantic import ValidationError
from torch import nn
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_model_state_dict,
    get_optimizer_state_dict,
    set_model_state_dict,
    set_optimizer_state_dict,
)
from torch.distributed.checkpoint.state_dict_loader import load as load_distributed
from torch.distributed.checkpoint.state_dict_saver import save as save_distributed

from s2vbench.errors import InputError, OutputError
from s2vbench.files import cannot_write, write_atomically
from s2vbench.kaleido.training.config import TrainConfig, defaults, identity, is_free
from s2vbench.kaleido.training.data_identity import data_digest
from s2vbench.kaleido.training.optimiser import Ema, make_optimiser
from s2vbench.kaleido.training.single import Parallel
from s2vbench.types import Row

CARD: Final = "checkpoint.json"
FORMAT: Final = 1
_TRAINABLE: Final = StateDictOptions(ignore_frozen_params=True)


class Card(Row):
    """What a checkpoint's folder says of itself."""

    format: int = FORMAT
    step: int
    """Steps done."""
    identity: dict[str, Any]
    """See `config.identity`."""
    data: str | None = None
    """See `data_identity.data_digest`."""
    transformer: dict[str, Any]
    """The transformer's configuration."""
    ema: bool
    torch: str
    world: int
    files: dict[str, int]
    """Size in bytes of every other file."""


@dataclass(frozen=True)
class State:
    """What a checkpoint holds."""

    model: nn.Module
    optimiser: torch.optim.Optimizer
    ema: Ema | None

    def tensors(self) -> dict[str, Any]:
        """As torch.distributed.checkpoint wants it: the model's own tensors, sharded as they are."""
        found: dict[str, Any] = {
            "model": get_model_state_dict(self.model, options=_TRAINABLE),
            "optimiser": get_optimizer_state_dict(self.model, self.optimiser, options=_TRAINABLE),
        }
        if self.ema is not None:
            found["ema"] = dict(self.ema.weights)
        return found


def folder_of(root: Path, step: int) -> Path:
    """Where the checkpoint after so many steps lies."""
    return root / f"step-{step:06d}"


def fresh_state(config: TrainConfig, model: nn.Module) -> State:
    """A model with an optimiser and an average that have seen nothing yet."""
    settings = config.training
    return State(model, make_optimiser(model, settings), Ema(model, settings.ema_decay) if settings.ema_decay else None)


def save(root: Path, state: State, config: TrainConfig, step: int, parallel: Parallel) -> Path:
    """Write a checkpoint and remove the oldest ones.

    Raises:
        OutputError: the folder cannot be written.
    """
    target = folder_of(root, step)
    part = root / f".{target.name}.part"
    try:
        if parallel.is_main:
            for stale in root.glob(".step-*.part"):
                shutil.rmtree(stale, ignore_errors=True)
            part.mkdir(parents=True)
        parallel.barrier()
        _quietly_save(state.tensors(), part, alone=parallel.world == 1)
        parallel.barrier()
        if parallel.is_main:
            files = {path.name: path.stat().st_size for path in sorted(part.iterdir())}
            card = Card(
                step=step,
                identity=identity(config),
                data=data_digest(config.data),
                transformer=configuration_of(state.model),
                ema=state.ema is not None,
                torch=torch.__version__,
                world=parallel.world,
                files=files,
            )
            write_atomically(part / CARD, card.model_dump_json(indent=1))
            shutil.rmtree(target, ignore_errors=True)
            os.replace(part, target)  # noqa: PTH105 -- as in files.py
            for old in sorted(root.glob("step-*"))[: -config.checkpoint.keep]:
                shutil.rmtree(old, ignore_errors=True)
        parallel.barrier()
    except OSError as error:
        raise OutputError(cannot_write(target, error)) from error
    except CheckpointException as error:
        raise OutputError(cannot_write(target, _disk_error(error))) from error
    finally:
        if parallel.is_main:
            shutil.rmtree(part, ignore_errors=True)  # half a checkpoint would take the room that there is
    return target


def _disk_error(error: CheckpointException) -> OSError:
    """What the disk said, below what torch makes of it.

    Raises:
        RuntimeError: it was something else.
    """
    for cause, _ in error.failures.values():
        link: BaseException | None = cause
        while link is not None:
            if isinstance(link, OSError):
                return link
            link = link.__cause__ or link.__context__
    if "inline_container" in str(error):  # torch's writer of archives forgets why it stopped in the middle
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    raise RuntimeError(str(error)) from error


def load(folder: Path, state: State) -> None:
    """Put a checkpoint's tensors into model, optimiser and average, resharded where the processes are others.

    Raises:
        InputError: a file is damaged.
    """
    tensors = state.tensors()
    _read(tensors, folder)
    set_model_state_dict(state.model, tensors["model"], options=StateDictOptions(strict=False))
    set_optimizer_state_dict(state.model, state.optimiser, tensors["optimiser"], options=_TRAINABLE)
    if state.ema is not None:
        state.ema.load(tensors["ema"])


def read_weights(folder: Path, names: dict[str, torch.Tensor], *, ema: bool) -> dict[str, torch.Tensor]:
    """The weights alone, averaged or not, into tensors of the given names and shapes."""
    part = "ema" if ema else "model"
    tensors: dict[str, Any] = {part: dict(names)}
    _read(tensors, folder)
    return dict(tensors[part])


def card_of(folder: Path) -> Card | None:
    """A checkpoint's card; None where it is no complete checkpoint."""
    try:
        card = Card.model_validate_json((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, ValidationError, UnicodeDecodeError):
        return None
    whole = all((folder / name).is_file() and (folder / name).stat().st_size == n for name, n in card.files.items())
    return card if whole else None


def newest(root: Path) -> tuple[Path, Card] | None:
    """The newest complete checkpoint below `root`; torn ones are passed over with a word on stderr."""
    for folder in sorted(root.glob("step-*"), key=lambda path: path.name, reverse=True):
        if (card := card_of(folder)) is not None:
            return folder, card
        sys.stderr.write(f"{folder}: not a complete checkpoint, passed over\n")
    return None


def check_same(card: Card, config: TrainConfig, folder: Path) -> None:
    """Refuse to go on with another configuration.

    Raises:
        InputError: names the differing keys.
    """
    old = {key: value for key, value in card.identity.items() if not is_free(key)}
    new = json.loads(json.dumps(identity(config)))
    keys = list(_differing(old, new))
    if "data.path" in keys and card.data is not None and card.data == data_digest(config.data):
        keys.remove("data.path")
    if keys:
        differing = ", ".join(f"{key} ({_short(old, key)} there, {_short(new, key)} here)" for key in keys)
        moved = "; data that was moved must have the same files" if "data.path" in keys else ""
        raise InputError(
            f"{folder} comes from another configuration: {differing}{moved}; continue with the old values, give "
            "another --out, or add --restart to begin anew (the old checkpoints are removed)"
        )


def _differing(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    missing = object()
    usual = defaults()
    for key in sorted({*old, *new}):
        # A checkpoint may be older than a key: it was made with what is that key's default now.
        before = old.get(key, usual.get(key, missing))
        if before != new.get(key, missing):
            yield key


def _short(values: dict[str, Any], key: str) -> str:
    return json.dumps(values[key])[:60] if key in values else "nothing"


def configuration_of(model: nn.Module) -> dict[str, Any]:
    """The arguments that a transformer was made with."""
    config: Any = model.config
    return {key: value for key, value in dict(config).items() if not key.startswith("_")}


def _quietly_save(tensors: dict[str, Any], folder: Path, *, alone: bool) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="torch.distributed is disabled", category=UserWarning)
        save_distributed(tensors, checkpoint_id=folder, no_dist=alone)


def _read(tensors: dict[str, Any], folder: Path) -> None:
    import torch.distributed as dist

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="torch.distributed is disabled", category=UserWarning)
            load_distributed(tensors, checkpoint_id=folder, no_dist=not dist.is_initialized())
    except (CheckpointException, RuntimeError, OSError, EOFError, ValueError) as error:
        reason = str(error).splitlines()[0][:200]
        raise InputError(f"{folder}: damaged checkpoint ({reason}); delete the folder to use the one before") from error

"""What all trainings of a sweep begin with: the same weights, and samples in the same order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from s2vbench.ablate.units import Unit
from s2vbench.errors import InputError, MissingError
from s2vbench.files import digest_of, sha256_of_file
from s2vbench.kaleido.data.latents import LatentsCache
from s2vbench.kaleido.training.config import NEW, DataSection, TrainConfig
from s2vbench.kaleido.training.config_file import shipped_configs
from s2vbench.kaleido.training.origin import find_origin

_SAME = ("source", "references", "most_references", "num_frames", "height_px", "width_px", "fps", "offset", "close_up")


def base_digest(config: TrainConfig) -> str:
    """A digest of the weights that a training begins with; "new" for random ones.

    Raises:
        MissingError: they are not there; the command that makes them is named.
        InputError: they are none of those that training can begin with, or a training that goes on changes them.
    """
    init = config.model.init
    if init == NEW:
        return NEW
    folder = Path(init).expanduser()
    if not folder.exists() and (command := _command(folder)):
        raise MissingError(f"{init}: the checkpoint that the sweep begins with is missing; make it with `{command}`")
    if (folder / "checkpoints").is_dir() and not (folder / "transformer").is_dir():
        advice = _command(folder) or "train it to its end"
        raise InputError(
            f"{init}: that training is not finished, and its newest checkpoint changes while variants train; finish it "
            f"(`{advice}`), or name one checkpoint in [base.model] init"
        )
    transformer = find_origin(config.model).transformer
    assert transformer is not None, "only a new model has none"
    files = sorted(file for file in transformer.rglob("*") if file.is_file() and file.suffix != ".jsonl")
    return digest_of({file.relative_to(transformer).as_posix(): sha256_of_file(file) for file in files})


def _command(folder: Path) -> str | None:
    """What makes a run folder of a shipped configuration."""
    return f"s2vbench train {folder.name}" if folder.name in shipped_configs() else None


def check_order(units: Sequence[Unit]) -> None:
    """Make sure that equal seeds mean equal samples in the same order, whatever the variant.

    Raises:
        InputError: two variants would see other clips, or in another order.
    """
    orders: dict[DataSection, str] = {}
    first: tuple[Unit, str] | None = None
    for unit in units:
        data = unit.config.data
        if data not in orders:
            orders[data] = _order(data)
        if first is None:
            first = unit, orders[data]
        elif orders[data] != first[1]:
            raise InputError(
                f"variants {first[0].variant} and {unit.variant} would see other clips, or in another order; give both "
                "the same [data] but for positions and references (a cache of `--pairs both` holds two sets of "
                "references of the same clips)"
            )


def _order(data: DataSection) -> str:
    """Names what decides which clips come when: their names, and how many references each has."""
    same = {key: getattr(data, key) for key in _SAME}
    if data.source != "latents":
        return digest_of(same | {"path": data.path})
    assert data.path is not None
    folder = Path(data.path)
    if not folder.exists():
        raise MissingError(
            f"{folder}: the latents that the sweep trains on are missing; docs/ablate.md says how they are made"
        )
    cache = LatentsCache(folder, data.reference_set)
    layouts = [layout[: data.most_references if data.references else 0] for layout in cache.layouts()]
    lines = sorted(folder.glob("shard-*.jsonl"))
    return digest_of(
        same
        | {
            "vae": cache.facts.vae.digest,
            "shape": cache.facts.shape,
            "layouts": layouts,
            "clips": [sha256_of_file(file) for file in lines],
        }
    )

"""The parts of a sweep: one variant with one seed each, in a folder of its own, and what of it is done.

OUT/
  .lock
  shift_wh/seed-0/
    unit.json       what the unit is made with: configuration, base weights, evaluation
    train/          the training's own folder; a model when it is finished
    trained.json    written when it is; checkpoints are removed then
    run/            videos and records, as `s2vbench run` keeps them
    done.json       written when every video is made and scored; how long it took
  report/
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from pydantic import ValidationError

from s2vbench.ablate.sweep_file import SweepFile, nearest
from s2vbench.errors import InputError, ManifestChangedError
from s2vbench.files import write_atomically
from s2vbench.kaleido.training.config import TrainConfig, identity
from s2vbench.types import Row

UNIT, TRAINED, DONE = "unit.json", "trained.json", "done.json"
_ABSENT: Final = "nothing"
R = TypeVar("R", bound=Row)
State = Literal["to do", "training", "trained", "scoring", "done"]


class UnitManifest(Row):
    """`unit.json`: a unit goes on only with what it was begun with."""

    schema_version: int = 1
    training: dict[str, Any]
    """Every key that a step's outcome depends on, the number of steps, and the digest of what it begins with."""
    evaluation: dict[str, Any]


class Trained(Row):
    """`trained.json`."""

    steps: int
    seconds: float
    """Spent training, over all starts."""
    files: dict[str, int]
    """File of the transformer -> size in bytes."""


class Done(Row):
    """`done.json`."""

    videos: int
    generate_s: float
    score_s: float | None
    """None where scoring was interrupted, so that nobody knows."""
    size_bytes: int
    """Of the unit's folder."""


@dataclass(frozen=True)
class Beginning:
    """What all units of a sweep have in common, by content and not by where it lies."""

    base: str
    """Digest of the weights that trainings begin with."""
    evaluation: dict[str, Any]


@dataclass(frozen=True)
class Unit:
    """One variant with one seed."""

    variant: str
    seed: int
    folder: Path
    config: TrainConfig

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.variant}, seed {self.seed}"

    @property
    def train(self) -> Path:
        """The training's folder, and then the model's."""
        return self.folder / "train"

    @property
    def run(self) -> Path:
        """The run folder of its videos and records."""
        return self.folder / "run"

    @property
    def trained(self) -> Trained | None:
        """How its training ended; None where it has not, or where the model is gone."""
        found = _read(self.folder / TRAINED, Trained)
        if found is None:
            return None
        model = self.train / "transformer"
        whole = all(
            (model / name).is_file() and (model / name).stat().st_size == size for name, size in found.files.items()
        )
        return found if whole else None

    @property
    def done(self) -> Done | None:
        """How it ended; None where something is left to do."""
        return _read(self.folder / DONE, Done)

    @property
    def state(self) -> State:
        """How far it is."""
        if self.done is not None:
            return "done"
        if self.trained is not None:
            return "scoring" if (self.run / "generations.jsonl").exists() else "trained"
        return "training" if (self.train / "log.jsonl").exists() else "to do"


def _read(file: Path, kind: type[R]) -> R | None:
    try:
        return kind.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise InputError(
            f"{file}: not of this version, or damaged; remove it to have that part looked at again"
        ) from error


def units_of(file: SweepFile, out: Path, only: Sequence[str] = (), seeds: Sequence[int] = ()) -> list[Unit]:
    """The units wanted, seed by seed, so that all variants can be compared early.

    Args:
        file: the sweep.
        out: its folder.
        only: names of variants; all where empty.
        seeds: some of the sweep's; all where empty.

    Raises:
        InputError: no such variant or seed in the sweep.
    """
    sweep = file.sweep
    for variant in only:
        if variant not in sweep.variants:
            advice = nearest(variant, sweep.variants) or f"there are {', '.join(sweep.variants)}"
            raise InputError(f"--only {variant}: no such variant in {file.path}; {advice}")
    for seed in seeds:
        if seed not in sweep.seeds:
            known = ", ".join(map(str, sweep.seeds))
            raise InputError(f"--seeds {seed}: not in {file.path}, which has {known}; add it to `seeds` there")
    return [
        Unit(variant, seed, out / variant / f"seed-{seed}", file.config(variant, seed))
        for seed in (seeds or sweep.seeds)
        for variant in sweep.variants
        if not only or variant in only
    ]


def manifest_of(unit: Unit, beginning: Beginning) -> UnitManifest:
    """What a unit is made with."""
    settings = unit.config.training
    training = identity(unit.config) | {"training.steps": settings.steps, "base": beginning.base}
    content = json.dumps({"training": training, "evaluation": beginning.evaluation})
    return UnitManifest.model_validate_json(content)


def settle(unit: Unit, new: UnitManifest) -> None:
    """Write what a unit is made with, or compare it with what it was begun with.

    Raises:
        ManifestChangedError: it was begun with something else. OutputError: it cannot be written.
    """
    old = _read(unit.folder / UNIT, UnitManifest)
    if old is not None:
        if changes := list(_changes(old.training, new.training)):
            raise ManifestChangedError(
                f"{unit.folder}: trained with other settings ({'; '.join(changes)}); choose another --out, go back to "
                "the old settings, or remove this folder"
            )
        if (changes := list(_changes(old.evaluation, new.evaluation))) and unit.run.exists():
            raise ManifestChangedError(
                f"{unit.folder}: evaluated with other settings ({'; '.join(changes)}); choose another --out, go back "
                f"to the old settings, or remove {unit.run} and {unit.folder / DONE} to evaluate again"
            )
    if old != new:
        write_atomically(unit.folder / UNIT, new.model_dump_json(indent=1) + "\n")


def _changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key, _ABSENT), new.get(key, _ABSENT)
        if before != after:
            yield f"{key}: {_short(before)} -> {_short(after)}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return f"{text[:40]}..." if len(text) > 40 else text


def differences(file: SweepFile) -> dict[str, dict[str, Any]]:
    """Variant -> the keys in which its training differs from the reference's, with their values."""
    seed = file.sweep.seeds[0]
    usual = identity(file.config(file.sweep.reference, seed))
    return {
        variant: {
            key: value
            for key, value in identity(file.config(variant, seed)).items()
            if usual.get(key, _ABSENT) != value and key != "seed"
        }
        for variant in file.sweep.variants
    }

"""The driver of a sweep: unit after unit, each going on where it was interrupted; one process a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from s2vbench.ablate.beginnings import base_digest, check_order
from s2vbench.ablate.plan import count_videos, duration, known_pace, work_left
from s2vbench.ablate.stages import Outcome, Watch, evaluate_unit, testset_of, train_unit
from s2vbench.ablate.sweep import Evaluation
from s2vbench.ablate.sweep_file import SweepFile, nearest
from s2vbench.ablate.units import Beginning, Unit, manifest_of, settle
from s2vbench.errors import DivergedError, InputError
from s2vbench.generators.base import load_family
from s2vbench.metrics.base import load_metric
from s2vbench.profiles import load_profile
from s2vbench.run.folder import locked
from s2vbench.run.plan import choose_metrics
from s2vbench.testsets.folder import load_testset

Say = Callable[[str], None]


def check(file: SweepFile, units: Sequence[Unit]) -> Beginning:
    """Find out what would stop a sweep hours later, and what its units have in common.

    Raises:
        InputError: something in the sweep is wrong. MissingError: the base checkpoint or the data is missing.
    """
    evaluation = file.sweep.evaluation
    testset = load_testset(testset_of(evaluation), evaluation.split)
    profile = load_profile(evaluation.profile)
    choose_metrics(profile, list(evaluation.metrics) or None)
    for entry in file.sweep.published:
        load_metric(entry.metric)
    _check_settings(file, evaluation)
    digests = {base_digest(unit.config) for unit in units}
    if len(digests) > 1:
        raise InputError(f"{file.path}: variants begin with different weights; set init in [base.model] alone")
    check_order(units)
    # Records know the digests of their weights; what computes them changes no number's meaning.
    told = evaluation.model_dump(exclude={"weights", "device"})
    return Beginning(digests.pop(), told | {"testset": testset.sha256, "profile": profile.digest()})


def _check_settings(file: SweepFile, evaluation: Evaluation) -> None:
    family, _ = load_family("kaleido")
    for name in evaluation.settings:
        if name not in family.settings:
            advice = nearest(name, family.settings) or f"known: {', '.join(family.settings)}"
            raise InputError(f"{file.place(['evaluation', 'settings', name])}: no setting {name!r}; {advice}")


def run_sweep(file: SweepFile, out: Path, units: Sequence[Unit], watch: Watch, say: Say) -> list[Outcome]:
    """Train, generate and score all units that are not done.

    A training whose loss diverges ends its unit; the others go on.

    Raises:
        KeyboardInterrupt: somebody asked for an end; the same call goes on.
        InputError: see `check`; or a unit was begun with other settings. RunLockedError: another process has the
            folder. OutputError: it cannot be written.
    """
    with locked(out):
        begun = check(file, units)
        for unit in units:
            settle(unit, manifest_of(unit, begun))
        outcomes = []
        for index, unit in enumerate(units, start=1):
            if unit.done is None:
                say(f"[{index}/{len(units)}] {unit.name}: {unit.state}{_left(file, units)}")
                outcomes.append(_one(file, unit, watch, say))
            else:
                outcomes.append(Outcome(unit, 0))
        return outcomes


def _one(file: SweepFile, unit: Unit, watch: Watch, say: Say) -> Outcome:
    try:
        train_unit(unit)
    except DivergedError as error:
        say(f"{unit.name} is left out: {error}")
        return Outcome(unit, 0, str(error))
    return evaluate_unit(unit, file.sweep, watch)


def _left(file: SweepFile, units: Sequence[Unit]) -> str:
    """How long the rest will take, where finished units tell."""
    pace = known_pace(units)
    if pace is None:
        return ""
    left = work_left(units, count_videos(file.sweep.evaluation))
    return f" (about {duration(sum(work.seconds(pace) for work in left))} left)"

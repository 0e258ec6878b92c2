"""How well the measures tell who is in a clip: the same agreement on clips drawn with known individuals.

python -m s2vbench.kaleido.mini.evidence_drawn OUT

Three clips a case, drawn as those for training (80x64 px, 9 frames, close-ups, scene out of focus): "right" with
its subjects, "shuffled" with their partners, "none" with strangers of the same classes. They stand for a model that
follows its references perfectly, and for one that has none. No clip of the model is looked at.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image
from scipy.stats import rankdata

from s2vbench.errors import InputError
from s2vbench.files import write_atomically
from s2vbench.generators.base import GenerationJob, VideoShape
from s2vbench.kaleido.data.framing import close_up
from s2vbench.kaleido.mini.agreement import MEASURES, VERSION
from s2vbench.kaleido.mini.evidence_cases import CONDITIONS, EvidenceCase, evidence_cases
from s2vbench.kaleido.mini.evidence_records import RECORDS, EvidenceRecord, measured
from s2vbench.ledger import Ledger
from s2vbench.testsets.folder import load_testset
from s2vbench.types import FramesU8, Row
from s2vbench.world.cast import Individual
from s2vbench.world.clip import film
from s2vbench.world.controls import Play

SHAPE: Final = VideoShape(width_px=80, height_px=64, num_frames=9, fps=8.0)
VALIDITY: Final = "validity.json"


class Validity(Row):
    """How well one measure tells individuals of one class apart on drawn clips; subjects are counted, not cases."""

    group: str
    measure: str
    n: int
    picks_right: float
    """Share of subjects whose own picture agrees more than their partner's, in their own clip."""
    picks_wrong: float
    """Share of subjects whose partner's picture agrees more, in the partner's clip."""
    margin_auc: float
    """How often the margin (right minus wrong) of a clip of the subject is above that of a clip of its partner."""
    above_shuffled: float
    """Share of subjects whose picture agrees more with their own clip than with their partner's."""
    above_none: float
    """Share of subjects whose picture agrees more with their own clip than with a stranger's."""
    means: dict[str, float]
    """Clip -> mean agreement with the right picture: the scale on which to read a model's."""


class ValidityReport(Row):
    """`validity.json`."""

    version: int
    cases: int
    clips: list[Validity]
    blurred: list[Validity]
    """The same clips at half their resolution."""


def drawn_clips(case: EvidenceCase) -> dict[str, FramesU8]:
    """The case acted out by its subjects, by their partners, and by strangers of the same classes.

    Raises:
        InputError: an individual of it is not of the rendered world.
    """
    play = Play(GenerationJob(case.case, case.seed % 1000, case.folder, Path("drawn.mp4")), SHAPE)
    partners = {
        right.id: Individual(wrong.drawn.species, wrong.drawn.seed)
        for right, wrong in zip(case.case.references, case.partners, strict=True)
        if wrong.drawn is not None
    }
    if len(partners) < len(case.partners):
        raise InputError(f"case {case.case.id}: its subjects are not drawn ones; only those can be drawn anew")
    casts: Mapping[str, Mapping[str, Individual]] = {
        "right": play.people,
        "shuffled": partners,
        "none": play.imposters(),
    }
    aspect = SHAPE.width_px / SHAPE.height_px
    return {
        name: film(close_up(play.script(people), aspect), SHAPE.width_px, SHAPE.height_px).frames_THWC
        for name, people in casts.items()
    }


def blurred(frames_THWC: FramesU8) -> FramesU8:
    """A clip at half its resolution."""
    height_px, width_px = frames_THWC.shape[1:3]
    halves = [
        Image.fromarray(frame).resize((width_px // 2, height_px // 2), Image.Resampling.BOX) for frame in frames_THWC
    ]
    return np.stack([np.asarray(half.resize((width_px, height_px), Image.Resampling.BICUBIC)) for half in halves])


def validities(records: list[EvidenceRecord]) -> list[Validity]:
    """Both groups by all measures."""
    found = {(record.case, record.condition): record for record in records}
    made: list[Validity] = []
    for group, count in (("one", 1), ("two", 2)):
        cases = dict.fromkeys(record.case for record in records if len(record.subjects) == count)
        kept = [found[case, name] for case in cases for name in CONDITIONS]
        made += [_validity(group, measure, kept) for measure in MEASURES if kept]
    return made


def _validity(group: str, measure: str, records: list[EvidenceRecord]) -> Validity:
    right = {
        n: np.array([s.right[measure] for r in records if r.condition == n for s in r.subjects]) for n in CONDITIONS
    }
    wrong = {
        n: np.array([s.wrong[measure] for r in records if r.condition == n for s in r.subjects]) for n in CONDITIONS
    }
    margins = {name: right[name] - wrong[name] for name in CONDITIONS}
    n = len(right["right"])
    ranks = rankdata(np.concatenate([margins["right"], margins["shuffled"]]))
    return Validity(
        group=group,
        measure=measure,
        n=n,
        picks_right=float((margins["right"] > 0).mean()),
        picks_wrong=float((margins["shuffled"] < 0).mean()),
        margin_auc=float((ranks[:n].sum() - n * (n + 1) / 2) / n**2),
        above_shuffled=float((right["right"] > right["shuffled"]).mean()),
        above_none=float((right["right"] > right["none"]).mean()),
        means={name: float(values.mean()) for name, values in right.items()},
    )


def validate(cases: list[EvidenceCase]) -> tuple[ValidityReport, list[EvidenceRecord]]:
    """Draw, measure and sum up; the records of the sharp clips besides."""
    sharp, soft = [], []
    for case in cases:
        for name, frames_THWC in drawn_clips(case).items():
            sharp.append(measured(case, name, frames_THWC))
            soft.append(measured(case, name, blurred(frames_THWC)))
    report = ValidityReport(version=VERSION, cases=len(cases), clips=validities(sharp), blurred=validities(soft))
    return report, sharp


def main(arguments: list[str] | None = None) -> None:
    """Write `validity.json` and the drawn clips' records into a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--testset", default="s2v400")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--seed", type=int, default=0, help="of the choice of partners")
    options = parser.parse_args(arguments)
    report, records = validate(evidence_cases(load_testset(options.testset), options.limit, options.seed))
    write_atomically(options.out / VALIDITY, report.model_dump_json(indent=2) + "\n")
    path = options.out / f"drawn-{RECORDS}"
    path.unlink(missing_ok=True)
    with Ledger(path, EvidenceRecord) as ledger:
        for record in records:
            ledger.append(record)


if __name__ == "__main__":
    main()

"""The evidence as Markdown, put between two marks of a README so that the words around it stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from s2vbench.files import write_atomically
from s2vbench.kaleido.mini.evidence_cases import CONDITIONS, SWAPPED
from s2vbench.kaleido.mini.evidence_drawn import ValidityReport
from s2vbench.kaleido.mini.evidence_statistics import Contrast, Interval

BEGIN: Final = "<!-- evidence: written by s2vbench.kaleido.mini.evidence; edits between these marks are lost -->"
END: Final = "<!-- /evidence -->"
PRIMARY: Final = "colour"
"""Fixed before any clip of the model was seen: it tells individuals apart best on drawn clips."""
_OTHERS: Final = {"shuffled": "shuffled ones", "none": "none"}
GROUPS: Final = {"one": "one subject", "two": "two subjects"}


def shown(value: Interval) -> str:
    """A mean with its interval.

    >>> shown(Interval(mean=0.1234, low=0.1, high=0.15, positive=1.0, n=9))
    '+0.123 [+0.100, +0.150]'
    """
    bounds = "" if value.low is None or value.high is None else f" [{value.low:+.3f}, {value.high:+.3f}]"
    return f"{value.mean:+.3f}{bounds}"


def claims(contrasts: Sequence[Contrast]) -> dict[str, bool]:
    """Each claim, and whether its whole interval is above zero: by the primary measure, both ways, both groups."""
    found: dict[str, bool] = {}
    for contrast in contrasts:
        if contrast.measure == PRIMARY and contrast.group in GROUPS:
            for other in CONDITIONS[1:]:
                name = f"{GROUPS[contrast.group]}: right references above {_OTHERS[other]}"
                gains = (contrast.value_gains[other], contrast.margin_gains[other])
                found[name] = all(gain.above_zero for gain in gains)
    return found


def tables(contrasts: Sequence[Contrast], validity: ValidityReport | None) -> str:
    """All tables."""
    parts = ["## Do references matter?", "", *_claim_lines(contrasts)]
    for group, words in GROUPS.items():
        chosen = [contrast for contrast in contrasts if contrast.group == group]
        if chosen:
            parts += ["", f"### {words.capitalize()}, {chosen[0].values['right'].n} cases", "", *_group(chosen)]
    parts += ["", "### By kind", "", *_kinds(contrasts)]
    swapped = [contrast for contrast in contrasts if contrast.group == "two" and SWAPPED in contrast.value_gains]
    if swapped:
        parts += ["", "### The two references in the other order (only told)", "", *_swapped(swapped)]
    if validity is not None:
        parts += ["", "## What the measures can tell: drawn clips", "", *_validity(validity)]
    return "\n".join(parts) + "\n"


def _claim_lines(contrasts: Sequence[Contrast]) -> Iterator[str]:
    yield (
        f"A claim holds where, by the {PRIMARY} measure, the 95 % intervals of both paired gains (agreement, margin) "
        "lie above zero."
    )
    yield ""
    for name, holds in claims(contrasts).items():
        yield f"- {name}: **{'holds' if holds else 'does not hold'}**"


def _group(chosen: Sequence[Contrast]) -> Iterator[str]:
    yield "| measure | | right | shuffled | none | right - shuffled | right - none | cases above shuffled, none |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for contrast in chosen:
        rows = (
            ("agreement", contrast.values, contrast.value_gains),
            ("margin", contrast.margins, contrast.margin_gains),
        )
        for name, values, gains in rows:
            means = " | ".join(f"{values[condition].mean:.3f}" for condition in CONDITIONS)
            shares = ", ".join(f"{gains[other].positive:.0%}" for other in CONDITIONS[1:])
            differences = " | ".join(shown(gains[other]) for other in CONDITIONS[1:])
            yield f"| {contrast.measure} | {name} | {means} | {differences} | {shares} |"


def _kinds(contrasts: Sequence[Contrast]) -> Iterator[str]:
    yield "| subjects | measure | cases | margin: right - shuffled | margin: right - none |"
    yield "| --- | --- | --- | --- | --- |"
    for contrast in contrasts:
        if contrast.group not in GROUPS:
            gains = contrast.margin_gains
            yield (
                f"| {contrast.group.replace(' ', ', ')} | {contrast.measure} | {gains['none'].n} "
                f"| {shown(gains['shuffled'])} | {shown(gains['none'])} |"
            )


def _swapped(chosen: Sequence[Contrast]) -> Iterator[str]:
    yield "| measure | agreement: right - swapped | margin: right - swapped |"
    yield "| --- | --- | --- |"
    for contrast in chosen:
        yield (
            f"| {contrast.measure} | {shown(contrast.value_gains[SWAPPED])} | {shown(contrast.margin_gains[SWAPPED])} |"
        )


def _validity(report: ValidityReport) -> Iterator[str]:
    yield (
        f"Clips of {report.cases} cases drawn with known individuals, no model: with the subjects (right), with their "
        "partners (shuffled), with strangers of the same classes (none). The means are what a model can reach."
    )
    yield ""
    yield (
        "| clips | subjects | measure | n | picks the subject | picks the partner | AUC of the margin "
        "| above shuffled | above none | mean: right | shuffled | none |"
    )
    yield "| --- " * 12 + "|"
    for clips, rows in (("sharp", report.clips), ("half resolution", report.blurred)):
        for row in rows:
            means = " | ".join(f"{row.means[name]:.3f}" for name in CONDITIONS)
            yield (
                f"| {clips} | {row.group} | {row.measure} | {row.n} | {row.picks_right:.1%} | {row.picks_wrong:.1%} "
                f"| {row.margin_auc:.3f} | {row.above_shuffled:.1%} | {row.above_none:.1%} | {means} |"
            )


def put_tables(readme: Path, text: str) -> None:
    """Write the tables between the marks of a README; one without marks gets them at its end."""
    before = readme.read_text(encoding="utf-8") if readme.exists() else "# Evidence\n"
    head, mark, rest = before.partition(BEGIN)
    tail = rest.partition(END)[2] if mark else "\n"
    write_atomically(readme, f"{head.rstrip()}\n\n{BEGIN}\n\n{text}\n{END}{tail}")

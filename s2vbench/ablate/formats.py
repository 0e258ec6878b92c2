"""A comparison as Markdown, CSV and JSON text; what a paper states has columns of its own."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from s2vbench.ablate import verdicts
from s2vbench.ablate.compare import Comparison, MetricComparison
from s2vbench.ablate.sweep import Sweep
from s2vbench.report.formats import arrow
from s2vbench.stats.crossed import Crossed

CURVES, DIFFERENCES = "curves.svg", "differences.svg"
_INTERVALS: Final = (
    "Mean [95 % interval over cases and training seeds]. Variants that share a letter cannot be told apart at 95 %, "
    "allowing for all comparisons of the metric (Holm). \N{UPWARDS ARROW} higher is better, \N{DOWNWARDS ARROW} lower "
    "is better. n = cases x seeds."
)


def markdown(sweep: Sweep, comparison: Comparison, differing: dict[str, dict[str, Any]]) -> str:
    """The report as one page."""
    parts = [f"# {sweep.name}: {sweep.summary}", ""]
    parts += [_summary(sweep, comparison), "", *_variants(sweep, comparison, differing), ""]
    spoken = [found for found in comparison.metrics if sweep.published_about(found.metric.name)]
    rest = [found for found in comparison.metrics if found not in spoken]
    if spoken:
        parts += ["## The paper's table", "", *_paper_table(sweep, comparison, spoken), "", _INTERVALS, ""]
        parts += _sources(sweep)
    parts += [f"## Differences from {sweep.label(sweep.reference)}", ""]
    parts += [*_differences(sweep, comparison, spoken or rest), "", f"![Differences]({DIFFERENCES})", ""]
    if spoken and rest:
        parts += ["## All other metrics", "", *_upright(sweep, comparison, rest), "", _INTERVALS, ""]
    parts += ["## Training", "", *_losses(sweep, comparison), "", f"![Training loss]({CURVES})", ""]
    parts += _support(sweep, comparison)
    return "\n".join(parts)


def _summary(sweep: Sweep, comparison: Comparison) -> str:
    records, evaluation = comparison.records, sweep.evaluation
    return (
        f"{len(records.variants)} variants, {len(records.seeds)} training seeds, {len(records.cases)} cases of "
        f"{evaluation.testset} ({evaluation.split}), profile {records.manifest.profile}, {records.manifest.precision}. "
        "Equal seeds mean equal samples in equal order, with equal noise, from the same weights."
    )


def _variants(sweep: Sweep, comparison: Comparison, differing: dict[str, dict[str, Any]]) -> list[str]:
    lines = ["| variant | seeds done | differs in | |", "| --- | ---: | --- | --- |"]
    for variant in sweep.variants:
        done = sum((variant, seed) in comparison.records.rows for seed in sweep.seeds)
        if variant == sweep.reference:
            keys = "(the reference)"
        else:
            keys = ", ".join(f"`{key}` = `{json.dumps(value)}`" for key, value in differing[variant].items())
        note = sweep.variants[variant].note
        lines.append(f"| {_plain(sweep.label(variant))} | {done} of {len(sweep.seeds)} | {keys} | {_plain(note)} |")
    return lines


def _paper_table(sweep: Sweep, comparison: Comparison, spoken: Sequence[MetricComparison]) -> list[str]:
    head = ["variant", *(f"{found.metric.name} {arrow(found.metric)}" for found in spoken)]
    head += [f"published {found.metric.name}" for found in spoken]
    lines = [_line(head), "| --- |" + " ---: |" * (len(head) - 1)]
    for variant in comparison.records.variants:
        cells = [mean_text(found, variant) for found in spoken]
        stated = [sweep.published_about(found.metric.name).get(variant) for found in spoken]
        cells += [f"{entry.value:.3f}" if entry else "-" for entry in stated]
        lines.append(_line([_plain(sweep.label(variant)), *cells]))
    return lines


def _sources(sweep: Sweep) -> list[str]:
    facts = dict.fromkeys(f"{entry.source}: {entry.protocol}" for entry in sweep.published)
    return [f"Published columns: {'; '.join(facts)}. Not comparable with the columns beside them.", ""]


def _differences(sweep: Sweep, comparison: Comparison, metrics: Sequence[MetricComparison]) -> list[str]:
    head = ["variant", *(f"{found.metric.name} {arrow(found.metric)}" for found in metrics)]
    lines = [_line(head), "| --- |" + " ---: |" * (len(head) - 1)]
    for variant in comparison.records.variants:
        if variant == sweep.reference:
            continue
        cells = []
        for found in metrics:
            difference = found.against(sweep.reference).get(variant)
            cells.append("-" if difference is None else f"{verdicts.signed(difference)} {counted(difference)}")
        lines.append(_line([_plain(sweep.label(variant)), *cells]))
    note = "Variant minus reference [95 % interval over cases and seeds], n = pairs of videos; each interval by itself."
    return [*lines, "", note]


def _upright(sweep: Sweep, comparison: Comparison, metrics: Sequence[MetricComparison]) -> list[str]:
    """Metrics as rows, as they are many."""
    variants = comparison.records.variants
    head = ["metric", *(_plain(sweep.label(variant)) for variant in variants)]
    lines = [_line(head), "| --- |" + " ---: |" * len(variants)]
    for found in metrics:
        cells = [mean_text(found, variant) for variant in variants]
        if any(mean.value is not None for mean in found.means.values()):
            lines.append(_line([f"{found.metric.name} {arrow(found.metric)}", *cells]))
    empty = [found for found in metrics if all(mean.value is None for mean in found.means.values())]
    reasons = [
        f"No value: {found.metric.name} ({comparison.records.cells[variants[0], found.metric.name].reason})."
        for found in empty
    ]
    return [*lines, "", *reasons] if reasons else lines


def mean_text(found: MetricComparison, variant: str) -> str:
    """A mean with its interval, tie letters and count."""
    mean = found.means[variant]
    if mean.value is None:
        return "-"
    interval = "" if mean.low is None else f" [{mean.low:.4f}, {mean.high:.4f}]"
    return f"{mean.value:.4f}{interval} {found.letters.get(variant, '')} {counted(mean)}"


def counted(found: Crossed) -> str:
    """How many cases and seeds a number is made of, and of how many videos where some have no value."""
    whole = found.n_cases * found.n_seeds
    shape = f"{found.n_cases}x{found.n_seeds}"
    return f"(n={shape})" if found.n_cells == whole else f"(n={found.n_cells} of {shape})"


def _losses(sweep: Sweep, comparison: Comparison) -> list[str]:
    lines = ["| variant | loss of the last fifth of training |", "| --- | ---: |"]
    for variant in comparison.records.variants:
        loss = comparison.losses[variant]
        if loss.value is None:
            continue
        if variant == sweep.reference:
            interval = "" if loss.low is None else f" [{loss.low:.5f}, {loss.high:.5f}]"
            text = f"{loss.value:.5f}{interval}"
        else:
            text = f"{verdicts.signed(loss, 5)} against the reference"
        lines.append(_line([_plain(sweep.label(variant)), text]))
    return [*lines, "", "95 % intervals over seeds; the last step's weights, not the average that is sampled from."]


def _support(sweep: Sweep, comparison: Comparison) -> list[str]:
    parts = ["## What the data support, and what they do not", ""]
    if stated := verdicts.claims(sweep, comparison):
        parts += ["The paper's orderings:", "", *_points(stated), ""]
    for found in comparison.metrics:
        if not found.pairs:
            continue
        holding, open_ = verdicts.supported(sweep, found), verdicts.unsupported(sweep, found)
        if not holding and not sweep.published_about(found.metric.name):
            continue
        parts += [f"**{found.metric.name}** holds at 95 % for all comparisons together:", ""]
        parts += [*_points(holding or ["nothing"]), ""]
        if open_ and sweep.published_about(found.metric.name):
            parts += ["does not:", "", *_points(open_), ""]
    silent = [
        found.metric.name
        for found in comparison.metrics
        if found.pairs and not verdicts.supported(sweep, found) and not sweep.published_about(found.metric.name)
    ]
    if silent:
        parts += [f"No ordering holds by {', '.join(silent)}.", ""]
    return [*parts, "Beyond the intervals:", "", *_points(verdicts.limits(sweep, comparison)), ""]


def _points(lines: Sequence[str]) -> list[str]:
    return [f"- {_plain(line)}" for line in lines]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def csv_text(sweep: Sweep, comparison: Comparison) -> str:
    """One line a metric and variant, full precision."""
    rows = []
    for found in comparison.metrics:
        for variant in comparison.records.variants:
            difference = found.against(sweep.reference).get(variant)
            published = sweep.published_about(found.metric.name).get(variant)
            rows.append(
                {"metric": found.metric.name, "variant": variant}
                | _named("", found.means[variant])
                | {"coverage": comparison.records.cells[variant, found.metric.name].coverage}
                | {"ties": found.letters.get(variant, "")}
                | (_named("difference_", difference) if difference else {})
                | ({"published": published.value, "published_source": published.source} if published else {})
            )
    buffer = io.StringIO()
    fields = ["metric", "variant", *Crossed.__dataclass_fields__, "coverage", "ties"]
    fields += [*(f"difference_{name}" for name in Crossed.__dataclass_fields__), "published", "published_source"]
    writer = csv.DictWriter(buffer, fields, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def _named(prefix: str, found: Crossed) -> dict[str, Any]:
    return {f"{prefix}{name}": value for name, value in asdict(found).items()}


def cells_csv(comparison: Comparison) -> bytes:
    """Every record that the numbers are made of, gzipped: one line a variant, seed, case and metric."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["variant", "training_seed", "case", "seed", "metric", "outcome", "value", "total", "n"])
    for (variant, seed), rows in comparison.records.rows.items():
        for row in sorted(rows, key=lambda row: (row.case, row.seed, row.metric)):
            writer.writerow(
                [variant, seed, row.case, row.seed, row.metric, row.outcome, row.value, row.total, row.n],
            )
    return gzip.compress(buffer.getvalue().encode(), mtime=0)


def json_document(sweep: Sweep, comparison: Comparison, differing: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """All numbers, published ones apart."""
    records = comparison.records
    return {
        "schema_version": 1,
        "sweep": sweep.model_dump(mode="json", exclude={"published"}),
        "seeds": records.seeds,
        "cases": len(records.cases),
        "profile": records.manifest.profile,
        "profile_sha256": records.manifest.profile_sha256,
        "testset_sha256": records.manifest.testset_sha256,
        "packages": records.manifest.packages,
        "differs_in": differing,
        "metrics": [_metric_document(found, comparison) for found in comparison.metrics],
        "losses": {variant: asdict(loss) for variant, loss in comparison.losses.items()},
        "claims": verdicts.claims(sweep, comparison),
        "limits": verdicts.limits(sweep, comparison),
        "published": [entry.model_dump(mode="json") for entry in sweep.published],
    }


def _metric_document(found: MetricComparison, comparison: Comparison) -> dict[str, Any]:
    order = found.best_first()
    return {
        "metric": found.metric.name,
        "version": found.metric.version,
        "higher_is_better": found.metric.higher_is_better,
        "means": {
            variant: asdict(mean)
            | {"ties": found.letters.get(variant, "")}
            | {"coverage": comparison.records.cells[variant, found.metric.name].coverage}
            for variant, mean in found.means.items()
        },
        "groups": found.groups,
        "pairs": [
            asdict(found.pairs[first, second].difference)
            | {
                "first": first,
                "second": second,
                "adjusted_p": found.pairs[first, second].adjusted_p,
                "verdict": found.pairs[first, second].verdict,
                "detectable": found.pairs[first, second].difference.detectable,
            }
            for index, first in enumerate(order)
            for second in order[index + 1 :]
        ],
    }


def json_text(document: dict[str, Any]) -> str:
    """`json_document` as text."""
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"

"""The list of all videos of a report: what the page's browser sorts and filters, and a block of detail for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from s2vbench.metrics.base import TABLE_1, Metric
from s2vbench.report.formats import arrow
from s2vbench.report.groups import groups
from s2vbench.report.html.block import about_subjects, block, detail_for, evidence_of, shortened
from s2vbench.report.html.clips import Clip, clips_of, embeddable, source_of
from s2vbench.report.html.facts import CaseFacts, facts_of, known_cases
from s2vbench.report.html.thumbnails import Album
from s2vbench.report.table import RunRow, Table
from s2vbench.types import Score


@dataclass(frozen=True)
class Entry:
    """One video of one run."""

    run: int
    """Position of the run among all runs of the page."""
    row: RunRow
    case: str
    seed: int
    scores: dict[str, Score]
    facts: CaseFacts
    clip: Clip

    @property
    def num_failed(self) -> int:
        """How many of its records failed."""
        return sum(score.outcome == "failed" for score in self.scores.values())


@dataclass
class Videos:
    """All videos of a page."""

    tables: list[list[Entry]]
    """For each table its videos, in the order of the records."""
    blocks: list[Any]
    pictures: list[Any]
    """Reference pictures, each once."""
    embedded: bool
    num_bytes: int
    """Of the video files together."""
    num_missing: int
    """Videos that cannot be shown."""


@dataclass
class _Making:
    page_folder: Path
    embed: bool
    album: Album
    blocks: list[Any] = field(default_factory=list)


def read_videos(
    tables: Sequence[Table], page_folder: Path, *, cases: Path | None, videos: Path | None, embed_mb: float
) -> Videos:
    """Find every video that records are about, with what was kept of it.

    Args:
        tables: of the report.
        page_folder: where the page will lie: links to videos are relative to it.
        cases: the cases file or test set, for runs whose manifest does not say where it is.
        videos: where the videos are, for runs that do not hold them.
        embed_mb: videos that together are smaller than this go into the page.

    Raises:
        InputError: `cases` is not what the runs were made with, or a record's paths leave their folder.
    """
    rows = [row for table in tables for row in table.rows]
    known = [known_cases(row, cases) for row in rows]
    clips = [clips_of(row, facts, videos) for row, facts in zip(rows, known, strict=True)]
    scores = [_by_video(row) for row in rows]
    shown = [clips[run].get(key, Clip(None, "no line about its video")) for run, of in enumerate(scores) for key in of]
    detail = detail_for(len(shown))
    making = _Making(page_folder, embeddable(shown, embed_mb), Album(detail.reference_px))
    found: list[list[Entry]] = []
    run = 0
    for table in tables:
        entries: list[Entry] = []
        for row in table.rows:
            looking = about_subjects(row.manifest.metrics)
            for (case, seed), of in scores[run].items():
                evidence, silence = evidence_of(row.path, list(of.values()), looking)
                facts = facts_of(case, known[run], evidence)
                clip = clips[run].get((case, seed), Clip(None, "no line about its video"))
                entries.append(Entry(run, row, case, seed, of, facts, clip))
                content = block(list(of.values()), facts, evidence, detail, making.album)
                making.blocks.append(content | {"silence": silence, "video": _video(clip, making)})
            run += 1
        found.append(entries)
    return Videos(
        tables=found,
        blocks=making.blocks,
        pictures=making.album.entries,
        embedded=making.embed,
        num_bytes=sum(clip.num_bytes for clip in shown),
        num_missing=sum(clip.path is None for clip in shown),
    )


def _by_video(row: RunRow) -> dict[tuple[str, int], dict[str, Score]]:
    """(case, seed) -> metric -> record, the records of the manifest's numbers only."""
    found: dict[tuple[str, int], dict[str, Score]] = {}
    for score in row.scores:
        if score.comparability == row.manifest.metrics.get(score.metric):
            found.setdefault((score.case, score.seed), {})[score.metric] = score
    return found


def _video(clip: Clip, making: _Making) -> dict[str, Any]:
    if clip.path is None:
        return {"reason": clip.reason}
    source = source_of(clip, making.page_folder, embed=making.embed)
    return {"source": source, "type": clip.media_type, "reason": clip.reason}


def listing(tables: Sequence[Table], videos: Videos) -> dict[str, Any]:
    """What the browser of cases sorts and filters: one short row a video, its reasons by number."""
    reasons: dict[str, int] = {}
    found, at = [], 0
    for table, title, entries in zip(tables, titles_of(tables), videos.tables, strict=True):
        metrics = [metric for group in groups(table) for metric in group.metrics]
        rows = []
        for entry in entries:
            rows.append(
                [
                    entry.run,
                    entry.case,
                    entry.seed,
                    entry.facts.num_subjects,
                    entry.facts.kind,
                    entry.facts.nouns,
                    entry.num_failed,
                    [_value(entry.scores.get(metric.name), reasons) for metric in metrics],
                    at,
                ]
            )
            at += 1
        found.append({"title": title, "metrics": [_about(metric) for metric in metrics], "rows": rows})
    return {"tables": found, "runs": run_names(tables), "reasons": list(reasons)}


def titles_of(tables: Sequence[Table]) -> list[str]:
    """What the numbers of each table were made with, in a line; with numbers where there are several."""
    made = [table.rows[0].manifest for table in tables]
    titles = [f"{first.testset}, profile {first.profile}, {first.precision}" for first in made]
    return titles if len(titles) == 1 else [f"Table {at}: {title}" for at, title in enumerate(titles, start=1)]


def run_names(tables: Sequence[Table]) -> list[str]:
    """A name for each run; models that occur several times carry their folder's name."""
    rows = [row for table in tables for row in table.rows]
    models = Counter(row.manifest.model for row in rows)
    return [
        row.manifest.model if models[row.manifest.model] == 1 else f"{row.manifest.model} ({row.path.resolve().name})"
        for row in rows
    ]


def _about(metric: Metric) -> dict[str, Any]:
    return {
        "name": metric.name,
        "arrow": arrow(metric),
        "higher": metric.higher_is_better,
        "paper": metric.name in TABLE_1,
        "summary": metric.summary,
    }


def _value(score: Score | None, reasons: dict[str, int]) -> float | str | None:
    """A number; `f12` or `n12` for a failed or not applicable record with the twelfth reason; None for no record."""
    if score is None:
        return None
    if score.value is not None:
        return shortened(score.value)
    reason = reasons.setdefault(score.reason or "no reason given", len(reasons))
    return f"{'f' if score.outcome == 'failed' else 'n'}{reason}"

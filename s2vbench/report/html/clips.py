"""Videos for a page: inside it where they are small together, else links to where they lie."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from s2vbench.files import inside, is_there, sha256_of_file
from s2vbench.ledger import read_rows
from s2vbench.report.html.facts import CaseFacts, option_of
from s2vbench.report.table import RunRow
from s2vbench.run.folder import GENERATIONS
from s2vbench.types import Case, Generation

EMBED_MB = 40.0
"""Videos that are smaller than this together go into the page."""
PLAYABLE = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".webm": "video/webm",
    ".mov": "video/quicktime",
    ".gif": "image/gif",
}
"""What browsers play: suffix -> media type."""


@dataclass(frozen=True)
class Clip:
    """One video of a run."""

    path: Path | None
    reason: str = ""
    """Why there is none to show, or what is wrong with it."""
    num_bytes: int = 0

    @property
    def media_type(self) -> str | None:
        """What browsers call it; None for what they do not play."""
        return PLAYABLE.get(self.path.suffix.lower()) if self.path else None


def clips_of(row: RunRow, known: Mapping[str, CaseFacts], videos: Path | None) -> dict[tuple[str, int], Clip]:
    """(case, seed) -> its video, for every line of `generations.jsonl`.

    A file that is no longer what was scored is not shown: it would explain numbers that are not its own.

    Args:
        row: the run.
        known: its cases.
        videos: a folder of videos, for a run that does not hold its own; by default the one that was scored.
    """
    lines = {(line.case, line.seed): line for line in read_rows(row.path / GENERATIONS, Generation)}
    told = option_of(row.manifest.command, "--videos")
    folder = videos or (Path(told) if told else None)
    return {key: _clip(row, line, known.get(line.case), folder) for key, line in lines.items()}


def embeddable(clips: Iterable[Clip], limit_mb: float) -> bool:
    """True where all videos that a browser plays fit into the page."""
    return sum(clip.num_bytes for clip in clips if clip.media_type) <= limit_mb * 1e6


def source_of(clip: Clip, page_folder: Path, *, embed: bool) -> str:
    """What the page's <video> or link points to."""
    assert clip.path is not None, "asked only for videos that are there"
    if embed and clip.media_type:
        return f"data:{clip.media_type};base64,{base64.b64encode(clip.path.read_bytes()).decode()}"
    relative = Path(os.path.relpath(clip.path.resolve(), page_folder.resolve())).as_posix()
    return quote(relative)


def _clip(row: RunRow, line: Generation, facts: CaseFacts | None, folder: Path | None) -> Clip:
    if line.outcome == "failed":
        return Clip(None, line.reason or "there is no video")
    path = _place(row, line, facts, folder)
    if path is None:
        return Clip(None, "the video is no longer where it was; --videos DIR says where it is")
    if path.is_dir():
        return Clip(None, "a folder of frames, which a browser does not play")
    if line.sha256 is not None and sha256_of_file(path) != line.sha256:
        return Clip(None, "the video has been changed since it was scored")
    reason = "" if path.suffix.lower() in PLAYABLE else f"browsers do not play {path.suffix} files"
    return Clip(path, reason, path.stat().st_size)


def _place(row: RunRow, line: Generation, facts: CaseFacts | None, folder: Path | None) -> Path | None:
    where = f"{row.path / GENERATIONS}, case {line.case!r}"
    own = [f"videos/{line.case}/{line.seed}.mp4"]
    if line.path is not None and "/" in line.path:
        own.insert(0, line.path)
    for relative in own:
        path = inside(row.path, relative, where=where)
        if is_there(path):
            return path
    if folder is None and (facts is None or facts.file is None or facts.case is None or facts.case.video is None):
        return None
    from s2vbench.run.plan import locate_video

    case = facts.case if facts is not None and facts.case is not None else Case(id=line.case, prompt="")
    cases_file = facts.file if facts is not None and facts.file is not None else row.path
    path = locate_video(case, line.seed, cases_file, folder)
    return path if is_there(path) else None

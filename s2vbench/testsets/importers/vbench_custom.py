"""VBench: a folder of videos whose names are their prompts, or a JSON file of prompts; cases without references."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from s2vbench.errors import InputError
from s2vbench.testsets.importers.base import FormatImporter
from s2vbench.testsets.importers.collect import Collector
from s2vbench.testsets.importers.reading import read_json
from s2vbench.video.decode import VIDEO_SUFFIXES


def read_vbench_custom(source: Path, collector: Collector, extra: Mapping[str, str]) -> None:
    """Read videos, prompts, or both.

    Raises:
        InputError: neither a folder of videos nor a JSON file of prompts.
    """
    videos = Path(extra["videos"]) if "videos" in extra else None
    prompts_file = Path(extra["prompts"]) if "prompts" in extra else None
    if source.is_file():
        prompts_file = source
    else:
        videos = source
    if prompts_file is None:
        _of_names(videos or source, collector)
        return
    value = read_json(prompts_file)
    if isinstance(value, dict):
        _of_table(value, prompts_file, videos or prompts_file.parent, collector)
    elif isinstance(value, list):
        _of_list(value, prompts_file, videos, collector)
    else:
        raise InputError(f"{prompts_file}: must be a list of prompts, or an object of video paths and prompts")


def prompt_of_name(stem: str) -> tuple[str, int]:
    """(prompt, number of the sample) of a file name: a trailing -0 is the number.

    >>> prompt_of_name("a cat, running-3"), prompt_of_name("a well-known dog")
    (('a cat, running', 3), ('a well-known dog', 0))
    """
    match = re.fullmatch(r"(.+)-(\d{1,6})", stem, flags=re.ASCII | re.DOTALL)
    return (match.group(1).strip(), int(match.group(2))) if match else (stem.strip(), 0)


def _videos_in(folder: Path) -> list[Path]:
    found = [path for path in folder.iterdir() if path.suffix.lower() in VIDEO_SUFFIXES and path.is_file()]
    return sorted(found, key=lambda path: (prompt_of_name(path.stem), path.name))


def _of_names(folder: Path, collector: Collector) -> None:
    files = _videos_in(folder)
    if not files:
        raise InputError(f"{folder}: holds no videos ({', '.join(VIDEO_SUFFIXES)}); name them like their prompts")
    for file in files:
        prompt, number = prompt_of_name(file.stem)
        if prompt:
            _add(collector, prompt, number, source=file.name, video=file)
    hidden = sum(path.is_dir() for path in folder.iterdir())
    if hidden:
        collector.note(f"{hidden} folders in {folder} were not looked into")


def _of_table(table: Mapping[str, Any], path: Path, videos: Path, collector: Collector) -> None:
    """VBench's --prompt_file: video path -> prompt."""
    for name, prompt in table.items():
        where = f"{path.name}, {name!r}"
        if not isinstance(prompt, str) or not prompt.strip():
            collector.skip(where, "must have a prompt")
            continue
        try:
            file = collector.placement.find(name, below=videos, where=where)
        except InputError as error:
            collector.skip(where, error)
            continue
        _add(collector, prompt.strip(), prompt_of_name(file.stem)[1], source=f"{path.name}#{name}", video=file)


def _of_list(entries: list[Any], path: Path, videos: Path | None, collector: Collector) -> None:
    """VBench's full info: a list of {prompt_en, dimension, ...}, or of plain strings."""
    known = _by_prompt(videos) if videos is not None else {}
    used: set[Path] = set()
    for at, entry in enumerate(entries):
        where = f"{path.name}, entry {at}"
        prompt = entry.get("prompt_en") if isinstance(entry, dict) else entry
        if not isinstance(prompt, str) or not prompt.strip():
            collector.skip(where, "has no prompt_en")
            continue
        tags = tuple(f"vbench-{name}" for name in _dimensions(entry))
        source = f"{path.name}#{at}"
        # File systems allow no slash in names, and some benchmark scripts cut long ones.
        files = known.get(prompt.strip(), [])
        if videos is not None and not files:
            collector.skip(where, f"no video is called {prompt.strip()[:80]!r} in {videos}")
        for file in files:
            used.add(file)
            _add(collector, prompt.strip(), prompt_of_name(file.stem)[1], source=source, tags=tags, video=file)
        if videos is None:
            _add(collector, prompt.strip(), 0, source=source, tags=tags)
    strangers = [file.name for files in known.values() for file in files if file not in used]
    if strangers:
        collector.skip(f"{len(strangers)} videos", f"have no prompt in {path.name}, first {json.dumps(strangers[0])}")


def _by_prompt(folder: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for file in _videos_in(folder):
        found.setdefault(prompt_of_name(file.stem)[0], []).append(file)
    return found


def _dimensions(entry: Any) -> Iterator[str]:
    names = entry.get("dimension") if isinstance(entry, dict) else None
    yield from (name for name in (names if isinstance(names, list) else [names]) if isinstance(name, str))


def _add(
    collector: Collector,
    prompt: str,
    number: int,
    *,
    source: str,
    tags: tuple[str, ...] = (),
    video: Path | None = None,
) -> None:
    wanted = f"{prompt}-{number}" if video is not None else prompt
    try:
        path = collector.place_video(video, wanted) if video is not None else None
    except InputError as error:
        collector.skip(source, error)
        return
    collector.add_case(wanted, prompt, [], source=source, tags=tags, video=path)


VBENCH_CUSTOM = FormatImporter(
    name="vbench-custom",
    summary="VBench custom input: videos named after their prompts, or a JSON file of prompts",
    source_help="a folder of videos (<prompt>-0.mp4), or a JSON file of prompts",
    licence="Videos that a model made are under whatever licence their maker gives them.",
    read=read_vbench_custom,
    may_copy=True,
    extras={
        "prompts": "JSON file: video path -> prompt, or a list with prompt_en (where SOURCE is a folder)",
        "videos": "folder of videos (where SOURCE is a JSON file)",
    },
    path_extras=("prompts", "videos"),
)

"""DreamBench++ (ICLR 2025): 150 pictures with nine prompts each, in four folders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from s2vbench.errors import InputError
from s2vbench.testsets.importers.base import FormatImporter, number_of
from s2vbench.testsets.importers.collect import Collector, Named, Provenance
from s2vbench.testsets.importers.kinds import kind_of
from s2vbench.testsets.importers.nouns import find_noun
from s2vbench.testsets.importers.reading import read_text
from s2vbench.testsets.schema import Category

FOLDERS = ("animal", "human", "object", "style")
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
_ORIGIN = Provenance(
    source_dataset="DreamBench++",
    licence_spdx="LicenseRef-DreamBench-Plus",
    licence_url="https://github.com/yuangpeng/dreambench_plus",
    source_url="https://huggingface.co/datasets/yuangpeng/dreambench_plus",
    attribution_text="DreamBench++ authors; own collection, Unsplash, rawpixel and web search, for academic use",
)


def read_dreambench_plus(source: Path, collector: Collector, extra: Mapping[str, str]) -> None:
    """Read a folder with images/ and captions/.

    Raises:
        InputError: one of the two is not there.
    """
    source = next((one for one in (source, source / "data") if (one / "captions").is_dir()), source)
    for name in ("images", "captions"):
        if not (source / name).is_dir():
            raise InputError(f"{source}: holds no {name}/; give the folder with images/ and captions/")
    limit = number_of(extra, "prompts_per_picture")
    for folder in FOLDERS:
        captions = sorted((source / "captions" / folder).glob("*.txt"))
        if folder == "style" and captions:
            collector.skip(
                f"captions/{folder}", f"{len(captions)} pictures of a style; they show no subject to be found"
            )
            continue
        for caption in captions:
            try:
                _read_one(source, caption, folder, collector, limit)
            except InputError as error:
                collector.skip(f"captions/{folder}/{caption.name}", error)
        _note_strangers(source, folder, {path.stem for path in captions}, collector)


def _read_one(source: Path, caption: Path, folder: str, collector: Collector, limit: int | None) -> None:
    where = f"captions/{folder}/{caption.name}"
    lines = [line.strip() for line in read_text(caption).split("\n")]
    subject, prompts = lines[0], [line for line in lines[1:] if line]
    if not subject or not prompts:
        raise InputError(f"{where}: must name the subject in its first line and hold prompts below it")
    stem = f"images/{folder}/{caption.stem}"
    suffix = next((suffix for suffix in _SUFFIXES if (source / f"{stem}{suffix}").is_file()), _SUFFIXES[0])
    file = collector.placement.find(f"{stem}{suffix}", below=source, where=where)
    noun = _noun_for(subject, prompts)
    shown = collector.one_picture(file, f"{folder}-{caption.stem}", Named(noun, _kind(folder, noun)), _ORIGIN)
    for number, prompt in enumerate(prompts[:limit]):
        collector.add_case(
            f"{folder}-{caption.stem}-{number}",
            prompt,
            [shown],
            source=f"{where}:{number + 2}",
            tags=(f"dreambench-plus-{folder}", f"difficulty-{_difficulty(number)}"),
        )


def _noun_for(subject: str, prompts: list[str]) -> str:
    """What most prompts call the subject: the words of the first line, or the longest end of them."""
    words = subject.split()
    endings = [" ".join(words[at:]) for at in range(len(words))]
    named = {noun: sum(_names(noun, prompt) for prompt in prompts) for noun in endings}
    best = max(named.values())
    return next(noun for noun in endings if named[noun] == best) if best else subject


def _names(noun: str, prompt: str) -> bool:
    found = find_noun(noun, prompt)
    return found is not None and found.how == "label"


def _kind(folder: str, noun: str) -> Category:
    if folder == "animal":
        return "animal"
    if folder == "human":
        return "human"
    return "cartoon" if kind_of(noun) == "cartoon" else "object"


def _difficulty(number: int) -> str:
    """Of nine prompts the first four are photographs, three in other styles, two imaginative."""
    return "photo" if number < 4 else "style" if number < 7 else "imaginative"


def _note_strangers(source: Path, folder: str, captioned: set[str], collector: Collector) -> None:
    files = sorted((source / "images" / folder).glob("*"))
    strangers = [path.name for path in files if path.suffix.lower() in _SUFFIXES and path.stem not in captioned]
    if strangers:
        collector.skip(f"images/{folder}", f"{len(strangers)} pictures have no captions: {', '.join(strangers[:5])}")


DREAMBENCH_PLUS = FormatImporter(
    name="dreambench-plus",
    summary="DreamBench++: 150 pictures with nine prompts each (those of a style are left out)",
    source_help="the folder with images/<animal|human|object|style>/ and captions/",
    licence="DreamBench++ collected its pictures from several places for academic use; they may not be passed on.",
    spdx="LicenseRef-DreamBench-Plus",
    read=read_dreambench_plus,
    extras={"prompts_per_picture": "how many of a picture's nine prompts (all)"},
)

"""DreamBench (google/dreambooth): 30 subjects with four to six photographs each, and 25 prompts a subject.

Near-duplicates are left out: two files of one photograph would make the held-out view one that models have seen.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from s2vbench.errors import InputError, PictureError
from s2vbench.files import inside, sha256_of_file
from s2vbench.testsets.importers.base import FormatImporter, number_of, one_of
from s2vbench.testsets.importers.collect import Collector, Shown
from s2vbench.testsets.importers.copies import Fingerprint, fingerprint, same_photograph
from s2vbench.testsets.importers.dreambench_pairs import cross_class_pairs, pair_prompt, same_class_pairs
from s2vbench.testsets.importers.dreambench_texts import (
    PROMPTS_FILE,
    SOURCES_FILE,
    Prompts,
    Sources,
    read_prompts,
    read_sources,
)
from s2vbench.testsets.importers.kinds import kind_of

CONTAMINATED = "contamination-risk-high"
"""DreamBench is in many training mixes."""
_INDEX = Path(__file__).with_name("dreambench_index.csv")
_SUFFIXES = {".jpg", ".jpeg", ".png"}


def published_files() -> dict[str, str]:
    """Path -> SHA-256 of the 158 published photographs."""
    with _INDEX.open(encoding="utf-8", newline="") as file:
        return {row["path"]: row["sha256"] for row in csv.DictReader(file)}


def read_dreambench(source: Path, collector: Collector, extra: Mapping[str, str]) -> None:
    """Read a folder with one folder a subject.

    Raises:
        InputError: no text file with classes and prompts, or one that says something else.
    """
    if not (source / PROMPTS_FILE).is_file() and (source / "dataset" / PROMPTS_FILE).is_file():
        source /= "dataset"
    prompts = read_prompts(source / PROMPTS_FILE)
    if (source / SOURCES_FILE).is_file():
        sources = read_sources(source / SOURCES_FILE, set(prompts.class_of))
    else:
        sources = Sources({})
        collector.note(f"{SOURCES_FILE} is missing: no picture has a licence or an author")
    changed = one_of(extra, "changed", ("skip", "keep"), "skip") == "keep"
    reader = _Reader(source, collector, prompts, sources, keeps_changed=changed)
    views = number_of(extra, "views")
    shown = {subject: views_of for subject in sorted(prompts.class_of) if (views_of := reader.subject(subject, views))}
    _note_missing(source, collector, prompts)
    _add_singles(collector, prompts, shown, number_of(extra, "prompts_per_subject"))
    if one_of(extra, "pairs", ("yes", "no"), "yes") == "yes":
        _add_pairs(collector, prompts, shown)
    _link_distractors(collector, shown)


@dataclass(frozen=True)
class _Reader:
    source: Path
    collector: Collector
    prompts: Prompts
    sources: Sources
    keeps_changed: bool

    def subject(self, name: str, views: int | None) -> Shown | None:
        """A subject with the views that cases show and the one that they do not; None without a picture."""
        folder = self.source / name
        files = sorted(path for path in folder.glob("*") if path.suffix.lower() in _SUFFIXES) if folder.is_dir() else []
        kept = self._without_copies(name, [file for file in files if self._is_published(file)])
        noun = self.prompts.class_of[name]
        ids = []
        for at, file in enumerate(kept):
            is_heldout = len(kept) > 1 and at == len(kept) - 1
            if views is not None and at >= views and not is_heldout:
                continue
            ids.append(
                self.collector.add_image(
                    file,
                    wanted_id=f"{name}-{file.stem}",
                    subject_id=name,
                    origin=self.sources.of(name, file.stem),
                    role="heldout" if is_heldout else "condition",
                    view_id=file.stem,
                )
            )
        if not ids:
            return None
        self.collector.add_subject(name, kind_of(noun), noun)
        return Shown(name, tuple(ids[:-1] or ids), tuple(ids[-1:] if len(ids) > 1 else ()))

    def _is_published(self, file: Path) -> bool:
        """True for a file with the digest of the published one; what is wrong with another is reported."""
        relative = file.relative_to(self.source).as_posix()
        try:
            inside(self.source, relative, where=relative)
            digest = published_files().get(relative)
            if digest == sha256_of_file(file):
                return True
        except (InputError, OSError) as error:
            self.collector.skip(relative, error)
            return False
        why = "is not the published file (another SHA-256)" if digest else "is not among the 158 published files"
        if self.keeps_changed:
            self.collector.note(f"{relative}: {why}; kept")
            return True
        self.collector.skip(relative, f"{why}; changed=keep takes it all the same")
        return False

    def _without_copies(self, name: str, files: list[Path]) -> list[Path]:
        kept: dict[Path, Fingerprint] = {}
        for file in files:
            try:
                found = fingerprint(file)
            except PictureError as error:
                self.collector.skip(f"{name}/{file.name}", error)
                continue
            repeats = ((other.name, same_photograph(print_of, found)) for other, print_of in kept.items())
            twin = next(((other, how) for other, how in repeats if how), None)
            if twin is None:
                kept[file] = found
            else:
                self.collector.skip(f"{name}/{file.name}", f"{twin[1]} as {twin[0]}")
        return list(kept)


def _note_missing(source: Path, collector: Collector, prompts: Prompts) -> None:
    missing = [path for path in published_files() if not (source / path).is_file()]
    whole = [name for name in sorted(prompts.class_of) if not (source / name).is_dir()]
    single = [path for path in missing if path.partition("/")[0] not in whole]
    if missing:
        collector.note(f"{len(missing)} of {len(published_files())} published pictures are not in the folder")
    if whole:
        collector.note(f"subjects without a folder: {', '.join(whole)}")
    if single:
        collector.note(f"missing pictures: {', '.join(single)}")


def _add_singles(collector: Collector, prompts: Prompts, shown: Mapping[str, Shown], limit: int | None) -> None:
    for name, one in shown.items():
        is_live = collector.subjects[name].category == "animal"
        tags = ("live-prompt" if is_live else "object-prompt", CONTAMINATED)
        for number, prompt in enumerate(prompts.of(name, is_live=is_live)[:limit]):
            source = f"{PROMPTS_FILE}: {tags[0]} {number}"
            collector.add_case(f"{name}-{number:02d}", prompt, [one], source=source, tags=tags)


def _add_pairs(collector: Collector, prompts: Prompts, shown: Mapping[str, Shown]) -> None:
    present = {name: prompts.class_of[name] for name in shown}
    kinds = {name: collector.subjects[name].category for name in shown}
    numbers = count()
    pairs = [(pair, "same-class-pair") for pair in same_class_pairs(present, kinds)]
    pairs += [(pair, "cross-class-pair") for pair in cross_class_pairs(present)]
    for (a, b), tag in pairs:
        prompt, a_first = pair_prompt(next(numbers), (present[a], kinds[a]), (present[b], kinds[b]))
        both = [shown[a], shown[b]] if a_first else [shown[b], shown[a]]
        collector.add_case(f"{a}+{b}", prompt, both, source="composed", tags=(tag, CONTAMINATED), interaction="near")


def _link_distractors(collector: Collector, shown: Mapping[str, Shown]) -> None:
    """Each subject's distractors are the others of its class."""
    nouns = {name: collector.subjects[name].class_noun for name in shown}
    for name, noun in nouns.items():
        others = tuple(other for other in nouns if other != name and nouns[other] == noun)
        row = collector.subjects[name]
        collector.subjects[name] = row.model_copy(update={"distractor_ids": others})


DREAMBENCH = FormatImporter(
    name="dreambench",
    summary="DreamBench: 30 subjects (dogs, cats, things) with several photographs each",
    source_help=f"the folder with {PROMPTS_FILE} and one folder a subject, or a checkout of google/dreambooth",
    licence=(
        "Pictures are under CC BY 4.0 or, where taken from Unsplash, the Unsplash licence, "
        "which forbids compiling them into a competing service."
    ),
    spdx="CC-BY-4.0 AND LicenseRef-Unsplash",
    read=read_dreambench,
    may_copy=True,
    extras={
        "prompts_per_subject": "how many of a subject's 25 prompts (all)",
        "views": "how many views of a subject a case shows (all but the held-out one)",
        "pairs": "yes or no: cases with two subjects (yes)",
        "changed": "keep or skip files whose digest is not the published one (skip)",
    },
)

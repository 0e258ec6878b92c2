"""The two text files that lie beside DreamBench's pictures: classes and prompts, and who took which photograph."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from s2vbench.errors import InputError
from s2vbench.testsets.importers.collect import Provenance
from s2vbench.testsets.importers.nouns import fix_article
from s2vbench.testsets.importers.reading import read_text

PROMPTS_FILE, SOURCES_FILE = "prompts_and_classes.txt", "references_and_licenses.txt"
_UNSPLASH = "https://unsplash.com"
_DATASET = "DreamBench (google/dreambooth)"


@dataclass(frozen=True)
class Prompts:
    """What `prompts_and_classes.txt` says."""

    class_of: dict[str, str]
    """Subject -> class noun."""
    object_templates: tuple[str, ...]
    """Prompts with {0} for a token that names the individual and {1} for the class."""
    live_templates: tuple[str, ...]

    def of(self, subject: str, *, is_live: bool) -> list[str]:
        """The prompts for one subject: its class noun literally in each, with the article that fits."""
        noun = self.class_of[subject]
        templates = self.live_templates if is_live else self.object_templates
        # S2V models know the individual by its pictures, so the token that stands for it goes.
        filled = (re.sub(r"\{0\}\s*", "", template).replace("{1}", noun) for template in templates)
        return [fix_article(prompt, noun) for prompt in filled]


def read_prompts(path: Path) -> Prompts:
    """Classes and both lists of prompts.

    Raises:
        InputError: missing, or without classes or one of the lists.
    """
    class_of: dict[str, str] = {}
    templates: dict[str, list[str]] = {"object prompts": [], "live subject prompts": []}
    section = ""
    for line in (raw.strip() for raw in read_text(path).split("\n")):
        if line.casefold() in {"classes", *templates}:
            section = line.casefold()
        elif section == "classes" and (match := re.fullmatch(r"([\w-]+)\s*,\s*([\w -]+)", line)):
            class_of[match.group(1)] = match.group(2).strip()
        elif section in templates and (match := re.search(r"""(['"])(.*\{1\}.*)\1\s*\.format""", line)):
            templates[section].append(match.group(2))
    class_of.pop("subject_name", None)
    if not class_of or not all(templates.values()):
        raise InputError(f"{path}: must hold the sections Classes, Object Prompts and Live Subject Prompts")
    return Prompts(class_of, tuple(templates["object prompts"]), tuple(templates["live subject prompts"]))


@dataclass
class _Entry:
    """What the file of sources says about one subject."""

    words: str
    credit: str | None = None
    pages: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sources:
    """What `references_and_licenses.txt` says."""

    entries: dict[str, _Entry]

    def of(self, subject: str, stem: str) -> Provenance:
        """Where one picture comes from: Unsplash's licence where the file says so, else that of the data set."""
        entry = self.entries.get(subject)
        if entry is None:
            return Provenance(source_dataset=_DATASET)
        page = entry.pages.get(stem, "")
        if _UNSPLASH in f"{entry.credit} {page}":
            handle = (entry.credit or "").rpartition("/")[2] or None
            url = re.search(r"https?://\S*/photos/\S+", page)
            return Provenance(
                source_dataset=_DATASET,
                licence_spdx="LicenseRef-Unsplash",
                licence_url=f"{_UNSPLASH}/license",
                source_url=url.group() if url else entry.credit,
                author=handle,
                attribution_text=f"Photo by {handle} on Unsplash" if handle else "Photo from Unsplash",
            )
        author = re.sub(r"^(photos?|art)\s+(taken\s+)?by\s+|\s*\(.*$", "", entry.words, flags=re.IGNORECASE).strip()
        is_photo = entry.words.casefold().startswith("photo")
        return Provenance(
            source_dataset=_DATASET,
            licence_spdx="CC-BY-4.0",
            licence_url="https://creativecommons.org/licenses/by/4.0/",
            source_url="https://github.com/google/dreambooth",
            author=author or None,
            attribution_text=f"{author or 'The authors'}, DreamBooth dataset, CC BY 4.0",
            # Somebody else's drawing: the permission that the authors hold is not ours to pass on.
            redistributable=is_photo,
        )


def read_sources(path: Path, subjects: set[str]) -> Sources:
    """Who made which picture.

    Raises:
        InputError: missing or unreadable.
    """
    entries: dict[str, _Entry] = {}
    current: _Entry | None = None
    for line in (raw.strip() for raw in read_text(path).split("\n")):
        head, colon, rest = line.partition(":")
        if colon and head in subjects:
            current = entries[head] = _Entry(rest.strip())
        elif not line:
            current = None
        elif current is not None and (match := re.search(r"\(credit:\s*(\S+?)\)", line)):
            current.credit = match.group(1)
        elif current is not None and re.fullmatch(r"\d{2}", head):
            current.pages[head] = rest.strip()
    return Sources(entries)

"""Lists with one case a line, its parts between `@@`: `prompt@@image@@image` and `key@@prompt@@image@@image`.

Such lists say nothing about who is in a picture. A JSON file of nouns may say it: picture -> "noun", or
{"noun", "kind", "subject"}; pictures with the same subject are views of one individual.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from s2vbench.errors import InputError
from s2vbench.testsets.importers.base import FormatImporter
from s2vbench.testsets.importers.collect import Collector, Named, Provenance, Shown
from s2vbench.testsets.importers.kinds import CATEGORIES, is_category, kind_of
from s2vbench.testsets.importers.nouns import find_noun
from s2vbench.testsets.importers.reading import PromptLine, prompt_lines, read_object

FALLBACK_NOUN = "subject"
NOUN_GUESSED, NOUN_UNKNOWN = "noun-from-file-name", "noun-unknown"
_IMAGE_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"}
_NO_NOUNS = {"image", "img", "ref", "reference", "subject", "picture", "photo", "face", "id", "input", "demo", "the"}


def read_list(source: Path, collector: Collector, extra: Mapping[str, str], *, has_keys: bool) -> None:
    """Read a list; lines that cannot be used are skipped with their number.

    Raises:
        InputError: the list or the file of nouns cannot be read.
    """
    nouns = _read_nouns(Path(extra["nouns"])) if "nouns" in extra else {}
    pictures = Path(extra["images"]) if "images" in extra else source.parent
    origin = Provenance(source_dataset=source.name)
    reader = _ListReader(collector, pictures, nouns, origin)
    read = []
    for line in prompt_lines(source):
        where = f"{source.name}, line {line.number}"
        try:
            key, prompt, paths = _split(line, where, has_keys=has_keys)
            shown, tags = reader.subjects(prompt, paths, where)
        except InputError as error:
            collector.skip(where, error)
            continue
        read.append((line.number, key, prompt, shown, tags))
    # A prompt alone may be asked too, but a text of such lines only is no list of pictures.
    is_list = any(shown for _, _, _, shown, _ in read)
    for number, key, prompt, shown, tags in read:
        where = f"{source.name}, line {number}"
        if not shown and not is_list:
            collector.skip(where, f"names no picture; a line has the form {_form(has_keys=has_keys)}")
            continue
        collector.add_case(key, prompt, shown, source=f"{source.name}:{number}", tags=tags)
        if not shown:
            collector.note(f"{where}: names no picture; its case has no subjects")
    for path in sorted(set(nouns) - reader.asked):
        collector.note(f"{extra['nouns']}: {path!r} is in no line of the list")


def _split(line: PromptLine, where: str, *, has_keys: bool) -> tuple[str, str, list[str]]:
    """(case id, prompt, paths) of a line."""
    form = _form(has_keys=has_keys)
    parts = list(line.parts)
    if len(parts) < (2 if has_keys else 1) or not all(parts):
        raise InputError(f"{where}: must have the form {form}, with no part empty")
    key = parts.pop(0) if has_keys else f"line-{line.number:04d}"
    if not has_keys and len(parts) > 1 and _looks_like_path(parts[0]):
        raise InputError(f"{where}: starts with a picture, {parts[0]!r}; must have the form {form}")
    if has_keys and _looks_like_path(parts[0]):
        raise InputError(f"{where}: has no prompt between key and pictures; must have the form {form}")
    return key, parts[0], parts[1:]


def _form(*, has_keys: bool) -> str:
    return "key@@prompt@@image@@image" if has_keys else "prompt@@image@@image"


def _looks_like_path(text: str) -> bool:
    return PurePosixPath(text).suffix.lower() in _IMAGE_SUFFIXES


@dataclass
class _ListReader:
    collector: Collector
    pictures: Path
    nouns: Mapping[str, Named]
    origin: Provenance

    def __post_init__(self) -> None:
        self.asked: set[str] = set()
        self._groups: dict[str, str] = {}

    def subjects(self, prompt: str, paths: list[str], where: str) -> tuple[list[Shown], list[str]]:
        """(subjects, tags) of one line."""
        files = [self.collector.placement.find(path, below=self.pictures, where=where) for path in paths]
        shown: dict[str, Shown] = {}
        tags: list[str] = []
        for relative, file in zip(paths, files, strict=True):
            named, tag = self._named(relative, prompt, where)
            tags += [tag] if tag else []
            wanted = PurePosixPath(_tidy(relative)).with_suffix("").as_posix()
            one = self.collector.one_picture(file, wanted, named, self.origin)
            known = shown.get(one.subject_id)
            views = dict.fromkeys([*(known.image_ids if known else ()), *one.image_ids])
            shown[one.subject_id] = Shown(one.subject_id, tuple(views))
        return list(shown.values()), tags

    def _named(self, relative: str, prompt: str, where: str) -> tuple[Named, str | None]:
        key = _tidy(relative)
        if key in self.nouns:
            self.asked.add(key)
            return self.nouns[key], None
        guess = guess_noun(relative, prompt)
        if guess is not None:
            self.collector.note(f"{where}: noun {guess!r} of {relative!r} is guessed from its file name")
            return Named(guess, kind_of(guess)), NOUN_GUESSED
        self.collector.note(
            f"{where}: nobody says what {relative!r} shows; it is called {FALLBACK_NOUN!r}. Name it in a JSON file: "
            f'{{"{relative}": "noun as in the prompt"}}, and give that with nouns=FILE'
        )
        return Named(FALLBACK_NOUN, "object"), NOUN_UNKNOWN


def guess_noun(relative: str, prompt: str) -> str | None:
    """Words of a picture's file name (or its folder's) that the prompt holds: the longest run of them, or None.

    >>> guess_noun("refs/plush_schnauzer_2.png", "A plush schnauzer peeks out.")
    'plush schnauzer'
    >>> guess_noun("case_2/image1.jpg", "A dog beside an image.") is None
    True
    """
    path = PurePosixPath(_tidy(relative))
    for text in (path.stem, path.parent.name):
        words = [word for word in re.findall(r"[^\W\d_]{3,}", text) if word.casefold() not in _NO_NOUNS]
        runs = [words[i:j] for i in range(len(words)) for j in range(i + 1, len(words) + 1)]
        for run in sorted(runs, key=lambda run: -len(run)):
            phrase = " ".join(run)
            found = find_noun(phrase, prompt)
            if found is not None and found.how in {"label", "number"}:
                return found.noun
    return None


def _tidy(relative: str) -> str:
    """One spelling for a path: forward slashes, no "./"."""
    return PurePosixPath(relative.replace("\\", "/")).as_posix()


def _read_nouns(path: Path) -> dict[str, Named]:
    return {_tidy(key): _noun_of(value, f"{path}, {key!r}") for key, value in read_object(path).items()}


def _noun_of(value: object, where: str) -> Named:
    entry = {"noun": value} if isinstance(value, str) else value
    if not isinstance(entry, dict) or not isinstance(entry.get("noun"), str) or not entry["noun"].strip():
        raise InputError(f'{where}: must be "noun" or {{"noun": ..., "kind": ..., "subject": ...}}')
    if unknown := sorted(set(entry) - {"noun", "kind", "subject"}):
        raise InputError(f"{where}: unknown key {unknown[0]!r}; known keys are noun, kind, subject")
    noun, kind, subject = entry["noun"].strip(), entry.get("kind"), entry.get("subject")
    if kind is not None and not is_category(kind):
        raise InputError(f"{where}: kind {kind!r} must be one of {', '.join(CATEGORIES)}")
    if subject is not None and (not isinstance(subject, str) or not subject.strip()):
        raise InputError(f"{where}: subject {subject!r} must be a name")
    return Named(noun, kind or kind_of(noun), subject)


_EXTRAS = {
    "nouns": 'JSON file: picture -> "noun", or {"noun", "kind", "subject"} (one subject may have several pictures)',
    "images": "folder that the pictures' paths are relative to (where the list lies)",
}
_LICENCE = "Nobody knows under which licence the pictures of a list are."

KALEIDO_LIST = FormatImporter(
    name="kaleido-list",
    summary="a Kaleido prompt list: prompt@@image@@image, one case a line",
    source_help="a text file whose lines are prompt@@image@@image",
    licence=_LICENCE,
    read=partial(read_list, has_keys=False),
    extras=_EXTRAS,
    path_extras=("nouns", "images"),
    source_is_file=True,
)
MAGREF_LIST = FormatImporter(
    name="magref-list",
    summary="a MAGREF prompt list: key@@prompt@@image@@image, one case a line",
    source_help="a text file whose lines are key@@prompt@@image@@image",
    licence=_LICENCE,
    read=partial(read_list, has_keys=True),
    extras=_EXTRAS,
    path_extras=("nouns", "images"),
    source_is_file=True,
)

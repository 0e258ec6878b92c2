"""Cases files: a JSON list (or one JSON object a line) of prompts, references and videos that exist.

    [{"id": "case_2", "video": "case_2/video.mp4", "prompt": "A plush schnauzer ...",
      "references": [{"id": "dog", "image": "case_2/image1.jpg", "noun": "plush schnauzer", "kind": "cartoon"}]}]

`id` and `prompt` are required. `references` may give `image` (one view) or `images`, with `masks` (one for each),
`heldout` and `distractors` (with `heldout_masks`, `distractor_masks`) and `expected_count`; `seeds`, `tags`,
`expected_extra`, `bg_overlap_expected`, `note` and `prompt_source` are optional. Any other key is an error that names
file, line and case.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from s2vbench.errors import InputError
from s2vbench.files import inside
from s2vbench.testsets.schema import Count, Seed, short_id
from s2vbench.types import Case, Row

_SAFE_ID = re.compile(r"[\w.@+-][\w.@+ -]*")


class _ReferenceEntry(Row):
    id: str
    kind: str
    noun: str
    image: str | None = None
    images: tuple[str, ...] = ()
    masks: tuple[str, ...] = ()
    heldout: tuple[str, ...] = ()
    heldout_masks: tuple[str, ...] = ()
    distractors: tuple[str, ...] = ()
    distractor_masks: tuple[str, ...] = ()
    expected_count: Count = 1


class _CaseEntry(Row):
    id: str
    prompt: str
    video: str | None = None
    references: tuple[_ReferenceEntry, ...] = ()
    seeds: tuple[Seed, ...] = (0,)
    tags: tuple[str, ...] = ()
    expected_extra: Count = 0
    bg_overlap_expected: bool = False
    prompt_source: str | None = None
    note: str | None = None


def load_cases(path: Path) -> list[Case]:
    """The cases of a cases file, in the file's order.

    Raises:
        InputError: the file is missing or not JSON, or a case is wrong; every wrong case is listed with its line.
    """
    text = _read(path)
    entries = _json_lines(path, text) if path.suffix == ".jsonl" else _json_list(path, text)
    if not entries:
        raise InputError(f"{path}: holds no cases; it must be a list of objects with id and prompt")
    problems: list[str] = []
    cases: list[Case] = []
    first_line: dict[str, int] = {}
    for line, source, value in entries:
        try:
            case = _case(path, line, source, value)
        except InputError as error:
            problems.append(str(error))
            continue
        if case.id in first_line:
            problems.append(f"{path}, line {line}: id {case.id!r} is used already in line {first_line[case.id]}")
        first_line.setdefault(case.id, line)
        cases.append(case)
    if problems:
        raise InputError("\n".join(problems))
    return cases


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such cases file; give the path of a JSON list of cases with --cases") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text ({error})") from error


def _json_list(path: Path, text: str) -> list[tuple[int, str, Any]]:
    """(line, source text, value) of each element; elements are decoded one by one to know their lines."""
    decoder = json.JSONDecoder()
    position = _skip(text, 0)
    if text[position : position + 1] != "[":
        raise InputError(f"{path}, line 1: must be a JSON list of cases, starting with [")
    entries = []
    position = _skip(text, position + 1)
    try:
        json.loads(text)
        while text[position : position + 1] != "]":
            value, end = decoder.raw_decode(text, position)
            entries.append((text.count("\n", 0, position) + 1, text[position:end], value))
            position = _skip(text, end)
            # json.loads has accepted the text, so a comma or the end of the list follows.
            position = _skip(text, position + 1) if text[position] == "," else position
    except (json.JSONDecodeError, RecursionError) as error:
        raise _not_json(path, error) from error
    return entries


def _json_lines(path: Path, text: str) -> list[tuple[int, str, Any]]:
    entries = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entries.append((number, line, json.loads(line)))
        except (json.JSONDecodeError, RecursionError) as error:
            raise _not_json(path, error, line=number) from error
    return entries


def _not_json(path: Path, error: json.JSONDecodeError | RecursionError, line: int | None = None) -> InputError:
    if isinstance(error, RecursionError):
        return InputError(f"{path}: not a list of cases (nested too deeply)")
    return InputError(f"{path}, line {line or error.lineno}, column {error.colno}: not valid JSON ({error.msg})")


def _skip(text: str, position: int) -> int:
    while text[position : position + 1].isspace():
        position += 1
    return position


def _case(path: Path, line: int, source: str, value: Any) -> Case:
    case_id = value.get("id") if isinstance(value, dict) else None
    where = f"{path}, line {line}" + (f", case {case_id!r}" if isinstance(case_id, str) else "")
    if not isinstance(value, dict):
        raise InputError(f"{where}: a case must be an object, not {type(value).__name__}")
    try:
        entry = _CaseEntry.model_validate(value)
        if not _SAFE_ID.fullmatch(entry.id) or entry.id in {".", ".."}:
            raise InputError(
                f"{where}: id {entry.id!r} cannot name a file; use letters, digits, . _ - @ + and, within, spaces"
            )
        try:
            short_id(entry.id)
        except ValueError as error:
            raise InputError(f"{where}: id {entry.id[:40]!r}... {error}") from error
        _check_paths(entry, path.parent, where)
        _check_references(entry, where)
        references = tuple(_reference(reference) for reference in entry.references)
        return Case.model_validate(
            entry.model_dump(exclude={"references", "prompt_source", "note"}) | {"references": references}
        )
    except ValidationError as error:
        raise InputError("\n".join(_explain(line, source, where, item) for item in error.errors())) from error


def _check_paths(entry: _CaseEntry, folder: Path, where: str) -> None:
    paths = [entry.video] if entry.video is not None else []
    for reference in entry.references:
        paths += [*_images(reference), *reference.heldout, *reference.distractors]
        # An empty name stands for a mask that nobody has.
        masks = (*reference.masks, *reference.heldout_masks, *reference.distractor_masks)
        paths += [mask for mask in masks if mask]
    for relative in paths:
        inside(folder, relative, where=where)


def _check_references(entry: _CaseEntry, where: str) -> None:
    ids = [reference.id for reference in entry.references]
    for reference in entry.references:
        if ids.count(reference.id) > 1:
            raise InputError(f"{where}: two references have the id {reference.id!r}; records tell them apart by it")
        if not reference.noun.strip():
            raise InputError(f"{where}, reference {reference.id!r}: noun is blank; it is what a detector looks for")
        for what, masks, pictures in (
            ("masks for {} images", reference.masks, _images(reference)),
            ("heldout_masks for {} heldout", reference.heldout_masks, reference.heldout),
            ("distractor_masks for {} distractors", reference.distractor_masks, reference.distractors),
        ):
            if len(masks) not in {0, len(pictures)}:
                raise InputError(
                    f"{where}, reference {reference.id!r}: {len(masks)} {what.format(len(pictures))}; give one for "
                    'each, or "" where there is none'
                )


def _images(entry: _ReferenceEntry) -> tuple[str, ...]:
    return ((entry.image,) if entry.image else ()) + entry.images


def _reference(entry: _ReferenceEntry) -> dict[str, Any]:
    return entry.model_dump(exclude={"image"}) | {"images": _images(entry)}


def _explain(line: int, source: str, where: str, item: Any) -> str:
    names = [str(part) for part in item["loc"]]
    keys = [part for part in item["loc"] if isinstance(part, str)]
    at = source.find(f'"{keys[-1]}"') if keys else -1
    if at > 0:
        where = where.replace(f"line {line}", f"line {line + source.count(chr(10), 0, at)}", 1)
    place = ".".join(names) or "case"
    if item["type"] == "extra_forbidden":
        allowed = sorted((_ReferenceEntry if "references" in names else _CaseEntry).model_fields)
        return f"{where}: unknown key {place!r}; known keys are {', '.join(allowed)}"
    if item["type"] == "missing":
        return f"{where}: {place!r} is missing"
    return f"{where}: {place} = {item['input']!r:.80}: {item['msg']}"

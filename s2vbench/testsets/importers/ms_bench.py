"""MS-Bench of MS-Diffusion: 40 pictures by role, and every combination of 13 types of two or three of them.

Combinations are made from the pictures that are there; prompts come from the benchmark's own file of templates, which
is read as data and never run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import Any, TypeGuard

from s2vbench.errors import InputError
from s2vbench.testsets.importers.base import FormatImporter, number_of
from s2vbench.testsets.importers.collect import Collector, Named, Provenance, Shown
from s2vbench.testsets.importers.kinds import kind_of
from s2vbench.testsets.importers.nouns import fix_article
from s2vbench.testsets.importers.reading import read_text
from s2vbench.testsets.schema import Category

TEMPLATES = "msdiffusion/dataset/prompts/msbench.py"
ROLES = ("living", "object", "scene", "upwearing", "midwearing", "downwearing", "wholewearing")
_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
_ORIGIN = Provenance(
    source_dataset="MS-Bench (MS-Diffusion)",
    licence_spdx="MIT",
    source_url="https://github.com/MS-Diffusion/MS-Diffusion",
    attribution_text="MS-Diffusion authors, MIT; several pictures come from DreamBench, the others name no source",
)


@dataclass(frozen=True)
class Templates:
    """What the file of templates says."""

    class_of: dict[str, str]
    """File stem -> class noun."""
    prompts_of: dict[str, tuple[str, ...]]
    """Combination type ("living_object") -> prompts with {0}, {1}, {2}."""


def read_ms_bench(source: Path, collector: Collector, extra: Mapping[str, str]) -> None:
    """Read a checkout of MS-Diffusion, or the folder of pictures together with the file of templates.

    Raises:
        InputError: pictures or templates are not there, or the templates are not of the known form.
    """
    pictures = source / "msbench" if (source / "msbench").is_dir() else source
    path = Path(extra["prompts"]) if "prompts" in extra else source / TEMPLATES
    if not path.is_file():
        raise InputError(
            f"{path}: does not exist; give a checkout of MS-Diffusion, or its {TEMPLATES} with prompts=FILE"
        )
    templates = read_templates(path)
    limit = number_of(extra, "prompts_per_combination")
    shown = {role: _subjects(collector, pictures, role, templates) for role in ROLES}
    if not any(shown.values()):
        raise InputError(f"{pictures}: holds none of the folders {', '.join(ROLES)} with pictures")
    for combination, prompts in templates.prompts_of.items():
        for subjects in _choices(combination.split("_"), shown):
            _add(collector, combination, subjects, prompts[:limit])


def _subjects(collector: Collector, pictures: Path, role: str, templates: Templates) -> list[Shown]:
    folder = pictures / role
    files = sorted(path for path in folder.glob("*") if path.suffix.lower() in _SUFFIXES) if folder.is_dir() else []
    if not files:
        collector.note(f"{folder.name}/ holds no pictures: combinations with it are left out")
    found = []
    for file in files:
        where = f"{role}/{file.name}"
        noun = templates.class_of.get(file.stem)
        if noun is None:
            collector.skip(where, "has no class in the file of templates")
            continue
        try:
            collector.placement.find(file.relative_to(collector.placement.source).as_posix(), where=where)
            found.append(collector.one_picture(file, f"{role}-{file.stem}", Named(noun, _kind(role, noun)), _ORIGIN))
        except InputError as error:
            collector.skip(where, error)
    return found


def _kind(role: str, noun: str) -> Category:
    if role == "scene":
        return "background"
    return kind_of(noun) if role == "living" else "object"


def _choices(roles: list[str], shown: Mapping[str, list[Shown]]) -> Iterator[tuple[Shown, ...]]:
    """Every choice of one picture a role; the same role twice takes two pictures, in one order."""
    groups = [(role, roles.count(role)) for role in dict.fromkeys(roles)]
    for parts in product(*(combinations(shown.get(role, []), number) for role, number in groups)):
        yield tuple(one for part in parts for one in part)


def _add(collector: Collector, combination: str, subjects: tuple[Shown, ...], prompts: tuple[str, ...]) -> None:
    nouns = [collector.subjects[one.subject_id].class_noun for one in subjects]
    name = "+".join(one.subject_id.partition("-")[2] for one in subjects)
    for number, template in enumerate(prompts):
        try:
            # Not str.format: a template could ask it for attributes, or for a width that fills the memory.
            prompt = re.sub(r"\{(\d)\}", lambda match: nouns[int(match.group(1))], template)
        except IndexError:
            collector.skip(f"template {template!r}", f"does not fit the {len(nouns)} subjects of {combination}")
            continue
        for noun in nouns:
            prompt = fix_article(prompt, noun)
        tags = (f"ms-bench-{combination.replace('_', '-')}", "contamination-risk-high")
        collector.add_case(
            f"{combination}-{name}-{number}",
            prompt,
            subjects,
            source=f"{combination} {name} {number}",
            tags=tags,
            expected_extra=0,
        )


def read_templates(path: Path) -> Templates:
    """Classes and prompts of the file of templates: plain dictionaries and lists of strings.

    Raises:
        InputError: not readable, not Python, or without the two dictionaries.
    """
    try:
        tree = ast.parse(read_text(path))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise InputError(f"{path}: is not the benchmark's file of templates ({error})") from error
    values: dict[str, Any] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            try:
                value = _plain(statement.value, values)
            except ValueError:
                continue
            if isinstance(target, ast.Name):
                values[target.id] = value
    classes, prompts = values.get("data_class_dict", 0), values.get("subject_combination_prompts", 0)
    if not _is_table(classes, str) or not _is_table(prompts, list):
        raise InputError(f"{path}: must set data_class_dict and subject_combination_prompts as plain dictionaries")
    known = {name: found for name, found in prompts.items() if set(name.split("_")) <= set(ROLES)}
    if not known:
        raise InputError(f"{path}: no combination type is made of the roles {', '.join(ROLES)}")
    return Templates(classes, {name: tuple(map(str, found)) for name, found in known.items()})


def _plain(node: ast.expr, values: Mapping[str, Any]) -> Any:
    """The value of strings, numbers, lists, dictionaries and names that were set before; nothing is called.

    Raises:
        ValueError: it is something else.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name) and node.id in values:
        return values[node.id]
    if isinstance(node, ast.List | ast.Tuple):
        return [_plain(item, values) for item in node.elts]
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {_plain(key, values): _plain(value, values) for key, value in pairs if key is not None}
    raise ValueError("not a plain value")


def _is_table(value: Any, kind: type) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict) and all(isinstance(key, str) and isinstance(one, kind) for key, one in value.items())


MS_BENCH = FormatImporter(
    name="ms-bench",
    summary="MS-Bench of MS-Diffusion: 40 pictures, 1,148 combinations of two or three",
    source_help=f"a checkout of MS-Diffusion (msbench/ and {TEMPLATES})",
    licence="The repository is under the MIT licence, but most of its pictures name no source.",
    spdx="MIT",
    read=read_ms_bench,
    may_copy=True,
    extras={
        "prompts": f"the file of templates, where SOURCE is only the folder of pictures ({TEMPLATES})",
        "prompts_per_combination": "how many prompts a combination (all: 6, or 1 with a scene)",
    },
    path_extras=("prompts",),
)

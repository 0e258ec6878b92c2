"""`s2vbench testset build s2v400`: draws the shipped test set, the same bytes every time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from s2vbench.errors import InputError
from s2vbench.files import write_atomically
from s2vbench.testsets.schema import CaseRow, ImageRow, Ref, Span, SubjectRow
from s2vbench.testsets.writer import prepare_folder, write_testset
from s2vbench.world.testset import recipe
from s2vbench.world.testset.classes import SHARES
from s2vbench.world.testset.composing import Composed, casts, compose
from s2vbench.world.testset.people import Member, members
from s2vbench.world.testset.pictures import paint_member
from s2vbench.world.testset.readme import LICENCE, readme

Progress = Callable[[int, int], None]


def build_testset(name: str, out: Path, progress: Progress = lambda *_: None) -> None:
    """Draw a test set into a folder.

    Args:
        name: "s2v400".
        out: where to; an older build there is replaced.
        progress: called with subjects drawn and subjects in all.

    Raises:
        InputError: no such test set, or `out` holds something else.
        OutputError: `out` cannot be written.
    """
    if name != recipe.NAME:
        raise InputError(f"nothing here builds {name!r}; the test set that can be built is {recipe.NAME}")
    prepare_folder(out)
    everybody = members(SHARES)
    images: dict[str, list[ImageRow]] = {}
    places: dict[str, set[str]] = {}
    hashes: list[str] = []
    for index, member in enumerate(everybody):
        progress(index, len(everybody))
        images[member.id], places[member.id] = paint_member(member, out, hashes)
    _remove_strangers(out, images)
    cases = case_rows(composed_cases(everybody, places), images)
    write_atomically(out / "README.md", readme(everybody, cases))
    write_atomically(out / "LICENSE", LICENCE)
    write_testset(
        out,
        name=recipe.NAME,
        version=recipe.VERSION,
        licence="CC0-1.0",
        generator=f"s2vbench testset build {recipe.NAME} (world {recipe.WORLD_VERSION})",
        images=[row for rows in images.values() for row in rows],
        subjects=subject_rows(everybody),
        cases=cases,
    )
    progress(len(everybody), len(everybody))


def _remove_strangers(out: Path, images: dict[str, list[ImageRow]]) -> None:
    """Pictures of an older build that no row names any more."""
    named = {path for rows in images.values() for row in rows for path in (row.path, row.mask_path)}
    for file in [*(out / "images").glob("*.webp"), *(out / "masks").glob("*.png")]:
        if file.relative_to(out).as_posix() not in named:
            file.unlink()


def composed_cases(everybody: list[Member], places: dict[str, set[str]]) -> list[Composed]:
    """All cases; no two prompts are alike."""
    found: list[Composed] = []
    num_several, prompts = 0, set()
    for index, cast in enumerate(casts(everybody)):
        interaction = "none"
        if len(cast) > 1:
            interaction = recipe.INTERACTIONS[num_several % len(recipe.INTERACTIONS)]
            num_several += 1
        salt = index
        case = compose(salt, cast, interaction, places)
        while case.told.text in prompts:
            salt += 10_000
            case = compose(salt, cast, interaction, places)
        prompts.add(case.told.text)
        found.append(case)
    return found


def subject_rows(everybody: list[Member]) -> list[SubjectRow]:
    """`subjects.jsonl`."""
    of_class = defaultdict(list)
    for member in everybody:
        of_class[member.noun].append(member.id)
    return [
        SubjectRow(
            subject_id=member.id,
            category=member.kind,
            class_noun=member.noun,
            phrase=member.phrase,
            distractor_ids=tuple(other for other in of_class[member.noun] if other != member.id),
            real_height_cm_range=(round(90 * member.who.height_m, 1), round(110 * member.who.height_m, 1)),
        )
        for member in everybody
    ]


def case_rows(cases: list[Composed], images: dict[str, list[ImageRow]]) -> list[CaseRow]:
    """`cases.jsonl`: ids count up by the number of subjects."""
    smoke = smoke_indices(cases)
    turn: dict[str, int] = defaultdict(int)
    stars = {case.cast[0].id for case in cases if len(case.cast) == 1}
    rows = []
    for index, case in enumerate(cases):
        refs = tuple(
            _ref(member, images[member.id], turn, all_views=len(case.cast) == 1 or member.id not in stars)
            for member in case.cast
        )
        kinds = sorted(member.kind for member in case.cast)
        same_class = len({member.noun for member in case.cast}) < len(case.cast)
        rows.append(
            CaseRow(
                case_id=f"{len(case.cast)}s-{index + 1:03}-{'-'.join(member.id for member in case.cast[:2])}",
                splits=("full", recipe.SMOKE) if index in smoke else ("full",),
                combo="+".join(kinds),
                n_subjects=len(case.cast),
                refs=refs,
                prompt=case.told.text,
                prompt_short=case.short.text,
                subject_spans=tuple(Span(subject_id=key, start=start, end=end) for key, start, end in case.told.spans),
                same_class_pair=same_class,
                interaction={"contact": "contact", "none": "none"}.get(case.interaction, "near"),
                staging=case.staging,
                tags=tuple(_tags(case, same_class=same_class)),
                duration_s=5.0625,
                aspect="16:9",
            )
        )
    return rows


def _ref(member: Member, rows: list[ImageRow], turn: dict[str, int], *, all_views: bool) -> Ref:
    """A subject alone (or never alone) comes with all its views, so that each is shown; else they take turns."""
    shown = [row.image_id for row in rows if row.role == "condition"]
    use = turn[member.id]
    turn[member.id] += 1
    if not all_views:
        shown = [shown[use % len(shown)]]
    hidden = tuple(row.image_id for row in rows if row.role == "heldout")
    return Ref(subject_id=member.id, image_ids=tuple(shown), heldout_ids=hidden)


def _tags(case: Composed, *, same_class: bool) -> list[str]:
    tags = [case.interaction] if case.interaction != "none" else []
    tags += ["same-class"] if same_class else []
    tags += ["moving-camera"] if case.staging.camera != "still" else []
    actions = {action.action for action in case.staging.actions}
    return tags + [name for name in ("enter", "leave") if name in actions]


def smoke_indices(cases: list[Composed]) -> set[int]:
    """The cases of the smoke split: every kind alone, pairs (half of one class), triples and a crowd."""
    by_size = defaultdict(list)
    for index, case in enumerate(cases):
        by_size[min(len(case.cast), 4)].append(index)
    chosen = _spread(by_size[1], recipe.SMOKE_SINGLES)
    twins = [i for i in by_size[2] if cases[i].cast[0].noun == cases[i].cast[1].noun]
    others = [i for i in by_size[2] if i not in twins]
    chosen += _spread(twins, recipe.SMOKE_PAIRS // 2) + _spread(others, recipe.SMOKE_PAIRS - recipe.SMOKE_PAIRS // 2)
    chosen += _spread(by_size[3], recipe.SMOKE_TRIPLES) + _spread(by_size[4], recipe.SMOKE_CROWDS)
    return set(chosen)


def _spread(items: list[int], count: int) -> list[int]:
    """`count` of them, evenly spread.

    >>> _spread([10, 20, 30, 40], 2)
    [20, 40]
    """
    return [items[(2 * i + 1) * len(items) // (2 * count)] for i in range(count)]

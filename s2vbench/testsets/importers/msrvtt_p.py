"""MSRVTT-Personalization (arXiv 2501.06187): clips with cut-outs of who is in them, under a non-commercial licence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from s2vbench.errors import InputError
from s2vbench.files import sha256_of_file
from s2vbench.testsets.importers.base import FormatImporter, one_of
from s2vbench.testsets.importers.collect import Collector, Named, Provenance, Shown
from s2vbench.testsets.importers.kinds import kind_of
from s2vbench.testsets.importers.msrvtt_clips import Clip, annotated_clip, clips_in, prepared_clip
from s2vbench.testsets.importers.nouns import find_noun

_ORIGIN = Provenance(
    source_dataset="MSRVTT-Personalization",
    licence_spdx="LicenseRef-Snap-Non-Commercial-Research",
    licence_url="https://github.com/snap-research/MSRVTT-Personalization/blob/main/LICENSE",
    source_url="https://github.com/snap-research/MSRVTT-Personalization",
    attribution_text="MSRVTT-Personalization, Snap Inc.; frames of MSR-VTT",
    modifications="subjects cut out of frames, backgrounds with the subjects painted over",
)
_FOLDERS = ("msrvtt_personalization_data", "msrvtt_personalization_annotation")


@dataclass(frozen=True)
class _Choices:
    """What the extra options ask for."""

    mode: str
    shows_all: bool
    with_background: bool


def read_msrvtt_p(source: Path, collector: Collector, extra: Mapping[str, str]) -> None:
    """Read prepared folders, or annotations with masks.

    Raises:
        InputError: the folder holds no clips of either form.
    """
    choices = _Choices(
        one_of(extra, "mode", ("all", "subject", "face"), "all"),
        one_of(extra, "views", ("one", "all"), "one") == "all",
        one_of(extra, "background", ("yes", "no"), "no") == "yes",
    )
    frames, videos = (Path(extra[name]) if name in extra else None for name in ("frames", "videos"))
    candidates = (source, *(source / name for name in _FOLDERS))
    clips = next((found for one in candidates if one.is_dir() and (found := list(clips_in(one)))), [])
    if not clips:
        raise InputError(f"{source}: holds no clips: neither <clip>/word_tags.json nor <clip>.vid_info.json")
    for clip_id, path in clips:
        try:
            if path.is_dir():
                clip = prepared_clip(path, collector.placement)
            else:
                clip = annotated_clip(path, collector.placement, frames, videos)
            _add(clip, collector, choices)
        except InputError as error:
            collector.skip(clip_id, error)
    if choices.with_background and any(path.is_file() for _, path in clips):
        collector.note("annotations hold no background pictures: prepare the data for background=yes")


def _add(clip: Clip, collector: Collector, choices: _Choices) -> None:
    """One case, in the benchmark's own terms: all tags, or the one subject (or face) where there is exactly one."""
    of_face = choices.mode == "face"
    tags = [*clip.tags["subject"], *clip.tags["object"]]
    if choices.mode != "all":
        tags = list(clip.tags["subject_with_face" if of_face else "subject"])
        if len(tags) != 1:
            raise InputError(f"{clip.clip_id}: has {len(tags)} of what mode={choices.mode} takes one")
    shown = [one for tag in tags if (one := _shown(clip, tag, collector, choices, of_face=of_face)) is not None]
    if not shown:
        raise InputError(f"{clip.clip_id}: has no cut-out of any tag")
    if choices.with_background and clip.background is not None and clip.tags["background"]:
        tag = clip.tags["background"][0]
        named = Named(_noun(tag, clip.prompt), "background")
        shown.append(collector.one_picture(clip.background, f"{clip.clip_id}-background", named, _ORIGIN))
    collector.add_case(clip.clip_id, clip.prompt, shown, source=clip.clip_id, tags=(f"msrvtt-p-{choices.mode}",))


def _shown(clip: Clip, tag: str, collector: Collector, choices: _Choices, *, of_face: bool) -> Shown | None:
    """A tag's subject: the middle frame is shown and the others are held out, as the benchmark's single mode does."""
    # In a still clip two frames may be the same picture, which cannot be both shown and held out.
    files = list({sha256_of_file(file): file for file in clip.cutouts.get((tag, of_face), ())}.values())
    if not files:
        collector.skip(f"{clip.clip_id}, tag {tag!r}", "has no cut-out")
        return None
    subject_id = collector.free_id("subject", f"{clip.clip_id}-{tag}")
    kind = kind_of(tag)
    collector.add_subject(subject_id, "object" if kind == "background" else kind, _noun(tag, clip.prompt))
    middle = len(files) // 2
    ids: dict[bool, list[str]] = {True: [], False: []}
    for at, file in enumerate(files):
        is_shown = choices.shows_all or at == middle
        image_id = collector.add_image(
            file,
            wanted_id=f"{clip.clip_id}-{file.stem}",
            subject_id=subject_id,
            origin=_ORIGIN,
            role="condition" if is_shown else "heldout",
            view_id=file.stem.rpartition(".")[2],
        )
        ids[is_shown].append(image_id)
    return Shown(subject_id, tuple(ids[True]), tuple(ids[False]))


def _noun(tag: str, prompt: str) -> str:
    found = find_noun(tag, prompt)
    return found.noun if found is not None else tag


MSRVTT_P = FormatImporter(
    name="msrvtt-p",
    summary="MSRVTT-Personalization: 2,130 clips with cut-outs of their subjects",
    source_help="the folder of prepared clips (<clip>/word_tags.json), or of annotations (<clip>.vid_info.json)",
    licence=(
        "MSRVTT-Personalization is under Snap's licence for non-commercial research, and MSR-VTT is for research only; "
        "neither may be passed on. See https://github.com/snap-research/MSRVTT-Personalization."
    ),
    spdx="LicenseRef-Snap-Non-Commercial-Research",
    read=read_msrvtt_p,
    must_accept=True,
    extras={
        "mode": "all tags (all), or clips with exactly one subject (subject) or face (face)",
        "views": "one (the middle frame; the others are held out) or all",
        "background": "yes or no: also show background.jpg (no)",
        "frames": "for annotations: folder with <clip>/frame1.jpg to frame3.jpg",
        "videos": "for annotations: folder with MSR-VTT's videos",
    },
    path_extras=("frames", "videos"),
)

"""The clips of MSRVTT-Personalization in either of the two forms that it has on disk, as one thing.

Prepared: a folder a clip with word_tags.json, summary_text.txt and a cut-out a tag and frame. Annotated: a
`<clip>.vid_info.json` with masks beside it; then the cut-outs are made here, from frames or from MSR-VTT's videos.

Shape letters: H height, W width, C channels, T frames.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from s2vbench.errors import InputError, PictureError, VideoError
from s2vbench.testsets.importers.msrvtt_masks import Mask, read_masks
from s2vbench.testsets.importers.placing import Placement
from s2vbench.testsets.importers.reading import read_object, read_text, strings
from s2vbench.types import FramesU8
from s2vbench.video.decode import open_video
from s2vbench.video.pictures import read_picture

ANNOTATION = ".vid_info.json"
_FRAMES = {"frame1.jpg": 0.05, "frame2.jpg": 0.5, "frame3.jpg": 0.95}
"""Frame -> where in the clip it is taken."""
_GROUPS = ("subject", "object", "background", "subject_with_face")


@dataclass(frozen=True)
class Clip:
    """One clip's prompt, tags and cut-outs."""

    clip_id: str
    prompt: str
    tags: Mapping[str, tuple[str, ...]]
    """subject, object, background, subject_with_face -> tags."""
    cutouts: Mapping[tuple[str, bool], tuple[Path, ...]]
    """(tag, whether of the face alone) -> pictures, in the order of the frames."""
    background: Path | None


def clips_in(source: Path) -> Iterator[tuple[str, Path]]:
    """(clip id, what to read) of every clip of a folder: a prepared folder, or an annotation."""
    annotations = sorted(source.glob(f"*{ANNOTATION}"))
    if annotations:
        yield from ((path.name.removesuffix(ANNOTATION), path) for path in annotations)
        return
    yield from ((path.name, path) for path in sorted(source.iterdir()) if (path / "word_tags.json").is_file())


def prepared_clip(folder: Path, placement: Placement) -> Clip:
    """A clip that the benchmark's own script has prepared.

    Raises:
        InputError: its tags or prompt cannot be read.
    """
    tags = _tags(read_object(folder / "word_tags.json"), folder / "word_tags.json")
    prompt = read_text(folder / "summary_text.txt").strip()
    where = folder.name
    cutouts: dict[tuple[str, bool], tuple[Path, ...]] = {}
    for tag in dict.fromkeys(tag for found in tags.values() for tag in found):
        for of_face in (False, True):
            names = [_cutout_name(tag, frame, of_face=of_face) for frame in _FRAMES]
            there = [placement.find(name, below=folder, where=where) for name in names if (folder / name).is_file()]
            cutouts[tag, of_face] = tuple(there)
    background = folder / "background.jpg"
    return Clip(folder.name, _prompt(prompt, where), tags, cutouts, background if background.is_file() else None)


def annotated_clip(annotation: Path, placement: Placement, frames: Path | None, videos: Path | None) -> Clip:
    """A clip of which only annotation and masks are there: its cut-outs are written below the output folder.

    Raises:
        InputError: masks or frames are missing or cannot be read.
        OutputError: a cut-out cannot be written.
    """
    clip_id = annotation.name.removesuffix(ANNOTATION)
    info = read_object(annotation)
    tags = _tags(info.get("word_tags"), annotation)
    candidates = [annotation.with_name(f"{clip_id}.word_tags_masks{end}") for end in (".json", ".pkl.gz")]
    path = next((one for one in candidates if one.is_file()), None)
    if path is None:
        raise InputError(f"{candidates[1]}: does not exist")
    pictures = _frames_of(clip_id, info, annotation, frames, videos)
    cutouts: dict[tuple[str, bool], list[Path]] = {}
    for tag, masks in read_masks(path).items():
        for mask in sorted(masks, key=lambda one: one.filename):
            if mask.filename not in pictures:
                raise InputError(f"{path}, tag {tag!r}: names {mask.filename!r}, not frame1.jpg to frame3.jpg")
            name = _cutout_name(tag, mask.filename, of_face=mask.is_face_crop)
            target = placement.make(f"images/{clip_id}/{name}")
            Image.fromarray(cut_out(pictures[mask.filename], mask)).save(target)
            cutouts.setdefault((tag, mask.is_face_crop), []).append(target)
    prompt = _prompt(info.get("caption"), annotation.name)
    return Clip(clip_id, prompt, tags, {key: tuple(dict.fromkeys(found)) for key, found in cutouts.items()}, None)


def cut_out(frame_HWC: FramesU8, mask: Mask) -> FramesU8:
    """The box of a mask as red, green, blue and alpha (H, W, 4): transparent outside the mask.

    Raises:
        InputError: the box lies outside the frame.
    """
    x0, y0, x1, y1 = mask.box_xyxy
    rgb_HWC = frame_HWC[y0:y1, x0:x1]
    if 0 in rgb_HWC.shape:
        raise InputError(f"{mask.filename}: box {list(mask.box_xyxy)} lies outside the frame")
    alpha_HW = np.zeros(rgb_HWC.shape[:2], np.uint8)
    # Published masks are a pixel larger than their box at times.
    height_px, width_px = np.minimum(alpha_HW.shape, mask.mask_HW.shape)
    alpha_HW[:height_px, :width_px] = np.where(mask.mask_HW[:height_px, :width_px], 255, 0)
    return np.dstack([rgb_HWC, alpha_HW])


def _cutout_name(tag: str, frame: str, *, of_face: bool) -> str:
    stem = tag.replace(" ", "_").replace("/", "_").replace("\\", "_")
    return f"{stem}{'.face' if of_face else ''}.{Path(frame).stem}.png"


def _tags(value: Any, path: Path) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise InputError(f"{path}: word_tags must be an object with {', '.join(_GROUPS)}")
    found = {}
    for group in _GROUPS:
        names = strings(value.get(group, []))
        if names is None:
            raise InputError(f"{path}: word_tags.{group} must be a list of words")
        found[group] = tuple(dict.fromkeys(names))
    return found


def _prompt(text: Any, where: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise InputError(f"{where}: has no caption")
    return text.strip()


def _frames_of(
    clip_id: str, info: Mapping[str, Any], annotation: Path, frames: Path | None, videos: Path | None
) -> dict[str, FramesU8]:
    if frames is not None:
        try:
            return {name: read_picture(frames / clip_id / name).rgb_HWC for name in _FRAMES}
        except PictureError as error:
            raise InputError(str(error)) from error
    if videos is None:
        raise InputError(
            f"{annotation.name}: masks need frames; give videos=FOLDER (MSR-VTT's videos) or frames=FOLDER "
            "(<clip>/frame1.jpg to frame3.jpg)"
        )
    name, resolution = info.get("video"), info.get("resolution")
    if not isinstance(name, str) or Path(name).name != name:
        raise InputError(f"{annotation.name}: video {name!r} must be a file name")
    if (
        not isinstance(resolution, list)
        or len(resolution) != 2
        or not all(isinstance(side, int) for side in resolution)
    ):
        raise InputError(f"{annotation.name}: resolution {resolution!r} must be [width, height]")
    begin_s, end_s = _times(info.get("timestamp"), annotation.name)
    moments_s = {frame: begin_s + share * (end_s - begin_s) for frame, share in _FRAMES.items()}
    try:
        found = _frames_at(videos / name, list(moments_s.values()))
    except VideoError as error:
        raise InputError(str(error)) from error
    resized = [np.asarray(Image.fromarray(frame_HWC).resize((resolution[0], resolution[1]))) for frame_HWC in found]
    return dict(zip(moments_s, resized, strict=True))


def _times(value: Any, where: str) -> tuple[float, float]:
    try:
        begin_s, end_s = (_seconds(text) for text in value)
    except (TypeError, ValueError) as error:
        raise InputError(f'{where}: timestamp {value!r:.60} must be like ["00:00:01.0", "00:00:05.5"]') from error
    if not 0 <= begin_s < end_s:
        raise InputError(f"{where}: timestamp {value!r:.60} must begin before it ends")
    return begin_s, end_s


def _seconds(text: str) -> float:
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _frames_at(path: Path, moments_s: list[float]) -> list[FramesU8]:
    """The frames shown at some moments, in rising order; a moment after the end gets the last frame."""
    video = open_video(path)
    if video.fps is None:
        raise VideoError(f"{path}: does not say how many frames it shows a second")
    wanted = [int(moment_s * video.fps) for moment_s in moments_s]
    found: list[FramesU8] = []
    at = 0
    last: FramesU8 | None = None
    for frames_THWC in video.open_windows(16):
        while len(found) < len(wanted) and wanted[len(found)] < at + len(frames_THWC):
            found.append(frames_THWC[wanted[len(found)] - at].copy())
        at, last = at + len(frames_THWC), frames_THWC[-1]
        if len(found) == len(wanted):
            return found
    if last is None:
        raise VideoError(f"{path}: has no frames")
    return found + [last.copy()] * (len(wanted) - len(found))

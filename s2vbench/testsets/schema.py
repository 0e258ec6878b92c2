"""The rows of a test set: what `images.jsonl`, `subjects.jsonl`, `cases.jsonl` and `MANIFEST.json` hold.

A row of an image says where it comes from and what may be done with it; a subject owns images; a case names subjects
and the images a model is shown. Every path is relative to the folder of the test set and stays in it.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from s2vbench.files import too_long
from s2vbench.types import Finite, Row, Staging

Category = Literal["human", "animal", "cartoon", "object", "background"]
Role = Literal["condition", "heldout", "background"]
Consent = Literal["synthetic", "written-release", "dataset-consent", "n/a", "unknown"]
Interaction = Literal["none", "near", "contact"]
SHA256_PATTERN, PHASH_PATTERN, ASPECT_PATTERN = r"^[0-9a-f]{64}$", r"^[0-9a-f]{16}$", r"^\d+:\d+$"
Sha256 = Annotated[str, Field(pattern=SHA256_PATTERN)]
ID_PATTERN = r"^[\w@+-][\w.@+-]*$"
LONGEST_ID_BYTES = 200
"""Ids name files, whose names may have 255 bytes with what is put behind them."""
LONGEST_NAME = 100
MOST_INSTANCES = 1_000
"""No video shows more of a kind that anybody could count."""


def short_id(text: str) -> str:
    """The id itself, where a file may be called that.

    Raises:
        ValueError: it is too long.
    """
    if len(text) > LONGEST_ID_BYTES // 4 and len(text.encode()) > LONGEST_ID_BYTES:
        raise ValueError(f"has {len(text.encode())} bytes; {LONGEST_ID_BYTES} are the most that an id may have")
    return text


def plain_name(text: str) -> str:
    """The name of a test set itself, where it can stand in a line and name a file.

    Raises:
        ValueError: it is blank, too long, or holds a folder or a control character.
    """
    if not text.strip() or text.strip(". ") == "":
        raise ValueError("is blank; a test set needs a name")
    if found := re.search(r"[\x00-\x1f\x7f-\x9f/\\\\]", text):
        raise ValueError(f"holds {found[0]!r}; a name has neither slashes, backslashes nor control characters")
    if ".." in text:
        raise ValueError('holds ".."; a name is no path')
    if len(text) > LONGEST_NAME:
        raise ValueError(f"has {len(text)} characters; {LONGEST_NAME} are the most that a name may have")
    return text


Id = Annotated[str, Field(pattern=ID_PATTERN, max_length=120), AfterValidator(short_id)]
"""Letters (of any script), digits and . _ - @ +: it names files."""
Seed = Annotated[int, Field(ge=0, le=2**63 - 1, strict=True)]
Count = Annotated[int, Field(le=MOST_INSTANCES, strict=True)]
Name = Annotated[str, AfterValidator(plain_name)]
Box = tuple[Finite, Finite, Finite, Finite]

SCHEMA_VERSION = 1
_DRIVE = re.compile(r"^[A-Za-z]:")


def below(path: str) -> str:
    """The path itself, where its spelling stays below a folder on every system.

    Raises:
        ValueError: it is absolute, names a drive, is too long, or holds "..", a backslash or a null character.
    """
    if "\0" in path:
        raise ValueError("holds a null character; give a path below the test set's folder")
    if "\\" in path:
        raise ValueError("holds a backslash; separate folders with /")
    if path.startswith("/") or _DRIVE.match(path):
        raise ValueError("is absolute; give it relative to the test set's folder")
    if ".." in PurePosixPath(path).parts:
        raise ValueError('holds ".."; name the file by its path below the test set\'s folder')
    if (reason := too_long(path)) is not None:
        raise ValueError(reason)
    return path


RelativePath = Annotated[str, AfterValidator(below)]
"""A path below the folder of the test set, with / between folders on every system."""


class Synthetic(Row):
    """How a picture was made, where no camera made it."""

    generator: str
    version: str
    licence: str = ""
    species: str | None = None
    """The rendered world's class and seed, so that the same individual can be drawn again."""
    seed: int | None = None
    prompt: str | None = None
    view: dict[str, Any] = Field(default_factory=dict)
    """Pose, yaw and background that it was drawn with."""


class ImageRow(Row):
    """One line of `images.jsonl`."""

    image_id: Id
    path: RelativePath
    """Empty where the image may not be redistributed and lies with the user: then `source_url` says where."""
    sha256: Sha256
    phash64: Annotated[str, Field(pattern=PHASH_PATTERN)] | None = None
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    subject_id: Id | None = None
    """None for a background of its own."""
    view_id: str = "front"
    role: Role = "condition"
    box: Box | None = None
    """x0, y0, x1, y1 around the subject, in pixels."""
    mask_path: RelativePath | None = None
    """A grey picture of the same size, above 127 where the subject is."""
    mask_sha256: Sha256 | None = None
    bg_kind: Literal["plain", "natural", "unknown"] = "unknown"
    text_in_image: bool | None = None
    source_url: str | None = None
    source_dataset: str | None = None
    author: str | None = None
    licence_spdx: str = ""
    """An SPDX identifier ("CC0-1.0"), or "LicenseRef-<name>" with `licence_url`; empty means that nobody knows."""
    licence_url: str | None = None
    attribution_text: str | None = None
    redistributable: bool = False
    modifications: str | None = None
    synthetic: Synthetic | None = None
    person_consent: Consent = "unknown"
    depicts_minor: bool | None = None
    public_figure: bool | None = None
    retrieved_at: str | None = None
    takedown_contact: str | None = None


class SubjectRow(Row):
    """One line of `subjects.jsonl`."""

    subject_id: Id
    category: Category
    class_noun: str = Field(min_length=1)
    """What a detector looks for; literally in every prompt with this subject."""
    phrase: str | None = None
    """The subject as prompts name it ("tabby cat with a green collar"); holds `class_noun`."""
    distractor_ids: tuple[Id, ...] = ()
    """Other individuals of the same class."""
    real_height_cm_range: tuple[Finite, Finite] | None = None


class Ref(Row):
    """One subject of a case and the images of it that a model is shown."""

    subject_id: Id
    image_ids: tuple[Id, ...] = Field(min_length=1)
    heldout_ids: tuple[Id, ...] = ()
    """Views that no model is shown."""
    expected_count: Count = Field(default=1, ge=1)


class Span(Row):
    """Where a prompt names a subject: characters from `start` to before `end`."""

    subject_id: Id
    start: int = Field(ge=0)
    end: int = Field(ge=1)


class CaseRow(Row):
    """One line of `cases.jsonl`."""

    case_id: Id
    version: int = Field(default=1, ge=1)
    splits: tuple[str, ...] = Field(default=("full",), min_length=1)
    combo: str = ""
    """Its subjects' categories, sorted: "human+object"."""
    n_subjects: int = Field(ge=0)
    refs: tuple[Ref, ...]
    prompt: str = Field(min_length=1)
    prompt_short: str | None = None
    subject_spans: tuple[Span, ...] = ()
    negative_prompt: str | None = None
    same_class_pair: bool = False
    expected_extra: Count = Field(default=0, ge=0)
    interaction: Interaction = "none"
    staging: Staging | None = None
    """Scene, actions, relations, anchors and camera, for test sets whose cases were composed from them."""
    size_ratio: tuple[Finite, Finite] | None = None
    bg_from_prompt: bool = True
    bg_overlap_expected: bool = False
    seeds: tuple[Seed, ...] = Field(default=(0,), min_length=1)
    tags: tuple[str, ...] = ()
    duration_s: Annotated[Finite, Field(gt=0)] | None = None
    aspect: Annotated[str, Field(pattern=ASPECT_PATTERN)] | None = None
    source: str | None = None
    """Where an imported case comes from: file and key."""
    video: RelativePath | None = None
    """A video that exists already."""


class Manifest(Row):
    """`MANIFEST.json`: what a test set holds and how it was made."""

    schema_version: int = SCHEMA_VERSION
    name: Name
    version: str
    licence: str
    generator: str
    """What wrote it, with version and command."""
    counts: dict[str, int]
    licences: dict[str, int]
    """SPDX identifier -> number of images."""
    near_duplicates: dict[str, Any] = Field(default_factory=dict)
    """The audit: threshold in bits of the 64-bit perceptual hash, pairs found."""
    files: dict[str, Sha256]
    """Every file but this one, by path."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from s2vbench.files import sha256_of_file
from s2vbench.testsets.check import check_testset
from tests.testsets import checking, small_set


def test_nothing_is_wrong_with_a_good_one(original: Path) -> None:
    looked: list[tuple[int, int]] = []
    assert check_testset(original, lambda done, total: looked.append((done, total))) == []
    assert looked == [(done, 6) for done in range(1, 7)]


def test_a_missing_manifest_is_a_warning(small: Path) -> None:
    (problem,) = check_testset(small)
    assert (problem.file, problem.severity) == ("MANIFEST.json", "warning")


CASE = {"case_id": "alone", "n_subjects": 1, "combo": "animal", "prompt": "A cat."}
TOM = {"subject_id": "tom", "image_ids": ["tom-front"]}


@pytest.mark.parametrize(
    ("line", "changes", "what", "severity"),
    [
        (1, {"seeds": [1, 2, 1]}, "seed 1 is repeated", "error"),
        (1, {"n_subjects": 2}, "n_subjects is 2, its refs show 1", "error"),
        (1, {"combo": "human"}, "combo 'human' is not that of its subjects, 'animal'", "error"),
        (2, {"same_class_pair": False}, "same_class_pair is false", "error"),
        (1, {"prompt": "A tabby feline sleeps."}, "its prompt does not name 'cat'", "error"),
        (1, {"prompt": "A tabby catalogue."}, "its prompt does not name 'cat'", "error"),
        (1, {"prompt": "A tabby fox.", "tags": ["noun-not-in-prompt"]}, "its prompt does not name 'cat'", "warning"),
        (1, {"prompt": "  \t "}, "its prompt is blank", "error"),
        (
            1,
            {"subject_spans": [{"subject_id": "tom", "start": 0, "end": 11}]},
            "span 0 to 11 is 'A tabby cat'",
            "error",
        ),
        (1, {"subject_spans": [{"subject_id": "tom", "start": 8, "end": 99}]}, "span 8 to 99 is not within", "error"),
        (1, {"subject_spans": [{"subject_id": "tom", "start": 5, "end": 5}]}, "span 5 to 5 is not within", "error"),
        (1, {"subject_spans": [{"subject_id": "mug", "start": 2, "end": 11}]}, "a span names 'mug'", "error"),
        (1, {"staging": {"scene": "x", "anchors": [{"subject_id": "kit", "place": "left"}]}}, "staging names", "error"),
        (1, {"refs": [TOM | {"heldout_ids": ["kit-away"]}]}, "image 'kit-away' shows subject 'kit'", "error"),
        (1, {"refs": [TOM | {"image_ids": ["tom-side"], "heldout_ids": ["tom-front"]}]}, "is shown to models", "error"),
        (1, {"refs": [TOM | {"heldout_ids": ["tom-side"]}]}, "held-out image 'tom-side' has the role cond", "error"),
        (1, {"refs": [TOM | {"heldout_ids": ["tom-front"]}]}, "both shown and held out", "error"),
        (1, {"video": "v.mp4"}, "video 'v.mp4' is missing", "error"),
        (1, {"prompts": "x"}, "unknown key 'prompts'", "error"),
    ],
)
def test_cases(small: Path, line: int, changes: dict[str, Any], what: str, severity: str) -> None:
    if "prompt" in changes:
        changes = changes | {"subject_spans": []}
    checking.edit(small / "cases.jsonl", line, **changes)
    found = [problem for problem in checking.found(small) if what in problem.what]
    assert [(problem.file, problem.line, problem.severity) for problem in found] == [("cases.jsonl", line, severity)]
    assert found[0].item == ("case 'alone'" if line == 1 else "case 'together'")
    assert found[0].remedy


def test_repeated_prompts(small: Path) -> None:
    rows = (small / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    again = json.loads(rows[0]) | {"case_id": "again"}
    other = again | {"case_id": "other", "refs": [{"subject_id": "kit", "image_ids": ["kit-front"]}], "staging": None}
    rows += [json.dumps(again), json.dumps(other | {"subject_spans": []})]
    (small / "cases.jsonl").write_text("\n".join(rows), encoding="utf-8")
    found = [(problem.line, problem.what, problem.severity) for problem in checking.found(small)]
    assert found == [
        (3, "has the prompt and the subjects of case 'alone'", "error"),
        (4, "has the prompt of case 'alone'", "warning"),
    ]


@pytest.mark.parametrize(
    ("line", "changes", "what", "severity"),
    [
        (1, {"phrase": "striped pet"}, "phrase 'striped pet' does not hold class_noun 'cat'", "error"),
        (1, {"distractor_ids": ["mug"]}, "distractor 'mug' is a mug, not a cat", "warning"),
        (1, {"distractor_ids": ["nobody"]}, "distractor 'nobody' is not in subjects.jsonl", "error"),
        (1, {"colour": "red"}, "unknown key 'colour'", "error"),
    ],
)
def test_subjects(small: Path, line: int, changes: dict[str, Any], what: str, severity: str) -> None:
    checking.edit(small / "cases.jsonl", 1, subject_spans=[])
    checking.edit(small / "subjects.jsonl", line, **changes)
    problem = checking.only(small)
    assert what in problem.what
    assert (problem.file, problem.line, problem.severity) == ("subjects.jsonl", line, severity)


def test_a_subject_that_nobody_shows(small: Path) -> None:
    with (small / "subjects.jsonl").open("a") as file:
        file.write('{"subject_id": "dog", "category": "animal", "class_noun": "dog"}\n')
    assert (checking.only(small).what, checking.only(small).severity) == ("no case shows it", "warning")


@pytest.mark.parametrize(
    ("changes", "what", "severity"),
    [
        ({"subject_id": None}, "has role condition but no subject_id", "error"),
        ({"box": [0, 0, 97, 10]}, "is not inside 96x96 px", "error"),
        ({"box": [5, 0, 5, 10]}, "is not inside 96x96 px", "error"),
        ({"width_px": 95}, "is 96x96 px, its row says 95x96 px", "error"),
        ({"sha256": "0" * 64}, "its row says 000000000000", "error"),
        ({"phash64": "0" * 16}, "phash64 differs from the picture's", "error"),
        ({"licence_spdx": ""}, "is redistributable but names no licence", "error"),
        ({"licence_spdx": "", "redistributable": False}, "names no licence", "warning"),
        ({"licence_spdx": "CC BY 4.0"}, "is no SPDX expression", "error"),
        ({"licence_spdx": "CC-BY-4"}, "licence_spdx 'CC-BY-4' is no SPDX identifier", "error"),
        ({"licence_spdx": "mit"}, "licence_spdx 'mit' is no SPDX identifier", "error"),
        ({"licence_spdx": "MIT AND NONSENSE-1.0"}, "licence_spdx 'NONSENSE-1.0' is no SPDX identifier", "error"),
        ({"licence_spdx": "MIT OR (CC0-1.0"}, "is no SPDX expression", "error"),
        ({"licence_spdx": "LicenseRef-mine"}, "has no licence_url", "error"),
        ({"licence_spdx": "CC-BY-4.0"}, "asks for the author's name", "warning"),
        ({"redistributable": False}, "1 images may not be passed on but lie here", "warning"),
        ({"depicts_minor": True}, "depicts a minor", "error"),
        ({"public_figure": True}, "depicts a public figure", "error"),
        ({"path": "images/none.png"}, "'images/none.png' is missing", "error"),
        ({"path": "../out.png"}, 'holds ".."', "error"),
        ({"synthetic": {"generator": "g", "version": "1", "species": "cat", "seed": 7}}, "seed 7 is subject", "error"),
        ({"phash64": "xyz"}, "phash64 = 'xyz'", "error"),
    ],
)
def test_images(small: Path, changes: dict[str, Any], what: str, severity: str) -> None:
    checking.edit(small / "images.jsonl", 6, **changes)
    (problem,) = [problem for problem in checking.found(small) if what in problem.what]
    assert (problem.file, problem.line, problem.severity) == ("images.jsonl", 6, severity)
    assert problem.item == "image 'mug-front'"


@pytest.mark.parametrize(
    "licence", ["CC0-1.0", "MIT OR Apache-2.0", "(GPL-2.0+ WITH Bison-exception-2.2)", "CC-BY-4.0"]
)
def test_licences_that_spdx_knows(small: Path, licence: str) -> None:
    checking.edit(small / "images.jsonl", 6, licence_spdx=licence, author="Ann")
    assert checking.found(small) == []


def test_people_who_may_not_have_agreed(small: Path) -> None:
    checking.edit(small / "subjects.jsonl", 3, category="human")
    checking.edit(small / "cases.jsonl", 2, combo="animal+animal+human")
    assert checking.found(small) == []
    checking.edit(small / "images.jsonl", 6, person_consent="unknown")
    assert "whether they agreed is unknown" in checking.only(small).what


def test_one_individual_for_one_subject(small: Path) -> None:
    checking.edit(small / "images.jsonl", 2, synthetic={"generator": "g", "version": "1", "species": "cat", "seed": 8})
    assert "is drawn as ('cat', 8), other images of 'tom' as ('cat', 7)" in checking.only(small).what


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _no_picture(path: Path) -> None:
    path.write_text("<html>not found</html>", encoding="utf-8")


def _bomb(path: Path) -> None:
    Image.new("1", (20_000, 20_000)).save(path)


@pytest.mark.parametrize(
    ("harm", "what"),
    [
        (_truncate, "cannot be read: not a readable picture"),
        (_empty, "cannot be read: the file is empty"),
        (_folder, "is a folder"),
        (_no_picture, "cannot be read: not a picture"),
        (_bomb, "cannot be read: not a readable picture (Image size"),
        (Path.unlink, "is missing"),
    ],
)
@pytest.mark.parametrize("which", ["images", "masks"])
def test_files_that_are_no_pictures(small: Path, harm: Callable[[Path], None], what: str, which: str) -> None:
    harm(small / which / "tom-side.png")
    problem = checking.only(small)
    assert what in problem.what
    assert (problem.file, problem.line, problem.severity) == ("images.jsonl", 2, "error")
    assert str(small) not in problem.what


def _new_mask(folder: Path, mask: Image.Image) -> None:
    mask.save(folder / "masks/tom-side.png")
    checking.edit(folder / "images.jsonl", 2, mask_sha256=sha256_of_file(folder / "masks/tom-side.png"))


@pytest.mark.parametrize(
    ("size", "value", "what"),
    [
        ((96, 96), 0, "is empty: the subject is nowhere"),
        ((96, 96), 255, "is full: the subject is everywhere"),
        ((48, 48), None, "is 48x48 px, the picture 96x96 px"),
        ((96, 90), None, "is 96x90 px, the picture 96x96 px"),
    ],
)
def test_masks(small: Path, size: tuple[int, int], value: int | None, what: str) -> None:
    _new_mask(small, small_set.mask().resize(size) if value is None else Image.new("L", size, value))
    assert what in checking.only(small).what


def test_a_mask_with_another_digest_or_none(small: Path) -> None:
    small_set.mask().rotate(180).point(lambda value: value // 2 * 2).save(small / "masks/tom-side.png", optimize=True)
    assert "mask 'masks/tom-side.png' has SHA-256" in checking.only(small).what
    checking.edit(small / "images.jsonl", 2, mask_sha256=...)
    assert "has a mask but no mask_sha256" in checking.only(small).what


def _put(folder: Path, image_id: str, picture: Image.Image) -> None:
    picture.save(folder / f"images/{image_id}.png")
    line = list(small_set.VIEWS).index(image_id) + 1
    row = small_set.image_row(folder, image_id)
    checking.edit(folder / "images.jsonl", line, sha256=row.sha256, phash64=row.phash64)


def test_pictures_that_are_the_same_or_alike(small: Path) -> None:
    tom, kit = small_set.picture(0), small_set.picture(3)
    _put(small, "mug-front", tom)
    assert (checking.only(small).what, checking.only(small).severity) == (
        "is the same picture as image 'tom-front'",
        "error",
    )
    brighter = Image.fromarray(np.clip(np.asarray(tom).astype(int) + 3, 0, 255).astype(np.uint8))
    _put(small, "mug-front", brighter)
    assert "looks like image 'tom-front' (" in checking.only(small).what
    assert checking.only(small).severity == "warning"
    _put(small, "mug-front", small_set.picture(50))
    # Views of one subject may look alike, unless a model is shown one of them and is measured with the other.
    _put(small, "tom-side", brighter)
    assert checking.found(small) == []
    _put(small, "kit-away", Image.fromarray(np.clip(np.asarray(kit).astype(int) + 3, 0, 255).astype(np.uint8)))
    assert "image 'kit-away': looks like" in checking.only(small).text(small)


def test_files_that_nobody_names(small: Path) -> None:
    (small / "README.md").write_text("About", encoding="utf-8")
    (small / "images/.DS_Store").touch()
    (small / "images/other.png").touch()
    assert (checking.only(small).file, checking.only(small).severity) == ("images/other.png", "warning")
    for number in range(30):
        (small / f"images/{number}.txt").touch()
    found = checking.found(small)
    assert len(found) == 21
    assert (found[0].file, found[0].what) == ("images", "no row names 11 more files in this folder")


def test_links_out_of_the_folder_are_not_followed(small: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes((small / "images/mug-front.png").read_bytes())
    (small / "images/mug-front.png").unlink()
    (small / "images/mug-front.png").symlink_to(tmp_path / "secret.png")
    assert "leaves" in checking.only(small).what
    assert checking.only(small).line == 6


def test_names_with_accents_are_named(small: Path) -> None:
    (small / "images/mug-front.png").rename(small / unicodedata.normalize("NFD", "images/Krügé.png"))
    checking.edit(small / "images.jsonl", 6, path=unicodedata.normalize("NFC", "images/Krügé.png"))
    assert checking.found(small) == []

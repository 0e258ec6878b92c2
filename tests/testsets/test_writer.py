from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from s2vbench.errors import InputError, OutputError
from s2vbench.testsets.folder import load_testset, read_manifest
from s2vbench.testsets.perceptual import NEAR_BITS
from s2vbench.testsets.schema import CaseRow, ImageRow
from s2vbench.testsets.writer import prepare_folder, row_text
from tests.testsets import small_set

ROWS = ("cases.jsonl", "subjects.jsonl", "images.jsonl", "MANIFEST.json")


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    images = small_set.draw(tmp_path)
    small_set.rewrite(tmp_path, images)
    found = load_testset(tmp_path)
    assert list(found.image_rows()) == images
    assert list(found.subject_rows()) == small_set.subject_rows()
    assert list(found.case_rows()) == small_set.case_rows()


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        small_set.make(tmp_path / name)
    small_set.rewrite(tmp_path / "b", list(load_testset(tmp_path / "b").image_rows()))
    for name in ROWS:
        content = (tmp_path / "a" / name).read_bytes()
        assert content == (tmp_path / "b" / name).read_bytes()
        assert b"\r" not in content
        assert content.endswith(b"\n")


def test_rows_are_readable() -> None:
    row = ImageRow(image_id="é", path="images/é.png", sha256="0" * 64, width_px=1, height_px=2, role="heldout")
    assert row_text(row) == (
        '{"image_id": "é", "path": "images/é.png", "sha256": "' + "0" * 64 + '", "width_px": 1, "height_px": 2, '
        '"role": "heldout"}'
    )


def test_the_manifest_counts_and_names_every_file(tmp_path: Path) -> None:
    manifest = small_set.make(tmp_path)
    assert read_manifest(tmp_path) == (manifest, [])
    assert manifest.counts == {
        "cases": 2,
        "multi_subject_cases": 1,
        "subjects": 3,
        "condition_images": 4,
        "heldout_images": 2,
        "background_images": 0,
        "subjects_animal": 2,
        "subjects_object": 1,
        "condition_images_animal": 3,
        "condition_images_object": 1,
    }
    assert manifest.licences == {"CC0-1.0": 6}
    assert len(manifest.files) == 3 + 6 + 3
    for path, digest in manifest.files.items():
        assert hashlib.sha256((tmp_path / path).read_bytes()).hexdigest() == digest
    assert json.loads((tmp_path / "MANIFEST.json").read_bytes())["schema_version"] == 1


def test_the_audit_tells_twins_from_views(tmp_path: Path) -> None:
    small_set.draw(tmp_path)
    pictures = {name: small_set.picture(seed) for seed, name in enumerate(small_set.VIEWS)}
    # Two shown views of one subject may be alike; a shown and a held-out one not, and no two subjects.
    pictures["tom-side"] = pictures["tom-front"]
    pictures["kit-away"] = pictures["kit-front"].resize((80, 80))
    pictures["mug-front"] = pictures["tom-away"]
    for name, picture in pictures.items():
        picture.save(tmp_path / f"images/{name}.png")
    rows = [small_set.image_row(tmp_path, name, mask_path=None, mask_sha256=None) for name in pictures]
    audit = small_set.rewrite(tmp_path, rows).near_duplicates
    assert audit["threshold_bits"] == NEAR_BITS
    assert audit["num_pairs"] == 2
    assert {(one, other) for one, other, _ in audit["pairs"]} == {("kit-front", "kit-away"), ("tom-away", "mug-front")}


@pytest.mark.parametrize("name", ["thesis.docx", "src", ".git"])
def test_a_folder_with_something_else_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(InputError, match="is no test set; choose an empty or new folder"):
        small_set.rewrite(tmp_path, [], [], [])
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_test_set_with_something_beside_it_may_be_written_again(tmp_path: Path) -> None:
    small_set.make(tmp_path)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    small_set.rewrite(tmp_path, list(load_testset(tmp_path).image_rows()))
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="is a file"):
        prepare_folder(tmp_path / "file")
    with pytest.raises(OutputError, match="cannot write"):
        prepare_folder(tmp_path / "file" / "below")


def test_pictures_must_be_there_and_as_stated(tmp_path: Path) -> None:
    images = small_set.draw(tmp_path)
    (tmp_path / "images/kit-away.png").write_bytes(b"other")
    with pytest.raises(InputError, match="has SHA-256"):
        small_set.rewrite(tmp_path, images)
    (tmp_path / "images/kit-away.png").unlink()
    with pytest.raises(InputError, match="is not there"):
        small_set.rewrite(tmp_path, images)
    (tmp_path / "images/kit-away.png").symlink_to(tmp_path / "images/kit-front.png")
    with pytest.raises(InputError, match="is a symbolic link"):
        small_set.rewrite(tmp_path, images)
    assert not (tmp_path / "cases.jsonl").exists()


def test_an_id_comes_once(tmp_path: Path) -> None:
    images = small_set.draw(tmp_path)
    with pytest.raises(InputError, match="image_id 'tom-front' comes 2 times"):
        small_set.rewrite(tmp_path, [*images, images[0]])
    cases: list[CaseRow] = [*small_set.case_rows(), small_set.case_rows()[1]]
    with pytest.raises(InputError, match="case_id 'together' comes 2 times"):
        small_set.rewrite(tmp_path, images, cases=cases)

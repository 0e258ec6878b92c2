"""Exports for Hugging Face `datasets`, read by it offline, and back again."""

from __future__ import annotations

import io
import json
import shutil
import socket
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image

from s2vbench.errors import InputError, MissingError
from s2vbench.testsets.datasets_import import import_exported
from s2vbench.testsets.export import export_testset
from s2vbench.testsets.folder import load_testset
from s2vbench.video.pictures import read_picture
from tests.testsets import small_set

OWN = ("cases.jsonl", "subjects.jsonl", "images.jsonl")
FORMATS = ("imagefolder", "parquet")

datasets = pytest.importorskip("datasets")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The small test set, with a picture that no case shows, a video, and names that look like splits."""
    folder = tmp_path / "small"
    rows = small_set.draw(folder)
    (folder / "images/deep").mkdir()
    (folder / "images/tom-side.png").rename(folder / "images/deep/tom_test-1.png")
    rows[1] = rows[1].model_copy(update={"path": "images/deep/tom_test-1.png"})
    image = small_set.picture(9).resize((60, 40))
    exif = image.getexif()
    exif[ExifTags.Base.Orientation] = 6
    image.save(folder / "images/mug-front.jpg", exif=exif, quality=95)
    (folder / "images/mug-front.png").unlink()
    small_set.picture(20).save(folder / "images/Zoë-val.png")
    shutil.copy(folder / "images/mug-front.jpg", folder / "images/mug-front.png")
    mug = small_set.image_row(folder, "mug-front", path="images/mug-front.jpg")
    (folder / "images/mug-front.png").unlink()
    spare = small_set.image_row(folder, "Zoë-val", subject_id="kit", role="heldout")
    (folder / "videos").mkdir()
    (folder / "videos/v.mp4").write_bytes(b"not really a video")
    cases = small_set.case_rows()
    cases[0] = cases[0].model_copy(update={"video": "videos/v.mp4"})
    small_set.rewrite(folder, [spare, *rows[:5], mug], cases=cases)
    return folder


def _export(folder: Path, tmp_path: Path, format_name: str) -> Path:
    to = tmp_path / ("out.parquet" if format_name == "parquet" else "out")
    export_testset(folder, to, format_name)
    return to


@pytest.mark.parametrize("format_name", FORMATS)
def test_there_and_back_is_the_same(small: Path, tmp_path: Path, format_name: str) -> None:
    exported = _export(small, tmp_path, format_name)
    done = import_exported(exported, tmp_path / "back", format_name)
    assert (done.num_cases, done.num_images, done.notes) == (2, 7, ())
    for name in (*OWN, "MANIFEST.json"):
        assert (tmp_path / "back" / name).read_bytes() == (small / name).read_bytes()
    for path in load_testset(small).manifest.files:  # type: ignore[union-attr]
        assert (tmp_path / "back" / path).read_bytes() == (small / path).read_bytes()


def test_the_same_input_gives_the_same_bytes(small: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        export_testset(small, tmp_path / name, "imagefolder")
        export_testset(small, tmp_path / f"{name}.parquet", "parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    assert (tmp_path / "a/metadata.jsonl").read_bytes() == (tmp_path / "b/metadata.jsonl").read_bytes()


def _load(exported: Path, format_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def refuse(*_: object) -> None:
        raise OSError("no sockets in this test")

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    where = {"data_dir": str(exported)} if format_name == "imagefolder" else {"data_files": str(exported)}
    return datasets.load_dataset(format_name, split="train", cache_dir=str(tmp_path / "cache"), **where)


@pytest.mark.parametrize("format_name", FORMATS)
def test_datasets_reads_it_offline(
    small: Path, tmp_path: Path, format_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported = _export(small, tmp_path, format_name)
    # What is exported stands for itself.
    pictures = {path.name: path.read_bytes() for path in (small / "images").rglob("*.*")}
    turned_HWC = read_picture(small / "images/mug-front.jpg").rgb_HWC
    small.rename(tmp_path / "moved")
    found = _load(exported, format_name, tmp_path, monkeypatch)
    assert found["id"] == ["alone", "together"]
    assert found.features["references"] == datasets.List(datasets.Image())
    assert found.features["subjects"].feature["reference_index"].feature.dtype in {"int32", "int64"}
    together = found[1]
    assert together["prompt"].startswith("A tabby cat, another cat")
    assert [(one["id"], one["label"], one["reference_index"]) for one in together["subjects"]] == [
        ("tom", "cat", [0]),
        ("kit", "cat", [1]),
        ("mug", "mug", [2]),
    ]
    assert [one["heldout_index"] for one in together["subjects"]] == [[], [0], []]
    assert len(found[0]["masks"]) == 3
    assert found[0]["other_ids"] == ["Zoë-val"]
    assert together["other_ids"] == []
    # Decoded with its EXIF orientation, as our own reader does.
    mug = together["references"][2]
    assert mug.size == (40, 60)
    assert np.array_equal(np.asarray(mug.convert("RGB")), turned_HWC)
    raw = found.cast_column("references", datasets.List(datasets.Image(decode=False)))
    contents = [one["bytes"] or Path(one["path"]).read_bytes() for one in raw[1]["references"]]
    assert contents == [pictures["tom-front.png"], pictures["kit-front.png"], pictures["mug-front.jpg"]]


def test_parquet_holds_the_bytes_and_no_paths(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exported = _export(small, tmp_path, "parquet")
    assert exported.stat().st_size > sum(path.stat().st_size for path in (small / "images").rglob("*.*"))
    assert str(tmp_path).encode() not in exported.read_bytes()
    found = _load(exported, "parquet", tmp_path, monkeypatch)
    # A video is its bytes: decoding it would need a library that is not there.
    assert found.features["video"] == datasets.Video(decode=False)
    assert found[0]["video"] == {"bytes": b"not really a video", "path": "v.mp4"}
    assert found[1]["video"] is None


def test_rows_that_datasets_filtered_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_set.make(tmp_path / "plain")
    found = _load(_export(tmp_path / "plain", tmp_path, "parquet"), "parquet", tmp_path, monkeypatch)
    # The distractor of this case's cat stays behind with the other case.
    found.filter(lambda row: row["id"] == "alone", new_fingerprint="alone").to_parquet(str(tmp_path / "some.parquet"))
    done = import_exported(tmp_path / "some.parquet", tmp_path / "back", "parquet", name="some")
    assert done.notes == ("1 distractors are not in these rows and were left out",)
    back = load_testset(tmp_path / "back")
    assert (back.name, [case.id for case in back.cases]) == ("some", ["alone"])
    assert back.cases[0].references[0].images == load_testset(tmp_path / "plain").cases[0].references[0].images


def test_no_path_of_the_export_reads_as_a_split(small: Path, tmp_path: Path) -> None:
    (small / "LICENSE").write_text("free", encoding="utf-8")
    exported = _export(small, tmp_path, "imagefolder")
    names = [path.relative_to(exported).as_posix() for path in exported.rglob("*") if path.is_file()]
    assert "LICENSE" in names
    assert not any(word in name for name in names for word in ("train", "test", "val", "dev"))


def test_without_datasets_the_command_is_named(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(MissingError, match=r"pip install 's2vbench\[datasets\]'"):
        _export(small, tmp_path, "parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "x.parquet").touch()
    with pytest.raises(MissingError, match=r"pip install 's2vbench\[datasets\]'"):
        import_exported(tmp_path / "x.parquet", tmp_path / "back", "parquet")
    # An ImageFolder is plain files.
    exported = _export(small, tmp_path, "imagefolder")
    assert import_exported(exported, tmp_path / "back", "imagefolder").num_cases == 2


def _edit(exported: Path, **changes: Any) -> None:
    path = exported / "metadata.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows[0] = {key: value for key, value in (rows[0] | changes).items() if value is not ...}
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"row": ...}, "column 'row' is missing"),
        ({"row": '{"case_id": "x"}'}, "'n_subjects' is missing"),
        ({"row": '{"a": 1, "a": 2}'}, "key 'a' comes twice"),
        ({"row": '{"a": NaN}'}, "NaN is no number"),
        ({"testset": "5"}, "column 'testset' is not as it was written"),
        ({"references_file_names": ["../../secret.png", "x"]}, "leaves"),
        ({"references_file_names": ["/etc/passwd", "x"]}, "is absolute"),
        ({"references_file_names": ["images/none.png", "x"]}, "'images/none.png' is missing"),
        ({"references_file_names": []}, "2 reference_ids for 0 references"),
        ({"reference_ids": ["x", "tom-side"]}, "names 'x', which has no row"),
    ],
)
def test_exports_that_were_changed(small: Path, tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    exported = _export(small, tmp_path, "imagefolder")
    _edit(exported, **changes)
    with pytest.raises(InputError, match=r"metadata\.jsonl, line 1|row 1") as caught:
        import_exported(exported, tmp_path / "back", "imagefolder")
    assert message in str(caught.value)


def test_rows_cannot_write_outside(small: Path, tmp_path: Path) -> None:
    exported = _export(small, tmp_path, "imagefolder")
    first = json.loads((exported / "metadata.jsonl").read_text(encoding="utf-8").splitlines()[0])
    for path in ("../slipped.png", "/tmp/slipped.png", "..\\slipped.png"):
        rows = [
            {"at": one["at"], "row": one["row"].replace("images/tom-front.png", path.replace("\\", "\\\\"))}
            for one in first["image_rows"]
        ]
        _edit(exported, image_rows=rows)
        with pytest.raises(InputError, match="path = "):
            import_exported(exported, tmp_path / "back", "imagefolder")
        assert not (tmp_path / "slipped.png").exists()


def test_a_picture_that_was_exchanged_is_found(small: Path, tmp_path: Path) -> None:
    exported = _export(small, tmp_path, "imagefolder")
    name = json.loads((exported / "metadata.jsonl").read_text(encoding="utf-8").splitlines()[0])[
        "references_file_names"
    ][0]
    (exported / name).write_bytes(b"other")
    with pytest.raises(InputError, match="has SHA-256"):
        import_exported(exported, tmp_path / "back", "imagefolder")


def test_sources_that_are_something_else(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"no parquet")
    (tmp_path / "empty").mkdir()
    for source, format_name, message in (
        (tmp_path / "a.parquet", "parquet", "cannot be read as Parquet"),
        (tmp_path / "none.parquet", "parquet", "none.parquet: does not exist"),
        (tmp_path / "empty", "parquet", "holds no .parquet files"),
        (tmp_path / "empty", "imagefolder", "holds no metadata.jsonl"),
    ):
        with pytest.raises(InputError, match=message):
            import_exported(source, tmp_path / "back", format_name)
    (tmp_path / "empty/metadata.jsonl").touch()
    with pytest.raises(InputError, match="holds no rows"):
        import_exported(tmp_path / "empty", tmp_path / "back", "imagefolder")
    (tmp_path / "empty/metadata.jsonl").write_text("[1]\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 1: must be an object"):
        import_exported(tmp_path / "empty", tmp_path / "back", "imagefolder")


def test_parquet_with_paths_alone_is_refused(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `to_parquet` makes of an ImageFolder: it writes paths of the machine instead of pictures."""
    found = _load(_export(small, tmp_path, "imagefolder"), "imagefolder", tmp_path, monkeypatch)
    table = found.with_format("arrow")[:]
    import pyarrow.parquet

    pyarrow.parquet.write_table(table, tmp_path / "paths.parquet")
    with pytest.raises(InputError, match="holds a path instead of the bytes"):
        import_exported(tmp_path / "paths.parquet", tmp_path / "back", "parquet")


def test_a_picture_of_an_unknown_suffix_is_read_by_datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "small"
    rows = small_set.draw(folder)
    (folder / "images/tom-front.png").rename(folder / "images/tom-front.img")
    rows[0] = rows[0].model_copy(update={"path": "images/tom-front.img"})
    small_set.rewrite(folder, rows)
    found = _load(_export(folder, tmp_path, "imagefolder"), "imagefolder", tmp_path, monkeypatch)
    buffer = io.BytesIO((folder / "images/tom-front.img").read_bytes())
    assert np.array_equal(np.asarray(found[0]["references"][0]), np.asarray(Image.open(buffer)))

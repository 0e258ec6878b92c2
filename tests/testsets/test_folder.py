from __future__ import annotations

import json
import shutil
import subprocess
import sys
import types
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from s2vbench.errors import InputError, MissingError
from s2vbench.testsets import folder as folder_module
from s2vbench.testsets.folder import TestSet, load_testset
from s2vbench.testsets.schema import Manifest
from s2vbench.types import Drawn
from tests.testsets import small_set


@pytest.fixture
def small(tmp_path: Path) -> Path:
    small_set.make(tmp_path / "small")
    return tmp_path / "small"


def _edit(file: Path, line: int, /, **changes: Any) -> None:
    rows = file.read_text(encoding="utf-8").splitlines()
    row = json.loads(rows[line - 1]) | changes
    rows[line - 1] = json.dumps({key: value for key, value in row.items() if value is not ...})
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _message(path: Path, split: str = "full") -> str:
    with pytest.raises(InputError) as caught:
        load_testset(path, split)
    return str(caught.value)


def test_rows_become_cases(small: Path) -> None:
    found = load_testset(small)
    assert (found.name, found.folder) == ("small", small)
    assert isinstance(found.manifest, Manifest)
    alone, together = found.cases
    (tom,) = alone.references
    assert (tom.id, tom.kind, tom.noun) == ("tom", "animal", "cat")
    assert tom.images == ("images/tom-front.png", "images/tom-side.png")
    assert tom.masks == ("masks/tom-front.png", "masks/tom-side.png")
    assert tom.heldout == ("images/tom-away.png",)
    assert tom.distractors == ("images/kit-front.png",)
    assert tom.drawn == Drawn(species="cat", seed=7)
    assert (alone.seeds, alone.tags) == ((0, 1), ("easy",))
    assert alone.staging is not None
    assert alone.staging.actions[0].action == "sleep"
    assert (together.duration_s, together.aspect) == (2.5, "16:9")
    # Both cats are in the case: neither is a distractor there.
    assert [reference.distractors for reference in together.references] == [(), (), ()]
    assert together.references[1].masks == ()
    assert together.references[2].drawn is None


def test_a_view_without_a_mask_keeps_its_place(small: Path) -> None:
    _edit(small / "images.jsonl", 1, mask_path=..., mask_sha256=...)
    assert load_testset(small).cases[0].references[0].masks == ("", "masks/tom-side.png")


def test_rows_are_there_when_asked_for(small: Path) -> None:
    found = load_testset(small)
    assert list(found.case_rows()) == small_set.case_rows()
    assert list(found.subject_rows()) == small_set.subject_rows()
    assert [row.image_id for row in found.image_rows()] == list(small_set.VIEWS)


def test_a_split_is_a_part(small: Path) -> None:
    assert [case.id for case in load_testset(small, "small").cases] == ["together"]
    assert "unknown split 'hidden'; its splits are full, small" in _message(small, "hidden")


def test_the_digest_follows_the_rows(small: Path) -> None:
    before = load_testset(small).sha256
    assert load_testset(small).sha256 == before
    _edit(small / "cases.jsonl", 1, prompt="A tabby cat wakes.")
    assert load_testset(small).sha256 != before


def test_line_ends_of_windows_and_a_byte_order_mark(small: Path) -> None:
    expected = load_testset(small).cases
    for name in ("cases.jsonl", "subjects.jsonl", "images.jsonl", "MANIFEST.json"):
        content = (small / name).read_bytes().replace(b"\n", b"\r\n").removesuffix(b"\r\n")
        (small / name).write_bytes(b"\xef\xbb\xbf" + content)
    assert load_testset(small).cases == expected


@pytest.mark.parametrize(("on_disk", "in_row"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_names_with_accents_in_either_form(small: Path, on_disk: str, in_row: str) -> None:
    name = "images/Zoë 猫.png"
    (small / "images/tom-front.png").rename(small / unicodedata.normalize(on_disk, name))
    _edit(small / "images.jsonl", 1, path=unicodedata.normalize(in_row, name))
    (path, _) = load_testset(small).cases[0].references[0].images
    assert (small / path).is_file()


def test_every_wrong_row_is_named(small: Path) -> None:
    _edit(small / "subjects.jsonl", 3, category="robot")
    _edit(small / "images.jsonl", 2, widht_px=5, synthetic={"generator": "g", "version": "1", "sead": 3})
    _edit(small / "cases.jsonl", 1, prompt=..., duration_s="x")
    lines = _message(small).splitlines()
    assert len(lines) == 5
    for line, parts in zip(
        lines,
        [
            ("subjects.jsonl, line 3, subject 'mug': category = 'robot'",),
            (
                "images.jsonl, line 2, image 'tom-side': unknown key 'synthetic.sead'",
                "known keys are generator, licence",
            ),
            ("images.jsonl, line 2, image 'tom-side': unknown key 'widht_px'", "known keys are attribution_text"),
            ("cases.jsonl, line 1, case 'alone': 'prompt' is missing",),
            ("cases.jsonl, line 1, case 'alone': duration_s = 'x'",),
        ],
        strict=True,
    ):
        assert all(part in line for part in parts), line


@pytest.mark.parametrize(
    ("file", "line", "changes", "message"),
    [
        ("images.jsonl", 1, {"path": "/etc/passwd"}, "line 1, image 'tom-front': path = '/etc/passwd': is absolute"),
        ("images.jsonl", 1, {"path": "../x.png"}, 'holds ".."'),
        ("images.jsonl", 1, {"path": "images/../../x.png"}, 'holds ".."'),
        ("images.jsonl", 1, {"path": "..\\x.png"}, "holds a backslash"),
        ("images.jsonl", 1, {"path": "C:/x.png"}, "is absolute"),
        ("images.jsonl", 1, {"path": "C:x.png"}, "is absolute"),
        ("images.jsonl", 1, {"path": "a\0b"}, "null character"),
        ("images.jsonl", 1, {"mask_path": "../m.png"}, "mask_path = '../m.png'"),
        ("cases.jsonl", 1, {"video": "../v.mp4"}, "case 'alone': video = '../v.mp4'"),
        ("images.jsonl", 2, {"image_id": "tom-front"}, "image_id is used already in line 1"),
        ("subjects.jsonl", 2, {"subject_id": "tom"}, "subject_id is used already in line 1"),
        ("cases.jsonl", 2, {"case_id": "alone"}, "case_id is used already in line 1"),
        ("images.jsonl", 3, {"subject_id": "nobody"}, "subject_id 'nobody' is not in subjects.jsonl"),
        ("subjects.jsonl", 2, {"distractor_ids": ["nobody"]}, "distractor 'nobody' is not in subjects.jsonl"),
        ("subjects.jsonl", 2, {"distractor_ids": ["kit"]}, "is its own distractor"),
        ("cases.jsonl", 1, {"refs": [{"subject_id": "x", "image_ids": ["tom-front"]}]}, "subject 'x' is not in"),
        ("cases.jsonl", 1, {"refs": [{"subject_id": "tom", "image_ids": ["x"]}]}, "image 'x' is not in images.jsonl"),
        ("cases.jsonl", 1, {"refs": [{"subject_id": "tom", "image_ids": ["mug-front"]}]}, "shows subject 'mug'"),
        ("cases.jsonl", 1, {"refs": [{"subject_id": "tom", "image_ids": ["tom-away"]}]}, "would be shown to a model"),
        ("cases.jsonl", 1, {"refs": [{"subject_id": "tom", "image_ids": ["tom-front"]}] * 2}, "two refs have the"),
        ("images.jsonl", 1, {"width_px": 0}, "width_px = 0"),
        ("images.jsonl", 1, {"path": "images/../images/tom-front.png"}, 'holds ".."; name the file by its path below'),
        ("images.jsonl", 1, {"path": "x" * 5_000}, "holds a name of 5000 bytes (at most 255)"),
        ("images.jsonl", 1, {"mask_path": "ab/" * 1_500}, "has 4500 bytes (at most 2000)"),
        ("images.jsonl", 1, {"image_id": "tom front"}, "letters, digits and . _ - @ + (no spaces)"),
        ("images.jsonl", 1, {"image_id": "\u732b" * 100}, "has 300 bytes; 200 are the most that an id may have"),
        ("images.jsonl", 1, {"sha256": "ABC"}, "64 hexadecimal digits"),
        ("cases.jsonl", 1, {"seeds": ["1"]}, "seeds.0 = '1': Input should be a valid integer"),
        ("cases.jsonl", 1, {"seeds": [True]}, "seeds.0 = True: Input should be a valid integer"),
        ("cases.jsonl", 1, {"seeds": [-1]}, "seeds.0 = -1"),
        ("cases.jsonl", 1, {"seeds": [2**63]}, "seeds.0 = 9223372036854775808"),
        ("cases.jsonl", 1, {"splits": []}, "splits = []"),
        ("cases.jsonl", 1, {"expected_extra": 1_001}, "less than or equal to 1000"),
        (
            "cases.jsonl",
            1,
            {"refs": [{"subject_id": "tom", "image_ids": ["tom-front"], "expected_count": 5_000}]},
            "refs.0.expected_count = 5000",
        ),
    ],
)
def test_rows_that_do_not_fit_together(
    small: Path, file: str, line: int, changes: dict[str, Any], message: str
) -> None:
    _edit(small / file, line, **changes)
    found = _message(small)
    assert message in found
    assert f"{small / file}, line {line}" in found


def test_an_image_that_may_not_be_passed_on_says_where_it_is(small: Path) -> None:
    _edit(small / "images.jsonl", 1, path="", source_url="https://x.test/a")
    found = _message(small)
    assert "cases.jsonl, line 1, case 'alone': image 'tom-front' has no file here" in found
    assert "get it from its source (https://x.test/a)" in found


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b'{"case_id": "a", "case_id": "b"}', "key 'case_id' comes twice"),
        (b'{"case_id": "a", "duration_s": NaN}', "NaN is no number"),
        (b'{"case_id": "a", "duration_s": -Infinity}', "-Infinity is no number"),
        (b"[1]", "must be an object, not a list"),
        (b"{", "is not valid JSON"),
        (b"[" * 100_000, "cases.jsonl, line 3"),
        (b'{"case_id": "\xff"}', "is not UTF-8 text"),
        ("{}".encode("utf-16"), "is not UTF-8 text"),
        (b'"' + b"x" * (1 << 24) + b'"', "longer than 16 MiB"),
    ],
)
def test_lines_that_are_no_rows(small: Path, raw: bytes, message: str) -> None:
    with (small / "cases.jsonl").open("ab") as file:
        file.write(raw + b"\n")
    found = _message(small)
    assert message in found
    assert "cases.jsonl, line 3" in found


def test_a_number_beyond_floats_is_refused(small: Path) -> None:
    text = (small / "cases.jsonl").read_text(encoding="utf-8").replace("2.5", "1e999")
    (small / "cases.jsonl").write_text(text, encoding="utf-8")
    assert "duration_s = inf" in _message(small)


def test_a_line_separator_inside_a_prompt_ends_no_line(small: Path) -> None:
    text = (small / "cases.jsonl").read_text(encoding="utf-8").replace("on a mat", "on a\u2028mat")
    (small / "cases.jsonl").write_text(text, encoding="utf-8")
    assert load_testset(small).cases[0].prompt == "A tabby cat sleeps on a\u2028mat."


@pytest.mark.parametrize("name", ["cases.jsonl", "subjects.jsonl", "images.jsonl", "MANIFEST.json"])
def test_files_that_are_something_else(small: Path, name: str) -> None:
    (small / name).unlink()
    (small / name).mkdir()
    assert name in _message(small)
    (small / name).rmdir()
    (small / name).write_bytes(b"")
    assert name in _message(small) or "is not in" in _message(small)
    (small / name).unlink()
    (small / name).symlink_to(__file__)
    assert "leaves" in _message(small)


def test_a_missing_file_is_named_and_a_manifest_may_be_missing(small: Path) -> None:
    (small / "MANIFEST.json").unlink()
    found = load_testset(small)
    assert found.manifest is None
    assert found.name == "small"
    (small / "images.jsonl").unlink()
    assert "images.jsonl: does not exist" in _message(small)


def test_links_out_of_the_folder(small: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    shutil.copytree(small / "images", outside)
    (small / "images/tom-front.png").unlink()
    (small / "images/tom-front.png").symlink_to(outside / "tom-front.png")
    assert "images.jsonl, line 1, image 'tom-front': path 'images/tom-front.png' leaves" in _message(small)
    shutil.rmtree(small / "images")
    (small / "images").symlink_to(outside)
    assert _message(small).count("leaves") == len(small_set.VIEWS)


def test_a_cases_file_is_a_test_set(tmp_path: Path, small: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text('[{"id": "a", "prompt": "a dog"}]', encoding="utf-8")
    found = load_testset(path)
    assert [case.id for case in found.cases] == ["a"]
    assert (found.name, found.folder, found.manifest) == ("mine", tmp_path, None)
    assert list(found.image_rows()) == []
    assert len(found.sha256) == 64
    assert "unknown split 'small'" in _message(path, "small")
    assert load_testset(small / "cases.jsonl").cases == load_testset(small).cases


@pytest.mark.parametrize("name", ["none.json", "no/such/folder", "./none"])
def test_a_path_that_is_not_there(name: str) -> None:
    with pytest.raises(InputError, match="no such test set"):
        load_testset(name)


def test_a_folder_that_is_no_test_set(tmp_path: Path) -> None:
    assert "not a test set" in _message(tmp_path)
    (tmp_path / "a.txt").touch()
    assert "neither a folder nor a cases file" in _message(tmp_path / "a.txt")


def test_names(small: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"did you mean 's2v400'.*s2vbench ls testsets"):
        load_testset("s2v40")
    monkeypatch.setattr(folder_module, "S2V400", tmp_path / "none")
    with pytest.raises(MissingError, match="`s2vbench testset build s2v400` makes it"):
        load_testset("s2v400")
    monkeypatch.setattr(folder_module, "S2V400", small)
    assert load_testset("s2v400").name == "small"
    module = types.ModuleType("my_testsets")
    module.TEXT, module.LOADED, module.WRONG = str(small), load_testset(small), 5  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "my_testsets", module)
    assert load_testset("my_testsets:TEXT").cases == load_testset(small).cases
    assert isinstance(load_testset("my_testsets:LOADED"), TestSet)
    with pytest.raises(InputError, match="is a int; it must be a path"):
        load_testset("my_testsets:WRONG")


def test_a_hundred_thousand_rows_need_bounded_memory(tmp_path: Path) -> None:
    count = 100_000
    digest = "0" * 64
    with (tmp_path / "subjects.jsonl").open("w") as file:
        file.writelines(
            f'{{"subject_id":"s{n}","category":"animal","class_noun":"cat","distractor_ids":["s{n ^ 1}"]}}\n'
            for n in range(count)
        )
    with (tmp_path / "images.jsonl").open("w") as file:
        file.writelines(
            f'{{"image_id":"i{n}","path":"images/{n}.png","sha256":"{digest}","width_px":512,"height_px":512,'
            f'"subject_id":"s{n}","synthetic":{{"generator":"g","version":"1","species":"cat","seed":{n}}}}}\n'
            for n in range(count)
        )
    with (tmp_path / "cases.jsonl").open("w") as file:
        file.writelines(
            f'{{"case_id":"c{n}","n_subjects":1,"refs":[{{"subject_id":"s{n}","image_ids":["i{n}"]}}],'
            f'"prompt":"A cat walks over field {n}."}}\n'
            for n in range(count)
        )
    # A fresh process, for what earlier tests gave back would hide the growth.
    script = (
        "import resource, sys; from pathlib import Path; from s2vbench.testsets.folder import load_testset;"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "before = peak(); found = load_testset(Path(sys.argv[1])); grown = peak() - before;"
        "last = found.cases[-1].references[0];"
        "print(len(found.cases), last.images[0], last.distractors[0], sum(1 for _ in found.image_rows()), grown)"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True)
    *facts, grown_kib = done.stdout.split()
    assert facts == [str(count), "images/99999.png", "images/99998.png", str(count)]
    # 6 kB a case with its subject and image.
    assert int(grown_kib) * 1024 < count * 6_000


@pytest.mark.parametrize("name", ["/tmp/x", "../../y", "..\\y", "a..b", "", "  ", "a\nb", "x" * 101])
def test_a_manifest_may_not_name_a_path(small: Path, name: str) -> None:
    manifest = json.loads((small / "MANIFEST.json").read_bytes()) | {"name": name}
    (small / "MANIFEST.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert "MANIFEST.json: name = " in _message(small)


@pytest.mark.parametrize(("text", "kind"), [("null", "null"), ("[]", "a list"), ("3", "a number"), ('"a"', "a text")])
def test_a_manifest_that_is_no_object(small: Path, text: str, kind: str) -> None:
    (small / "MANIFEST.json").write_text(text, encoding="utf-8")
    assert f"MANIFEST.json: must be a JSON object, not {kind}; " in _message(small)


def test_a_picture_that_links_to_itself(small: Path) -> None:
    (small / "images/tom-front.png").unlink()
    (small / "images/tom-front.png").symlink_to("tom-front.png")
    assert "line 1, image 'tom-front': path 'images/tom-front.png' is a symbolic link that leads in a circ" in _message(
        small
    )


def test_names_that_no_file_system_takes(tmp_path: Path) -> None:
    for text in ("x" * 5_000, f"{tmp_path}/{'x' * 300}", f"{tmp_path}/{'ab/' * 2_000}"):
        with pytest.raises(InputError, match=r"testset|no such test set"):
            load_testset(text)

from __future__ import annotations

import json
from pathlib import Path

import pytest

from s2vbench.errors import InputError
from s2vbench.testsets.cases_file import load_cases

GOOD = {"id": "a", "prompt": "a dog", "video": "a.mp4"}
DOG = {"id": "dog", "kind": "animal", "noun": "dog", "images": ["1.png", "2.png"]}


def _of(**reference: object) -> list[dict[str, object]]:
    return [GOOD | {"references": [DOG | reference]}]


def _write(folder: Path, value: object, name: str = "cases.json") -> Path:
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value, indent=1), encoding="utf-8")
    return path


def test_the_format_of_the_real_clips(shared: Path) -> None:
    cases = load_cases(shared / "real/kaleido_clips/cases.json")
    assert [case.id for case in cases] == ["case_2", "case_3", "case_8", "case_9"]
    assert [len(case.references) for case in cases] == [1, 2, 2, 3]
    assert cases[0].references[0].images == ("case_2/image1.jpg",)


def test_json_lines_are_read_like_a_list(tmp_path: Path) -> None:
    rows = [GOOD, GOOD | {"id": "b", "seeds": [1, 2]}]
    lines = _write(tmp_path, "\n".join(json.dumps(row) for row in rows) + "\n\n", "cases.jsonl")
    assert load_cases(lines) == load_cases(_write(tmp_path, rows))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "line 1: must be a JSON list"),
        ("{}", "line 1: must be a JSON list"),
        ("[]", "holds no cases"),
        ('[\n{"id": "a",\n "prompt": }\n]', "line 3, column 12: not valid JSON"),
        ("[" * 100_000, "cases"),
        ("[1]", "line 1: a case must be an object, not int"),
        ([{"prompt": "x"}], "'id' is missing"),
        ([GOOD | {"prompt": 5}], "line 4, case 'a': prompt = 5"),
        ([GOOD | {"vidoe": "x"}], "line 6, case 'a': unknown key 'vidoe'; known keys are"),
        ([GOOD | {"seeds": ["x"]}], "case 'a': seeds.0 = 'x'"),
        ([GOOD | {"id": "../a"}], "cannot name a file"),
        ([GOOD | {"id": ""}], "cannot name a file"),
        ([GOOD | {"video": "/tmp/a.mp4"}], "is absolute"),
        ([GOOD | {"video": "../a.mp4"}], "leaves"),
        ([GOOD | {"references": [{"id": "r", "kind": "robot", "noun": "n"}]}], "kind = 'robot'"),
        ([GOOD | {"references": [{"id": "r", "kind": "human", "noun": ""}]}], "noun"),
        ([GOOD | {"references": [{"id": "r", "kind": "human", "noun": "n", "image": "../../x.png"}]}], "leaves"),
        (_of(noun="  "), "line 2, case 'a', reference 'dog': noun is blank"),
        (_of(masks=["m.png"]), "line 2, case 'a', reference 'dog': 1 masks for 2 images"),
        (_of(masks=["m.png"] * 3), "line 2, case 'a', reference 'dog': 3 masks for 2 images"),
        (_of(image="0.png", masks=["m.png"] * 2), "2 masks for 3 images"),
        (_of(masks=["m.png", "../m.png"]), "leaves"),
        (_of(heldout=["h.png"], heldout_masks=["m.png"] * 2), "2 heldout_masks for 1 heldout"),
        (_of(distractor_masks=["m.png"]), "1 distractor_masks for 0 distractors"),
        (_of(heldout=["h.png"], heldout_masks=["../m.png"]), "leaves"),
        (_of(distractors=["/etc/passwd"]), "is absolute"),
        (_of(heldout=["../h.png"]), "leaves"),
        (_of(expected_count=0), "line 15, case 'a': references.0.expected_count = 0"),
        (
            _of(distractor=["x.png"]),
            "unknown key 'references.0.distractor'; known keys are distractor_masks, distractors",
        ),
        ([GOOD | {"expected_extra": -1}], "line 6, case 'a': expected_extra = -1"),
        ([GOOD | {"bg_overlap_expected": "perhaps"}], "bg_overlap_expected = 'perhaps'"),
        ([GOOD | {"references": [DOG, DOG]}], "line 2, case 'a': two references have the id 'dog'"),
        ([GOOD | {"id": "x" * 300}], "has 300 bytes; 200 are the most"),
        ([GOOD | {"id": " a"}], "use letters, digits, . _ - @ + and, within, spaces"),
        ([GOOD | {"seeds": ["1"]}], "seeds.0 = '1'"),
        ([GOOD | {"seeds": [-1]}], "seeds.0 = -1"),
        (_of(expected_count=10_000), "references.0.expected_count = 10000"),
        (_of(heldout=["x" * 400 + ".png"]), "holds a name of 404 bytes"),
        ([GOOD, GOOD], "line 7: id 'a' is used already in line 2"),
    ],
)
def test_a_wrong_file_is_one_clear_message(tmp_path: Path, value: object, message: str) -> None:
    with pytest.raises(InputError) as caught:
        load_cases(_write(tmp_path, value))
    assert message in str(caught.value)
    assert str(tmp_path / "cases.json") in str(caught.value)


def test_ids_may_hold_spaces(tmp_path: Path) -> None:
    assert load_cases(_write(tmp_path, [GOOD | {"id": "a dog"}]))[0].id == "a dog"


def test_what_is_known_of_subjects_is_kept(tmp_path: Path) -> None:
    reference = DOG | {
        "masks": ["1m.png", ""],
        "heldout": ["h.png"],
        "heldout_masks": ["hm.png"],
        "distractors": ["x.png", "y.png"],
        "distractor_masks": ["", "ym.png"],
        "expected_count": 2,
    }
    value = [GOOD | {"references": [reference], "expected_extra": 3, "bg_overlap_expected": True}, GOOD | {"id": "b"}]
    known, plain = load_cases(_write(tmp_path, value))
    found = known.references[0].model_dump(mode="json", exclude_unset=True)
    assert found == json.loads(json.dumps(reference))
    assert (known.expected_extra, known.bg_overlap_expected) == (3, True)
    assert (plain.expected_extra, plain.bg_overlap_expected, plain.references) == (0, False, ())


def test_a_single_image_comes_before_the_others(tmp_path: Path) -> None:
    (case,) = load_cases(_write(tmp_path, _of(image="0.png", masks=["a.png", "b.png", "c.png"])))
    assert case.references[0].images == ("0.png", "1.png", "2.png")
    assert case.references[0].masks == ("a.png", "b.png", "c.png")
    assert case.references[0].expected_count == 1


def test_everything_wrong_is_listed_at_once(tmp_path: Path) -> None:
    path = _write(tmp_path, [GOOD | {"x": 1}, GOOD | {"id": "b", "prompt": None}, GOOD | {"id": "c"}])
    with pytest.raises(InputError) as caught:
        load_cases(path)
    assert len(str(caught.value).splitlines()) == 2


def test_missing_and_binary_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such cases file"):
        load_cases(tmp_path / "none.json")
    (tmp_path / "b.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be read as UTF-8"):
        load_cases(tmp_path / "b.json")


def test_prompts_of_any_length_are_kept(tmp_path: Path) -> None:
    cases = load_cases(_write(tmp_path, [GOOD | {"prompt": ""}, GOOD | {"id": "b", "prompt": "x" * 10_000}]))
    assert [len(case.prompt) for case in cases] == [0, 10_000]

"""Tables of docs/mini.md: made of files, never by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from s2vbench.backbones.mini.shipped import shipped_digests
from s2vbench.errors import InputError
from s2vbench.mini.report import NOT_TRAINED, filled

ROOT = Path(__file__).parents[2]
PAGE = "before\n<!-- measures: mini_quality -->\nold\n<!-- end -->\nafter\n"


def page(folder: Path, measures: dict[str, Any], **others: Any) -> str:
    (folder / "mini_quality.json").write_text(json.dumps({"network": "mini_quality", "measures": measures} | others))
    return filled(PAGE, folder)


def test_what_is_not_trained_is_said_to_be_so(tmp_path: Path) -> None:
    text = filled(PAGE, tmp_path)
    assert text == PAGE.replace("old", NOT_TRAINED)
    assert filled(text, tmp_path) == text


def test_measures_show_value_interval_and_count(tmp_path: Path) -> None:
    text = page(tmp_path, {"AUC": {"value": 0.91234, "low": 0.9, "high": 0.925, "n": 1500}, "classes": 12})
    assert "| AUC | 0.912 [0.900, 0.925] | 1,500 |" in text
    assert "| classes | 12 |  |" in text
    assert text.startswith("before\n<!-- measures")
    assert text.endswith("<!-- end -->\nafter\n")


def test_branches_of_one_shape_are_one_table(tmp_path: Path) -> None:
    measures = {
        "sharp": {"PSNR": {"value": 30.0, "n": 600}, "SSIM": {"value": 0.9, "n": 600}},
        "blurred": {"PSNR": {"value": 25.04, "n": 600}, "SSIM": {"value": 0.8, "n": 500}},
        "deep": {"in": {"it": {"one": {"value": 120.4, "n": 7}}}},
    }
    text = page(tmp_path, measures)
    assert "| | PSNR | SSIM | n |" in text
    assert "| sharp | 30.0 | 0.900 | 600 |" in text
    assert "| blurred | 25.0 | 0.800 | 600, 500 |" in text
    assert "Deep: in: it:\n\n| measure | value | n |\n| --- | ---: | ---: |\n| one | 120 | 7 |" in text


def test_how_it_was_trained_and_on_which_weights_is_said(tmp_path: Path) -> None:
    text = page(
        tmp_path, {"x": {"value": 1.0, "n": 5}}, training={"steps": "9", "batch": "4", "wall_s": "600"}, sha256="0" * 64
    )
    assert "9 steps of 4 samples, 10 minutes." in text
    assert "**Measured on other weights than those in the package** (`000000000000`)" in text


@pytest.mark.parametrize(
    ("content", "message"), [("{", "not valid JSON"), ('{"network": "mini_detector"}', "no measures of mini_quality")]
)
def test_wrong_files_are_one_line(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "mini_quality.json").write_text(content)
    with pytest.raises(InputError, match=message) as caught:
        filled(PAGE, tmp_path)
    assert "\n" not in str(caught.value)


def test_the_page_says_what_the_files_say() -> None:
    text = (ROOT / "docs/mini.md").read_text(encoding="utf-8")
    assert text == filled(text, ROOT / "reports/mini-backbones"), (
        "run: python -m s2vbench.mini.report docs/mini.md reports/mini-backbones"
    )


def test_shipped_files_are_those_of_the_digests() -> None:
    from s2vbench.backbones.mini.shipped import FOLDER
    from s2vbench.files import sha256_of_file
    from s2vbench.resources import package_folder

    files = {path.name: sha256_of_file(path) for path in package_folder(FOLDER).glob("*.safetensors")}
    assert files == shipped_digests()

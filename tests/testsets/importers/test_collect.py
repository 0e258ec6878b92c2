from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2vbench.errors import InputError
from s2vbench.testsets.ids import free_id, safe_id
from s2vbench.testsets.importers import IMPORTERS, ImportOptions
from s2vbench.testsets.importers.collect import Collector, Named, Provenance
from s2vbench.testsets.importers.placing import Placement
from s2vbench.testsets.schema import SubjectRow

ORIGIN = Provenance(source_dataset="drawn")


@given(st.text(max_size=300))
def test_any_text_makes_an_id(text: str) -> None:
    assert SubjectRow(subject_id=safe_id(text), category="object", class_noun="x").subject_id == safe_id(text)
    assert re.fullmatch(r"[\w@+-][\w.@+-]*", free_id(text, {safe_id(text).casefold()}))


def test_long_texts_that_differ_late_have_different_ids() -> None:
    assert safe_id("x" * 200 + "a") != safe_id("x" * 200 + "b")


@pytest.mark.parametrize("name", sorted(IMPORTERS))
def test_every_importer_says_what_it_is(name: str) -> None:
    importer = IMPORTERS[name]
    assert importer.name == name
    for text in (importer.summary, importer.source_help, importer.licence, *importer.extras.values()):
        assert text.strip()
        assert "\n" not in text


@pytest.mark.parametrize("name", sorted(IMPORTERS))
def test_an_empty_source_is_one_line_of_error(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for source in (tmp_path / "empty", tmp_path / "gone"):
        with pytest.raises(InputError) as caught:
            IMPORTERS[name].run(source, source, ImportOptions(accept_licence=True))
        assert "\n" not in str(caught.value)
        assert str(source) in str(caught.value)
    assert list((tmp_path / "empty").iterdir()) == []


def test_one_picture_is_one_subject(tmp_path: Path, draw: Callable[..., Path]) -> None:
    collector = Collector("test", Placement(tmp_path, tmp_path, copy=False))
    first = draw(tmp_path / "a.png")
    second = tmp_path / "b.png"
    second.write_bytes(first.read_bytes())
    one = collector.one_picture(first, "a", Named("fox", "animal"), ORIGIN)
    assert collector.one_picture(second, "b", Named("animal", "animal"), ORIGIN) == one
    assert collector.notes == ["b.png is called 'animal' in one case and 'fox' in another; the latter"]
    with pytest.raises(InputError, match="is the picture of subject 'a' already"):
        collector.one_picture(second, "b", Named("fox", "animal", subject="other"), ORIGIN)


def test_an_image_states_its_upright_size(tmp_path: Path, draw: Callable[..., Path]) -> None:
    from PIL import ExifTags, Image

    with Image.open(draw(tmp_path / "a.png")) as image:
        exif = image.getexif()
        exif[ExifTags.Base.Orientation] = 6
        image.save(tmp_path / "turned.jpg", exif=exif)
    collector = Collector("test", Placement(tmp_path, tmp_path, copy=False))
    shown = collector.one_picture(tmp_path / "turned.jpg", "t", Named("fox", "animal"), ORIGIN)
    row = collector.images[shown.image_ids[0]]
    assert (row.width_px, row.height_px) == (32, 48)


def test_a_file_outside_the_output_folder_is_refused(tmp_path: Path, draw: Callable[..., Path]) -> None:
    (tmp_path / "set").mkdir()
    placement = Placement(tmp_path / "set", tmp_path / "set", copy=False)
    with pytest.raises(InputError, match=f"may not reach out of its folder; .* --out {tmp_path}, or"):
        placement.place(draw(tmp_path / "a.png"), "images/a.png")
    with pytest.raises(InputError, match="leaves"):
        placement.make("../a.png")

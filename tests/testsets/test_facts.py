from __future__ import annotations

from pathlib import Path

import pytest
from PIL import ExifTags

from s2vbench.errors import PictureError
from s2vbench.files import sha256_of_file
from s2vbench.testsets.facts import picture_facts, upright_size
from tests.testsets.small_set import picture


def _save(path: Path, orientation: int | None = None) -> Path:
    image = picture(1).resize((60, 40))
    exif = image.getexif()
    if orientation is not None:
        exif[ExifTags.Base.Orientation] = orientation
    image.save(path, exif=exif, quality=95)
    return path


def test_facts_of_a_picture(tmp_path: Path) -> None:
    path = _save(tmp_path / "a.jpg")
    facts = picture_facts(path)
    assert (facts.width_px, facts.height_px) == (60, 40)
    assert facts.sha256 == sha256_of_file(path)
    assert len(facts.phash64) == 16


def test_a_picture_on_its_side_has_the_size_it_is_looked_at(tmp_path: Path) -> None:
    assert upright_size(_save(tmp_path / "a.jpg", orientation=6)) == (40, 60)
    assert upright_size(_save(tmp_path / "b.jpg", orientation=3)) == (60, 40)


def test_a_picture_that_cannot_be_read(tmp_path: Path) -> None:
    path = _save(tmp_path / "a.jpg")
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(PictureError, match="not a"):
        picture_facts(path)
    (tmp_path / "b.png").write_bytes(b"no picture")
    for name in ("b.png", "none.png"):
        with pytest.raises(PictureError):
            upright_size(tmp_path / name)

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from s2vbench.errors import InputError, OutputError
from s2vbench.files import cannot_write, digest_of, inside, safe_file_name, sha256_of_file, write_atomically


def test_digest_of_a_known_file(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    assert sha256_of_file(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_equal_values_have_one_digest_and_nan_has_none() -> None:
    assert digest_of({"b": [1, 2], "a": "x"}) == digest_of({"a": "x", "b": [1, 2]})
    assert digest_of({"a": 1}) != digest_of({"a": 1.5})
    with pytest.raises(ValueError, match="JSON"):
        digest_of(float("nan"))


def test_a_failed_replace_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    write_atomically(path, "old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OutputError, match="No space left on device"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("bad", ["/etc/passwd", "../x.mp4", "a/../../x.mp4", "a\0b"])
def test_paths_may_not_leave_their_folder(tmp_path: Path, bad: str) -> None:
    with pytest.raises(InputError, match=r"cases\.json, line 3") as caught:
        inside(tmp_path, bad, where="cases.json, line 3")
    assert "\n" not in str(caught.value)


def test_a_link_may_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "link").symlink_to(tmp_path)
    with pytest.raises(InputError, match="leaves"):
        inside(inner, "link/secret.mp4", where="here")
    assert inside(inner, "a/b.mp4", where="here") == inner / "a/b.mp4"


def test_a_link_to_itself_and_a_long_name_are_messages(tmp_path: Path) -> None:
    (tmp_path / "loop.png").symlink_to("loop.png")
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    for bad, message in (
        ("loop.png", "leads in a circle"),
        ("a/x.png", "leads in a circle"),
        ("x" * 400, "a name of 400 bytes"),
        ("é" * 200, "a name of 400 bytes"),
        ("ab/" * 1_000, "has 3000 bytes"),
    ):
        with pytest.raises(InputError, match=message) as caught:
            inside(tmp_path, bad, where="here")
        assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("code", "advice", "not_said"),
    [
        (errno.ENOSPC, "free space on that disk", "choose"),
        (errno.EACCES, "may write to", "free space"),
        (errno.EROFS, "a disk that can be written", "free space"),
        (errno.ENOTDIR, "is a file, no folder", "free space"),
        (errno.EISDIR, "there is a folder of that name", "free space"),
        (errno.EIO, "see to it", "free space"),
    ],
)
def test_the_advice_fits_what_went_wrong(code: int, advice: str, not_said: str) -> None:
    text = cannot_write(Path("out/a.png"), OSError(code, os.strerror(code)))
    assert text.startswith(f"cannot write out/a.png: {os.strerror(code)}; ")
    assert advice in text
    assert not_said not in text
    assert "--out" not in text
    assert "records" not in text


def test_a_file_of_the_longest_name_is_written(tmp_path: Path) -> None:
    write_atomically(tmp_path / ("x" * 255), "all of it")
    assert (tmp_path / ("x" * 255)).read_text(encoding="utf-8") == "all of it"


@pytest.mark.parametrize("text", ["/tmp/x", "../../y", "a\\b", "a\nb", "..", "", ".hidden", "é" * 400, "\ud800", "C:x"])
def test_a_file_name_of_any_text(text: str) -> None:
    name = safe_file_name(text, "testset")
    assert Path(name).name == name
    assert 0 < len(name.encode()) < 200
    assert not name.startswith(".")
    assert name.isprintable()

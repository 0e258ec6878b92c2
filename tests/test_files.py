from __future__ import annotations

import os
from pathlib import Path

import pytest

from s2vbench.errors import InputError, OutputError
from s2vbench.files import digest_of, inside, sha256_of_file, write_atomically


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

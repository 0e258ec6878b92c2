from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2vbench.errors import InputError, OutputError
from s2vbench.ledger import Ledger, read_rows
from s2vbench.types import Generation

ROWS = st.builds(
    Generation,
    case=st.text(max_size=20),
    seed=st.integers(-(2**40), 2**40),
    outcome=st.sampled_from(["ok", "failed"]),
    path=st.none() | st.text(max_size=20),
    sha256=st.none() | st.text(max_size=10),
    seconds=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    reason=st.none() | st.text(max_size=50),
)


@given(rows=st.lists(ROWS, max_size=8))
def test_what_is_appended_is_read_back(rows: list[Generation], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("ledger") / "rows.jsonl"
    with Ledger(path, Generation) as ledger:
        for row in rows:
            ledger.append(row)
    assert read_rows(path, Generation) == rows


def _row(case: str) -> Generation:
    return Generation(case=case, seed=0, outcome="ok", path=None, sha256=None)


@given(cut=st.integers(0, 400))
def test_a_kill_at_any_byte_loses_at_most_the_line_being_written(
    cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("ledger") / "rows.jsonl"
    rows = [_row(case) for case in ("one", "two", "three", "four")]
    with Ledger(path, Generation) as ledger:
        for row in rows:
            ledger.append(row)
    whole = path.read_bytes()
    path.write_bytes(whole[:cut])
    complete = whole[:cut].count(b"\n")
    assert read_rows(path, Generation) == rows[:complete]
    with Ledger(path, Generation) as ledger:
        for row in rows[complete:]:
            ledger.append(row)
    assert path.read_bytes() == whole


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    with Ledger(path, Generation) as ledger:
        ledger.append(_row("one"))
    path.write_bytes(path.read_bytes() + b'{"case": "two"}\n')
    with (
        Ledger(path, Generation) as ledger,
        pytest.raises(InputError, match=r"rows\.jsonl, line 2: not a Generation record"),
    ):
        list(ledger.rows())


def test_a_full_disk_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "rows.jsonl"
    with Ledger(path, Generation) as ledger:
        ledger.append(_row("one"))
        before = path.read_bytes()

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            with pytest.raises(OutputError, match="No space left"):
                ledger.append(_row("two"))
        assert path.read_bytes() == before
        ledger.append(_row("three"))
    assert [row.case for row in read_rows(path, Generation)] == ["one", "three"]

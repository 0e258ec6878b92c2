"""`s2vbench report RUN --case ID`, on a run whose evidence is drawn."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from s2vbench.cli.main import run_app
from tests.report.drawn_run import CASE, drawn_run, evidence


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return drawn_run(tmp_path / "run", weights="seeded:1", seen=evidence())


def test_it_prints_values_reasons_and_subjects_and_says_where_the_sheet_is(
    capfd: pytest.CaptureFixture[str], run: Path
) -> None:
    assert run_app(["report", str(run), "--case", CASE]) == 0
    out, err = capfd.readouterr()
    sheet = run / "report" / f"case-{CASE}-0.png"
    assert err == f"contact sheet: {sheet}\n"
    assert sheet.read_bytes().startswith(b"\x89PNG")
    assert "mean nothing" in out
    rows = {line.split()[1]: line for line in out.splitlines() if len(line.split()) > 3}
    assert "0.5000" in rows["s2v_consistency"]
    assert "n/a" in rows["background_leak"]
    assert "no reference image shows a background" in rows["background_leak"]
    assert out.index("s2v_decoupling") < out.index("\u251c") < out.index("presence_recall")
    assert rows["left"].split()[3::2] == ["0.7000", "1.0000"]
    assert rows["right"].split()[3::2] == ["0.0000", "-"]


def test_json_is_one_document_with_the_path(capfd: pytest.CaptureFixture[str], run: Path, tmp_path: Path) -> None:
    assert run_app(["report", str(run), "--case", CASE, "--seed", "0", "--to", str(tmp_path / "to"), "--json"]) == 0
    document = json.loads(capfd.readouterr().out)
    assert Path(document["sheet"]) == tmp_path / "to" / f"case-{CASE}-0.png"
    assert Path(document["sheet"]).is_file()
    assert document["subjects"][0]["values"] == {"s2v_consistency": 0.7, "presence_recall": 1.0}


def test_many_metrics_of_subjects_stay_readable_in_a_pipe(
    capfd: pytest.CaptureFixture[str], run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from s2vbench.cli import show

    monkeypatch.setattr(show, "PIPE_COLUMNS", 30)
    assert run_app(["report", str(run), "--case", CASE]) == 0
    out = capfd.readouterr().out
    assert max(map(len, out.splitlines())) <= 30
    assert "0.7000" in out
    assert "1.0000" in out


@pytest.mark.parametrize(
    ("options", "message"),
    [(["--case", "two dog"], "did you mean 'two dogs'"), (["--case", CASE, "--seed", "5"], "it has 0")],
)
def test_what_is_not_there_is_code_2(
    capfd: pytest.CaptureFixture[str], run: Path, options: list[str], message: str
) -> None:
    assert run_app(["report", str(run), *options]) == 2
    out, err = capfd.readouterr()
    assert not out
    assert message in err
    assert len(err.splitlines()) == 1
    assert not (run / "report").exists()


def test_tables_have_the_papers_metrics_first(capfd: pytest.CaptureFixture[str], run: Path) -> None:
    assert run_app(["report", str(run)]) == 0
    out, err = capfd.readouterr()
    assert out.index("s2v_decoupling \u2191 v1") < out.index("\u251c") < out.index("background_leak \u2193 v1")
    assert "n/a: background_leak: no reference image shows a background (1 of 1 videos)" in out
    assert "subjects.csv" in err


def test_a_terminal_without_arrows_gets_letters(capfd: pytest.CaptureFixture[str], run: Path) -> None:
    assert isinstance(sys.stdout, io.TextIOWrapper)
    sys.stdout.reconfigure(encoding="ascii")
    try:
        assert run_app(["report", str(run)]) == 0
    finally:
        sys.stdout.reconfigure(encoding="utf-8")
    assert "background_leak - v1" in capfd.readouterr().out

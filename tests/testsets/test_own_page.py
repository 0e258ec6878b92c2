"""The page for people who bring their own test set, followed block by block."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from s2vbench.testsets.check import check_testset
from s2vbench.testsets.folder import load_testset

PAGE = Path(__file__).parents[2] / "docs" / "own-testset.md"


def test_the_page_works_as_written(tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    blocks = re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    followed = 0
    for language, text in blocks:
        if language == "json":
            (tmp_path / "mine/cases.json").write_text(text, encoding="utf-8")
        if language not in {"sh", "python"} or "s2vbench score" in text:
            continue
        command = ["bash", "-e", "-c", text] if language == "sh" else [sys.executable, "-c", text]
        done = subprocess.run(
            command, cwd=tmp_path, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
        followed += 1
    assert followed == 7
    assert check_testset(tmp_path / "my-testset") == []
    found = load_testset(tmp_path / "my-testset")
    assert found.name == "mine"
    assert [reference.id for reference in found.cases[1].references] == ["mug", "ball"]
    assert len(list((tmp_path / "runs/try/videos").rglob("*.mp4"))) == 3
    assert (tmp_path / "my-testset.html").stat().st_size > 1_000

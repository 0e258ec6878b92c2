"""`s2vbench kaleido positions` and `convert` as a user meets them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from s2vbench.cli.main import run_app
from s2vbench.kaleido.transformer import KaleidoTransformer
from tests.kaleido.released import prefixed_state


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    torch.save({"module": prefixed_state()}, tmp_path / "released.pt")
    return tmp_path / "released.pt"


@pytest.mark.parametrize("command", ["positions", "convert", "encode", "dataset"])
def test_help_has_examples(capfd: pytest.CaptureFixture[str], command: str) -> None:
    assert run_app(["kaleido", command, "--help"]) == 0
    out, err = capfd.readouterr()
    assert "Example" in out
    assert not err


class TestPositions:
    def test_prints_the_release_and_its_variants(self, capfd: pytest.CaptureFixture[str]) -> None:
        assert run_app(["kaleido", "positions"]) == 0
        out, err = capfd.readouterr()
        assert not err
        lines = [line.split() for line in out.splitlines()]
        assert lines[:3] == [
            ["shift_wh", "t", "h", "w"],
            ["video", "0..20", "0..31", "0..55"],
            ["reference", "1", "0..0", "80..111", "80..135"],
        ]
        assert ["concat_tail", "t", "h", "w"] in lines
        assert lines[-1] == ["reference", "2", "22..22", "0..31", "0..55"]

    def test_prints_json(self, capfd: pytest.CaptureFixture[str]) -> None:
        words = ["--scheme", "base=12x20,diagonal=true", "--video", "2x4x6", "--reference", "3,5", "--json"]
        assert run_app(["kaleido", "positions", *words]) == 0
        found = json.loads(capfd.readouterr().out)
        assert (found["video"], found["references"]) == ([2, 4, 6], [[3, 5]])
        assert found["schemes"] == {
            "base=12x20,diagonal=true": [
                {"block": "video", "first": [0, 0, 0], "last": [1, 3, 5]},
                {"block": "reference 1", "first": [0, 12, 20], "last": [0, 14, 24]},
            ]
        }

    def test_draws(self, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        words = ["--scheme", "shift_h", "--scheme", "base=video,shift_w=false", "--out", str(tmp_path / "a.svg")]
        assert run_app(["kaleido", "positions", *words]) == 0
        text = (tmp_path / "a.svg").read_text(encoding="utf-8")
        assert "shift_h" in text
        assert "base=video,shift_w=false" in text
        assert capfd.readouterr().err == f"{tmp_path / 'a.svg'}\n"

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (["--video", "2,3"], "--video '2,3': must be 3 whole numbers above 0, as in 21,32,56"),
            (["--video", "9000,1000,1000"], "makes 9,000,000,000 tokens; at most 4,194,304 are placed"),
            (["--reference", "0,4"], "--reference '0,4': must be 2 whole numbers above 0"),
            (["--scheme", "shift_hh"], "did you mean 'shift_h'"),
            (["--scheme", "bases=3"], "unknown key 'bases'; did you mean 'base'"),
            (["--scheme", "diagonal=1"], "diagonal = 1 must be true or false"),
            (["--out", "a.gif"], "end the file's name in one of .svg"),
        ],
    )
    def test_wrong_words_are_code_2(self, capfd: pytest.CaptureFixture[str], words: list[str], message: str) -> None:
        assert run_app(["kaleido", "positions", *words]) == 2
        out, err = capfd.readouterr()
        assert message in err
        assert not out

    def test_loads_no_torch(self) -> None:
        code = (
            "import sys; from s2vbench.cli.main import run_app; run_app(['kaleido', 'positions', '--json']); "
            "sys.exit('torch' in sys.modules)"
        )
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


class TestConvert:
    def test_makes_a_folder_that_loads(
        self, capfd: pytest.CaptureFixture[str], checkpoint: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "transformer"
        words = [str(checkpoint), str(out), "--num-heads", "4", "--positions", "base=video", "--dtype", "bf16"]
        assert run_app(["kaleido", "convert", *words]) == 0
        shown, steps = capfd.readouterr()
        assert shown == f"{out}: 2 layers of width 48, 0.00 GB in 1 file\n"
        assert "(100 %)" in steps
        model = KaleidoTransformer.from_pretrained(out)
        assert (model.config.positions, model.config.num_attention_heads) == ({"base": "video"}, 4)

    def test_prints_json(self, capfd: pytest.CaptureFixture[str], checkpoint: Path, tmp_path: Path) -> None:
        words = [str(checkpoint), str(tmp_path / "out"), "--num-heads", "4", "--json", "--shard-size-gb", "0.0001"]
        assert run_app(["kaleido", "convert", *words]) == 0
        found = json.loads(capfd.readouterr().out)
        assert all((tmp_path / "out" / name).is_file() for name in found["files"])
        assert found["sizes"]["dim"] == 48

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            ([], "num_heads 40 does not divide the transformer's width 48"),
            (["--num-heads", "4", "--dtype", "int8"], "dtype 'int8' must be one of fp32, bf16, fp16"),
            (["--num-heads", "4", "--shard-size-gb", "-1"], "must be a number above 0"),
            (["--num-heads", "4", "--positions", "shift"], "unknown position scheme 'shift'"),
        ],
    )
    def test_wrong_words_are_code_2(
        self, capfd: pytest.CaptureFixture[str], checkpoint: Path, tmp_path: Path, words: list[str], message: str
    ) -> None:
        assert run_app(["kaleido", "convert", str(checkpoint), str(tmp_path / "out"), *words]) == 2
        out, err = capfd.readouterr()
        assert message in err
        assert not out
        assert not (tmp_path / "out").exists()

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
import typer

from s2vbench.cli import kaleido_encode
from s2vbench.errors import InputError
from s2vbench.kaleido import generator
from s2vbench.kaleido.data.latents import LatentsCache

SIZE = ("--width-px", "48", "--height-px", "32", "--num-frames", "5", "--fps", "8")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from diffusers import AutoencoderKLWan

    torch.manual_seed(0)
    vae = AutoencoderKLWan(
        base_dim=8,
        dim_mult=[1, 2, 4],
        num_res_blocks=1,
        temperal_downsample=[True, True],
        in_channels=12,
        out_channels=12,
        patch_size=2,
    )
    folder: Path = tmp_path_factory.mktemp("model")
    vae.save_pretrained(folder / "vae")
    settings = {"width_px": 48, "height_px": 32, "num_frames": 5, "fps": 8.0}
    (folder / "kaleido.json").write_text(json.dumps(settings))
    return folder


def run(*arguments: str | Path) -> int:
    app = typer.Typer()
    app.command("encode")(kaleido_encode.encode)
    app.command("dataset")(kaleido_encode.dataset)
    return int(app(args=[str(argument) for argument in arguments], standalone_mode=False) or 0)


def test_a_data_set_is_written_and_encoded(tmp_path: Path, model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, cache = tmp_path / "data", tmp_path / "cache"
    assert run("dataset", data, "--count", "2", *SIZE, "--most-references", "1", "--offset", "5") == 0
    assert sorted(path.name for path in (data / "videos").iterdir()) == ["5.mp4", "6.mp4"]
    options = ("--vae", model, "--out", cache, "--workers", "0")
    assert run("encode", data, *options) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"2 samples: {cache}"
    facts = LatentsCache(cache).facts
    assert (facts.shape, facts.fps, facts.sets) == ((16, 2, 4, 6), 8.0, ("given",))
    (data / "labels" / "6.txt").write_text("\n")
    again = ("--vae", model, "--out", tmp_path / "again", "--workers", "0", "--json")
    assert run("encode", data, *again, "--most-bad", "0.5") == 4
    streams = capsys.readouterr()
    assert json.loads(streams.out)["samples"] == 1
    assert "1 of 2 samples are of no use" in streams.err


def test_the_world_is_encoded(tmp_path: Path, model: Path) -> None:
    options = ("--vae", model, "--out", tmp_path, "--workers", "0", "--close-up", "--most-references", "1")
    assert run("encode", "world", "--count", "2", "--pairs", "in", *options) == 0
    assert len(LatentsCache(tmp_path, "in")) == 2


def test_the_embedded_model_and_other_models_may_be_named(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generator, "package_folder", lambda _: model)
    for number, name in enumerate(("kaleido:mini", f"kaleido:{model}")):
        cache = tmp_path / str(number)
        options = ("--vae", name, "--out", cache, "--workers", "0", "--close-up", "--most-references", "1")
        assert run("encode", "world", "--count", "1", *options) == 0
        assert LatentsCache(cache).facts.shape == (16, 2, 4, 6)
    with pytest.raises(InputError, match="kaleido:maxi: no such variant"):
        run("encode", "world", "--count", "1", "--vae", "kaleido:maxi", "--out", tmp_path / "maxi")


def test_wrong_requests(tmp_path: Path, model: Path) -> None:
    options = ("--vae", model, "--out", tmp_path / "cache", "--workers", "0")
    for arguments, said in (
        (("world",), "source world has no end; say how many clips with --count"),
        ((str(tmp_path), "--count", "3"), "--count 3: only for source world"),
        ((str(tmp_path / "none"),), "no folder of training data"),
        (("world", "--count", "3", "--num-frames", "6"), "num_frames 6"),
        (("world", "--count", "3", "--num-frames", "0"), "num_frames 0"),
        (("world", "--count", "3", "--width-px", "50"), "width_px 50"),
        (("world", "--count", "3", "--height-px", "0"), "height_px 0"),
        (("world", "--count", "3", "--device", "abacus"), "--device abacus"),
        (("world", "--count", "3", "--most-bad", "2"), "2 is not from 0 to 1"),
    ):
        with pytest.raises(InputError, match=said):
            run("encode", *arguments, *options)

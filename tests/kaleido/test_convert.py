"""Released checkpoints into diffusers' folders: layouts, and refusals that leave nothing."""

from __future__ import annotations

import argparse
import json
import os
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from s2vbench.errors import InputError, OutputError
from s2vbench.kaleido import convert as convert_module
from s2vbench.kaleido import released_files
from s2vbench.kaleido.convert import convert_release, dtype_named
from s2vbench.kaleido.release import PREFIX
from s2vbench.kaleido.transformer import KaleidoTransformer
from tests.kaleido.released import TINY, prefixed_state, random_state

STATE_BYTES = sum(value.nbytes for value in random_state().values())


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """A file as the release's merged one: weights under `module`, beside them a text encoder and counters."""
    beside = {"conditioner.embedders.0.weight": torch.zeros(3), "first_stage_model.conv.weight": torch.ones(1)}
    path = tmp_path / "mp_rank_00_model_states.pt"
    torch.save({"module": prefixed_state() | beside, "iteration": 5000, "step": torch.tensor(5)}, path)
    return path


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def expected() -> dict[str, Tensor]:
    return KaleidoTransformer.from_release(random_state(), num_heads=4).state_dict()


def assert_converted(folder: Path, dtype: torch.dtype = torch.float32) -> KaleidoTransformer:
    model = KaleidoTransformer.from_pretrained(folder)
    for name, value in expected().items():
        assert torch.equal(model.state_dict()[name].float(), value.to(dtype).float()), name
    return model


def stored_dtypes(folder: Path) -> dict[str, str]:
    found = {}
    for path in folder.glob("*.safetensors"):
        with safe_open(path, framework="pt") as file:
            found |= {key: file.get_slice(key).get_dtype() for key in file.keys()}  # noqa: SIM118
    return found


class TestLayouts:
    def test_a_small_checkpoint_becomes_one_file(self, checkpoint: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        done = convert_release(checkpoint, out, num_heads=4, positions={"base": "video"})
        assert names_in(out) == ["config.json", "diffusion_pytorch_model.safetensors"]
        assert done.files == ("diffusion_pytorch_model.safetensors",)
        assert (done.size_bytes, done.sizes) == (STATE_BYTES, TINY)
        model = assert_converted(out)
        assert model.config.positions == {"base": "video"}
        assert model.config.num_attention_heads == 4

    def test_a_large_one_becomes_shards_with_an_index(self, checkpoint: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        done = convert_release(checkpoint, out, num_heads=4, shard_size_gb=1e-4)
        assert len(done.files) > 2
        index = json.loads((out / "diffusion_pytorch_model.safetensors.index.json").read_text())
        assert index["metadata"]["total_size"] == STATE_BYTES
        assert set(index["weight_map"]) == set(expected())
        assert set(index["weight_map"].values()) == set(done.files)
        for name in done.files:
            with safe_open(out / name, framework="pt") as file:
                assert file.metadata() == {"format": "pt"}
                sizes = [file.get_tensor(key).nbytes for key in file.keys()]  # noqa: SIM118
                assert sum(sizes) <= 100_000 or len(sizes) == 1
        assert_converted(out)

    def test_files_are_as_diffusers_own(self, checkpoint: Path, tmp_path: Path) -> None:
        convert_release(checkpoint, tmp_path / "ours", num_heads=4)
        KaleidoTransformer.from_release(random_state(), num_heads=4).save_pretrained(tmp_path / "theirs")
        ours, theirs = (json.loads((tmp_path / who / "config.json").read_text()) for who in ("ours", "theirs"))
        assert ours == theirs
        assert names_in(tmp_path / "ours") == names_in(tmp_path / "theirs")

    def test_safetensors_in_shards_with_an_index(self, tmp_path: Path) -> None:
        source = _sharded(tmp_path)
        convert_release(source, tmp_path / "out", num_heads=4)
        assert_converted(tmp_path / "out")

    def test_pieces_without_index_beside_other_networks(self, tmp_path: Path) -> None:
        source = tmp_path / "Kaleido"
        (source / "model" / "1").mkdir(parents=True)
        (source / ".cache").mkdir()
        (source / ".cache" / "half.pt").write_text("not for us")
        halves = _halves(random_state())
        torch.save({"module": halves[0]}, source / "model" / "1" / "a.pt")
        save_file(halves[1], source / "model" / "1" / "b.safetensors")
        torch.save({"encoder.conv1.weight": torch.zeros(1)}, source / "Wan2.1_VAE.pth")
        (source / "README.md").write_text("text")
        convert_release(source, tmp_path / "out", num_heads=4)
        assert_converted(tmp_path / "out")

    def test_an_empty_folder_may_be_there(self, checkpoint: Path, tmp_path: Path) -> None:
        (tmp_path / "out").mkdir()
        convert_release(checkpoint, tmp_path / "out", num_heads=4)
        assert_converted(tmp_path / "out")

    def test_progress_counts_all_bytes(self, checkpoint: Path, tmp_path: Path) -> None:
        calls: list[tuple[int, int, str]] = []
        convert_release(checkpoint, tmp_path / "out", num_heads=4, progress=lambda *call: calls.append(call))
        assert {total for _, total, _ in calls} == {STATE_BYTES}
        assert [done for done, _, _ in calls] == sorted(done for done, _, _ in calls)
        assert (calls[0][0], calls[-1]) == (0, (STATE_BYTES, STATE_BYTES, ""))
        assert {name for _, _, name in calls[:-1]} == set(expected())

    def test_files_are_mapped_anew_while_they_are_read(
        self, checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(released_files, "WINDOW_BYTES", 4096)
        monkeypatch.setattr(convert_module, "_PIECE_ITEMS", 100)
        source = _sharded(tmp_path)
        for i, path in enumerate((checkpoint, source)):
            convert_release(path, tmp_path / f"out{i}", num_heads=4)
            assert_converted(tmp_path / f"out{i}")


class TestDtypes:
    def test_stored_16_bits_stay(self, tmp_path: Path) -> None:
        torch.save({name: value.bfloat16() for name, value in random_state().items()}, tmp_path / "a.pt")
        convert_release(tmp_path / "a.pt", tmp_path / "out", num_heads=4)
        assert set(stored_dtypes(tmp_path / "out").values()) == {"BF16"}
        assert_converted(tmp_path / "out", torch.bfloat16)

    def test_asked_for_16_bits_keep_what_is_computed_in_32(self, checkpoint: Path, tmp_path: Path) -> None:
        convert_release(checkpoint, tmp_path / "out", num_heads=4, dtype=torch.bfloat16)
        found = stored_dtypes(tmp_path / "out")
        wide = {name for name, dtype in found.items() if dtype == "F32"}
        assert wide == {
            name for name in found if {"time_embedder", "scale_shift_table", "norm2"} & set(name.split("."))
        }
        assert set(found.values()) == {"F32", "BF16"}
        theirs = KaleidoTransformer.from_pretrained(tmp_path / "out", torch_dtype=torch.bfloat16)
        for name, value in expected().items():
            wanted = value if name in wide else value.bfloat16()
            assert torch.equal(theirs.state_dict()[name], wanted), name

    def test_64_bits_become_those_asked_for(self, tmp_path: Path) -> None:
        torch.save({name: value.double() for name, value in random_state().items()}, tmp_path / "a.pt")
        convert_release(tmp_path / "a.pt", tmp_path / "out", num_heads=4, dtype=torch.float16)
        assert set(stored_dtypes(tmp_path / "out").values()) == {"F32", "F16"}

    def test_numbers_too_large_for_16_bits_are_refused(self, tmp_path: Path) -> None:
        state = random_state()
        state["proj"] = state.pop("mixins.final_layer.linear.weight") * 1e6
        state["mixins.final_layer.linear.weight"] = state.pop("proj")
        torch.save(state, tmp_path / "a.pt")
        with pytest.raises(
            InputError, match=r"final_layer.linear.weight holds numbers up to .+, too large for f16; ch"
        ):
            convert_release(tmp_path / "a.pt", tmp_path / "out", num_heads=4, dtype=torch.float16)
        assert names_in(tmp_path) == ["a.pt"]

    def test_names(self) -> None:
        assert dtype_named("bf16") == torch.bfloat16
        with pytest.raises(InputError, match="'bf8' must be one of fp32, bf16, fp16"):
            dtype_named("bf8")


def _halves(state: dict[str, Tensor]) -> list[dict[str, Tensor]]:
    names = sorted(state)
    return [{name: state[name] for name in names[i::2]} for i in range(2)]


def _sharded(folder: Path) -> Path:
    source = folder / "sharded"
    source.mkdir()
    weight_map = {}
    for i, half in enumerate(_halves(prefixed_state() | {"conditioner.x": torch.zeros(1, dtype=torch.int8)})):
        save_file(half, source / f"model-{i}.safetensors")
        weight_map |= dict.fromkeys(half, f"model-{i}.safetensors")
    (source / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": weight_map}))
    return source


class _Foreign:
    """Of no class that another machine knows."""


class _RunsCode:
    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return os.system, ("touch broken-into",)


def _cut(path: Path, share: float) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def _saved(folder: Path, content: Any, **options: Any) -> Path:
    torch.save(content, folder / "bad.pt", **options)
    return folder / "bad.pt"


def _written(folder: Path, text: str, name: str = "bad.pt") -> Path:
    (folder / name).write_text(text)
    return folder / name


def _without_shard(folder: Path) -> Path:
    source = _sharded(folder)
    (source / "model-1.safetensors").unlink()
    return source


def _with_poorer_shard(folder: Path) -> Path:
    source = _sharded(folder)
    half = _halves(prefixed_state() | {"conditioner.x": torch.zeros(1)})[1]
    half.pop(PREFIX + "time_embed.0.weight", None)
    half.pop(PREFIX + "time_embed.0.bias", None)
    save_file(half, source / "model-1.safetensors")
    return source


def _with_index(folder: Path, text: str) -> Path:
    source = _sharded(folder)
    (source / "model.safetensors.index.json").write_text(text)
    return source


def _with_cut_shard(folder: Path) -> Path:
    source = _sharded(folder)
    _cut(source / "model-0.safetensors", 0.9)
    return source


def _twice(folder: Path) -> Path:
    source = folder / "twice"
    source.mkdir()
    torch.save(random_state(), source / "a.pt")
    torch.save(random_state(), source / "b.pt")
    return source


def _only_others(folder: Path) -> Path:
    source = folder / "others"
    source.mkdir()
    torch.save({"encoder.weight": torch.zeros(1)}, source / "vae.pth")
    return source


def _with_nan(folder: Path) -> Path:
    state = prefixed_state()
    state[PREFIX + "time_embed.2.weight"][3, 4] = torch.nan
    return _saved(folder, {"module": state})


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "absent": (lambda folder: folder / "none.pt", "none.pt: no such file or folder"),
    "text": (lambda folder: _written(folder, "weights"), "not begin as torch.save's files do"),
    "empty": (lambda folder: _written(folder, ""), "it is empty"),
    "pointer": (
        lambda folder: _written(folder, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"),
        "run `git lfs pull`",
    ),
    "cut off": (lambda folder: _cut(_saved(folder, prefixed_state()), 0.6), "perhaps cut off"),
    "before 1.6": (
        lambda folder: _saved(folder, prefixed_state(), _use_new_zipfile_serialization=False),
        "from before PyTorch 1.6",
    ),
    "runs code": (lambda folder: _saved(folder, {"module": prefixed_state(), "x": _RunsCode()}), "it would run code"),
    "a list": (lambda folder: _saved(folder, [1, 2]), r"no state dict \(found list\)"),
    "no tensors": (lambda folder: _saved(folder, {"a": 1}), r"no state dict \(found dict\)"),
    "another network": (lambda folder: _saved(folder, {"conv.weight": torch.zeros(1)}), "no released Kaleido"),
    "no tensor": (
        lambda folder: _saved(folder, prefixed_state() | {PREFIX + "time_embed.0.bias": _Foreign()}),
        r"time_embed.0.bias \(_Foreign\)\): not tensors",
    ),
    "integers": (
        lambda folder: _saved(folder, prefixed_state() | {PREFIX + "time_embed.0.bias": torch.zeros(48).int()}),
        r"time_embed.0.bias \(int32\)\): integer or quantised",
    ),
    "missing key": (lambda folder: _saved(folder, _halves(prefixed_state())[0]), "misses 28 keys"),
    "not a number": (_with_nan, "time_embed.2.weight holds NaN"),
    "shard missing": (_without_shard, r"model-1.safetensors: is missing; .+ names this shard for \d+ tensors"),
    "shard without key": (_with_poorer_shard, "lacks model.diffusion_model.time_embed.0"),
    "shard cut off": (_with_cut_shard, "model-0.safetensors: not a readable checkpoint, perhaps cut off"),
    "broken index": (lambda folder: _with_index(folder, "{"), "no index of shards"),
    "index of lists": (lambda folder: _with_index(folder, '{"weight_map": ["a"]}'), "no index of shards"),
    "index that leaves": (lambda folder: _with_index(folder, '{"weight_map": {"a": "../x.pt"}}'), "leaves"),
    "same tensor twice": (_twice, r"lies in a.pt and in b.pt"),
    "other networks only": (_only_others, r"none of its 1 files \(vae.pth\) holds"),
    "empty folder": (lambda folder: _made(folder / "empty"), "holds no checkpoint"),
}


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


class TestRefusals:
    @pytest.mark.parametrize("kind", BAD)
    def test_say_what_is_wrong_and_leave_nothing(
        self, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        make, message = BAD[kind]
        source = make(tmp_path)
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(InputError, match=message) as caught:
            convert_release(source, tmp_path / "made" / "out", num_heads=4)
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 500 + 2 * len(str(source))
        assert sorted(tmp_path.rglob("*")) == before

    def test_foreign_objects_beside_the_weights_do_no_harm(self, tmp_path: Path) -> None:
        source = _saved(tmp_path, {"module": prefixed_state(), "args": argparse.Namespace(lr=1), "x": _Foreign()})
        convert_release(source, tmp_path / "out", num_heads=4)
        assert_converted(tmp_path / "out")

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"num_heads": 5}, "does not divide"),
            ({"positions": "shift_x"}, "unknown position scheme 'shift_x'"),
            ({"shard_size_gb": 0}, "0 GB must be a number above 0"),
            ({"shard_size_gb": float("inf")}, "inf GB"),
            ({"dtype": torch.int8}, "torch.int8 must be one of"),
        ],
    )
    def test_of_options(self, checkpoint: Path, tmp_path: Path, options: dict[str, Any], message: str) -> None:
        with pytest.raises(InputError, match=message):
            convert_release(checkpoint, tmp_path / "out", **({"num_heads": 4} | options))
        assert not (tmp_path / "out").exists()

    def test_of_a_full_folder(self, checkpoint: Path, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"holds 'mp_rank_00_model_states\.pt' already"):
            convert_release(checkpoint, tmp_path, num_heads=4)

    def test_of_a_disk_that_is_too_small(
        self, checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        usage = namedtuple("usage", "total used free")  # noqa: PYI024 -- as shutil's own
        monkeypatch.setattr(convert_module.shutil, "disk_usage", lambda _: usage(10**12, 10**12, 1000))
        with pytest.raises(OutputError, match=r"needs 0.0 GB, but 0.0 GB are free there; free space"):
            convert_release(checkpoint, tmp_path / "deep" / "out", num_heads=4)
        assert not (tmp_path / "deep").exists()

    def test_an_interruption_leaves_nothing(self, checkpoint: Path, tmp_path: Path) -> None:
        def stop(done: int, total: int, name: str) -> None:
            if 2 * done > total:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            convert_release(checkpoint, tmp_path / "out", num_heads=4, progress=stop)
        assert names_in(tmp_path) == [checkpoint.name]

"""What a bundle needs is said before it loads, with something that would fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from s2vbench.errors import InputError
from s2vbench.kaleido import memory
from s2vbench.kaleido.memory import Plan, Sizes, advice, check_memory, free_main_memory, sizes_of_bundle, sizes_of_files
from s2vbench.kaleido.options import Options
from s2vbench.kaleido.parts import find_bundle
from s2vbench.kaleido.settings import RELEASED
from tests.kaleido import tiny_bundle

GPU, CPU = torch.device("cuda"), torch.device("cpu")
RELEASE = Sizes({"transformer": 14_288_491_584, "text_encoder": 5_680_910_336, "vae": 126_892_531}, 5120, 13824, 192)
GB = 10**9


def test_the_release_needs_what_its_weights_say() -> None:
    plan = Plan(RELEASE, RELEASED, 4, Options())
    weights = 4 * sum(RELEASE.parameters.values())
    assert 0 < plan.on_device() - weights < 40 * GB
    half = replace(plan, number_bytes=2)
    assert plan.on_device() - half.on_device() > 2 * 19.9 * GB
    offload = replace(half, options=Options(offload=True))
    # Beside the transformer nothing else is there then.
    assert offload.on_device() == half.weights("transformer") + half.transformer_work()
    assert offload.in_main_memory(GPU) > half.in_main_memory(GPU)
    assert offload.in_main_memory(CPU) == half.on_device()


@pytest.mark.parametrize(
    ("there_gb", "message"),
    [
        (80, "^bf16, 81 frames 896x512, batch_size 1 would fit"),
        (60, "^bf16 . offload, 81 frames"),
        (45, "^bf16 . offload . tiling, 81 frames"),
        (37, "^bf16 . offload . tiling, (49|33|17) frames"),
        (12, "the least that is possible is .* GB .*5 frames"),
    ],
)
def test_advice_changes_the_video_last(there_gb: int, message: str) -> None:
    plan = Plan(RELEASE, RELEASED, 4, Options())
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(advice(plan, there_gb * GB, GPU))


def test_more_frames_references_and_videos_need_more() -> None:
    plan = Plan(RELEASE, RELEASED, 2, Options())
    for change in ({"num_frames": 121}, {"max_references": 8}, {"batch_size": 2}, {"width_px": 1280}):
        assert replace(plan, settings=RELEASED.model_copy(update=change)).on_device() > plan.on_device()


def test_what_does_not_fit_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = find_bundle(tiny_bundle.save(tmp_path / "bundle"))
    check_memory(files, device=CPU, dtype="fp32", options=Options())
    monkeypatch.setattr(memory, "free_main_memory", lambda: 1000)
    with pytest.raises(
        InputError, match=r"needs \d+ MB of main memory \(fp32, 5 frames 48x32, batch_size 2\), 0 MB are"
    ):
        check_memory(files, device=CPU, dtype="fp32", options=Options())
    monkeypatch.setattr(memory, "free_main_memory", lambda: None)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (1000, 2000))
    with pytest.raises(InputError, match=r"of GPU memory .* are free on cuda; the least that is possible"):
        check_memory(files, device=GPU, dtype="bf16", options=Options())


def test_sizes_are_the_same_from_files_and_from_memory(tmp_path: Path) -> None:
    from_files = sizes_of_files(find_bundle(tiny_bundle.save(tmp_path / "bundle")))
    from_memory = sizes_of_bundle(tiny_bundle.bundle())
    assert {name: from_files.parameters[name] for name in from_memory.parameters} == from_memory.parameters
    assert (
        (from_files.width, from_files.decoder_channels) == (from_memory.width, from_memory.decoder_channels) == (32, 4)
    )


def test_this_machine_says_how_much_is_free() -> None:
    free = free_main_memory()
    assert free is None or 0 < free < 10**14

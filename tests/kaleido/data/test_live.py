from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from s2vbench.errors import InputError
from s2vbench.kaleido.data.batches import Batches
from s2vbench.kaleido.data.encode import EncodeRequest, encode
from s2vbench.kaleido.data.encoder import LatentEncoder
from s2vbench.kaleido.data.latents import LatentsCache
from s2vbench.kaleido.data.live import LiveFolder, LiveWorld, reference_count
from s2vbench.kaleido.data.sources import FolderSource
from s2vbench.kaleido.data.world import WorldSamples
from tests.kaleido.data.tiny_data import PatchVae
from tests.kaleido.data.tiny_sources import SHAPE, write_dataset

WORLD = WorldSamples(5, 32, 48, 8.0, close_up=True, offset=7)


def test_a_folder_read_live_is_as_from_a_cache(tmp_path: Path) -> None:
    write_dataset(tmp_path / "data", 4)
    encoder = LatentEncoder(PatchVae())
    source = FolderSource(tmp_path / "data", SHAPE, 3)
    encode(EncodeRequest(source, "data", tmp_path / "cache"), encoder)
    live, cached = LiveFolder(tmp_path / "data", SHAPE, encoder), LatentsCache(tmp_path / "cache")
    assert live.layouts() == cached.layouts() == [((4, 6),) * count for count in (1, 2, 3, 1)]
    of_both = [Batches(samples, batch_size=2, micro_size=1, seed=0) for samples in (live, cached)]
    for step in range(3):
        one, other = (batches.batch(step, 1) for batches in of_both)
        assert (one.names, one.captions) == (other.names, other.captions)
        torch.testing.assert_close(one.latents_BCTHW, other.latents_BCTHW, atol=2e-3, rtol=2e-3)
        for left, right in zip(one.references, other.references, strict=True):
            torch.testing.assert_close(left, right, atol=2e-3, rtol=2e-3)


def test_broken_samples_of_a_folder_are_skipped_and_counted(tmp_path: Path) -> None:
    write_dataset(tmp_path, 4)
    (tmp_path / "videos" / "4.mp4").write_bytes(b"no video")
    live = LiveFolder(tmp_path, SHAPE, LatentEncoder(PatchVae()), most_share=0.25)
    batches = Batches(live, batch_size=4, micro_size=1, seed=0)
    seen = {batches.batch(step, micro).names[0] for step in range(2) for micro in range(4)}
    assert seen == {"1", "2", "3"}
    assert len(live.problems) == 1
    live.problems.write(tmp_path / "problems.json")
    assert "4.mp4: not a readable video" in (tmp_path / "problems.json").read_text()


def test_a_sample_without_references_is_skipped_though_no_other_is_like_it(tmp_path: Path) -> None:
    write_dataset(tmp_path, 4)
    shutil.rmtree(tmp_path / "references" / "2")
    live = LiveFolder(tmp_path, SHAPE, LatentEncoder(PatchVae()), most_share=0.25)
    batches = Batches(live, batch_size=4, micro_size=1, seed=0)
    assert {batches.batch(step, micro).names[0] for step in range(3) for micro in range(4)} == {"1", "3", "4"}
    assert len(live.problems) == 1


def test_a_folder_with_too_many_broken_samples_stops(tmp_path: Path) -> None:
    write_dataset(tmp_path, 4)
    (tmp_path / "labels" / "4.txt").unlink()
    batches = Batches(
        LiveFolder(tmp_path, SHAPE, LatentEncoder(PatchVae())), batch_size=8, micro_size=8, seed=0, references=False
    )
    with pytest.raises(
        InputError, match=r"1 of 4 samples cannot be used, more than the 5 % .*4.txt: no such caption; mend"
    ):
        batches.batch(0)


def test_the_world_tells_how_many_references_there_are_without_drawing() -> None:
    for most in (1, 3):
        world = replace(WORLD, most_references=most)
        assert [reference_count(world, n) for n in range(6)] == [len(world.sample(n).references) for n in range(6)]


@pytest.mark.parametrize("cross_paired", [True, False])
def test_batches_of_the_endless_world(cross_paired: bool) -> None:  # noqa: FBT001
    world = replace(WORLD, cross_paired=cross_paired, most_references=2)
    vae = PatchVae()
    live = LiveWorld(world, LatentEncoder(vae))
    batches = Batches(live, batch_size=2, micro_size=2, seed=0)
    batch = batches.batch(3)
    assert batch.latents_BCTHW.shape == (2, 4, 2, 4, 6)
    for number, name in enumerate(batch.names):
        sample = world.sample(int(name.removeprefix("world-")) - world.offset)
        assert sample.caption == batch.captions[number]
        assert len(sample.references) == len(batch.references)
    assert [reference.shape for reference in batch.references] == [(2, 4, 1, 4, 6)] * len(batch.references)
    # Every picture went through the VAE as a clip of one frame.
    assert {call[2] for call in vae.calls} == {1, 5}
    again = Batches(live, batch_size=2, micro_size=1, seed=0, references=False).batch(0, 1)
    assert again.references == []

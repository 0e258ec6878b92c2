from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import torch

from s2vbench.errors import InputError
from s2vbench.kaleido.data.encode import EncodeRequest, encode
from s2vbench.kaleido.data.encoder import LatentEncoder
from s2vbench.kaleido.data.latents import LatentsCache
from s2vbench.kaleido.data.sources import ClipShape, WorldSource
from s2vbench.kaleido.data.world import WorldSamples
from tests.kaleido.data.tiny_data import PatchVae
from tests.kaleido.data.tiny_sources import ManyShown

KILLED_AFTER = 5


def request(out: Path, count: int = 11, bad: tuple[int, ...] = (), **changes: object) -> EncodeRequest:
    base = EncodeRequest(ManyShown(count, bad), "many", out, batch_size=3, most_share=0.5, shard_samples=4)
    return replace(base, **changes)  # type: ignore[arg-type]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_what_is_encoded_is_what_the_vae_makes_of_each_sample(tmp_path: Path) -> None:
    source, encoder = ManyShown(11), LatentEncoder(PatchVae())
    result = encode(request(tmp_path), encoder)
    assert (result.samples, result.skipped) == (11, 0)
    cache = LatentsCache(tmp_path, vae=encoder.facts.digest)
    assert cache.facts.shape == (4, 2, 4, 6)
    for index in range(11):
        wanted, found = encoder.encoded(source.item(index), "given"), cache.encoded(index)
        assert (found.name, found.caption) == (wanted.name, wanted.caption)
        torch.testing.assert_close(found.latents_CTHW, wanted.latents_CTHW, atol=2e-3, rtol=2e-3)
        assert len(found.references) == index % 3
        for one, other in zip(found.references, wanted.references, strict=True):
            torch.testing.assert_close(one, other, atol=2e-3, rtol=2e-3)


def test_samples_of_no_use_are_skipped_and_listed(tmp_path: Path) -> None:
    result = encode(request(tmp_path, bad=(0, 4, 10)), LatentEncoder(PatchVae()))
    assert (result.samples, result.skipped) == (8, 3)
    assert [LatentsCache(tmp_path).encoded(i).name for i in range(8)] == [f"s{i}" for i in (1, 2, 3, 5, 6, 7, 8, 9)]
    report = json.loads((tmp_path / "problems.json").read_text())
    assert [(row["item"], row["reason"]) for row in report["skipped"]] == [
        (item, f"sample {item} is bad") for item in (0, 4, 10)
    ]
    assert (report["items"], report["most_share"]) == (11, 0.5)


def test_too_many_of_no_use_stop_the_run_and_stay_listed(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"many: 3 of 11 samples cannot be used, more than the 20 % .* sample 4 is bad"
    ):
        encode(request(tmp_path, bad=(1, 2, 4, 7), most_share=0.2), LatentEncoder(PatchVae()))
    assert len(json.loads((tmp_path / "problems.json").read_text())["skipped"]) == 3


def test_latents_that_are_not_finite_are_of_no_use(tmp_path: Path) -> None:
    vae = PatchVae()
    vae.config["latents_std"] = [1e-7, 1.0, 1.0, 1.0]
    result = encode(request(tmp_path, 2, most_share=1.0), LatentEncoder(vae))
    assert (result.samples, result.skipped) == (0, 2)
    assert "not finite in fp16" in (tmp_path / "problems.json").read_text()


def test_a_killed_run_goes_on_and_makes_the_same_cache(tmp_path: Path) -> None:
    bad = (2, 9)
    encode(request(tmp_path / "whole", bad=bad), LatentEncoder(PatchVae()))
    # Into a file: a worker that outlived its parent would keep a pipe open.
    with (tmp_path / "printed").open("w") as printed:
        command = [sys.executable, "-c", _KILLED, str(tmp_path / "killed")]
        killed = subprocess.run(command, check=False, stdout=printed, stderr=subprocess.STDOUT)
    said = (tmp_path / "printed").read_text()
    assert killed.returncode == -signal.SIGKILL, said
    with contextlib.suppress(psutil.NoSuchProcess):
        assert not psutil.wait_procs([psutil.Process(int(said))], timeout=60)[1]
    half = LatentsCache(tmp_path / "killed")
    assert len(half) == 4
    seen: list[tuple[float, int]] = []
    encode(
        request(tmp_path / "killed", bad=bad),
        LatentEncoder(PatchVae()),
        lambda done, total, _: seen.append((done, total)),
    )
    assert seen[-1] == (6, 6)
    whole, again = files(tmp_path / "whole"), files(tmp_path / "killed")
    # The ledger of what was skipped has the lines of both runs, each once and in order.
    assert whole == again


_KILLED = f"""
import multiprocessing, os, signal, sys
from pathlib import Path
from tests.kaleido.data.test_encode import encode, request, LatentEncoder, PatchVae
def progress(done, total, name):
    if done > {KILLED_AFTER}:
        print(multiprocessing.active_children()[0].pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
encode(request(Path(sys.argv[1]), bad=(2, 9), workers=1), LatentEncoder(PatchVae()), progress)
"""


def test_workers_make_the_same_cache(tmp_path: Path) -> None:
    for workers in (0, 2):
        encode(request(tmp_path / str(workers), bad=(3,), workers=workers), LatentEncoder(PatchVae()))
    assert files(tmp_path / "0") == files(tmp_path / "2")


def test_a_worker_that_dies_is_one_line(tmp_path: Path) -> None:
    source = ManyShown(6, dies_at=1)
    with pytest.raises(InputError, match=r"a worker process ended by itself.*fewer --workers"):
        encode(request(tmp_path, source=source, workers=1), LatentEncoder(PatchVae()))


def test_sizes_that_the_model_cannot_take_are_said_first(tmp_path: Path) -> None:
    world = WorldSamples(6, 32, 48, 8.0)
    with pytest.raises(InputError, match=r"num_frames 6: .* choose 5 or 9"):
        encode(request(tmp_path / "c", source=WorldSource(world, "cross", 3)), LatentEncoder(PatchVae()))
    with pytest.raises(InputError, match="width_px 40"):
        LatentEncoder(PatchVae()).latent_shape(ClipShape(5, 32, 40, 8.0))
    assert not (tmp_path / "c").exists()


def test_the_world_gives_both_sets_and_can_be_added_to(tmp_path: Path) -> None:
    world, encoder = WorldSamples(5, 32, 48, 8.0, most_references=2), LatentEncoder(PatchVae())
    for count in (1, 2):
        encode(request(tmp_path, source=WorldSource(world, "both", count), shard_samples=1), encoder)
    cross, own = LatentsCache(tmp_path, "cross"), LatentsCache(tmp_path, "in")
    assert len(cross) == len(own) == 2
    for index in range(2):
        one, other = cross.encoded(index), own.encoded(index)
        assert torch.equal(one.latents_CTHW, other.latents_CTHW)
        assert one.caption == other.caption == world.sample(index).caption
        assert len(one.references) == len(other.references) >= 1
        assert not torch.equal(one.references[0], other.references[0])
    with pytest.raises(InputError, match=r"made with other settings \(.*source: .*most_references"):
        encode(request(tmp_path, source=WorldSource(replace(world, most_references=1), "both", 3)), encoder)


def test_two_vaes_do_not_share_a_cache(tmp_path: Path) -> None:
    encode(request(tmp_path, 2), LatentEncoder(PatchVae(seed=0)))
    with pytest.raises(InputError, match="vae: digest"):
        encode(request(tmp_path, 3), LatentEncoder(PatchVae(seed=1)))


def test_a_full_gpu_is_one_line_that_says_what_may_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vae = PatchVae()

    def too_much(pixels_BCTHW: torch.Tensor) -> None:
        raise torch.OutOfMemoryError

    monkeypatch.setattr(vae, "encode", too_much)
    with pytest.raises(InputError, match="out of GPU memory with 3 clips at once; run again with --batch-size 1"):
        encode(request(tmp_path), LatentEncoder(vae))


def test_ctrl_c_keeps_what_was_encoded(tmp_path: Path) -> None:
    def stop(done: float, total: int, name: str) -> None:
        # Raised, not sent: a process that was started in the background may have Ctrl-C switched off.
        if done > KILLED_AFTER:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encode(request(tmp_path), LatentEncoder(PatchVae()), stop)
    # All that was encoded is kept, also of the shard that was begun.
    assert len(LatentsCache(tmp_path)) == 6
    encode(request(tmp_path), LatentEncoder(PatchVae()))
    assert [LatentsCache(tmp_path).encoded(i).name for i in range(11)] == [f"s{i}" for i in range(11)]

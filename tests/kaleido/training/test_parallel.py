import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.distributed as dist

from s2vbench.errors import InputError
from s2vbench.kaleido.training.config import ParallelSection
from s2vbench.kaleido.training.parallel import data_groups, from_environment
from s2vbench.kaleido.training.single import Single

WORKER = Path(__file__).with_name("parallel_worker.py")
ROOT = Path(__file__).parents[3]
Found = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def runs() -> Iterator[Found]:
    """What each process of each run found."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(WORKER), folder]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        yield {
            run.name: [torch.load(path, weights_only=True) for path in sorted(run.glob("rank*.pt"))]
            for run in Path(folder).iterdir()
        }


def assert_same(found: dict[str, Any], expected: dict[str, Any], atol: float = 1e-5) -> None:
    for part in ("state", "ema"):
        assert found[part].keys() == expected[part].keys()
        for name, value in expected[part].items():
            torch.testing.assert_close(found[part][name], value, rtol=0, atol=atol)
    steps = len(found["losses"])
    assert found["losses"] == pytest.approx(expected["losses"][-steps:], rel=0, abs=atol)
    assert found["norms"] == pytest.approx(expected["norms"][-steps:], rel=0, abs=atol)


@pytest.mark.parametrize("name", ["shards", "tokens", "tokens, checkpointed", "shards and tokens"])
def test_several_processes_train_as_one_does(runs: Found, name: str) -> None:
    for found in runs[name]:
        assert_same(found, runs["one"][0])


def test_the_comparison_would_see_a_wrong_step(runs: Found) -> None:
    one = runs["one"][0]
    moved = max(float((value - one["ema"][name]).abs().max()) for name, value in one["state"].items())
    assert moved > 2e-5, "steps must be longer than the tolerance"
    assert min(one["norms"]) > 0.1, "clipping must be at work"
    assert len(one["losses"]) == 4


@pytest.mark.parametrize("name", ["shards", "tokens", "shards and tokens"])
def test_each_process_holds_its_share_of_the_model(runs: Found, name: str) -> None:
    shares = [found["numbers here"] for found in runs[name]]
    total = runs["one"][0]["numbers here"]
    assert sum(shares) == total
    assert max(shares) < 1.1 * total / len(shares)


@pytest.mark.parametrize("way", ["shards", "tokens"])
def test_going_on_from_a_checkpoint_is_bit_identical(runs: Found, way: str) -> None:
    for found, expected in zip(runs[f"{way} after {way}"], runs[way], strict=True):
        assert len(found["losses"]) == 2
        assert_same(found, expected, atol=0)


def test_sampling_from_the_average_between_steps_changes_nothing(runs: Found) -> None:
    for found, expected in zip(runs["shards with samples"], runs["shards"], strict=True):
        assert_same(found, expected, atol=0)


@pytest.mark.parametrize("name", ["one after shards", "shards after one", "tokens after shards"])
def test_going_on_with_other_processes_gives_the_same_training(runs: Found, name: str) -> None:
    for found in runs[name]:
        assert len(found["losses"]) == 2
        assert_same(found, runs["one"][0])


@pytest.mark.parametrize("name", ["shards in bf16", "tokens in bf16"])
def test_bf16_computes_nearly_the_same_and_keeps_weights_in_fp32(runs: Found, name: str) -> None:
    expected = runs["one"][0]
    for found in runs[name]:
        assert found["dtypes"] == ["torch.float32"]
        assert found["losses"] == pytest.approx(expected["losses"], rel=0.01)
        assert found["losses"] != pytest.approx(expected["losses"], rel=1e-6)
        assert found["norms"] == pytest.approx(expected["norms"], rel=0.02)


def test_processes_of_one_ulysses_group_see_the_same_samples(runs: Found) -> None:
    assert [found["place"] for found in runs["shards and tokens"]] == [
        (0, 2, True),
        (0, 2, False),
        (1, 2, False),
        (1, 2, False),
    ]


def test_means_and_flags_are_everybodys(runs: Found) -> None:
    assert [found["mean"] for found in runs["shards and tokens"]] == [1.5] * 4
    assert [found["any"] for found in runs["shards and tokens"]] == [(True, False)] * 4


def test_heads_that_cannot_be_shared_out_are_named(runs: Found) -> None:
    for found in runs["three heads"]:
        assert "ulysses degree 2 does not divide the model's 3 attention heads; use one of 1, 3" in found["error"]


@pytest.mark.parametrize("others", ["other", "no"])
def test_the_weights_of_the_first_process_count(runs: Found, others: str) -> None:
    for found, expected in zip(runs[f"shards, {others} weights"], runs["shards"], strict=True):
        assert_same(found, expected, atol=0)


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_without_torchrun_there_is_one_process(launched: pytest.MonkeyPatch) -> None:
    parallel = from_environment(ParallelSection(), device="cpu")
    assert isinstance(parallel, Single)
    assert not dist.is_initialized()


def test_torchrun_with_one_process_needs_no_group(launched: pytest.MonkeyPatch) -> None:
    launched.setenv("RANK", "0")
    launched.setenv("WORLD_SIZE", "1")
    assert isinstance(from_environment(ParallelSection(data=1), device="cpu"), Single)


def test_ulysses_without_enough_processes_says_how_many(launched: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"parallel.ulysses 2 does not divide the number of processes, 1; .*torchrun"):
        from_environment(ParallelSection(ulysses=2), device="cpu")


def test_the_number_of_processes_must_fit_the_section() -> None:
    assert data_groups(ParallelSection(data=3, ulysses=2), 6) == 3
    with pytest.raises(InputError, match=r"parallel.ulysses 4 does not divide the number of processes, 6"):
        data_groups(ParallelSection(ulysses=4), 6)
    with pytest.raises(
        InputError, match=r"parallel.data 4 times parallel.ulysses 2 needs 8 processes, but there are 6"
    ):
        data_groups(ParallelSection(data=4, ulysses=2), 6)


@pytest.mark.parametrize(
    ("rank", "world", "message"),
    [("first", "2", "RANK is 'first', not a number"), ("2", "2", r"RANK 2 is not below \$WORLD_SIZE 2")],
)
def test_a_broken_environment_is_named(launched: pytest.MonkeyPatch, rank: str, world: str, message: str) -> None:
    launched.setenv("RANK", rank)
    launched.setenv("WORLD_SIZE", world)
    with pytest.raises(InputError, match=message):
        from_environment(ParallelSection(), device="cpu")


def test_a_process_without_a_gpu_is_told_so(launched: pytest.MonkeyPatch) -> None:
    launched.setenv("RANK", "99")
    launched.setenv("WORLD_SIZE", "100")
    with pytest.raises(InputError, match=r"process 99 of this machine has no GPU of its own \(\d+ visible\)"):
        from_environment(ParallelSection(), device="cuda")


def test_processes_that_cannot_meet_say_where_and_why(launched: pytest.MonkeyPatch) -> None:
    launched.setenv("RANK", "0")
    launched.setenv("WORLD_SIZE", "2")
    with pytest.raises(InputError, match=r"process 0 of 2 cannot meet the others at \?:\? over gloo .*MASTER_ADDR"):
        from_environment(ParallelSection(), device="cpu")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        launched.setenv("MASTER_ADDR", "127.0.0.1")
        launched.setenv("MASTER_PORT", port)
        with pytest.raises(InputError, match=rf"at 127.0.0.1:{port} over gloo .*a port that is free"):
            from_environment(ParallelSection(), device="cpu", timeout=timedelta(seconds=2))
    assert not dist.is_initialized()

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.distributed as dist

from s2vbench.errors import InputError
from s2vbench.kaleido.ulysses import check_heads, enable_ulysses
from tests.kaleido import ulysses_worker as worker

WORKER = Path(__file__).with_name("ulysses_worker.py")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def ranks() -> Any:
    """What each process found, by the number of processes."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(WORKER), folder]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        yield {
            world: [torch.load(Path(folder) / f"{world}-rank{rank}.pt", weights_only=True) for rank in range(world)]
            for world in (2, 4)
        }


@pytest.fixture(scope="module")
def two(ranks: dict[int, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return ranks[2]


@pytest.fixture(scope="module")
def four(ranks: dict[int, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return ranks[4]


@pytest.fixture(autouse=True)
def _one_thread() -> Any:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def alone(name: str) -> torch.Tensor:
    with torch.no_grad():
        return worker.transformer(worker.SETUPS[name])(*worker.inputs(worker.SETUPS[name]))


def assert_close(found: torch.Tensor, expected: torch.Tensor, atol: float = 1e-5) -> None:
    torch.testing.assert_close(found, expected, rtol=0, atol=atol)


def check_outputs(ranks: list[dict[str, Any]], name: str) -> None:
    expected = alone(name)
    assert expected.abs().max() > 0.1
    for found in ranks:
        assert_close(found[f"output {name}"], expected)


@pytest.mark.parametrize("name", sorted(set(worker.SETUPS) - {"rope-continue", "overloop-false"}))
def test_two_processes_give_the_output_of_one(two: list[dict[str, Any]], name: str) -> None:
    check_outputs(two, name)


@pytest.mark.parametrize("name", ["rope-continue", "overloop-false"])
def test_schemes_that_the_released_sequence_parallel_code_gets_wrong_are_right(
    two: list[dict[str, Any]], name: str
) -> None:
    check_outputs(two, name)


@pytest.mark.parametrize("name", ["no-references", "odd-tokens", "fewer-tokens-than-ranks", "overloop-false"])
def test_four_processes_give_the_output_of_one(four: list[dict[str, Any]], name: str) -> None:
    check_outputs(four, name)


def test_the_setups_cover_token_counts_that_do_not_divide() -> None:
    def tokens(setup: Any) -> int:
        t, h, w = setup.video
        return t * (h // 2) * (w // 2) + sum((rows // 2) * (columns // 2) for rows, columns in setup.references)

    counts = {name: tokens(setup) for name, setup in worker.SETUPS.items()}
    assert counts["odd-tokens"] % 2 == 1
    assert counts["three-sizes"] % 2 == 0
    assert counts["fewer-tokens-than-ranks"] == 1


def test_disabling_gives_the_stock_processors_back(two: list[dict[str, Any]]) -> None:
    for found in two:
        processors, output = found["disabled three-sizes"]
        assert processors == ["UlyssesAttention"] * 2
        # Another process, another number of threads: sums may round otherwise.
        assert_close(output, alone("three-sizes"), atol=1e-6)


@pytest.mark.parametrize("name", ["plain", "checkpointed"])
def test_partial_gradients_sum_to_the_true_ones(two: list[dict[str, Any]], name: str) -> None:
    setup = worker.SETUPS["odd-tokens"]
    model = worker.transformer(setup)
    worker.loss_of(model, setup).backward()
    for parameter, expected in worker.gradients(model).items():
        parts = [found[f"gradients {name}"][parameter] for found in two]
        assert_close(sum(parts), expected, atol=1e-6 + 1e-5 * float(expected.abs().max()))
    assert not any(
        torch.allclose(
            found[f"gradients {name}"]["patch_embedding.weight"], model.patch_embedding.weight.grad, rtol=0.1
        )
        for found in two
    ), "each process holds a part only"


def test_blocks_that_run_again_know_the_length_of_their_own_sequence(two: list[dict[str, Any]]) -> None:
    model = worker.transformer(worker.SETUPS["odd-tokens"])
    for name in ("odd-tokens", "one-odd-frame"):
        worker.loss_of(model, worker.SETUPS[name]).backward()
    for parameter, expected in worker.gradients(model).items():
        parts = [found["gradients two-lengths"][parameter] for found in two]
        assert_close(sum(parts), expected, atol=1e-6 + 1e-5 * float(expected.abs().max()))


def test_training_steps_equal_those_of_one_process(two: list[dict[str, Any]]) -> None:
    setup = worker.SETUPS["odd-tokens"]
    model = worker.transformer(setup)
    start_state = {name: value.clone() for name, value in model.state_dict().items()}
    expected = worker.train(model, setup, None)
    assert min(expected["norms"]) > 0.1, "clipping must be at work"
    for found in two:
        assert found["trained"]["losses"] == pytest.approx(expected["losses"], abs=1e-5)
        assert found["trained"]["norms"] == pytest.approx(expected["norms"], abs=1e-5)
        for name, value in expected["state"].items():
            assert_close(found["trained"]["state"][name], value)
    moved = max(float((value - start_state[name]).abs().max()) for name, value in expected["state"].items())
    assert moved > 1e-4, "a step must be longer than the tolerance"


def test_bfloat16_autocast_works_and_stays_near(two: list[dict[str, Any]]) -> None:
    expected = alone("three-sizes")
    for found in two:
        assert_close(found["autocast"].float(), expected, atol=0.05 * float(expected.abs().max()))


def test_fused_projections_give_the_same(two: list[dict[str, Any]]) -> None:
    for found in two:
        assert_close(found["fused"], alone("three-sizes"))


def test_the_pipeline_makes_the_clip_of_one_process(two: list[dict[str, Any]]) -> None:
    expected = worker.frames(None).astype(int)
    assert expected.std() > 5
    for found in two:
        assert np.abs(found["frames"].numpy() - expected).max() <= 1, "a rounding of the last bit at most"


def test_a_degree_that_does_not_divide_the_heads_names_both_and_the_ones_that_do() -> None:
    with pytest.raises(InputError, match=r"degree 3 does not divide the model's 4 attention heads; use one of 1, 2, 4"):
        check_heads(3, 4)


def test_a_group_of_one_changes_nothing(tmp_path: Path) -> None:
    model = worker.transformer(worker.SETUPS["no-references"])
    dist.init_process_group("gloo", init_method=f"file://{tmp_path / 'rendezvous'}", rank=0, world_size=1)
    try:
        enable_ulysses(model, dist.group.WORLD)
    finally:
        dist.destroy_process_group()
    assert model._sequence_parallel is None
    assert type(model.blocks[0].attn1.processor).__name__ == "WanAttnProcessor"

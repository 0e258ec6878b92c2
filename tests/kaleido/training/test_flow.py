import math

import numpy as np
import pytest
import torch

from s2vbench.kaleido.training import flow


def test_shift_is_linear_in_tokens_of_a_frame_on_a_log_scale() -> None:
    assert flow.time_shift(256) == pytest.approx(math.exp(0.5))
    assert flow.time_shift(4096) == pytest.approx(math.exp(1.15))
    assert flow.time_shift(1560) == pytest.approx(2.056, abs=5e-4)
    assert flow.time_shift(1792) == pytest.approx(2.138, abs=5e-4)


def test_shifted_sigmas_follow_the_papers_formula() -> None:
    for sigma in (0.01, 0.3, 0.999):
        assert flow.shifted(sigma, 2.056) == pytest.approx(2.056 / (2.056 + 1.0 / sigma - 1.0))


def test_sigmas_are_logit_normal_before_the_shift() -> None:
    draws = flow.draw(0, 0, range(4000), (1, 1, 1, 1), shift=1.0, text_drop=0.1)
    logits = np.log(np.array(draws.sigmas) / (1 - np.array(draws.sigmas)))
    assert logits.mean() == pytest.approx(0.0, abs=0.05)
    assert logits.std() == pytest.approx(1.0, abs=0.05)
    assert np.mean(draws.drop_text) == pytest.approx(0.1, abs=0.02)
    moved = flow.draw(0, 0, range(4000), (1, 1, 1, 1), shift=3.0, text_drop=0.1)
    assert moved.sigmas == tuple(flow.shifted(sigma, 3.0) for sigma in draws.sigmas)


def test_draws_belong_to_seed_step_and_place_in_the_batch_whoever_draws_them() -> None:
    def draw(indices: range, seed: int = 3, step: int = 5) -> flow.Draws:
        return flow.draw(seed, step, indices, (2, 3, 4, 4), shift=2.0, text_drop=0.5)

    whole, parts = draw(range(8)), [draw(range(4, 8)), draw(range(2)), draw(range(2, 4))]
    assert whole.sigmas == parts[1].sigmas + parts[2].sigmas + parts[0].sigmas
    assert whole.drop_text == parts[1].drop_text + parts[2].drop_text + parts[0].drop_text
    noise = torch.cat([parts[1].noise_BCTHW, parts[2].noise_BCTHW, parts[0].noise_BCTHW])
    assert torch.equal(whole.noise_BCTHW, noise)
    for other in (draw(range(8), seed=4), draw(range(8), step=6), draw(range(8, 16))):
        assert not set(whole.sigmas) & set(other.sigmas)
        assert not (whole.noise_BCTHW == other.noise_BCTHW).any()


def test_the_way_from_data_to_noise_is_straight_and_the_answer_is_its_velocity() -> None:
    x0, eps = torch.randn(2, 3, 1, 2, 2), torch.randn(2, 3, 1, 2, 2)
    ends = flow.noisy(x0, eps, torch.tensor([0.0, 1.0]))
    torch.testing.assert_close(ends, torch.stack([x0[0], eps[1]]))
    a, b = (flow.noisy(x0, eps, torch.full((2,), sigma)) for sigma in (0.25, 0.75))
    torch.testing.assert_close((b - a) / 0.5, flow.velocity(x0, eps))


def test_losses_are_means_of_each_sample_in_fp32() -> None:
    answer, target = torch.zeros(2, 2, 1, 2, 2, dtype=torch.bfloat16), torch.zeros(2, 2, 1, 2, 2)
    target[1] = 3.0
    found = flow.losses(answer, target)
    assert found.dtype == torch.float32
    assert found.tolist() == [0.0, 9.0]

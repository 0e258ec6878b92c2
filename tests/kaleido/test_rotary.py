"""Angles from ids against a table of all places, and what attention makes of them."""

from __future__ import annotations

import math

import pytest
import torch
from diffusers.models.transformers.transformer_wan import WanRotaryPosEmbed
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from s2vbench.kaleido.positions import Grid, VideoGrid, clip_ids, rrope, scheme
from s2vbench.kaleido.rotary import ExplicitRotary, axis_widths, cos_sin
from tests.kaleido.released import Switches, angles

SIDE = st.integers(1, 5)
REFERENCES = st.lists(st.tuples(SIDE, SIDE), max_size=3)
VIDEOS = st.tuples(st.integers(1, 4), SIDE, SIDE)
HEADS = st.sampled_from([6, 12, 24, 32, 64, 128])
SWITCHES = st.builds(
    Switches,
    shift_h=st.booleans(),
    shift_w=st.booleans(),
    overloop=st.booleans(),
    rope_continue=st.booleans(),
    end_concat=st.booleans(),
    max_h=st.integers(0, 12),
    max_w=st.integers(0, 12),
)


def assert_same_angles(found: tuple[Tensor, Tensor], expected_NP: Tensor) -> None:
    cos, sin = found
    assert cos.dtype == sin.dtype == torch.float32
    assert cos.shape == sin.shape == (1, len(expected_NP), 1, 2 * expected_NP.shape[1])
    twice = expected_NP.repeat_interleave(2, dim=1)[None, :, None]
    torch.testing.assert_close(cos, twice.cos().float(), rtol=0, atol=1e-7)
    torch.testing.assert_close(sin, twice.sin().float(), rtol=0, atol=1e-7)


@settings(deadline=None, max_examples=60)
@given(references=REFERENCES, video=VIDEOS, head_dim=HEADS, switches=SWITCHES)
def test_angles_are_those_of_the_releases_table(
    references: list[Grid], video: VideoGrid, head_dim: int, switches: Switches
) -> None:
    positions = rrope(
        shift_h=switches.shift_h,
        shift_w=switches.shift_w,
        base="video" if switches.rope_continue else (switches.max_h, switches.max_w),
        diagonal=not switches.overloop,
        side="after" if switches.end_concat else "before",
    )
    rotary = ExplicitRotary(head_dim, positions)
    found = rotary(tuple(references), video, torch.device("cpu"))
    assert_same_angles(found, angles(head_dim, references, video, switches))


@pytest.mark.parametrize(
    ("name", "switches"),
    [
        ("shift_wh", Switches()),
        ("shift_h", Switches(shift_w=False)),
        ("shift_w", Switches(shift_h=False)),
        ("concat", Switches(shift_h=False, shift_w=False)),
        ("concat_adjacent", Switches(shift_h=False, shift_w=False, first_t=-2)),
        ("concat_tail", Switches(shift_h=False, shift_w=False, end_concat=True)),
    ],
)
def test_angles_of_every_name_at_the_releases_base(name: str, switches: Switches) -> None:
    grids, video = [(3, 4), (5, 2)], (2, 3, 4)
    found = cos_sin(scheme(name)(grids, video).sequence, 24)
    assert_same_angles(found, angles(24, grids, video, switches))


@pytest.mark.parametrize("head_dim", [12, 24, 128])
def test_a_plain_video_turns_as_in_diffusers(head_dim: int) -> None:
    theirs = WanRotaryPosEmbed(head_dim, (1, 2, 2), 32)(torch.zeros(1, 4, 3, 8, 10))
    ours = cos_sin(clip_ids((3, 4, 5)), head_dim)
    for found, expected in zip(ours, theirs, strict=True):
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-7)


@given(head_dim=st.integers(3, 128).map(lambda half: 2 * half))
def test_widths_of_axes_fill_a_head_in_pairs(head_dim: int) -> None:
    widths = axis_widths(head_dim)
    assert sum(widths) == head_dim
    assert all(width % 2 == 0 and width > 0 for width in widths)
    assert widths[1] == widths[2] <= widths[0]


def test_only_differences_of_ids_count_in_attention() -> None:
    g = torch.Generator().manual_seed(0)
    q_D, k_D = torch.randn(2, 24, generator=g)
    ids = torch.tensor([[3, 80, 80], [0, 5, 7]]).numpy()

    def score(shift: list[int]) -> float:
        cos, sin = (table[0, :, 0].double() for table in cos_sin(ids + shift, 24))
        turned = [_turn(x.double(), cos[i], sin[i]) for i, x in enumerate((q_D, k_D))]
        return float(turned[0] @ turned[1])

    assert score([-9, 4, 100]) == pytest.approx(score([0, 0, 0]), abs=1e-5)
    assert abs(score([0, 0, 0]) - float(q_D @ k_D)) > 0.01


def _turn(x_D: Tensor, cos_D: Tensor, sin_D: Tensor) -> Tensor:
    even, odd = x_D[0::2], x_D[1::2]
    return torch.stack([even * cos_D[0::2] - odd * sin_D[0::2], even * sin_D[0::2] + odd * cos_D[0::2]], -1).flatten()


def test_angles_of_far_ids_are_reckoned_in_64_bits() -> None:
    far = 399_999
    cos, _ = cos_sin(torch.tensor([[0, far, 0]]).numpy(), 128)
    assert cos[0, 0, 0, 44 + 2].item() == pytest.approx(math.cos(far * 10_000 ** (-2 / 42)), abs=1e-7)


def test_tables_are_made_once_for_the_same_grids() -> None:
    rotary = ExplicitRotary(24, scheme("shift_wh"))
    device = torch.device("cpu")
    first = rotary(((2, 2),), (1, 2, 2), device)
    assert rotary(((2, 2),), (1, 2, 2), device)[0] is first[0]
    assert rotary(((2, 3),), (1, 2, 2), device)[0].shape[1] == 10

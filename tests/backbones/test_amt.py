"""AMT-S: equal to the official network on its own weights, and to plain formulas where those say enough."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from s2vbench.backbones.amt import MIN_PADDED_SIDE_PX, AmtS, middle_frames_u8, padded_side_px
from s2vbench.backbones.amt_blocks import PReLU, instance_norm, warp, warp_planes
from s2vbench.backbones.amt_correlation import KeyPyramid, PairCorrelation

WEIGHTS_SEED = 20261120

# What float32 additions in another order change, in outputs of order 1.
ROUNDING = 1e-6
# What positions rounded on -1..1, as the official ones are, change in white noise, the steepest image there is.
ROUNDING_OF_POSITIONS = 3e-5


@pytest.fixture(autouse=True)
def _inference() -> Iterator[None]:
    with torch.inference_mode():
        yield


def noise(*shape: int, seed: int = 0) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed))


def smooth(*shape: int, seed: int = 0) -> Tensor:
    """Frames (N, 3, H, W) as even as real ones, where rounded positions do not show."""
    *lead, height, width = shape
    return functional.interpolate(noise(*lead, height // 16, width // 16, seed=seed), scale_factor=16, mode="bilinear")


def small_network(seed: int = 0) -> AmtS:
    """A narrow AMT whose random weights keep activations, flows and output in the range of real ones."""
    network = AmtS(
        pyramid_widths=(4, 6, 8, 10),
        decoder_widths=(8, 10, 12, 14),
        correlation_widths=(8, 12, 16, 10),
        refinement_widths=(8, 6, 4, 8, 10),
        side_width=4,
    ).eval()
    generator = torch.Generator().manual_seed(seed)
    for parameter in network.parameters():
        fan_in = parameter[0].numel() if parameter.dim() > 1 else 100
        parameter.copy_(torch.randn(parameter.shape, generator=generator) * fan_in**-0.5)
    return network


def decoder1_bias(network: AmtS) -> Tensor:
    """The bias of the last layer before blending: 12 flow components, 3 masks, 9 residuals."""
    return network.get_parameter("decoder1.convblock.2.bias")


def zero_network() -> AmtS:
    network = small_network()
    for parameter in network.parameters():
        parameter.zero_()
    return network


@pytest.fixture(scope="module")
def published(seeded: ModuleType) -> AmtS:
    network = AmtS().eval()
    network.load_state_dict(seeded.seeded_state(seeded.load_layout("amt_s"), WEIGHTS_SEED), strict=True)
    return network


class TestOfficialParity:
    @pytest.mark.parametrize("case", ["pair_128x160", "pair_256x256", "noise_128x128"])
    def test_middle_frame_equals_official(self, published: AmtS, seeded: ModuleType, shared: Path, case: str) -> None:
        with np.load(shared / "parity/backbones/amt_s.npz") as stored:
            frames = seeded.case_input(stored, case)
            official = torch.from_numpy(stored[f"out_{case}"])
        middle = published(frames[:1], frames[1:])
        assert (middle - official).abs().max() <= 5e-6 * official.abs().max()

    def test_bfloat16_moves_the_score_little(self, published: AmtS, seeded: ModuleType, shared: Path) -> None:
        with np.load(shared / "parity/backbones/amt_s.npz") as stored:
            first, last = (torch.from_numpy(frame)[None] for frame in stored["pair_256x256_u8"].transpose(0, 2, 3, 1))
        layout = seeded.load_layout("amt_s")
        half = AmtS().eval()
        half.load_state_dict(seeded.seeded_state(layout, WEIGHTS_SEED))
        full_u8 = middle_frames_u8(published, first, last).float()
        half_u8 = middle_frames_u8(half.to(torch.bfloat16), first, last).float()
        full_score, half_score = (1 - (middle - first.float()).abs().mean() / 255 for middle in (full_u8, half_u8))
        assert abs(full_score - half_score) <= 2e-3
        assert (full_u8 - half_u8).abs().mean() > 0


class TestNetwork:
    def test_zero_weights_average_the_two_frames(self) -> None:
        first, last = noise(1, 3, 128, 144), noise(1, 3, 128, 144, seed=1)
        torch.testing.assert_close(zero_network()(first, last), (first + last) / 2, atol=ROUNDING_OF_POSITIONS, rtol=0)

    def test_zero_weights_keep_a_still_video_and_ignore_the_order(self) -> None:
        first, last = noise(1, 3, 128, 128), noise(1, 3, 128, 128, seed=1)
        network = zero_network()
        torch.testing.assert_close(network(first, first), first, atol=ROUNDING_OF_POSITIONS, rtol=0)
        torch.testing.assert_close(network(first, last), network(last, first), atol=ROUNDING_OF_POSITIONS, rtol=0)

    @pytest.mark.parametrize(("mask_logit", "shift"), [(100.0, 3), (-100.0, -2)])
    def test_flow_says_where_to_sample_and_mask_which_frame(self, mask_logit: float, shift: int) -> None:
        network = zero_network()
        bias = decoder1_bias(network)
        # Channels: x and y into the first frame for 3 hypotheses, the same into the last one, 3 masks, 9 residuals.
        bias[0:6:2], bias[6:12:2], bias[12:15] = 3.0, -2.0, mask_logit
        first, last = noise(1, 3, 128, 128), noise(1, 3, 128, 128, seed=1)
        source = first if mask_logit > 0 else last
        columns = (torch.arange(128) + shift).clamp(0, 127)
        torch.testing.assert_close(network(first, last), source[..., columns], atol=ROUNDING_OF_POSITIONS, rtol=0)

    def test_residual_of_each_hypothesis_counts_a_third(self) -> None:
        network = zero_network()
        decoder1_bias(network)[15] = 0.3
        grey = torch.full((1, 3, 128, 128), 0.5)
        expected = grey + torch.tensor([0.1, 0, 0])[:, None, None]
        torch.testing.assert_close(network(grey, grey), expected, atol=ROUNDING, rtol=0)

    def test_output_stays_within_0_and_1(self) -> None:
        network = zero_network()
        decoder1_bias(network)[15:] = torch.tensor([3.0, -3.0, 0.0] * 3)
        middle = network(noise(1, 3, 128, 128), noise(1, 3, 128, 128, seed=1))
        assert (middle[:, 0] == 1).all()
        assert (middle[:, 1] == 0).all()

    def test_brighter_pair_gives_as_much_brighter_a_frame(self) -> None:
        network = small_network()
        for parameter in network.comb_block.parameters():
            parameter.zero_()
        decoder1_bias(network)[15:] = 0
        first, last = 0.2 * noise(1, 3, 128, 128) + 0.3, 0.2 * noise(1, 3, 128, 128, seed=1) + 0.3
        dark, bright = network(first, last), network(first + 0.125, last + 0.125)
        unclamped = (dark > 0) & (bright < 1)
        assert unclamped.float().mean() > 0.5
        torch.testing.assert_close(bright[unclamped], dark[unclamped] + 0.125, atol=1e-4, rtol=0)

    def test_pairs_of_a_batch_do_not_meet(self) -> None:
        network = small_network()
        first, last = smooth(3, 3, 128, 144), smooth(3, 3, 128, 144, seed=1)
        last[1] *= 0.5
        together = network(first, last)
        for pair in range(3):
            alone = network(first[pair : pair + 1], last[pair : pair + 1])
            torch.testing.assert_close(together[pair : pair + 1], alone, atol=ROUNDING, rtol=0)

    def test_network_answers_to_its_inputs(self) -> None:
        first, last = noise(1, 3, 128, 128), noise(1, 3, 128, 128, seed=1)
        network = small_network()
        assert (network(first, last) - network(last, first)).abs().mean() > 1e-3

    def test_bfloat16_weights_give_nearly_the_same_float32_frame(self) -> None:
        first, last = noise(1, 3, 128, 128), noise(1, 3, 128, 128, seed=1)
        half = small_network().to(torch.bfloat16)(first, last)
        assert half.dtype == torch.float32
        assert (half - small_network()(first, last)).abs().mean() < 2e-2

    def test_same_frame_outside_inference_mode(self) -> None:
        # With autograd on, the products take torch's own path instead of oneDNN's.
        first, last = noise(1, 3, 128, 128), noise(1, 3, 128, 128, seed=1)
        fast = small_network()(first, last)
        with torch.inference_mode(mode=False), torch.enable_grad():
            plain = small_network_outside_inference()(first.clone(), last.clone())
        torch.testing.assert_close(fast, plain, atol=1e-5, rtol=0)

    @pytest.mark.parametrize(("height", "width"), [(136, 128), (128, 150), (112, 256), (256, 16)])
    def test_refuses_sides_it_cannot_serve(self, height: int, width: int) -> None:
        with pytest.raises(ValueError, match=f"got {width}x{height}"):
            zero_network()(noise(1, 3, height, width), noise(1, 3, height, width))


def small_network_outside_inference() -> AmtS:
    with torch.no_grad():
        network = small_network()
    return network.requires_grad_(requires_grad=False)


class Recorder(nn.Module):
    """Keeps what it is given and answers with a constant or with the first frame."""

    def __init__(self, answer: float | None = None) -> None:
        super().__init__()
        self.answer = answer
        self.given: tuple[Tensor, Tensor] | None = None

    def forward(self, first: Tensor, last: Tensor) -> Tensor:
        self.given = first, last
        return first if self.answer is None else torch.full_like(first, self.answer)


class TestMiddleFramesU8:
    def test_pads_with_the_border_smaller_half_first(self) -> None:
        frames = (noise(2, 133, 142, 3) * 255).to(torch.uint8)
        recorder = Recorder()
        middle_frames_u8(recorder, frames, frames.flip(0))
        assert recorder.given is not None
        first, last = recorder.given
        assert first.shape == (2, 3, 144, 144)
        rows = (torch.arange(144) - 5).clamp(0, 132)
        columns = (torch.arange(144) - 1).clamp(0, 141)
        expected = (frames.float() / 255)[:, rows][:, :, columns].permute(0, 3, 1, 2)
        torch.testing.assert_close(first, expected, atol=0, rtol=0)
        torch.testing.assert_close(last, expected.flip(0), atol=0, rtol=0)

    def test_cuts_the_padding_off_again(self) -> None:
        frames = (noise(1, 133, 142, 3) * 255).to(torch.uint8)
        middle = middle_frames_u8(Recorder(), frames, frames)
        truncated = (frames.float() / 255 * 255).to(torch.uint8)
        assert middle.dtype == torch.uint8
        assert middle.equal(truncated)

    @pytest.mark.parametrize(("unit", "level"), [(0.0, 0), (0.9999, 254), (99.9 / 255, 99), (1.0, 255)])
    def test_truncates_instead_of_rounding(self, unit: float, level: int) -> None:
        frames = torch.zeros(1, 128, 128, 3, dtype=torch.uint8)
        assert (middle_frames_u8(Recorder(unit), frames, frames) == level).all()

    def test_network_serves_sides_that_pad_to_the_least(self) -> None:
        side = MIN_PADDED_SIDE_PX - 15
        frames = (noise(1, side, side, 3) * 255).to(torch.uint8)
        assert middle_frames_u8(zero_network(), frames, frames).shape == (1, side, side, 3)
        with pytest.raises(ValueError, match="at least 128 px"):
            middle_frames_u8(zero_network(), frames[:, 1:], frames[:, 1:])

    @pytest.mark.parametrize(("side", "padded"), [(1, 16), (16, 16), (17, 32), (512, 512), (1080, 1088)])
    def test_padded_side(self, side: int, padded: int) -> None:
        assert padded_side_px(side) == padded


def naive_look_up(queries_HWC: Tensor, keys_HWC: Tensor, centres_HW2: Tensor, levels: int, radius: int) -> Tensor:
    """RAFT's look-up, sample by sample, from the volume of all pairs pooled as a volume."""
    height, width, channels = queries_HWC.shape
    volume = torch.einsum("hwc,yxc->hwyx", queries_HWC.double(), keys_HWC.double()) / channels**0.5
    volume = volume.flatten(0, 1)[:, None]
    samples = []
    for level in range(levels):
        maps = functional.pad(functional.avg_pool2d(volume, 2**level)[:, 0], (1, 1, 1, 1))
        for right in range(-radius, radius + 1):
            for down in range(-radius, radius + 1):
                x, y = (centres_HW2.double().view(-1, 2) / 2**level + torch.tensor([right, down])).unbind(1)
                # The frame of zeros around each map is what lies outside.
                x, y = (x + 1).clamp(0, maps.shape[2] - 1), (y + 1).clamp(0, maps.shape[1] - 1)
                samples.append(torch.stack([bilinear(one, *at) for one, *at in zip(maps, x, y, strict=True)]))
    return torch.stack(samples, 1).view(height, width, -1).float()


def bilinear(plane: Tensor, x: Tensor, y: Tensor) -> Tensor:
    left, top = min(int(x), plane.shape[1] - 2), min(int(y), plane.shape[0] - 2)
    weights_x, weights_y = torch.stack([left + 1 - x, x - left]), torch.stack([top + 1 - y, y - top])
    return weights_y @ plane[top : top + 2, left : left + 2] @ weights_x


class TestCorrelation:
    @pytest.fixture
    def features(self) -> tuple[Tensor, Tensor, Tensor]:
        generator = torch.Generator().manual_seed(5)
        queries, keys = (torch.randn(6, 9, 5, generator=generator) for _ in range(2))
        # Some windows lie wholly outside, some centres are whole pixels.
        centres = torch.randn(6, 9, 2, generator=generator) * 6 + 4
        centres[0] = centres[0].round()
        centres[1, 0] = torch.tensor([-1e6, 1e6])
        return queries, keys, centres

    def test_look_up_equals_sampling_the_volume_of_all_pairs(self, features: tuple[Tensor, Tensor, Tensor]) -> None:
        queries, keys, centres = features
        looked_up = KeyPyramid(keys, levels=2, radius=2).look_up(queries, centres)
        assert looked_up.shape == (6, 9, 2 * 25)
        torch.testing.assert_close(looked_up, naive_look_up(queries, keys, centres, 2, 2), atol=2e-6, rtol=0)

    @pytest.mark.parametrize("tile_side", [1, 2, 4, 64])
    def test_tile_size_does_not_matter(self, features: tuple[Tensor, Tensor, Tensor], tile_side: int) -> None:
        queries, keys, centres = features
        whole = KeyPyramid(keys, levels=2, radius=3, tile_side=9).look_up(queries, centres)
        tiled = KeyPyramid(keys, levels=2, radius=3, tile_side=tile_side).look_up(queries, centres)
        torch.testing.assert_close(tiled, whole, atol=ROUNDING, rtol=0)

    def test_plain_products_equal_fast_ones(self, features: tuple[Tensor, Tensor, Tensor]) -> None:
        queries, keys, centres = features
        fast = KeyPyramid(keys, levels=2, radius=3).look_up(queries, centres)
        with torch.inference_mode(mode=False), torch.enable_grad():
            copies = [tensor.clone() for tensor in features]
            plain = KeyPyramid(copies[1], levels=2, radius=3).look_up(copies[0], copies[2])
        torch.testing.assert_close(fast, plain, atol=ROUNDING, rtol=0)

    def test_pair_looks_from_each_image_into_the_other(self) -> None:
        first, last, flows = noise(2, 5, 6, 9), noise(2, 5, 6, 9, seed=1), noise(2, 4, 6, 9, seed=2) * 4 - 2
        looked_up = PairCorrelation(first, last, time=0.25, levels=2, radius=1).look_up(flows)
        assert looked_up.shape == (2, 36, 6, 9)
        y, x = torch.meshgrid(torch.arange(6), torch.arange(9), indexing="ij")
        for pair in range(2):
            first_HWC, last_HWC, flows_HW4 = (maps[pair].permute(1, 2, 0) for maps in (first, last, flows))
            in_last = torch.stack([x, y], -1) + flows_HW4[..., 2:] / 0.25
            in_first = torch.stack([x, y], -1) + flows_HW4[..., :2] / 0.75
            forwards = naive_look_up(first_HWC, last_HWC, in_last, 2, 1)
            backwards = naive_look_up(last_HWC, first_HWC, in_first, 2, 1)
            expected = torch.cat([forwards, backwards], 2).permute(2, 0, 1)
            torch.testing.assert_close(looked_up[pair], expected, atol=1e-5, rtol=0)


class TestBlocks:
    def test_both_warps_agree_inside_and_outside(self) -> None:
        source, flow = noise(2, 5, 12, 20), noise(2, 2, 12, 20, seed=1) * 30 - 15
        torch.testing.assert_close(warp(source, flow), warp_planes(source, flow), atol=1e-5, rtol=0)

    def test_warp_by_whole_pixels_moves_pixels(self) -> None:
        source = noise(1, 5, 12, 20)
        flow = torch.tensor([2.0, -1.0])[:, None, None].expand(1, 2, 12, 20)
        rows, columns = (torch.arange(12) - 1).clamp(min=0), (torch.arange(20) + 2).clamp(max=19)
        assert warp(source, flow).equal(source[:, :, rows][:, :, :, columns])

    @pytest.mark.parametrize("height", [8, 7])
    @pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
    def test_prelu_is_the_same_in_both_memory_orders(self, height: int, dtype: torch.dtype) -> None:
        layer = PReLU(5).to(dtype)
        layer.weight.copy_(noise(5))
        x = (noise(2, 5, height, 6) - 0.5).to(dtype)
        expected = torch.where(x > 0, x, x * layer.weight[:, None, None])
        assert layer(x).equal(expected)
        assert layer(x.contiguous(memory_format=torch.channels_last)).equal(expected)

    def test_instance_norm_equals_torch(self) -> None:
        x = noise(2, 5, 12, 20) * 3 + 2
        torch.testing.assert_close(instance_norm(x), functional.instance_norm(x), atol=3e-6, rtol=0)

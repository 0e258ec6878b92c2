"""What `mini_detector` is trained to: centres, edges, and which phrase is meant.

Shape letters: N pictures, K subjects at most, H height, W width, P phrases, R regions.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from s2vbench.backbones.mini.detector import STRIDE_PX, Maps, MiniDetector
from s2vbench.mini.training import Batch

_SPREAD: Final = 0.11
"""Standard deviation of what counts as near a centre, as a share of the box's side."""
_LEAST_SPREAD: Final = 0.7
_MIDDLE: Final = 0.6
"""Points this near to a centre learn its box."""
_EDGES, _MEANT, _WHICH = 2.0, 1.0, 0.5


def loss_of(network: MiniDetector, batch: Batch) -> Tensor:
    """The mean loss of a batch of `draw_batch`."""
    pictures, boxes_NK4, kinds_NK, regions_NR4, rows_PL = batch
    maps = network.maps(pictures)
    near_NKHW = nearness(boxes_NK4, kinds_NK, maps.heat_NHW.shape[1:])
    centres = centre_loss(maps.heat_NHW, near_NKHW, boxes_NK4, kinds_NK)
    logits_NRP = network.logits(network.read(maps, regions_NR4), rows_PL)
    return centres + _EDGES * edge_loss(maps, near_NKHW, boxes_NK4) + meaning_loss(logits_NRP, kinds_NK)


def nearness(boxes_NK4: Tensor, kinds_NK: Tensor, size: tuple[int, ...]) -> Tensor:
    """How near each point is to each centre, 0..1, and exactly 1 at the point that holds it: (N, K, H, W)."""
    rows_H, columns_W = (torch.arange(side) for side in size)
    lower_NK2, upper_NK2 = boxes_NK4[..., :2] / STRIDE_PX, boxes_NK4[..., 2:] / STRIDE_PX
    middle_NK2 = ((lower_NK2 + upper_NK2) / 2).floor()
    spread_NK2 = ((upper_NK2 - lower_NK2) * _SPREAD).clamp(min=_LEAST_SPREAD)
    x_NKW = (columns_W - middle_NK2[..., :1]) / spread_NK2[..., :1]
    y_NKH = (rows_H - middle_NK2[..., 1:]) / spread_NK2[..., 1:]
    near_NKHW = torch.exp(-(x_NKW[:, :, None] ** 2 + y_NKH[..., None] ** 2) / 2)
    return near_NKHW * (kinds_NK >= 0)[..., None, None]


def centre_loss(heat_NHW: Tensor, near_NKHW: Tensor, boxes_NK4: Tensor, kinds_NK: Tensor) -> Tensor:
    """The focal loss of CenterNet; inside what is hardly seen, nothing counts."""
    near_NHW = near_NKHW.amax(1)
    ignored_NHW = _inside(boxes_NK4, kinds_NK == -2, heat_NHW.shape[1:]) & (near_NHW < 1)
    probability = heat_NHW.sigmoid()
    found = (1 - probability) ** 2 * functional.logsigmoid(heat_NHW)
    missed = (1 - near_NHW) ** 4 * probability**2 * functional.logsigmoid(-heat_NHW)
    total = torch.where(near_NHW == 1, found, missed).masked_fill(ignored_NHW, 0.0).sum()
    return -total / (kinds_NK >= 0).sum().clamp(min=1)


def _inside(boxes_NK4: Tensor, chosen_NK: Tensor, size: tuple[int, ...]) -> Tensor:
    rows_H, columns_W = ((torch.arange(side) + 0.5) * STRIDE_PX for side in size)
    x0, y0, x1, y1 = (side[..., None] for side in boxes_NK4.unbind(2))
    across_NKW, down_NKH = (columns_W > x0) & (columns_W < x1), (rows_H > y0) & (rows_H < y1)
    return (across_NKW[:, :, None] & down_NKH[..., None] & chosen_NK[..., None, None]).any(1)


def edge_loss(maps: Maps, near_NKHW: Tensor, boxes_NK4: Tensor) -> Tensor:
    """1 - generalised IoU (arXiv 1902.09630) at points near a centre, weighted by how near they are."""
    near_NHW, owner_NHW = near_NKHW.max(1)
    picture_Q, row_Q, column_Q = torch.nonzero(near_NHW > _MIDDLE, as_tuple=True)
    if not len(picture_Q):
        return maps.edges_N4HW.sum() * 0
    weight_Q = near_NHW[picture_Q, row_Q, column_Q]
    true_Q4 = boxes_NK4[picture_Q, owner_NHW[picture_Q, row_Q, column_Q]]
    place_Q2 = (torch.stack([column_Q, row_Q], 1) + 0.5) * STRIDE_PX
    edges_Q4 = maps.edges_N4HW[picture_Q, :, row_Q, column_Q]
    found_Q4 = torch.cat([place_Q2 - edges_Q4[:, :2], place_Q2 + edges_Q4[:, 2:]], 1)
    return (weight_Q * (1 - generalised_iou(found_Q4, true_Q4))).sum() / weight_Q.sum()


def generalised_iou(a_Q4: Tensor, b_Q4: Tensor) -> Tensor:
    """Of each box with its partner, -1..1."""
    shared = (torch.minimum(a_Q4[:, 2:], b_Q4[:, 2:]) - torch.maximum(a_Q4[:, :2], b_Q4[:, :2])).clamp(min=0).prod(1)
    around = (torch.maximum(a_Q4[:, 2:], b_Q4[:, 2:]) - torch.minimum(a_Q4[:, :2], b_Q4[:, :2])).prod(1)
    union = sum((box[:, 2:] - box[:, :2]).prod(1) for box in (a_Q4, b_Q4)) - shared
    return shared / union.clamp(min=1e-6) - (around - union) / around.clamp(min=1e-6)


def meaning_loss(logits_NRP: Tensor, kinds_NK: Tensor) -> Tensor:
    """Each region means the phrase of its class and no other; the last region, which holds nothing, means none."""
    subjects = kinds_NK.shape[1]
    known_NK = kinds_NK >= 0
    targets_NRP = functional.one_hot(kinds_NK.clamp(min=0), logits_NRP.shape[2]) * known_NK[..., None]
    targets_NRP = functional.pad(targets_NRP, (0, 0, 0, logits_NRP.shape[1] - subjects)).float()
    counted_NR = functional.pad(known_NK, (0, logits_NRP.shape[1] - subjects), value=True)
    each_NRP = functional.binary_cross_entropy_with_logits(logits_NRP, targets_NRP, reduction="none")
    known = known_NK.sum().clamp(min=1)
    meant = (each_NRP * counted_NR[..., None]).sum() / known
    which = functional.cross_entropy(logits_NRP[:, :subjects][known_NK], kinds_NK[known_NK], reduction="sum") / known
    return _MEANT * meant + _WHICH * which

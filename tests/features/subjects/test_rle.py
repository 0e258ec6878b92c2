from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from s2vbench.video.rle import Rle, decode, encode

MASKS = arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=9))


@settings(deadline=None)
@given(MASKS)
def test_runs_are_the_mask(mask: npt.NDArray[np.bool_]) -> None:
    rle = encode(mask)
    assert np.array_equal(decode(rle), mask)
    assert decode(rle).shape == mask.shape
    assert rle.area_px == mask.sum()
    assert rle.counts.dtype == np.uint32
    assert (rle.counts[1:] > 0).all() or not mask.size
    assert len(rle.counts) <= mask.size + 1


@settings(deadline=None)
@given(MASKS, st.data())
def test_damaged_runs_are_an_error(mask: npt.NDArray[np.bool_], data: st.DataObject) -> None:
    rle = encode(mask)
    index = data.draw(st.integers(0, len(rle.counts) - 1))
    longer = rle.counts.copy()
    longer[index] += data.draw(st.integers(1, 2**31))
    damaged = [longer, np.append(rle.counts, np.uint32(1))]
    if rle.counts[-1]:
        damaged.append(rle.counts[:-1])
    for counts in damaged:
        with pytest.raises(ValueError, match="the runs hold"):
            decode(Rle(*mask.shape, counts))


def test_runs_that_wrap_around_are_an_error() -> None:
    # Together 2^32 + 4: a sum in 32 bits would be 4.
    with pytest.raises(ValueError, match="4294967300 pixels, the mask 2x2"):
        decode(Rle(2, 2, np.array([2**31, 2**31 + 4], np.uint32)))

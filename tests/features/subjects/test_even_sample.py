from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from s2vbench.features.subjects.even_sample import EvenSample


@settings(deadline=None)
@given(st.integers(1, 20), st.integers(0, 300))
def test_an_even_sample_of_any_length(limit: int, length: int) -> None:
    sample: EvenSample[int] = EvenSample(limit)
    for position in range(length):
        if sample.wants(position):
            sample.add(position, position * 10)
    positions = [position for position, _ in sample.items()]
    assert [item for _, item in sample.items()] == [position * 10 for position in positions]
    assert len(positions) <= limit
    step = positions[1] if len(positions) > 1 else max(1, length)
    assert positions == list(range(0, length, step))[:limit]
    assert length > limit or positions == list(range(length))
    # No longer ago than one doubling there were more than `limit`.
    assert length <= limit or len(positions) * 2 + 1 > limit

"""Where tokens stand: the paper's equation, the released code, and what configurations may say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2vbench.errors import InputError
from s2vbench.kaleido.positions import SCHEMES, SUMMARIES, Grid, VideoGrid, clip_ids, rrope, scheme

SIDE = st.integers(1, 9)
REFERENCES = st.lists(st.tuples(SIDE, SIDE), max_size=4)
VIDEOS = st.tuples(st.integers(1, 5), SIDE, SIDE)
SETTINGS = st.fixed_dictionaries(
    {
        "shift_h": st.booleans(),
        "shift_w": st.booleans(),
        "base": st.one_of(st.integers(0, 90), st.tuples(SIDE, SIDE), st.just("video")),
        "diagonal": st.booleans(),
        "side": st.sampled_from(["before", "after"]),
    }
)


def expected_ids(references: list[Grid], video: VideoGrid, settings: dict[str, Any]) -> list[list[tuple[int, ...]]]:
    """Each reference's ids, token by token."""
    base = settings["base"]
    base_h, base_w = video[1:] if base == "video" else base if isinstance(base, tuple) else (base, base)
    found = []
    for i, (height, width) in enumerate(references):
        factor = i + 1 if settings["diagonal"] else 1
        t = i if settings["side"] == "before" else video[0] + i
        y0 = factor * base_h if settings["shift_h"] else 0
        x0 = factor * base_w if settings["shift_w"] else 0
        found.append([(t, y0 + y, x0 + x) for y in range(height) for x in range(width)])
    return found


@given(references=REFERENCES, video=VIDEOS, settings=SETTINGS)
def test_rrope_is_what_the_switches_say(references: list[Grid], video: VideoGrid, settings: dict[str, Any]) -> None:
    placed = rrope(**settings)(references, video)
    assert [[tuple(row) for row in ids.tolist()] for ids in placed.references] == (
        expected_ids(references, video, settings)
    )
    t, h, w = video
    assert placed.video.tolist() == [[f, y, x] for f in range(t) for y in range(h) for x in range(w)]
    assert placed.side == settings["side"]


@given(references=REFERENCES, video=VIDEOS, name=st.sampled_from(sorted(SCHEMES)))
def test_every_scheme_gives_each_token_one_row(references: list[Grid], video: VideoGrid, name: str) -> None:
    placed = scheme(name)(references, video)
    assert [len(ids) for ids in placed.references] == [h * w for h, w in references]
    assert placed.sequence.shape == (sum(h * w for h, w in references) + int(np.prod(video)), 3)
    assert placed.sequence.dtype == np.int64
    assert np.array_equal(placed.video, clip_ids(video))
    head = placed.sequence[: len(placed.video)] if placed.side == "after" else placed.sequence[-len(placed.video) :]
    assert np.array_equal(head, placed.video)


@given(references=REFERENCES, video=VIDEOS)
def test_the_release_keeps_every_reference_off_the_video(references: list[Grid], video: VideoGrid) -> None:
    placed = scheme("shift_wh")(references, video)
    for i, ids in enumerate(placed.references):
        assert ids.min(axis=0).tolist() == [i, 80, 80]
        assert not {tuple(row) for row in ids} & {tuple(row) for row in placed.video}


@given(video=VIDEOS, count=st.integers(0, 4))
def test_concat_ids_are_those_of_the_videos_own_frames(video: VideoGrid, count: int) -> None:
    grids = [video[1:]] * count
    frames = [
        clip_ids((video[0] + count, *video[1:]))[i * video[1] * video[2] :][: video[1] * video[2]] for i in range(count)
    ]
    for found, frame in zip(scheme("concat")(grids, video).references, frames, strict=True):
        assert np.array_equal(found, frame)
    tail = scheme("concat_tail")(grids, video)
    assert np.array_equal(tail.sequence, clip_ids((video[0] + count, *video[1:])))
    adjacent = scheme("concat_adjacent")(grids, video)
    assert np.array_equal(adjacent.sequence + [count, 0, 0], tail.sequence)


def test_blocks_of_the_diagonal_touch_at_corners_when_they_continue_the_video() -> None:
    placed = scheme({"base": "video", "diagonal": True})([(4, 6)] * 3, (2, 4, 6))
    assert [ids.min(axis=0).tolist() for ids in placed.references] == [[0, 4, 6], [1, 8, 12], [2, 12, 18]]


def test_the_default_of_settings_is_the_release() -> None:
    grids = [(3, 5), (2, 2)], (2, 3, 5)
    assert np.array_equal(scheme({})(*grids).sequence, scheme("shift_wh")(*grids).sequence)


def test_every_scheme_has_a_summary() -> None:
    assert (
        list(SUMMARIES)
        == list(SCHEMES)
        == (["shift_wh", "shift_h", "shift_w", "concat", "concat_adjacent", "concat_tail"])
    )


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("shift_hh", "did you mean 'shift_h'"),
        ("", "unknown position scheme ''; known: shift_wh, "),
        ({"shift_hw": True}, "unknown key 'shift_hw'; did you mean 'shift_w'"),
        ({"shift_h": 1}, "shift_h = 1 must be true or false"),
        ({"diagonal": "yes"}, "diagonal = 'yes' must be true or false"),
        ({"side": "left"}, 'side = \'left\' must be "before" or "after"'),
        ({"base": -1}, "base = -1 must be a number of tokens"),
        ({"base": True}, "base = True must be"),
        ({"base": 1.5}, "base = 1.5 must be"),
        ({"base": [1, 2, 3]}, "must be a number of tokens, 0 or more, a pair"),
        ({"base": []}, "must be"),
        ({"base": "vidoe"}, "must be"),
    ],
)
def test_wrong_settings_are_named(wanted: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        scheme(wanted)
    assert message in str(caught.value)

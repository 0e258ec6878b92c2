"""Clips for small videos: subjects side by side, large, and moving as before but less far."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from s2vbench.kaleido.data.framing import MOST_ZOOM, close_up, closer, gathered, in_focus
from s2vbench.world.clip import Script, film
from s2vbench.world.improv import improvised_script

ASPECT = 80 / 64
NUMBERS = range(40)


def script(number: int, most_subjects: int = 3) -> Script:
    return improvised_script(number, num_frames=5, fps=8.0, aspect=ASPECT, most_subjects=most_subjects)


def filled(frames: Script) -> float:
    """The largest share of the frame, in either direction, that is between the outermost edges of its subjects."""
    boxes_N4 = film(frames, 80, 64).boxes_TK4.reshape(-1, 4)
    seen_N4 = boxes_N4[np.isfinite(boxes_N4[:, 0])]
    if not len(seen_N4):
        return 0.0
    (left, top), (right, bottom) = seen_N4[:, :2].min(axis=0), seen_N4[:, 2:].max(axis=0)
    return float(max((right - left) / 80, (bottom - top) / 64))


def covered(frames: Script) -> float:
    """Share of all frames that is subjects."""
    return float(film(frames, 80, 64).masks_TKHW.any(1).mean())


def test_subjects_fill_the_frame_in_one_direction() -> None:
    shares = [filled(closer(gathered(script(number)), ASPECT)) for number in NUMBERS]
    assert np.median(shares) > 0.75
    assert min(shares) > 0.5


def test_subjects_are_larger_than_by_the_camera_alone() -> None:
    plain, near, both = (
        np.mean([covered(frame(script(number))) for number in NUMBERS])
        for frame in (lambda s: s, lambda s: closer(s, ASPECT), lambda s: closer(gathered(s), ASPECT))
    )
    assert both > near > plain
    assert both > 1.5 * plain


@pytest.mark.parametrize("number", NUMBERS)
def test_order_sizes_and_ways_stay_what_they_were(number: int) -> None:
    before = script(number)
    after = gathered(before)
    free = [k for k, part in enumerate(before.parts) if part.held_by is None and any(m.there for m in part.moments)]

    def middle(found: Script, k: int, name: str) -> float:
        return float(np.mean([getattr(m, name) for m in found.parts[k].moments if m.there]))

    order = sorted(free, key=lambda k: middle(before, k, "x"))
    assert sorted(free, key=lambda k: middle(after, k, "x")) == order
    by_height = sorted(free, key=lambda k: middle(before, k, "height"))
    heights = [middle(after, k, "height") for k in by_height]
    assert heights == sorted(heights)
    assert heights[-1] == pytest.approx(middle(before, by_height[-1], "height"))
    for k in free:
        for axis in ("x", "y"):
            old = [getattr(m, axis) for m in before.parts[k].moments]
            new = [getattr(m, axis) for m in after.parts[k].moments]
            assert np.diff(new) == pytest.approx(0.3 * np.diff(old), abs=1e-9)
    assert [part.who for part in after.parts] == [part.who for part in before.parts]
    assert [[m.pose for m in part.moments] for part in after.parts] == [
        [m.pose for m in part.moments] for part in before.parts
    ]


def test_a_script_with_nobody_in_it_stays_as_it_is() -> None:
    before = script(3, most_subjects=1)
    away = replace(
        before, parts=tuple(replace(p, moments=tuple(replace(m, there=False) for m in p.moments)) for p in before.parts)
    )
    assert gathered(away) == away
    assert closer(away, ASPECT) == away
    nobody = replace(before, parts=())
    assert gathered(nobody) == nobody


def test_the_camera_comes_no_nearer_than_it_may() -> None:
    for number in NUMBERS:
        before, after = script(number), closer(gathered(script(number)), ASPECT)
        nearest = max(camera.zoom for camera in before.cameras)
        assert max(camera.zoom for camera in after.cameras) <= max(MOST_ZOOM, nearest) + 1e-9


def test_in_focus_are_the_subjects_and_nothing_stands_before_them() -> None:
    for number in NUMBERS[:8]:
        sharp = closer(gathered(script(number)), ASPECT)
        soft = in_focus(sharp)
        assert close_up(script(number), ASPECT).cameras == soft.cameras
        clips = [film(frames, 80, 64) for frames in (sharp, soft)]
        assert soft.parts == sharp.parts
        assert soft.cameras == sharp.cameras
        # What stood before a subject is gone, so no less of it is seen.
        assert not (clips[0].masks_TKHW & ~clips[1].masks_TKHW).any()
        empty_THW = ~clips[1].masks_TKHW.any(1) & ~clips[0].masks_TKHW.any(1)
        roughness = [
            float(np.abs(np.diff(clip.frames_THWC.astype(float), axis=2)).mean(-1)[empty_THW[:, :, 1:]].mean())
            for clip in clips
        ]
        assert roughness[1] < roughness[0]

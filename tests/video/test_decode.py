from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from s2vbench.errors import VideoError
from s2vbench.types import FramesU8
from s2vbench.video.decode import open_video, video_from_frames
from s2vbench.video.encode import write_video
from tests.clips import moving_square, noise, set_rotation, still


def read(path: Path, window: int = 4) -> FramesU8:
    return np.concatenate(list(open_video(path).open_windows(window)))


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".webm"])
@pytest.mark.parametrize("size", [(64, 96), (63, 97), (8, 8)])
def test_lossless_files_of_any_size_keep_their_pixels(tmp_path: Path, suffix: str, size: tuple[int, int]) -> None:
    frames = moving_square(5, *size)
    path = write_video(tmp_path / f"clip{suffix}", frames, fps=8, lossless=True)
    video = open_video(path)
    assert (video.height_px, video.width_px, video.fps) == (*size, 8.0)
    got = read(path)
    assert got.shape == frames.shape
    # Lossless in YUV: the two conversions between RGB and YUV round, by at most two steps on these pictures.
    assert np.abs(got.astype(int) - frames.astype(int)).max() <= 3


@pytest.mark.parametrize("window", [1, 2, 5, 100])
def test_windows_of_any_length_hold_the_same_frames(tmp_path: Path, window: int) -> None:
    path = write_video(tmp_path / "clip.mp4", moving_square(7), fps=8)
    windows = list(open_video(path).open_windows(window))
    assert [len(part) for part in windows][:-1] == [window] * (len(windows) - 1)
    assert np.array_equal(np.concatenate(windows), read(path, 3))


def test_a_gif_is_read_as_pillow_shows_it(tmp_path: Path) -> None:
    frames = moving_square(4, 32, 40)
    images = [Image.fromarray(frame) for frame in frames]
    images[0].save(tmp_path / "clip.gif", save_all=True, append_images=images[1:], duration=100, loop=0)
    video = open_video(tmp_path / "clip.gif")
    assert (video.width_px, video.height_px, video.fps, video.num_frames_hint) == (40, 32, 10.0, 4)
    with Image.open(tmp_path / "clip.gif") as image:
        image.seek(2)
        expected = np.asarray(image.convert("RGB"))
    assert np.array_equal(read(tmp_path / "clip.gif")[2], expected)


def test_a_folder_of_frames_is_read_in_the_order_of_its_numbers(tmp_path: Path) -> None:
    frames = noise(12, 16, 24)
    for index, frame in enumerate(frames):
        Image.fromarray(frame).save(tmp_path / f"frame_{index}.png")
    (tmp_path / "notes.txt").write_text("not a frame")
    assert np.array_equal(read(tmp_path), frames)


@pytest.mark.parametrize(("degrees", "turns"), [(90, -1), (180, 2), (270, 1)])
def test_rotation_metadata_is_applied_clockwise(tmp_path: Path, degrees: int, turns: int) -> None:
    path = write_video(tmp_path / "clip.mp4", moving_square(3, 48, 64), fps=8)
    upright = read(path)
    set_rotation(path, degrees)
    video = open_video(path)
    assert np.array_equal(read(path), np.rot90(upright, turns, axes=(1, 2)))
    assert (video.height_px, video.width_px) == read(path).shape[1:3]


def test_variable_frame_rate_counts_every_frame_once(tmp_path: Path) -> None:
    path = tmp_path / "vfr.mp4"
    frames = moving_square(5, 48, 64)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for frame_HWC, pts in zip(frames, (0, 1, 5, 6, 30), strict=True):
            frame = av.VideoFrame.from_ndarray(frame_HWC, format="rgb24")
            frame.pts = pts
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    assert len(read(path)) == 5


def _audio(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())


def _cut(path: Path) -> None:
    write_video(path, noise(20), fps=8)
    path.write_bytes(path.read_bytes()[:-2000])


def _cut_behind_its_index(path: Path) -> None:
    """A file that starts with its index (as for the web) and ends in the middle of the pictures."""
    options = {"movflags": "faststart"}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream("libx264", rate=8)
        stream.width, stream.height, stream.pix_fmt = 160, 128, "yuv420p"
        for frame in noise(20):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda _: None, "no such video"),
        (lambda path: path.write_bytes(b""), "empty"),
        (lambda path: path.write_bytes(b"this is text, not a video" * 100), "not a readable video"),
        (_audio, "no picture stream .only audio"),
        (_cut, "not a readable video"),
        (_cut_behind_its_index, "cut off .* of 20 frames"),
        (lambda path: path.mkdir(), "a folder without"),
    ],
)
def test_what_is_no_video_says_so(tmp_path: Path, make: Callable[[Path], object], message: str) -> None:
    path = tmp_path / "clip.mp4"
    make(path)
    with pytest.raises(VideoError, match=message) as caught:
        read(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_broken_pictures_are_named(tmp_path: Path) -> None:
    (tmp_path / "clip.gif").write_bytes(b"GIF89a broken")
    with pytest.raises(VideoError, match="not a readable gif"):
        open_video(tmp_path / "clip.gif")
    folder = tmp_path / "frames"
    folder.mkdir()
    Image.fromarray(still(1, 8, 8)[0]).save(folder / "0.png")
    (folder / "1.png").write_bytes(b"broken")
    with pytest.raises(VideoError, match=r"1\.png: not a readable picture"):
        read(folder)
    Image.fromarray(still(1, 8, 16)[0]).save(folder / "1.png")
    with pytest.raises(VideoError, match="frame 1 is 16x8 px, the first one 8x8"):
        read(folder)


def test_frames_in_memory(tmp_path: Path) -> None:
    frames = noise(3, 8, 8)
    video = video_from_frames(frames, fps=4)
    assert np.array_equal(np.concatenate(list(video.open_windows(2))), frames)
    assert video.sha256 != video_from_frames(frames[::-1].copy()).sha256
    for bad in (frames.astype(np.float32), frames[0], frames[:0]):
        with pytest.raises(VideoError, match="must be uint8 of shape"):
            video_from_frames(bad)  # type: ignore[arg-type]

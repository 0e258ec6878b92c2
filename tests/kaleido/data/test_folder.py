from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from s2vbench.errors import InputError
from s2vbench.kaleido.data.export import export_world
from s2vbench.kaleido.data.folder import FolderSamples, covering
from s2vbench.kaleido.data.problems import SampleError
from s2vbench.kaleido.data.world import WorldSamples
from s2vbench.video.encode import write_video
from tests.kaleido.data.tiny_sources import noise, write_dataset


def samples_of(folder: Path, num_frames: int = 5, fps: float = 8.0, skip_frames: int = 3) -> FolderSamples:
    return FolderSamples(folder, num_frames=num_frames, height_px=16, width_px=32, fps=fps, skip_frames=skip_frames)


def greys(folder: Path, item: int = 0, **settings: float) -> list[int]:
    """Frame numbers of a sample of `write_dataset`, from their grey."""
    frames_THWC = samples_of(folder, **settings).sample(item).frames_THWC  # type: ignore[arg-type]
    return [round((float(frame_HWC.mean()) - 1 - item) / 10) for frame_HWC in frames_THWC]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_dataset(tmp_path / "data", 2)
    return tmp_path / "data"


def test_a_sample_is_video_caption_and_references(folder: Path) -> None:
    samples = samples_of(folder)
    sample = samples.sample(1)
    assert (len(samples), samples.names, samples.reference_count(1)) == (2, ("1", "2"), 2)
    assert (sample.name, sample.caption) == ("2", "caption 2")
    assert sample.frames_THWC.shape == (5, 16, 32, 3)
    assert [np.array_equal(p, noise((20, 30, 3), 20 + k)) for k, p in enumerate(sample.references, 1)] == [True, True]


def test_frames_are_those_nearest_in_time_without_the_ends(folder: Path) -> None:
    assert greys(folder) == [3, 4, 5, 6, 7]
    assert greys(folder, num_frames=3, fps=4.0) == [3, 5, 7]
    assert greys(folder, num_frames=4, fps=16.0) == [3, 4, 4, 5]
    # 8 frames a second brought to 3: seconds 0, 1/3, 2/3, 1 are frames 0, 2.67, 5.33, 8 after the start.
    assert greys(folder, num_frames=4, fps=3.0, skip_frames=0) == [0, 3, 5, 8]


def test_the_last_frame_of_a_short_video_is_repeated(folder: Path) -> None:
    # Of 12 frames, 3 to 8 count.
    assert greys(folder, num_frames=9) == [3, 4, 5, 6, 7, 8, 8, 8, 8]


def test_frames_cover_the_size_around_their_middle() -> None:
    wide_HWC = np.zeros((20, 80, 3), np.uint8)
    wide_HWC[:, 30:50] = 255
    assert covering(wide_HWC, 20, 20).min() == 255
    tall_HWC = np.swapaxes(wide_HWC, 0, 1)
    assert covering(tall_HWC, 20, 20).min() == 255
    assert covering(tall_HWC, 40, 40)[2:-2].min() == 255
    assert covering(wide_HWC, 20, 80).tolist() == wide_HWC.tolist()


def test_names_are_in_the_order_of_their_numbers(folder: Path) -> None:
    for name in ("10", "clip"):
        shutil.copy(folder / "videos" / "1.mp4", folder / "videos" / f"{name}.mp4")
    assert samples_of(folder).names == ("1", "2", "10", "clip")


def remove(path: str) -> Callable[[Path], None]:
    return lambda folder: (folder / path).unlink()


def put(path: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / path).write_bytes(content) and None


def cut_video(folder: Path) -> None:
    data = (folder / "videos" / "2.mp4").read_bytes()
    (folder / "videos" / "2.mp4").write_bytes(data[: len(data) // 2])


def short_video(folder: Path) -> None:
    write_video(folder / "videos" / "2.mp4", noise((6, 32, 64, 3), 0), 8.0)


def without_references(folder: Path) -> None:
    shutil.rmtree(folder / "references" / "2")


def gap_in_references(folder: Path) -> None:
    (folder / "references" / "2" / "ref2.png").rename(folder / "references" / "2" / "ref4.png")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (remove("videos/2.mp4"), "videos/2.mp4: no such video"),
        (put("videos/2.mp4", b""), "videos/2.mp4: the file is empty"),
        (put("videos/2.mp4", b"<html>not found</html>" * 9), "videos/2.mp4: not a readable video"),
        (cut_video, "videos/2.mp4: "),
        (short_video, "videos/2.mp4: has 6 frames, too few to leave out 3 at both ends"),
        (remove("labels/2.txt"), "labels/2.txt: no such caption"),
        (put("labels/2.txt", b""), "labels/2.txt: the caption (its first line) is empty"),
        (put("labels/2.txt", b" \nsecond line"), "labels/2.txt: the caption (its first line) is empty"),
        (put("labels/2.txt", b"gr\xe9"), "labels/2.txt: not UTF-8 text"),
        (without_references, "references/2: no reference pictures"),
        (gap_in_references, "references/2: ref2 is missing, ref4 is there"),
        (put("references/2/ref1.png", b""), "references/2/ref1.png: the file is empty"),
        (put("references/2/ref1.png", b"no picture"), "references/2/ref1.png: not a picture"),
    ],
)
def test_a_sample_of_no_use_says_which_file_and_why(folder: Path, damage: Callable[[Path], None], said: str) -> None:
    damage(folder)
    samples = samples_of(folder)
    assert samples.sample(0).caption == "caption 1"
    assert samples.names == ("1", "2")
    with pytest.raises(SampleError, match=re.escape(said)) as caught:
        samples.sample(1)
    assert "\n" not in str(caught.value)


def test_references_may_be_of_any_format_and_transparent(folder: Path) -> None:
    (folder / "references" / "1" / "ref1.png").unlink()
    Image.fromarray(noise((8, 8, 4), 0) * 0).save(folder / "references" / "1" / "ref1.webp", lossless=True)
    (folder / "references" / "1" / "notes.txt").write_text("not a picture")
    (folder / "references" / "1" / "ref1_old.png").write_text("not one either")
    (picture_HWC,) = samples_of(folder).sample(0).references
    assert picture_HWC.shape == (8, 8, 3)
    assert picture_HWC.min() == 255


def test_a_byte_order_mark_is_no_part_of_the_caption(folder: Path) -> None:
    (folder / "labels" / "1.txt").write_bytes("\ufeffA red fox.\r\n".encode())
    assert samples_of(folder).sample(0).caption == "A red fox."


def test_folders_that_hold_no_data(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no folder of training data \(it needs videos/7.mp4"):
        samples_of(tmp_path / "nothing")
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos" / "1.txt").write_text("")
    with pytest.raises(InputError, match="videos: no videos"):
        samples_of(tmp_path)


def test_the_world_written_out_is_read_back(tmp_path: Path) -> None:
    world = WorldSamples(11, 32, 48, 8.0, most_references=1)
    assert export_world(tmp_path, world, range(2)) == 2
    samples = FolderSamples(tmp_path, num_frames=5, height_px=32, width_px=48, fps=8.0)
    for number in range(2):
        drawn, read = world.sample(number), samples.sample(number)
        assert (read.name, read.caption) == (str(number), drawn.caption)
        assert [p.tolist() for p in read.references] == [p.tolist() for p in drawn.references]
        difference = read.frames_THWC.astype(int) - drawn.frames_THWC[3:8].astype(int)
        assert float(np.abs(difference).mean()) < 6
    # What is there is left as it is.
    assert export_world(tmp_path, world, range(1, 3)) == 1

"""Reference pictures as people save them: every form gives the same picture, every damage one line."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from s2vbench.errors import PictureError
from s2vbench.types import FramesU8
from s2vbench.video.pictures import LONGEST_SIDE_PX, read_mask, read_picture
from tests.clips import scene

SCENE = scene(48, 64)
GREY = np.asarray(Image.fromarray(SCENE).convert("L"))


def _saved(image: Image.Image, path: Path, **options: object) -> Path:
    image.save(path, **options)  # type: ignore[arg-type]
    return path


def _rgb(path: Path) -> FramesU8:
    picture = read_picture(path)
    assert picture.rgb_HWC.dtype == np.uint8
    assert picture.rgb_HWC.ndim == 3
    return picture.rgb_HWC


def _far(found_HWC: FramesU8, expected_HWC: npt.NDArray[np.generic]) -> float:
    return float(np.abs(found_HWC.astype(float) - expected_HWC).max())


def _with_alpha(alpha_HW: npt.NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(np.dstack([SCENE, alpha_HW]))


# What cannot be read


def _cut(suffix: str, share: float) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        buffer = io.BytesIO()
        Image.fromarray(SCENE).save(buffer, suffix)
        path.write_bytes(buffer.getvalue()[: int(len(buffer.getvalue()) * share)])

    return write


@pytest.mark.parametrize(
    ("name", "write", "message"),
    [
        ("gone.png", lambda _: None, "no such picture"),
        ("empty.png", lambda path: path.write_bytes(b""), "the file is empty (0 bytes)"),
        ("cut.jpg", _cut("JPEG", 0.8), "not a readable picture"),
        ("cut.png", _cut("PNG", 0.5), "not a readable picture"),
        ("head.jpg", _cut("JPEG", 0.02), "not a"),
        ("text.png", lambda path: path.write_text("hello"), "not a picture"),
        ("folder.png", lambda path: path.mkdir(), "not a readable picture"),
    ],
)
def test_what_cannot_be_read_is_one_line_that_names_the_file(
    tmp_path: Path, name: str, write: Callable[[Path], None], message: str
) -> None:
    path = tmp_path / name
    write(path)
    for read in (read_picture, lambda path: read_mask(path, 48, 64)):
        with pytest.raises(PictureError) as caught:
            read(path)
        assert str(caught.value).startswith(f"{path}: ")
        assert message in str(caught.value)
        assert "\n" not in str(caught.value)


def test_bytes_that_flip_are_a_picture_or_an_error(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x829A] = 6, "a photo", 0.01
    generator = np.random.default_rng(0)
    path = tmp_path / "flipped"
    for kind in ("JPEG", "PNG", "WEBP", "BMP", "GIF"):
        _saved(Image.fromarray(SCENE), path, format=kind, exif=exif)
        whole = path.read_bytes()
        for _ in range(60):
            data = bytearray(whole)
            data[generator.integers(min(200, len(data)))] = generator.integers(256)
            path.write_bytes(data)
            try:
                assert _rgb(path).size
            except PictureError as error:
                assert "\n" not in str(error)  # noqa: PT017 -- most of these pictures are read


def test_a_damaged_exif_block_is_no_damaged_picture(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x0128] = 6, 2
    path = _saved(Image.fromarray(SCENE), tmp_path / "a.jpg", exif=exif)
    before = _rgb(path)
    assert before.shape == (64, 48, 3)
    data = path.read_bytes()
    kind = data.index(b"\x01\x28\x00\x03") + 3
    for value in range(14):
        path.write_bytes(data[:kind] + bytes([value]) + data[kind + 1 :])
        assert np.array_equal(_rgb(path), before)


# Colours and depths


def test_cmyk_jpegs_keep_their_colours(tmp_path: Path) -> None:
    flat = np.zeros((32, 96, 3), np.uint8)
    flat[:, :32], flat[:, 32:64], flat[:, 64:] = (220, 40, 30), (30, 160, 60), (250, 250, 250)
    path = _saved(Image.fromarray(flat).convert("CMYK"), tmp_path / "a.jpg", quality=95)
    with Image.open(path) as image:
        assert image.mode == "CMYK"
    found = _rgb(path)
    for x in (16, 48, 80):
        assert _far(found[16:17, x : x + 1], flat[16:17, x : x + 1]) <= 12


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_16_bit_grey_is_not_white(tmp_path: Path, suffix: str) -> None:
    path = _saved(Image.fromarray(GREY.astype(np.uint16) * 257), tmp_path / f"a.{suffix}")
    assert np.array_equal(_rgb(path), np.dstack([GREY] * 3))
    assert np.array_equal(read_mask(path, 48, 64), GREY >= 128)


def test_16_bit_grey_of_the_other_byte_order(tmp_path: Path) -> None:
    path = _saved(Image.frombytes("I;16B", (64, 48), (GREY.astype(">u2") * 257).tobytes()), tmp_path / "a.tif")
    assert np.array_equal(_rgb(path), np.dstack([GREY] * 3))


@pytest.mark.parametrize("values", [GREY.astype(np.int32) * 66_000, (GREY / 255).astype(np.float32)])
def test_32_bit_and_float_grey_is_as_bright_as_its_brightest_pixel(
    tmp_path: Path, values: npt.NDArray[np.generic]
) -> None:
    found = _rgb(_saved(Image.fromarray(values), tmp_path / "a.tif"))
    assert found.max() == 255
    assert _far(found[..., 0], GREY * (255 / GREY.max())) <= 1


def test_float_pixels_that_are_no_numbers_are_black(tmp_path: Path) -> None:
    values = np.full((4, 4), 0.5, np.float32)
    values[0, 0], values[0, 1] = np.nan, np.inf
    found = _rgb(_saved(Image.fromarray(values), tmp_path / "a.tif"))
    assert found[..., 0].tolist()[0] == [0, 0, 255, 255]


def test_16_bit_colour(tmp_path: Path) -> None:
    import cv2

    path = tmp_path / "a.png"
    assert cv2.imwrite(str(path), SCENE[..., ::-1].astype(np.uint16) * 257)
    assert _far(_rgb(path), SCENE) <= 1


def test_16_bit_colour_with_transparency(tmp_path: Path) -> None:
    import cv2

    alpha = np.full((48, 64), 65535, np.uint16)
    alpha[:, :20] = 0
    path = tmp_path / "a.png"
    assert cv2.imwrite(str(path), np.dstack([SCENE[..., ::-1].astype(np.uint16) * 257, alpha]))
    picture = read_picture(path)
    assert picture.opaque_HW is not None
    assert np.array_equal(picture.opaque_HW, alpha > 0)
    assert (picture.rgb_HWC[:, :20] == 255).all()


def test_grey_and_black_and_white(tmp_path: Path) -> None:
    assert np.array_equal(_rgb(_saved(Image.fromarray(GREY), tmp_path / "l.png")), np.dstack([GREY] * 3))
    bits = GREY > 128
    assert np.array_equal(_rgb(_saved(Image.fromarray(bits), tmp_path / "1.png")), np.dstack([bits * 255] * 3))


# Transparency


def test_a_transparent_background_is_a_mask_on_white(tmp_path: Path) -> None:
    alpha = np.zeros((48, 64), np.uint8)
    alpha[10:40, 20:50] = 255
    alpha[10, 20:50], alpha[39, 20:50] = 127, 128
    picture = read_picture(_saved(_with_alpha(alpha), tmp_path / "a.png"))
    assert picture.opaque_HW is not None
    assert np.array_equal(picture.opaque_HW, alpha >= 128)
    assert (picture.rgb_HWC[alpha == 0] == 255).all()
    assert np.array_equal(picture.rgb_HWC[alpha == 255], SCENE[alpha == 255])


@pytest.mark.parametrize(("holes", "has_mask"), [(0, False), (30, False), (31, True)])
def test_less_than_one_percent_of_transparent_pixels_is_no_mask(tmp_path: Path, holes: int, has_mask: bool) -> None:  # noqa: FBT001
    alpha = np.full(48 * 64, 255, np.uint8)
    alpha[:holes] = 0
    picture = read_picture(_saved(_with_alpha(alpha.reshape(48, 64)), tmp_path / "a.png"))
    assert (picture.opaque_HW is not None) == has_mask


def test_palettes_with_and_without_transparency(tmp_path: Path) -> None:
    indices = np.zeros((48, 64), np.uint8)
    indices[8:40, 16:48] = 1
    image = Image.fromarray(indices).convert("P")
    image.putpalette([10, 200, 30, 200, 20, 60])
    plain = read_picture(_saved(image, tmp_path / "plain.png"))
    assert plain.opaque_HW is None
    assert plain.rgb_HWC[0, 0].tolist() == [10, 200, 30]
    clear = read_picture(_saved(image, tmp_path / "clear.png", transparency=0))
    assert clear.opaque_HW is not None
    assert np.array_equal(clear.opaque_HW, indices == 1)
    assert clear.rgb_HWC[0, 0].tolist() == [255, 255, 255]
    assert clear.rgb_HWC[20, 30].tolist() == [200, 20, 60]


def test_grey_with_alpha(tmp_path: Path) -> None:
    alpha = np.full((48, 64), 255, np.uint8)
    alpha[:24] = 0
    picture = read_picture(_saved(Image.fromarray(np.dstack([GREY, alpha])), tmp_path / "a.png"))
    assert picture.opaque_HW is not None
    assert np.array_equal(picture.opaque_HW, alpha > 0)
    assert np.array_equal(picture.rgb_HWC[24:], np.dstack([GREY] * 3)[24:])


# Sizes, sides and series


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_and_masks_stand_upright(tmp_path: Path, orientation: int) -> None:
    # What a camera stores for an upright scene, by the definition of the EXIF standard.
    stored = {
        1: SCENE,
        2: SCENE[:, ::-1],
        3: SCENE[::-1, ::-1],
        4: SCENE[::-1],
        5: SCENE.transpose(1, 0, 2),
        6: np.rot90(SCENE, 1),
        7: SCENE[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(SCENE, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    for name in ("a.png", "a.tif", "a.webp"):
        options = {"lossless": True} if name == "a.webp" else {}
        path = _saved(Image.fromarray(np.ascontiguousarray(stored)), tmp_path / name, exif=exif, **options)
        assert np.array_equal(_rgb(path), SCENE), name
        assert np.array_equal(read_mask(path, 48, 64), GREY >= 128), name


@pytest.mark.parametrize(("width_px", "height_px"), [(12_000, 300), (12_000, 4_000), (4_000, 12_000)])
def test_large_jpegs_are_shrunk_while_they_are_read(tmp_path: Path, width_px: int, height_px: int) -> None:
    image = Image.linear_gradient("L").resize((width_px, height_px)).convert("RGB")
    path = _saved(image, tmp_path / "a.jpg", quality=30)
    decoded: list[tuple[int, int]] = []
    load = Image.Image.load

    def spy(image: Image.Image) -> object:
        decoded.append(image.size)
        return load(image)

    tracemalloc.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Image.Image, "load", spy)
        found = _rgb(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert max(found.shape) == LONGEST_SIDE_PX
    assert found.shape[0] / found.shape[1] == pytest.approx(height_px / width_px, rel=0.01)
    assert max(max(size) for size in decoded) <= 6_000
    assert peak <= 3 * found.nbytes
    assert abs(int(found[-1, 0, 0]) - int(found[0, 0, 0])) > 240


def test_large_pngs_of_any_mode_are_shrunk(tmp_path: Path) -> None:
    bits = np.zeros((10, 5000), bool)
    bits[:, 2500:] = True
    clear = Image.fromarray(bits.astype(np.uint8)).convert("P")
    clear.putpalette([0, 0, 0, 255, 0, 0])
    for name, image, options in (
        ("1", Image.fromarray(bits), {}),
        ("p", clear, {"transparency": 0}),
        ("16", Image.fromarray(bits.astype(np.uint16) * 65535), {}),
        ("rgba", Image.fromarray(np.dstack([bits * 255] * 4).astype(np.uint8)), {}),
    ):
        picture = read_picture(_saved(image, tmp_path / f"{name}.png", **options))
        assert picture.rgb_HWC.shape == (8, LONGEST_SIDE_PX, 3)
        assert picture.rgb_HWC[4, -1, 0] == 255
        assert (picture.opaque_HW is not None) == (name in {"p", "rgba"})


def test_a_single_pixel(tmp_path: Path) -> None:
    path = _saved(Image.new("RGB", (1, 1), (9, 8, 7)), tmp_path / "a.png")
    assert _rgb(path).tolist() == [[[9, 8, 7]]]
    assert read_mask(path, 1, 1).tolist() == [[False]]


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png"])
def test_of_a_series_the_first_picture_counts(tmp_path: Path, name: str) -> None:
    frames = [Image.new("RGB", (20, 10), colour) for colour in ((200, 10, 10), (10, 200, 10))]
    path = _saved(frames[0], tmp_path / name, save_all=True, append_images=frames[1:], duration=100)
    assert _far(_rgb(path), np.full((10, 20, 3), (200, 10, 10))) <= 6


# Masks


@pytest.fixture
def half() -> npt.NDArray[np.uint8]:
    mask = np.zeros((48, 64), np.uint8)
    mask[:, 32:] = 255
    return mask


def test_masks_of_another_size_are_resized_without_smoothing(tmp_path: Path, half: npt.NDArray[np.uint8]) -> None:
    for size in ((64, 48), (128, 96), (32, 24), (65, 49)):
        path = _saved(Image.fromarray(half).resize(size, Image.Resampling.NEAREST), tmp_path / "m.png")
        found = read_mask(path, 48, 64)
        assert found.shape == (48, 64)
        assert found[:, 33:].all()
        assert not found[:, :31].any()


@pytest.mark.parametrize("size", [(64, 64), (48, 64), (64, 50)])
def test_masks_of_other_proportions_are_an_error(
    tmp_path: Path, half: npt.NDArray[np.uint8], size: tuple[int, int]
) -> None:
    path = _saved(Image.fromarray(half).resize(size), tmp_path / "m.png")
    with pytest.raises(PictureError, match=rf"m.png: the mask is {size[0]}x{size[1]} px, its picture 64x48"):
        read_mask(path, 48, 64)


def test_masks_are_bright_or_opaque(tmp_path: Path, half: npt.NDArray[np.uint8]) -> None:
    expected = half > 0
    full = np.full_like(half, 255)
    clear = Image.fromarray(half // 255).convert("P")
    clear.putpalette([255, 255, 255, 0, 0, 0])
    images: dict[str, tuple[Image.Image, dict[str, int]]] = {
        "grey": (Image.fromarray(half), {}),
        "half bright": (Image.fromarray(np.where(expected, 128, 127).astype(np.uint8)), {}),
        "1 bit": (Image.fromarray(expected), {}),
        "16 bit": (Image.fromarray(half.astype(np.uint16) * 257), {}),
        "colour": (Image.fromarray(np.dstack([half] * 3)), {}),
        "cut out, dark": (Image.fromarray(np.dstack([half * 0] * 3 + [half])), {}),
        # Some programs always write alpha; it says nothing where all of it is opaque.
        "opaque, white on black": (Image.fromarray(np.dstack([half] * 3 + [full])), {}),
        "grey, opaque": (Image.fromarray(np.dstack([half, full])), {}),
        "palette": (clear, {"transparency": 0}),
    }
    for name, (image, options) in images.items():
        found = read_mask(_saved(image, tmp_path / f"{name}.png", **options), 48, 64)
        assert np.array_equal(found, expected), name

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from s2vbench.backbones.faces import DETECTOR_FILE, RECOGNISER_FILE, FaceIdentity, find_faces
from s2vbench.errors import InputError
from s2vbench.types import Floats, FramesU8

SKIN = (90, 140, 60)
LANDMARKS = np.array([[-0.2, -0.15], [0.2, -0.15], [0, 0.05], [-0.15, 0.25], [0.15, 0.25]])


def save(path: Path, nodes: list[onnx.NodeProto], shapes: dict[str, list[int]], constants: dict[str, Floats]) -> None:
    """`shapes` begins with the input; the rest are outputs."""
    (first, *rest) = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    initial = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "miniature", [first], rest, initial)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def write_detector(path: Path, side: int = 640) -> None:
    """YuNet's inputs and outputs; a pure green cell of 32 px is a face of 96 px, a pure blue one of 8 px one of 40 px.

    How certain it is of a cell is how far the colour's level exceeds those of the other two.
    """
    nodes, constants = [], {}
    colour_bgr = {8: [1, -1, -1], 16: [0, 0, 0], 32: [-1, 1, -1]}
    for stride, face in ((8, 40), (16, 64), (32, 96)):
        weight = np.zeros((16, 3, stride, stride), np.float32)
        weight[0] = np.float32(colour_bgr[stride])[:, None, None] / (255 * stride**2)
        places = LANDMARKS * face / stride + 0.5
        size = math.log(face / stride)
        constants |= {
            f"weight_{stride}": weight,
            f"bias_{stride}": np.float32([0, 1, 0.5, 0.5, size, size, *places.ravel()]),
            f"shape_{stride}": np.int64([1, -1, 16]),
            f"parts_{stride}": np.int64([1, 1, 4, 10]),
        }
        grid = ["input", f"weight_{stride}", f"bias_{stride}"]
        kernel = [stride, stride]
        answers = [f"{kind}_{stride}" for kind in ("cls", "obj", "bbox", "kps")]
        nodes += [
            helper.make_node("Conv", grid, [f"grid_{stride}"], kernel_shape=kernel, strides=kernel),
            helper.make_node("Transpose", [f"grid_{stride}"], [f"last_{stride}"], perm=[0, 2, 3, 1]),
            helper.make_node("Reshape", [f"last_{stride}", f"shape_{stride}"], [f"cells_{stride}"]),
            helper.make_node("Split", [f"cells_{stride}", f"parts_{stride}"], answers, axis=2),
        ]
    shapes = {"input": [1, 3, side, side]} | {
        f"{kind}_{stride}": [1, (side // stride) ** 2, numbers]
        for kind, numbers in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10))
        for stride in (8, 16, 32)
    }
    save(path, nodes, shapes, constants)


def projection(width: int = 128) -> Floats:
    return np.random.default_rng(0).standard_normal((width, 3)).astype(np.float32)


def write_recogniser(path: Path, width: int = 128) -> None:
    """SFace's input and output; the feature is a projection of the mean colour."""
    nodes = [
        helper.make_node("GlobalAveragePool", ["data"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("Gemm", ["flat", "projection"], ["fc1"], transB=1),
    ]
    save(path, nodes, {"data": [1, 3, 112, 112], "fc1": [1, width]}, {"projection": projection(width)})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_detector(tmp_path / DETECTOR_FILE)
    write_recogniser(tmp_path / RECOGNISER_FILE)
    return tmp_path


@pytest.fixture
def faces(folder: Path) -> FaceIdentity:
    found = find_faces(folder)
    assert found is not None
    return found


def picture(height: int = 640, width: int = 640) -> FramesU8:
    return np.full((height, width, 3), SKIN, dtype=np.uint8)


def draw(image: FramesU8, x: int, y: int, *, side: int, green: int = 0, blue: int = 0) -> None:
    image[y : y + side, x : x + side] = (0, green, blue)


def test_a_face_is_found_where_it_is_and_described(faces: FaceIdentity) -> None:
    image = picture()
    draw(image, 160, 96, side=32, green=255)
    (face,) = faces.embed(image)
    assert face.box == pytest.approx([128, 64, 224, 160], abs=1e-3)
    assert face.score == pytest.approx(1, abs=1e-5)
    assert face.side_px == pytest.approx(96, abs=1e-3)
    assert face.feature_D is not None
    assert face.feature_D.shape == (128,)
    assert np.linalg.norm(face.feature_D) == pytest.approx(1, abs=1e-6)


def test_the_description_is_of_the_aligned_face_in_rgb(faces: FaceIdentity) -> None:
    image = picture()
    draw(image, 160, 96, side=32, green=255)
    (face,) = faces.embed(image)
    # The landmarks put eyes 35 px apart in a crop of 112 px, so the crop covers about 112 px around the green cell.
    shares = np.linspace(0.03, 0.25, 45)
    colours = (1 - shares[:, None]) * np.float64(SKIN) + shares[:, None] * np.float64([0, 255, 0])
    features = colours @ projection().T
    cosines = features @ face.feature_D / np.linalg.norm(features, axis=1)
    assert cosines.max() > 0.9999
    swapped = colours[:, ::-1] @ projection().T
    assert (swapped @ face.feature_D / np.linalg.norm(swapped, axis=1)).max() < cosines.max() - 0.01


def test_two_pictures_of_one_person_are_nearer_than_two_persons(faces: FaceIdentity) -> None:
    images = [picture(), picture(), picture()]
    images[2][:] = (200, 40, 160)
    features = []
    for image, (x, y) in zip(images, [(160, 96), (320, 256), (160, 96)], strict=True):
        draw(image, x, y, side=32, green=255)
        (face,) = faces.embed(image)
        assert face.feature_D is not None
        features.append(face.feature_D)
    assert features[0] @ features[1] > 0.9999
    assert features[0] @ features[2] < 0.95


def test_a_face_under_60_px_is_found_but_not_assessable(faces: FaceIdentity) -> None:
    image = picture()
    draw(image, 80, 200, side=8, blue=255)
    (face,) = faces.embed(image)
    assert face.side_px == pytest.approx(40, abs=1e-3)
    assert face.box == pytest.approx([64, 184, 104, 224], abs=1e-3)
    assert face.feature_D is None


@pytest.mark.parametrize(("size", "scale"), [((1280, 1280), 2), ((640, 1280), 2), ((1920, 1080), 3), ((320, 480), 1)])
def test_boxes_are_in_pixels_of_the_image_whatever_its_size(
    faces: FaceIdentity, size: tuple[int, int], scale: int
) -> None:
    image = picture(*size)
    draw(image, 160 * scale, 96 * scale, side=32 * scale, green=255)
    (face,) = faces.embed(image)
    assert face.box == pytest.approx(np.array([128, 64, 224, 160]) * scale, abs=1e-3)
    assert face.side_px == pytest.approx(96 * scale, abs=1e-3)


def test_what_counts_as_small_is_measured_in_the_image_and_not_in_the_detectors_input(faces: FaceIdentity) -> None:
    image = picture(1280, 1280)
    draw(image, 160, 400, side=16, blue=255)
    (face,) = faces.embed(image)
    assert face.side_px == pytest.approx(80, abs=1e-3)
    assert face.feature_D is not None


def test_boxes_choose_faces_by_their_centre_and_certain_ones_come_first(faces: FaceIdentity) -> None:
    image = picture()
    draw(image, 96, 96, side=32, green=240)
    draw(image, 416, 416, side=32, green=255)
    left, right = [64, 64, 160, 160], [380, 380, 480, 480]
    assert [face.box[0] for face in faces.embed(image)] == pytest.approx([384, 64], abs=1e-3)
    (only,) = faces.embed(image, np.array([left], np.float32))
    assert only.score == pytest.approx(math.sqrt(240 / 255), abs=1e-4)
    assert len(faces.embed(image, np.array([left, right], np.float32))) == 2
    assert faces.embed(image, np.array([[0, 0, 60, 60]], np.float32)) == []
    assert faces.embed(image, np.zeros((0, 4), np.float32)) == []


def test_an_uncertain_face_is_none(faces: FaceIdentity) -> None:
    image = picture()
    assert faces.embed(image) == []
    draw(image, 160, 96, side=32, green=200)
    assert faces.embed(image) == []


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (700, 2)])
def test_odd_sizes_are_answered(faces: FaceIdentity, size: tuple[int, int]) -> None:
    assert faces.embed(picture(*size)) == []


def test_a_face_in_the_corner_may_reach_beyond_the_image(faces: FaceIdentity) -> None:
    image = picture()
    draw(image, 0, 0, side=32, green=255)
    (face,) = faces.embed(image)
    assert face.box == pytest.approx([-32, -32, 64, 64], abs=1e-3)
    assert face.feature_D is not None
    assert np.isfinite(face.feature_D).all()


def test_a_face_that_describes_as_nothing_is_not_assessable(folder: Path) -> None:
    silent = folder / "silent.onnx"
    nodes = [
        helper.make_node("GlobalAveragePool", ["data"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("Gemm", ["flat", "projection"], ["fc1"], transB=1),
    ]
    save(silent, nodes, {"data": [1, 3, 112, 112], "fc1": [1, 128]}, {"projection": 0 * projection()})
    image = picture()
    draw(image, 160, 96, side=32, green=255)
    (face,) = FaceIdentity(folder / DETECTOR_FILE, silent).embed(image)
    assert face.feature_D is None


# Files


def test_without_both_files_there_is_no_face_identity(folder: Path) -> None:
    assert find_faces(None) is None
    assert find_faces(folder / "nowhere") is None
    (folder / RECOGNISER_FILE).unlink()
    assert find_faces(folder) is None


@pytest.mark.parametrize("name", [DETECTOR_FILE, RECOGNISER_FILE])
def test_a_damaged_file_is_named_in_one_line(folder: Path, name: str) -> None:
    file = folder / name
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(InputError, match=name) as caught:
        find_faces(folder)
    assert "\n" not in str(caught.value)


def test_exchanged_files_are_named(folder: Path) -> None:
    detector, recogniser = folder / DETECTOR_FILE, folder / RECOGNISER_FILE
    with pytest.raises(InputError, match=RECOGNISER_FILE):
        FaceIdentity(recogniser, recogniser)
    with pytest.raises(InputError, match=DETECTOR_FILE):
        FaceIdentity(detector, detector)


def test_a_recogniser_of_another_width_is_named(folder: Path) -> None:
    write_recogniser(folder / RECOGNISER_FILE, width=512)
    with pytest.raises(InputError, match="512 numbers"):
        find_faces(folder)


def test_opencv_prints_nothing_and_keeps_its_log_level(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    import cv2

    level = cv2.utils.logging.getLogLevel()
    faces = find_faces(folder)
    assert faces is not None
    faces.embed(picture())
    assert cv2.utils.logging.getLogLevel() == level
    assert capfd.readouterr() == ("", "")

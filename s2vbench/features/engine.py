"""One pass: a video is decoded once, and every network sees each frame once, however many metrics want it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from s2vbench.backbones.bank import Bank
from s2vbench.errors import NotApplicable, VideoError
from s2vbench.features.cache import FeatureCache
from s2vbench.features.collectors import COLLECTORS, Collector
from s2vbench.features.spec import FRAMES, PROMPT, Failure, FeatureSpec
from s2vbench.files import digest_of
from s2vbench.types import Floats, Video

WINDOW_FRAMES = 8
WINDOW_PIXELS = 16_000_000

Value = Floats | NotApplicable | Failure


class FeatureFailedError(Exception):
    """A metric asked for a feature that could not be computed."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class Features:
    """The features of one video, by name."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:
        """The array or record; raises NotApplicable or FeatureFailedError where there is none."""
        value = self._values[name]
        if isinstance(value, NotApplicable):
            raise value
        if isinstance(value, Failure):
            raise FeatureFailedError(value)
        return value


def compute_features(
    video: Video,
    prompt: str,
    specs: Iterable[FeatureSpec],
    bank: Bank,
    cache: FeatureCache,
    *,
    on_frames: Callable[[int], None] = lambda _: None,
) -> Features:
    """All features named by `specs`, from the cache where it has them.

    A feature that has no meaning for this video or fails is kept as such and spoils no other.

    Args:
        video: the video to read.
        prompt: its case's prompt.
        specs: features wanted; one that is made of another feature comes after it.
        bank: the networks.
        cache: where features are looked up and stored.
        on_frames: told how many frames were read after every window.

    Raises:
        VideoError: the video cannot be read to its end.
    """
    specs = list(specs)
    identities = {spec.name: feature_identity(spec, video, prompt, bank, specs) for spec in specs}
    values: dict[str, Value] = {}
    for spec in specs:
        cached = cache.get(identities[spec.name])
        if cached is not None:
            values[spec.name] = cached
    wanted = [spec for spec in specs if spec.name not in values]
    for spec in wanted:
        # Here and not at first use: damaged weights are the run's error, not this video's.
        bank.network(spec.backbone)
    _from_frames(video, [spec for spec in wanted if spec.of == FRAMES], bank, values, on_frames)
    for spec in wanted:
        if spec.of != FRAMES:
            values[spec.name] = _attempt(partial(_derived, spec, values, prompt, bank))
        value = values[spec.name]
        if not isinstance(value, NotApplicable | Failure):
            cache.put(identities[spec.name], value)
    return Features(values)


def feature_identity(
    spec: FeatureSpec, video: Video, prompt: str, bank: Bank, specs: Iterable[FeatureSpec]
) -> dict[str, str]:
    """Everything that can change a feature's value, and nothing else."""
    weights = bank.weights[spec.backbone]
    identity = {
        "feature": spec.name,
        "backbone": spec.backbone,
        "build": weights.spec.build,
        "weights": weights.record.sha256,
        "precision": bank.precision,
    }
    if spec.of == PROMPT:
        return identity | {"prompt": digest_of(prompt)}
    if spec.of == FRAMES:
        recipe = weights.spec.recipe
        return identity | {
            "video": video.sha256,
            "recipe": recipe.name if recipe else "",
            "sampling": spec.sampling,
        }
    source = next(other for other in specs if other.name == spec.of)
    return identity | {"of": digest_of(feature_identity(source, video, prompt, bank, specs))}


def window_frames(video: Video) -> int:
    """Frames read at a time: 8, fewer for large frames, so that float copies stay below 200 MB."""
    return max(1, min(WINDOW_FRAMES, WINDOW_PIXELS // (video.width_px * video.height_px)))


def _from_frames(
    video: Video,
    specs: list[FeatureSpec],
    bank: Bank,
    values: dict[str, Value],
    on_frames: Callable[[int], None],
) -> None:
    collectors: dict[str, Collector] = {
        spec.name: COLLECTORS[bank.weights[spec.backbone].spec.role](bank, spec.backbone) for spec in specs
    }
    if not collectors:
        return
    for frames_NHWC in video.open_windows(window_frames(video)):
        window = bank.window(frames_NHWC)
        for name in [name for name in collectors if name not in values]:
            outcome = _attempt(partial(collectors[name].add, window))
            if outcome is not None:
                values[name] = outcome
        on_frames(len(frames_NHWC))
    for name, collector in collectors.items():
        if name not in values:
            values[name] = _attempt(collector.finish)


def _derived(spec: FeatureSpec, values: Mapping[str, Value], prompt: str, bank: Bank) -> Value:
    if spec.of == PROMPT:
        return bank.encode_text(spec.backbone, prompt)
    source = values[spec.of]
    if isinstance(source, NotApplicable | Failure):
        return source
    return bank.apply_head(spec.backbone, source)


def _attempt(action: Callable[[], object]) -> Value:
    """What `action` returns, or why it has nothing to return; only errors of this video are held."""
    from s2vbench.errors import S2VBenchError

    try:
        return action()  # type: ignore[return-value]
    except NotApplicable as finding:
        return finding
    except (VideoError, S2VBenchError):
        raise
    except Exception as error:  # noqa: BLE001 -- one feature of one video must not end a run of thousands
        reason = f"{type(error).__name__}: {' '.join(str(error).split()):.300}"
        return Failure(reason, traceback.format_exc())

"""One pass: a video is decoded once, and every network sees each frame once, however many metrics want it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from s2vbench.backbones.bank import Bank
from s2vbench.errors import NotApplicable
from s2vbench.features.attempt import attempt
from s2vbench.features.cache import FeatureCache
from s2vbench.features.collectors import COLLECTORS, Collector
from s2vbench.features.spec import FRAMES, PROMPT, Failure, FeatureSpec
from s2vbench.features.subjects.collect import SubjectCollector, SubjectWork
from s2vbench.features.subjects.names import CANVAS, TRACKS
from s2vbench.features.subjects.parts.canvas import CanvasCollector
from s2vbench.files import digest_of
from s2vbench.types import Video

WINDOW_FRAMES = 8
WINDOW_PIXELS = 16_000_000

Gatherer = Collector | SubjectCollector | CanvasCollector
Value = Any
"""An array, a record of arrays, or a NotApplicable or Failure that says why there is none."""


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
    subjects: SubjectWork | None = None,
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
        subjects: what is wanted about the case's subjects, under the names of `features/subjects/collect.py`.
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
    collectors: dict[str, Gatherer] = {
        spec.name: COLLECTORS[bank.weights[spec.backbone].spec.role](bank, spec.backbone)
        for spec in wanted
        if spec.of == FRAMES
    }
    gathered = _start_subjects(subjects, video, bank, cache, values) if subjects is not None else {}
    _from_frames(video, collectors | {k: v for k, v in gathered.items() if v.needs_frames}, bank, values, on_frames)
    _finish_subjects(gathered, values)
    if subjects is not None and isinstance(reason := values.get(TRACKS), NotApplicable | Failure):
        values.update((name, reason) for name in subjects.features if name != CANVAS)
    for spec in wanted:
        if spec.of != FRAMES:
            values[spec.name] = attempt(partial(_derived, spec, values, prompt, bank))
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
    collectors: Mapping[str, Gatherer],
    bank: Bank,
    values: dict[str, Value],
    on_frames: Callable[[int], None],
) -> None:
    if not collectors:
        return
    for frames_NHWC in video.open_windows(window_frames(video)):
        window = bank.window(frames_NHWC)
        for name in [name for name in collectors if name not in values]:
            outcome = attempt(partial(collectors[name].add, window))
            if outcome is not None:
                values[name] = outcome
        on_frames(len(frames_NHWC))
    for name, collector in collectors.items():
        if name not in values and not isinstance(collector, SubjectCollector):
            values[name] = attempt(collector.finish)


def _start_subjects(
    work: SubjectWork, video: Video, bank: Bank, cache: FeatureCache, values: dict[str, Value]
) -> dict[str, SubjectCollector | CanvasCollector]:
    """What gathers the wanted features about subjects; a collector that cannot start leaves its reason in `values`."""
    starts: dict[str, Callable[[], SubjectCollector | CanvasCollector]] = {}
    if CANVAS in work.features:
        starts[CANVAS] = lambda: CanvasCollector(work.case, video, bank, cache, work.backbones.similarity)
    if set(work.features) - {CANVAS}:
        starts[TRACKS] = lambda: SubjectCollector(work, video, bank, cache)
    started = {name: attempt(start) for name, start in starts.items()}
    values.update((name, found) for name, found in started.items() if isinstance(found, NotApplicable | Failure))
    return {name: found for name, found in started.items() if name not in values}


def _finish_subjects(gathered: Mapping[str, SubjectCollector | CanvasCollector], values: dict[str, Value]) -> None:
    for name, collector in gathered.items():
        if name not in values:
            found = attempt(collector.finish)
            values.update(found if isinstance(found, dict) else {name: found})


def _derived(spec: FeatureSpec, values: Mapping[str, Value], prompt: str, bank: Bank) -> Value:
    if spec.of == PROMPT:
        return bank.encode_text(spec.backbone, prompt)
    source = values[spec.of]
    if isinstance(source, NotApplicable | Failure):
        return source
    return bank.apply_head(spec.backbone, source)

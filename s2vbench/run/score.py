"""The scoring driver: every case's video through one pass, one record a metric, resumable at any point."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import logging
import math
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from s2vbench.errors import NotApplicable, VideoError
from s2vbench.features.cache import FeatureCache, default_folder
from s2vbench.features.engine import FeatureFailedError, Features, compute_features
from s2vbench.features.subjects.parts.faces import find_face_files
from s2vbench.files import digest_of
from s2vbench.profiles import Profile, load_profile
from s2vbench.run.evidence import write_evidence
from s2vbench.run.folder import OpenRun, open_run
from s2vbench.run.plan import MetricPlan, backbones_of, choose_metrics, locate_video, plan_metric
from s2vbench.run.request import Progress, ScoreRequest, ScoreResult, check_request, chosen_cases
from s2vbench.run.subjects import SubjectPlans
from s2vbench.testsets.folder import TestSet, load_testset
from s2vbench.types import Case, Generation, Outcome, RunManifest, Score, Video, WeightsFile
from s2vbench.video.decode import open_video

if TYPE_CHECKING:
    from s2vbench.backbones.bank import Bank

log = logging.getLogger(__name__)

RECORDED_PACKAGES = (
    "av",
    "numpy",
    "open_clip_torch",
    "opencv-python-headless",
    "pillow",
    "timm",
    "torch",
    "transformers",
)


Job = tuple[Case, int, Path]
"""A case, a seed, and where its video should be."""


def score(request: ScoreRequest, progress: Progress = lambda *_: None) -> ScoreResult:
    """Score the videos of a cases file; records go to `request.out` as they are made.

    Running the same request again does only what is missing.

    Raises:
        InputError, MissingError, OutputError: before anything is computed, or when the folder can no longer be written.
    """
    from s2vbench.backbones.bank import Bank, use_device
    from s2vbench.backbones.weights import resolve

    check_request(request)
    profile = load_profile(request.profile).with_subjects(
        detector=request.detector, segmenter=request.segmenter, frame_stride=request.frame_stride
    )
    metrics = choose_metrics(profile, request.metrics)
    testset = load_testset(request.cases, request.split)
    cases = chosen_cases(testset.cases, request.only)[: request.limit]
    cases_file = testset.file or testset.folder / "cases.jsonl"
    jobs = [(case, seed, locate_video(case, seed, cases_file, request.videos)) for case in cases for seed in case.seeds]
    device = use_device(request.device)
    truth = request.truth is not None
    specs = backbones_of(profile, metrics, truth=truth)
    weights = resolve(list(specs.values()), request.weights, allow_unverified=request.allow_unverified)
    files = {name: entry.record for name, entry in weights.items()}
    faces = find_face_files(request.weights, allow_unverified=request.allow_unverified)
    plans = [
        plan_metric(metric, profile, specs, files, request.precision, truth=truth, faces=faces.digest if faces else "")
        for metric in metrics
    ]
    subjects = None
    if any(plan.subject_features for plan in plans):
        assert profile.subjects is not None, "plans of subject features need it"
        # Chance is measured on the whole set's pictures, whatever part of it is scored.
        everyone = testset.cases if request.split == "full" else load_testset(request.cases).cases
        subjects = SubjectPlans(
            profile.subjects,
            testset.folder,
            everyone,
            # A case without a video fails by that, and nobody knows the truth about it.
            [(case, seed) for case, seed, path in jobs if path.exists()],
            truth=request.truth,
            faces=faces,
        )
    manifest = _manifest(request, profile, plans, jobs, testset=testset, files=files, device=device)
    with open_run(request.out, manifest) as run:
        bank = Bank(weights, device=device, precision=request.precision)  # type: ignore[arg-type]
        cache = FeatureCache(default_folder() if request.use_cache else None)
        driver = _Driver(request, run, plans, subjects=subjects, bank=bank, cache=cache, progress=progress)
        return driver.score_all(jobs)


def _manifest(
    request: ScoreRequest,
    profile: Profile,
    plans: list[MetricPlan],
    jobs: list[Job],
    *,
    testset: TestSet,
    files: dict[str, WeightsFile],
    device: str,
) -> RunManifest:
    return RunManifest(
        model=request.model,
        profile=profile.name,
        profile_sha256=profile.digest(),
        testset=testset.file.name if testset.file else testset.name,
        testset_sha256=testset.sha256,
        precision=request.precision,
        weights=files,
        metrics={plan.metric.name: plan.comparability for plan in plans},
        seeds=tuple(sorted({seed for _, seed, _ in jobs})),
        packages={name: importlib.metadata.version(name) for name in RECORDED_PACKAGES},
        device=device.partition(":")[0],
        command=request.command,
        created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    )


class _Driver:
    """One scoring run: the only writer of its ledgers."""

    def __init__(
        self,
        request: ScoreRequest,
        run: OpenRun,
        plans: list[MetricPlan],
        *,
        subjects: SubjectPlans | None,
        bank: Bank,
        cache: FeatureCache,
        progress: Progress,
    ) -> None:
        self.request, self.run, self.plans, self.subjects = request, run, plans, subjects
        self.bank, self.cache, self.progress = bank, cache, progress
        # Of a record only what decides whether it must be made again; records have hundreds of numbers.
        self.known = {row.key: (row.outcome, digest_of(row.model_dump(mode="json"))) for row in run.scores.rows()}
        self.videos = {(row.case, row.seed): row for row in run.generations.rows()}

    def score_all(self, jobs: list[Job]) -> ScoreResult:
        """Every case and seed in order."""
        num_failed = 0
        for index, (case, seed, path) in enumerate(jobs):
            self.progress(index, len(jobs), case.id)
            started = time.perf_counter()
            outcomes = self._score_one(case, seed, path, index, len(jobs))
            num_failed += "failed" in outcomes
            log.info("%s seed %d: %s in %.1f s", case.id, seed, _counts(outcomes), time.perf_counter() - started)
        self.progress(len(jobs), len(jobs), "")
        return ScoreResult(self.run.path, len(jobs), num_failed)

    def _score_one(self, case: Case, seed: int, path: Path, index: int, total: int) -> list[str]:
        try:
            video = open_video(path)
        except VideoError as error:
            known = self.videos.get((case.id, seed))
            # A model that made no video has said why, and that says more than a missing file.
            told = known.reason if known and known.outcome == "failed" and not path.exists() else None
            reason = told or str(error)
            self._note_video(
                Generation(case=case.id, seed=seed, outcome="failed", path=path.name, sha256=None, reason=reason)
            )
            return [self._record(plan, case, seed, None, reason).outcome for plan in self.plans]
        self._note_video(Generation(case=case.id, seed=seed, outcome="ok", path=path.name, sha256=video.sha256))
        pending = [plan for plan in self.plans if not self._is_done(self._key(plan, case, seed, video.sha256))]
        if pending:
            num_frames = 0

            def on_frames(count: int) -> None:
                nonlocal num_frames
                num_frames += count
                share = min(num_frames / video.num_frames_hint, 1) if video.num_frames_hint else 0
                self.progress(index + 0.98 * share, total, case.id)

            if any(plan.subject_features for plan in pending):
                # They come before the first frame, and on a CPU they take minutes.
                self.progress(index, total, f"{case.id}, references")
            self._measure(pending, case, seed, video, on_frames)
        return [self.known[self._key(plan, case, seed, video.sha256)][0] for plan in self.plans]

    def _key(self, plan: MetricPlan, case: Case, seed: int, video_sha256: str | None) -> str:
        subjects = self.subjects.case(case, seed) if self.subjects and plan.subject_features else None
        return plan.key(case, seed, video_sha256, subjects)

    def _is_done(self, key: str) -> bool:
        return key in self.known and self.known[key][0] != "failed"

    def _measure(
        self, plans: list[MetricPlan], case: Case, seed: int, video: Video, on_frames: Callable[[int], None]
    ) -> None:
        specs = list({spec.name: spec for plan in plans for spec in plan.features}.values())
        specs.sort(key=lambda spec: spec.of not in {"frames", "prompt"})
        wanted = [name for plan in plans for name in plan.subject_features]
        work = self.subjects.work(case, seed, wanted) if self.subjects and wanted else None
        try:
            features = compute_features(
                video, case.prompt, specs, self.bank, self.cache, subjects=work, on_frames=on_frames
            )
        except VideoError as error:
            for plan in plans:
                self._record(plan, case, seed, video.sha256, str(error))
            return
        for plan in plans:
            self._record(plan, case, seed, video.sha256, features)
        if work is not None:
            write_evidence(self.run.path, work, case, seed, features)

    def _record(
        self, plan: MetricPlan, case: Case, seed: int, video_sha256: str | None, found: Features | str
    ) -> Score:
        """Compute one metric from `found` and keep the record; a string says why there is nothing to compute."""
        fields, reason, outcome = self._compute(plan, case, seed, found)
        row = Score(
            key=self._key(plan, case, seed, video_sha256),
            case=case.id,
            seed=seed,
            metric=plan.metric.name,
            version=plan.metric.version,
            outcome=outcome,
            reason=reason,
            video_sha256=video_sha256,
            comparability=plan.comparability,
            making=plan.making,
            **({"value": None, "total": None} | fields),
        )
        # A case that fails again in the same way leaves no second line, so a resumed run ends with the same file.
        state = (row.outcome, digest_of(row.model_dump(mode="json")))
        if self.known.get(row.key) != state:
            self.run.scores.append(row)
            self.known[row.key] = state
        return row

    def _compute(
        self, plan: MetricPlan, case: Case, seed: int, found: Features | str
    ) -> tuple[dict[str, Any], str | None, Outcome]:
        """A record's fields, reason and outcome; nothing that a metric does ends the run."""
        if isinstance(found, str):
            return {}, found, "failed"
        try:
            measurement = plan.metric.compute(case, found)
        except NotApplicable as finding:
            return {}, str(finding), "not_applicable"
        except FeatureFailedError as error:
            reason, details = str(error), error.failure.details
        except Exception as error:  # noqa: BLE001 -- a plugin's metric may raise anything
            reason, details = f"{type(error).__name__}: {error}", traceback.format_exc()
        else:
            if math.isfinite(measurement.value) and math.isfinite(measurement.total):
                return vars(measurement), None, "ok"
            return {}, f"the value is {measurement.value}: a network returned something that is no number", "failed"
        self.run.write_failure(f"{case.id}-{seed}-{plan.metric.name}", details)
        return {}, reason, "failed"

    def _note_video(self, row: Generation) -> None:
        known = self.videos.get((row.case, row.seed))
        # A video that was generated into this folder keeps the line that says how long that took.
        if known is None or (known.outcome, known.sha256, known.reason) != (row.outcome, row.sha256, row.reason):
            self.run.generations.append(row)
            self.videos[row.case, row.seed] = row


def _counts(outcomes: list[str]) -> str:
    return ", ".join(
        f"{outcomes.count(kind)} {kind}" for kind in ("ok", "not_applicable", "failed") if kind in outcomes
    )

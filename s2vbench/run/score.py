"""The scoring driver: every case's video through one pass, one record a metric, resumable at any point."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from s2vbench.errors import VideoError
from s2vbench.features.cache import default_folder
from s2vbench.features.subjects.parts.faces import find_face_files
from s2vbench.files import digest_of
from s2vbench.profiles import Profile, load_profile
from s2vbench.run.executors import Executor, Order, executor, usual_workers
from s2vbench.run.folder import OpenRun, open_run
from s2vbench.run.plan import MetricPlan, backbones_of, choose_metrics, locate_video, plan_metric
from s2vbench.run.request import Progress, ScoreRequest, ScoreResult, check_request, chosen_cases
from s2vbench.run.subjects import SubjectPlans
from s2vbench.run.work import Done, Finding, Setup, Task, key_of
from s2vbench.testsets.folder import TestSet, load_testset
from s2vbench.types import Case, Generation, RunManifest, WeightsFile
from s2vbench.video.decode import open_video

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
    from s2vbench.backbones.bank import use_device
    from s2vbench.backbones.weights import resolve

    check_request(request)
    profile = _profile(request)
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
        setup = Setup(
            out=request.out,
            plans=tuple(plans),
            subjects=subjects,
            weights=weights,
            device=device,
            precision=request.precision,
            cache=default_folder() if request.use_cache else None,
        )
        workers = executor(setup, min(_workers(request, profile, device), max(1, len(jobs))))
        return _Driver(run, plans, subjects).score_all(jobs, workers, progress)


def check_scoring(request: ScoreRequest, *, weights: bool) -> None:
    """Refuse at once what `score` would refuse, before anything expensive is done.

    Args:
        request: what is going to be scored.
        weights: see that weights files are there, too.

    Raises:
        InputError: an option or a name is wrong. MissingError: weights must be fetched.
    """
    from s2vbench.backbones.bank import use_device
    from s2vbench.backbones.weights import resolve

    check_request(request)
    profile = _profile(request)
    use_device(request.device)
    specs = backbones_of(profile, choose_metrics(profile, request.metrics), truth=request.truth is not None)
    if weights:
        resolve(list(specs.values()), request.weights, allow_unverified=request.allow_unverified)


def _profile(request: ScoreRequest) -> Profile:
    return load_profile(request.profile).with_subjects(
        detector=request.detector, segmenter=request.segmenter, frame_stride=request.frame_stride
    )


def _workers(request: ScoreRequest, profile: Profile, device: str) -> int:
    return request.workers or usual_workers(light=profile.light, device=device)


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


@dataclass(frozen=True)
class _Ticket:
    """What the driver knows of one video before anything is computed."""

    index: int
    case: Case
    seed: int
    keys: tuple[str, ...]
    """Of all its metrics, done or not."""
    num_frames_hint: int | None = None
    about_subjects: bool = False
    unreadable: str | None = None


class _Driver:
    """One scoring run: the only writer of its ledgers."""

    def __init__(self, run: OpenRun, plans: list[MetricPlan], subjects: SubjectPlans | None) -> None:
        self.run, self.plans, self.subjects = run, plans, subjects
        # Of a record only what decides whether it must be made again; records have hundreds of numbers.
        self.known = {row.key: (row.outcome, digest_of(row.model_dump(mode="json"))) for row in run.scores.rows()}
        self.videos = {(row.case, row.seed): row for row in run.generations.rows()}

    def score_all(self, jobs: list[Job], workers: Executor, progress: Progress) -> ScoreResult:
        """Every case and seed in order."""
        num_failed = 0
        watch = _Watch(progress, len(jobs))
        for order, done in workers.run(self._orders(jobs), watch):
            num_failed += "failed" in self._keep(order.ticket, done)
            progress(order.ticket.index + 1, len(jobs), "")
        return ScoreResult(self.run.path, len(jobs), num_failed)

    def _orders(self, jobs: list[Job]) -> Iterator[Order[_Ticket]]:
        for index, (case, seed, path) in enumerate(jobs):
            try:
                video = open_video(path)
            except VideoError as error:
                known = self.videos.get((case.id, seed))
                # A model that made no video has said why, and that says more than a missing file.
                reason = known.reason if known and known.outcome == "failed" and not path.exists() else None
                self._note_video(case, seed, path, None, reason or str(error))
                yield Order(
                    _Ticket(index, case, seed, self._keys(case, seed, None), unreadable=reason or str(error)), None
                )
                continue
            self._note_video(case, seed, path, video.sha256, None)
            keys = self._keys(case, seed, video.sha256)
            pending = tuple(place for place, key in enumerate(keys) if not self._is_done(key))
            about = any(self.plans[place].subject_features for place in pending)
            ticket = _Ticket(index, case, seed, keys, video.num_frames_hint, about)
            yield Order(ticket, Task(case, seed, path, pending) if pending else None)

    def _keys(self, case: Case, seed: int, sha256: str | None) -> tuple[str, ...]:
        return tuple(key_of(self.subjects, plan, case, seed, sha256) for plan in self.plans)

    def _is_done(self, key: str) -> bool:
        return key in self.known and self.known[key][0] != "failed"

    def _keep(self, ticket: _Ticket, done: Done | None) -> list[str]:
        """Write what is new about a video; the outcomes of all its metrics."""
        rows = done.rows if done else []
        if ticket.unreadable is not None:
            finding = Finding("failed", ticket.unreadable)
            rows = [
                finding.record(plan, key, ticket.case, ticket.seed, video_sha256=None)
                for plan, key in zip(self.plans, ticket.keys, strict=True)
            ]
        for metric, details in (done.details if done else {}).items():
            self.run.write_failure(f"{ticket.case.id}-{ticket.seed}-{metric}", details)
        for row in rows:
            # A case that fails again in the same way leaves no second line, so a resumed run ends with the same file.
            state = (row.outcome, digest_of(row.model_dump(mode="json")))
            if self.known.get(row.key) != state:
                self.run.scores.append(row)
                self.known[row.key] = state
        return [self.known[key][0] for key in ticket.keys]

    def _note_video(self, case: Case, seed: int, path: Path, sha256: str | None, reason: str | None) -> None:
        row = Generation(
            case=case.id,
            seed=seed,
            outcome="failed" if reason else "ok",
            path=path.name,
            sha256=sha256,
            reason=reason,
        )
        known = self.videos.get((row.case, row.seed))
        # A video that was generated into this folder keeps the line that says how long that took.
        if known is None or (known.outcome, known.sha256, known.reason) != (row.outcome, row.sha256, row.reason):
            self.run.generations.append(row)
            self.videos[row.case, row.seed] = row


class _Watch:
    """Progress inside the video at work."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total = progress, total
        self._ticket: _Ticket | None = None
        self._frames = 0

    def starts(self, ticket: _Ticket) -> None:
        """A video is about to be looked at."""
        self._ticket, self._frames = ticket, 0
        # References come before the first frame, and with large networks on a CPU they take minutes.
        what = f"{ticket.case.id}, references" if ticket.about_subjects else ticket.case.id
        self._progress(ticket.index, self._total, what)

    def frames(self, count: int) -> None:
        """So many more of its frames are done."""
        assert self._ticket is not None, "it has started"
        self._frames += count
        share = min(self._frames / self._ticket.num_frames_hint, 1) if self._ticket.num_frames_hint else 0
        self._progress(self._ticket.index + 0.98 * share, self._total, self._ticket.case.id)

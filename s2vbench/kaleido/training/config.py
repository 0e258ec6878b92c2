"""What a training run is told: one TOML file, every key checked before anything loads."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from s2vbench.errors import InputError
from s2vbench.files import digest_of
from s2vbench.kaleido.positions import scheme
from s2vbench.kaleido.settings import check_size
from s2vbench.types import Row

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Decay = Annotated[float, Field(ge=0.0, lt=1.0)]
Count = Annotated[int, Field(ge=1)]

NEW: Final = "new"
NEED_NO_PATH: Final = ("world",)


class _Section(Row):
    model_config = ConfigDict(allow_inf_nan=False)


class ModelSection(_Section):
    """[model]: what is trained, and the frozen networks beside it."""

    init: str = NEW
    """"new" (random weights), or the folder of a transformer, a model, a checkpoint or a run, or "kaleido:mini"."""
    transformer: dict[str, Any] = Field(default_factory=dict)
    """Sizes of a new transformer, as in the configuration of diffusers' WanTransformer3DModel."""
    positions: str | dict[str, Any] | None = None
    """Positions of the references; None: what `init` has, for a new model the release's."""
    vae: str | None = None
    """Folder, hub id or "kaleido:mini"; None: beside `init`. Needed for samples, and to encode clips while training."""
    text_encoder: str | None = None
    tokenizer: str | None = None
    text_length: Count | None = None
    """Tokens of a prompt; None: what `init` has, or 512."""

    @model_validator(mode="after")
    def _sizes_of_new(self) -> Self:
        if self.init != NEW and self.transformer:
            raise ValueError(f"[model.transformer] gives sizes of a new model, but init is {self.init!r}")
        return self

    @field_validator("positions")
    @classmethod
    def _known(cls, positions: str | dict[str, Any] | None) -> str | dict[str, Any] | None:
        try:
            if positions is not None:
                scheme(positions)
        except InputError as error:
            raise ValueError(str(error)) from error
        return positions


class DataSection(_Section):
    """[data]: what is learned from."""

    source: Literal["latents", "folder", "world"]
    """A cache of `s2vbench kaleido encode`, a folder in the released layout, or the rendered world."""
    path: str | None = None
    """The cache or the folder, from the working directory; the world has none."""
    references: bool = True
    """False: captions and clips only, as in text-to-video training."""
    reference_set: str | None = None
    """Latents only: the name of the set of references, where the cache holds several."""
    cross_paired: bool = True
    """World only: references show the subject elsewhere; otherwise they are cut from the clip."""
    close_up: bool = False
    """World only: the camera comes near the subjects."""
    most_references: Annotated[int, Field(ge=1, le=24)] = 3
    num_frames: Count = 81
    height_px: Count = 480
    width_px: Count = 832
    """Clips are scaled to cover it and cut around the middle. A cache has its own size, length and rate."""
    fps: Annotated[float, Field(gt=0)] = 16.0
    skip_frames: Annotated[int, Field(ge=0)] = 3
    """Folder only: left out at both ends of a video."""
    offset: Annotated[int, Field(ge=0)] = 0
    """World only: the number of the first clip."""
    most_bad: Share = 0.05
    """The share of samples that may be unreadable (they are skipped and listed); above it the training stops."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if (self.path is None) != (self.source in NEED_NO_PATH):
            raise ValueError(
                f"source {self.source!r} " + ("needs a path" if self.path is None else "takes no path; remove it")
            )
        try:
            check_size(self.height_px, self.width_px, self.num_frames)
        except InputError as error:
            raise ValueError(str(error)) from error
        return self


class TrainingSection(_Section):
    """[training]: the optimisation."""

    steps: Count
    batch_size: Count
    """Samples a step, over all accumulated parts and all ranks."""
    micro_batch_size: Count = 1
    """Samples that go through the network at once, on each data rank."""
    learning_rate: Annotated[float, Field(gt=0)]
    warmup_steps: Annotated[int, Field(ge=0)] = 100
    warmup_start: Share = 0.05
    """Share of the learning rate at the first step; it rises linearly to all of it at `warmup_steps`."""
    cooldown: tuple[Annotated[int, Field(ge=0)], Count] | None = None
    """Between these two steps the rate falls linearly to nothing; None, as in the release: it stays."""
    betas: tuple[Decay, Decay] = (0.9, 0.95)
    eps: Annotated[float, Field(gt=0)] = 1e-8
    weight_decay: Annotated[float, Field(ge=0)] = 1e-4
    """Not on norms, biases and other parameters of one axis."""
    max_grad_norm: Annotated[float, Field(gt=0)] = 0.1
    text_drop: Share = 0.1
    """How often a sample's caption is left out; references never are."""
    ema_decay: Annotated[float, Field(gt=0, lt=1)] | None = None
    precision: Literal["fp32", "bf16"] = "bf16"
    """What the network computes in; weights, optimiser and loss are fp32 always."""
    activation_checkpointing: bool = False
    compile: bool = False

    @model_validator(mode="after")
    def _whole_parts(self) -> Self:
        if self.batch_size % self.micro_batch_size:
            raise ValueError(f"batch_size {self.batch_size} is no multiple of micro_batch_size {self.micro_batch_size}")
        return self

    @model_validator(mode="after")
    def _cooldown_in_order(self) -> Self:
        if self.cooldown is not None and not self.warmup_steps <= self.cooldown[0] < self.cooldown[1] >= self.steps:
            raise ValueError(
                f"cooldown {list(self.cooldown)}: must begin after warmup_steps {self.warmup_steps}, and end later "
                f"than that and not before steps {self.steps}"
            )
        return self


class ParallelSection(_Section):
    """[parallel]: how `torchrun`'s processes share the work; data times ulysses is their number."""

    data: Count | None = None
    """Groups that see different samples (FSDP2 shards the model over all processes); None: as many as there are."""
    ulysses: Count = 1
    """Processes that share the tokens of one sample."""


class CheckpointSection(_Section):
    """[checkpoint]: what a kill can cost."""

    every: Count = 500
    keep: Count = 2
    """The newest so many stay."""
    export_dtype: Literal["fp32", "bf16", "fp16"] = "fp32"
    """Of the transformer's folder that is written at the end."""


class LogSection(_Section):
    """[log]: what can be seen meanwhile."""

    every: Count = 1
    tensorboard: bool | None = None
    """None: where the package is installed."""
    samples_every: Annotated[int, Field(ge=0)] = 0
    """Clips are made every so many steps; 0: never."""
    sample_prompts: tuple[str, ...] = ()
    """Of clips without references."""
    sample_cases: Annotated[int, Field(ge=0)] = 4
    """So many more clips take caption and references from the data."""
    sample_steps: Count = 20
    sample_shift: Annotated[float, Field(gt=0)] = 7.0
    sample_guidance: Annotated[float, Field(ge=0)] = 6.0


class LoraSection(_Section):
    """[lora]: train an adapter of low rank and leave the network as it is."""

    rank: Count
    alpha: Annotated[float, Field(gt=0)] | None = None
    """None: the rank, so that the adapter counts in full."""
    targets: tuple[str, ...] = Field(default=("to_q", "to_k", "to_v", "to_out.0"), min_length=1)
    """Linear layers, by the end of their name."""


class TrainConfig(Row):
    """All of it."""

    name: str = Field(min_length=1, pattern=r"^\w[\w.+-]*$")
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    model: ModelSection = ModelSection()
    data: DataSection
    training: TrainingSection
    parallel: ParallelSection = ParallelSection()
    checkpoint: CheckpointSection = CheckpointSection()
    log: LogSection = LogSection()
    lora: LoraSection | None = None

    @model_validator(mode="after")
    def _sampling_possible(self) -> Self:
        if self.model.init == NEW and self.lora:
            raise ValueError("[lora] adapts a trained model, but [model] init is 'new'; give the folder of one")
        return self


FREE: Final = (
    "name",
    "model.vae",
    "model.text_encoder",
    "model.tokenizer",
    "data.most_bad",
    "training.steps",
    "training.activation_checkpointing",
    "training.compile",
    "parallel",
    "checkpoint",
    "log",
)
"""Keys (or sections) that may change between a checkpoint and its continuation: none alters what a step computes."""


def identity(config: TrainConfig) -> dict[str, Any]:
    """What must stay the same for a run to go on from a checkpoint, as dotted keys with values."""
    flat = _flat(config.model_dump(mode="json"))
    return {key: value for key, value in flat.items() if not is_free(key)}


def is_free(key: str) -> bool:
    """Whether a dotted key may change between a checkpoint and its continuation."""
    return any(key == free or key.startswith(free + ".") for free in FREE)


def defaults() -> dict[str, Any]:
    """What `identity` says of a configuration that leaves everything away that it can."""
    needed = {"steps": 1, "batch_size": 1, "learning_rate": 1.0}
    least = TrainConfig.model_validate({"name": "a", "data": {"source": "world"}, "training": needed})
    found = identity(least)
    return {key: value for key, value in found.items() if key.rpartition(".")[2] not in {"source", *needed}}


def identity_digest(config: TrainConfig) -> str:
    """A name for `identity`."""
    return digest_of(identity(config))


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict) and value:
            found |= _flat(value, f"{prefix}{key}.")
        else:
            found[prefix + key] = value
    return found

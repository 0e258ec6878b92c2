"""The data that a configuration names, as batches."""

from __future__ import annotations

import sys
from pathlib import Path

from s2vbench.errors import InputError
from s2vbench.kaleido.data.batches import Batches, EndlessSamples, Samples
from s2vbench.kaleido.data.encoder import LatentEncoder, load_vae
from s2vbench.kaleido.data.latents import LatentsCache
from s2vbench.kaleido.data.live import LiveFolder, LiveWorld
from s2vbench.kaleido.data.problems import Problems
from s2vbench.kaleido.data.sources import ClipShape
from s2vbench.kaleido.data.world import WorldSamples
from s2vbench.kaleido.training.config import TrainConfig
from s2vbench.kaleido.training.origin import Origin
from s2vbench.kaleido.training.single import Parallel


class Data:
    """Batches, and what was left out of the data on the way.

    Args:
        config: of the run.
        origin: where the VAE lies.
        parallel: the processes that share batches out.

    Raises:
        InputError: no such data, data of another VAE, or batches that cannot be shared out.
    """

    def __init__(self, config: TrainConfig, origin: Origin, parallel: Parallel) -> None:
        data, training = config.data, config.training
        samples = _samples(config, origin, parallel)
        self.problems: Problems | None = getattr(samples, "problems", None)
        self.batches = Batches(
            samples,
            batch_size=training.batch_size,
            micro_size=training.micro_batch_size,
            seed=config.seed,
            references=data.references,
            most_references=data.most_references,
            prefetch=True,
        )
        self.batches.micro_steps(parallel.data_world)

    def close(self, report: Path | None) -> None:
        """End the thread that makes batches, and say what was left out.

        Args:
            report: where the list of unusable samples goes; None writes none.
        """
        self.batches.close()
        if self.problems is not None and report is not None:
            self.problems.write(report)
            if len(self.problems):
                count = len(self.problems)
                samples = f"{count} sample{'' if count == 1 else 's'}"
                sys.stderr.write(f"{samples} could not be used; {report} lists them\n")


def _samples(config: TrainConfig, origin: Origin, parallel: Parallel) -> Samples | EndlessSamples:
    data = config.data
    if data.source == "latents":
        assert data.path is not None
        digest = _encoder(origin, parallel).facts.digest if origin.vae else None
        return LatentsCache(Path(data.path), data.reference_set, digest)
    if origin.vae is None:
        raise InputError(
            f"[model] vae is missing: source {data.source!r} encodes clips while training; give its folder"
        )
    encoder = _encoder(origin, parallel)
    if data.source == "folder":
        assert data.path is not None
        shape = ClipShape(data.num_frames, data.height_px, data.width_px, data.fps)
        return LiveFolder(Path(data.path), shape, encoder, skip_frames=data.skip_frames, most_share=data.most_bad)
    world = WorldSamples(
        data.num_frames,
        data.height_px,
        data.width_px,
        data.fps,
        cross_paired=data.cross_paired,
        most_references=data.most_references,
        close_up=data.close_up,
        offset=data.offset,
    )
    return LiveWorld(world, encoder)


def _encoder(origin: Origin, parallel: Parallel) -> LatentEncoder:
    assert origin.vae is not None
    return LatentEncoder(load_vae(origin.vae, device=str(parallel.device)))

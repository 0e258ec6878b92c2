"""What this machine computes with."""

from __future__ import annotations

import os

import torch

from s2vbench.backbones.fast_linear import HAS_ONEDNN_LINEAR


def machine_facts() -> dict[str, str]:
    """Processor, threads and GPU, as `s2vbench doctor` and benchmark tables show them."""
    return {
        "cpu": f"{os.cpu_count()} cores, {torch.get_num_threads()} threads, {torch.backends.cpu.get_cpu_capability()}",
        "onednn_linear": "yes" if HAS_ONEDNN_LINEAR else "no",
        "cuda": torch.cuda.get_device_name() if torch.cuda.is_available() else "none",
    }


def use_threads(count: int) -> None:
    """How many threads the networks of this process may use."""
    torch.set_num_threads(count)

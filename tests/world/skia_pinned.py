"""Digests of pixels hold for one version of the graphics library, built as the Linux x86-64 wheel is."""

from __future__ import annotations

import platform
import sys

import pytest
import skia

PINNED = "144.1"

needs_pinned_skia = pytest.mark.skipif(
    skia.__version__ != PINNED or sys.platform != "linux" or platform.machine() != "x86_64",
    reason=f"stored pixels are those of skia-python {PINNED} on Linux x86-64",
)

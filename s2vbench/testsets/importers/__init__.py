"""Importers of other benchmarks' formats: `IMPORTERS[name].run(source, out, options)` writes a test set."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from s2vbench.testsets.importers.base import Importer, ImportOptions, ImportReport
from s2vbench.testsets.importers.dreambench import DREAMBENCH
from s2vbench.testsets.importers.dreambench_plus import DREAMBENCH_PLUS
from s2vbench.testsets.importers.ms_bench import MS_BENCH
from s2vbench.testsets.importers.msrvtt_p import MSRVTT_P
from s2vbench.testsets.importers.opens2v import OPENS2V
from s2vbench.testsets.importers.prompt_lists import KALEIDO_LIST, MAGREF_LIST
from s2vbench.testsets.importers.vbench_custom import VBENCH_CUSTOM

if TYPE_CHECKING:
    from collections.abc import Mapping

IMPORTERS: Mapping[str, Importer] = MappingProxyType(
    {
        one.name: one
        for one in (OPENS2V, MSRVTT_P, KALEIDO_LIST, MAGREF_LIST, DREAMBENCH, DREAMBENCH_PLUS, MS_BENCH, VBENCH_CUSTOM)
    }
)

__all__ = ["IMPORTERS", "ImportOptions", "ImportReport", "Importer"]

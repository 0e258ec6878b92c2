from __future__ import annotations

import json
import subprocess
import sys

HEAVY = {
    "torch",
    "torchvision",
    "timm",
    "open_clip",
    "pandas",
    "scipy",
    "matplotlib",
    "transformers",
    "numpy",
    "av",
    "PIL",
}


def _modules_after(code: str) -> set[str]:
    script = f"import sys, json\n{code}\nsys.stdout.write(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout[done.stdout.rindex("[") :]))


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not HEAVY & _modules_after("import s2vbench")


def test_help_loads_nothing_heavy() -> None:
    assert not HEAVY & _modules_after("from s2vbench.cli.main import run_app\nassert run_app(['--help']) == 0")


def test_the_public_names_are_there() -> None:
    import s2vbench

    assert s2vbench.__all__ == sorted(s2vbench.__all__)
    assert all(getattr(s2vbench, name) for name in s2vbench.__all__)

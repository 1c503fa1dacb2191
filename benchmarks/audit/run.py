"""Measures `flet-lock audit` on a lock with real binary wheels, beside `auditwheel show` per wheel.

    python benchmarks/audit/run.py
    python benchmarks/audit/run.py --auditwheel .venv-auditwheel/bin/auditwheel --write

Locks an app for Android and iOS from PyPI (the one part that needs a network) and fetches its
wheels; then each run finds the files at hand.

cold: nothing is known of any wheel; all are verified and read. known: what is kept of their
binaries is held to the rules again (`-v`). recalled: the same question again. auditwheel reads one
wheel for Android per run, and neither alignment nor functions.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]

from comparison.measurement import Cost, medians, run  # noqa: E402 - found only now
from flet_lock.install.plan import plan_install  # noqa: E402
from flet_lock.lockfile.read_lock import lock_path, read_lock  # noqa: E402
from flet_lock.model.target import Platform  # noqa: E402

RESULTS = Path(__file__).parent / "RESULTS.md"
PROJECT = """
[project]
name = "binaries"
requires-python = "==3.13.*"
dependencies = [
  "aiohttp==3.14.5", "backports-zstd==1.8.0", "charset-normalizer==3.5.2", "markupsafe==3.0.4",
  "multidict==7.2.1", "pybase64==1.5.1", "xxhash==4.1.0",
]

[tool.flet.ios]
dependencies = ["kiwisolver==1.5.1", "pillow==13.0.0"]

[tool.flet.android]
target_arch = ["arm64-v8a", "x86_64"]

[tool.flet-lock]
no-flet-index = true
"""
COMMAND = (sys.executable, "-m", "flet_lock")


def make_app(root: Path) -> int:
    """Locks the app and fetches its wheels; returns how many of them are binary."""
    root.mkdir()
    (root / "pyproject.toml").write_text(PROJECT)
    shared = ("--cache-dir", str(root.parent / "cache"))
    log = root.parent / "log"
    for words in (("lock",), ("audit",)):
        if run([*COMMAND, *words, str(root), *shared], log, timeout_seconds=600).exit_code:
            raise SystemExit(log.read_text())
    return sum(
        each.wheel is not None and not each.wheel.filename.endswith("-any.whl")
        for platform in Platform
        for each in plan_install(read_lock(lock_path(root, platform))).packages
    )


def forget(cache: Path) -> None:
    """Deletes what is kept of binaries, and the last answers; the wheels stay."""
    for folder in ("binaries", "answers"):
        for path in cache.rglob(folder):
            shutil.rmtree(path)


def android_wheels(root: Path, folder: Path) -> list[Path]:
    """The locked wheels for Android under their own names, which auditwheel reads."""
    folder.mkdir()
    found = []
    for each in plan_install(read_lock(lock_path(root, Platform.ANDROID))).packages:
        wheel = each.wheel
        if wheel is not None and not wheel.filename.endswith("-any.whl"):
            digest = wheel.hashes["sha256"]
            kept = next(root.parent.glob(f"cache/**/{digest[:2]}/{digest[2:]}"))
            found.append(folder / wheel.filename)
            shutil.copy(kept, found[-1])
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--auditwheel", help="the command; without it that row is left out")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as name:
        root, cache, log = Path(name, "app"), Path(name, "cache"), Path(name, "log")
        count = make_app(root)
        audit = [*COMMAND, "audit", str(root), "--cache-dir", str(cache)]
        costs: dict[str, list[Cost]] = {"cold": [], "known": [], "recalled": []}
        for _ in range(options.rounds):
            forget(cache)
            for row, words in (("cold", ()), ("known", ("-v",)), ("recalled", ())):
                costs[row].append(run([*audit, *words], log, timeout_seconds=60))
        lines = [f"| {count} binary wheels | wall | CPU | per wheel |", "| --- | --- | --- | --- |"]
        lines += [
            _row(f"flet-lock audit, {row}", medians(each), count) for row, each in costs.items()
        ]
        if options.auditwheel:
            wheels = android_wheels(root, Path(name, "wheels"))
            shown = [
                run([options.auditwheel, "show", str(each)], log, timeout_seconds=60)
                for each in wheels
                for _ in range(min(options.rounds, 3))
            ]
            lines.append(_row("auditwheel show, a wheel for Android", medians(shown), 1))
    text = "\n".join(lines)
    print(text)
    if options.write:
        cores = os.cpu_count()
        RESULTS.write_text(
            f"# `flet-lock audit`\n\nMedians of {options.rounds} runs on {cores} cores; "
            f"`run.py` says what is measured.\n\n{text}\n"
        )
    return 0


def _row(name: str, cost: Cost, wheels: int) -> str:
    wall, cpu = cost.wall_seconds, cost.cpu_seconds
    return f"| {name} | {wall:.2f} s | {cpu:.2f} s | {1000 * wall / wheels:.0f} ms |"


if __name__ == "__main__":
    sys.exit(main())

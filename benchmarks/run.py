"""Measures flet-lock against uv and pip on the recorded index; prints one table.

    python benchmarks/run.py
    python benchmarks/run.py --only hello --only notes --rounds 3 --pip-rounds 0
    python benchmarks/run.py --write        also renews benchmarks/RESULTS.md and RESULTS.json

flet-lock locks all six targets in one run. uv is run once for each of the five mobile targets it
knows, one after the other, and its times are summed. pip is run for one target.
"""

import argparse
import compileall
import os
import platform
import resource
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from comparison.comparison import State, compare, serving_for, settings_for
from comparison.contender import beside_python, manifest_at_hand
from comparison.result_table import json_document, markdown, rows_of, summary, terminal_table
from comparison.site_server import capacity
from comparison.workload import read_workloads

HERE = Path(__file__).parent


def main() -> int:
    """Runs the command."""
    options = _options()
    console = Console(stderr=True)
    workloads = [
        workload
        for workload in read_workloads(HERE / "workloads.toml")
        if not options.only or workload.name in options.only
    ]
    # As pip does with what it installs; an editable checkout would be compiled in every run where
    # Python is told to write no bytecode.
    compileall.compile_dir(HERE.parent / "resolver", quiet=1)
    settings = settings_for(
        [milliseconds / 1000 for milliseconds in options.latency],
        [State(name) for name in options.cache],
    )
    data = HERE.parent / "data"
    with serving_for(settings[:1], data / "index") as served:
        per_second = capacity(f"{served.url(f'pypi-{settings[0].site}')}numpy/")
    about = _about(options.rounds, options.pip_rounds, per_second)
    with manifest_at_hand(data):
        comparison = compare(
            workloads,
            settings,
            data=data,
            rounds=options.rounds,
            pip_rounds=options.pip_rounds,
            timeout_seconds=options.timeout,
            progress=lambda line: console.print(line, highlight=False),
        )
    Console(width=None if sys.stdout.isatty() else 240).print(terminal_table(rows_of(comparison)))
    print("\n".join(summary(comparison)))
    print(f"the server answers {per_second:,.0f} requests a second")
    if options.write:
        (HERE / "RESULTS.md").write_text(markdown(comparison, about), encoding="utf-8")
        facts: dict[str, object] = {"about": about, "requests_per_second": per_second}
        (HERE / "RESULTS.json").write_text(json_document(comparison, facts), encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", action="append", default=[], help="a workload; repeatable")
    parser.add_argument("--rounds", type=int, default=5, help="pairs of runs (default: 5)")
    parser.add_argument("--pip-rounds", type=int, default=1, help="runs of pip (default: 1)")
    parser.add_argument("--timeout", type=float, default=90.0, help="seconds for one run")
    parser.add_argument("--latency", type=float, nargs="+", default=[0.0, 20.0], help="in ms")
    parser.add_argument(
        "--cache",
        nargs="+",
        default=["cold", "warm", "edited"],
        choices=[state.value for state in State],
    )
    parser.add_argument("--write", action="store_true", help="renew RESULTS.md and RESULTS.json")
    return parser.parse_args()


def _about(rounds: int, pip_rounds: int, per_second: float) -> list[str]:
    program = str(beside_python("uv"))
    uv = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    made = (
        f"{datetime.now(UTC).date().isoformat()}, {_machine()}. flet-lock {version('flet-lock')} "
        f"on Python {platform.python_version()}, {uv.partition(' (')[0].strip()}, pip "
        f"{version('pip')}. `python benchmarks/run.py --write` makes this file."
    )
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # Linux: kilobytes
    meaning = (
        f"Medians of {rounds} runs of flet-lock and uv in turn ({pip_rounds} of pip). flet-lock: "
        "all six targets, one process. uv: the sum over its five mobile targets, one process "
        "each. pip: one target. `(no)`: there is no answer, and the tool says so. Cold: caches are "
        "empty; warm: everything is fresh, nothing has changed; edited: as warm, after a change "
        "to the project's files; stale: pages must be asked for again. KB: what the server sent. "
        f"Memory below {own} MB cannot be told apart from that of the program that measures. "
        "The server is on the same machine, a process of its own, and answers "
        f"{per_second:,.0f} requests a second."
    )
    return [made, "", meaning]


def _machine() -> str:
    """The class of the machine, not its name."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores ({model})"


if __name__ == "__main__":
    sys.exit(main())

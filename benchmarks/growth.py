"""Measures how the resolver's time grows with packages, versions and targets; prints exponents.

    python benchmarks/growth.py            (a minute)
    python benchmarks/growth.py --write    also renews benchmarks/GROWTH.md

Each size is resolved on an index in memory, so that only deciding counts. The exponent is the
slope of CPU time over size, both logarithmic, through all sizes: 1 is linear.
"""

import argparse
import gc
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from comparison.generated_universe import GeneratedUniverse
from flet_lock.model.event import ignore_event
from flet_lock.resolution.resolve import resolve

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A universe, and for how many targets it is resolved."""

    packages: int = 50
    versions: int = 10
    targets: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Sizes of which one number grows."""

    name: str
    """The number: a field of `Size`."""
    sizes: tuple[Size, ...]


FAMILIES = (
    Family(
        name="packages",
        sizes=tuple(Size(packages=n) for n in (10, 20, 50, 100, 200, 500, 1000, 2000)),
    ),
    Family(
        name="versions",
        sizes=tuple(Size(versions=n) for n in (10, 20, 50, 100, 200, 500, 1000)),
    ),
    Family(name="targets", sizes=tuple(Size(packages=200, targets=n) for n in range(1, 7))),
)


def measure(size: Size, *, rounds: int) -> float:
    """CPU seconds of a resolution, median; the universe is new each time."""
    seconds = []
    for _ in range(rounds):
        universe = GeneratedUniverse(packages=size.packages, versions=size.versions)
        request = universe.request(size.targets)
        gc.collect()
        started = time.process_time()
        resolve(request, universe, listener=ignore_event)
        seconds.append(time.process_time() - started)
    return median(seconds)


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The least-squares slope of log time over log size."""
    xs = [math.log(size) for size in sizes]
    ys = [math.log(second) for second in seconds]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    covariance = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return covariance / sum((x - mean_x) ** 2 for x in xs)


def main() -> int:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="runs per size (default: 3)")
    parser.add_argument("--write", action="store_true", help="renew GROWTH.md")
    options = parser.parse_args()
    measure(Size(packages=5), rounds=1)  # imports and caches that do not grow
    lines = ["# How the resolver's time grows", "", (__doc__ or "").rpartition("\n\n")[2].strip()]
    console = Console()
    for family in FAMILIES:
        numbers = [getattr(size, family.name) for size in family.sizes]
        seconds = [measure(size, rounds=options.rounds) for size in family.sizes]
        slope = exponent(numbers, seconds)
        title = f"{family.name}: exponent {slope:.2f}"
        table = Table(family.name, "CPU s", title=title, title_justify="left")
        for number, second in zip(numbers, seconds, strict=True):
            table.add_row(str(number), f"{second:.3f}")
        console.print(table)
        lines += ["", f"## {title}", "", f"| {family.name} | CPU s |", "| ---: | ---: |"]
        lines += [f"| {n} | {second:.3f} |" for n, second in zip(numbers, seconds, strict=True)]
    if options.write:
        (HERE / "GROWTH.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Injects the faults of `tests/faults/catalogue` and tells how many were survived.

    python tools/inject_faults.py                      all, in some minutes
    python tools/inject_faults.py --sample 120 --seed 7
    python tools/inject_faults.py --family locks       one family
    python tools/inject_faults.py --only locks-17      one fault, with what went wrong

Survived means: a right exit code, no traceback, no "fault of its own", no control character and no
secret in what is said, nothing written outside the app, no lock that is half written, no secret in
the cache, all of it within 20 seconds and 2 GB. Exit code 1 where a fault was not survived.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

# ruff: noqa: PLC0415 - the folders of tests have to be on the path first

ROOT = Path(__file__).resolve().parent.parent
MEMORY_BYTES = 2 * 1024**3


def main(words: Sequence[str] | None = None) -> int:
    """Injects what the command line names; returns the exit code."""
    parser = argparse.ArgumentParser(description="injects faults")
    parser.add_argument("--sample", type=int, help="so many, of all families")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--family", action="append", help="repeatable")
    parser.add_argument("--only", help="one fault by its name")
    chosen = parser.parse_args(words)
    for folder in ("resolver", "tests"):
        sys.path.insert(0, str(ROOT / folder))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    from faults.fault import FAMILIES, Fault, read_faults, sample

    if chosen.sample:
        faults: list[Fault] = sample(chosen.sample, chosen.seed)
    else:
        names = chosen.family or FAMILIES
        faults = [fault for family in names for fault in read_faults(family)]
    if chosen.only:
        faults = [fault for fault in faults if fault.name == chosen.only]
    return _report(faults)


def _report(faults: Sequence[object]) -> int:
    from fakes.flet_versions import SHIPPED
    from fakes.index_server import IndexServer
    from faults.fault import Fault
    from faults.scene import World, inject

    started = time.monotonic()
    tried: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, IndexServer() as server:
        world = World(base=Path(folder).resolve(), server=server, outside=dict(SHIPPED))
        world.build()
        for number, fault in enumerate(faults):
            assert isinstance(fault, Fault)
            tried[fault.family] += 1
            reason = inject(world, fault, number)
            if reason is not None:
                failed[fault.family] += 1
                print(f"{fault.name} ({fault.command[:60]}): {reason}", flush=True)
    for family in sorted(tried):
        print(f"{family:<10} {tried[family]:>5} tried {tried[family] - failed[family]:>5} survived")
    total, lost = sum(tried.values()), sum(failed.values())
    seconds = time.monotonic() - started
    print(f"{'all':<10} {total:>5} tried {total - lost:>5} survived in {seconds:.0f} s")
    return int(lost > 0)


if __name__ == "__main__":
    if "PYTHONHASHSEED" not in os.environ:  # sets and their order, too
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        sys.exit(
            subprocess.run([sys.executable, *sys.argv], env=environment, check=False).returncode
        )
    sys.exit(main())

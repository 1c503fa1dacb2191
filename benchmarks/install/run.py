"""Measures `flet-lock install` against uv and pip: the same lock, the same wheels, one table.

    python benchmarks/install/run.py
    python benchmarks/install/run.py --workload typical --rounds 3 --pip-rounds 0
    python benchmarks/install/run.py --folder /dev/shm     on a disk in memory
    python benchmarks/install/run.py --write               also renews benchmarks/install/RESULTS.md

The wheels are made up, the same bytes each time, in sizes and numbers of files like real ones, and
come from a server on localhost. iOS, because uv knows its three slices: flet-lock installs them in
one run, uv and pip are run once for each, and their times are summed. flet-lock and uv run in turn,
so that what else a machine does strikes both. Each run installs into a folder that was not there
before. In memory that is deleted after the run, on a disk when all is measured: ext4 reuses nothing
that was deleted in the last minutes, and looks for a place the longer, the more that was.

cold: nothing is cached. warm: every wheel is. again: the folder holds it all already (pip has no
such thing for `--target`).
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]

from comparison.measurement import Cost, medians, run, total  # noqa: E402 - found only now
from fakes.index_server import IndexServer  # noqa: E402
from fakes.installers import UV, clean_environment, pip_command, uv_command  # noqa: E402
from fakes.locked_app import LockedApp  # noqa: E402
from fakes.odd_wheels import Member, make_odd_wheel  # noqa: E402
from flet_lock.install.lock_requirements import render_requirements  # noqa: E402
from flet_lock.lockfile.read_lock import lock_path  # noqa: E402
from flet_lock.model.target import Platform  # noqa: E402

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
STATES = ("cold", "warm", "again")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What an app's wheels are like."""

    name: str
    pure: int
    """Pure packages."""
    files: int
    """Of each."""
    file_bytes: int
    """On average; text."""
    binary: int
    """Packages with a wheel for each slice, with as many files and one library."""
    library_bytes: int


WORKLOADS = (
    # flet, its own dependencies and a few more: 1,100 files, 8 MB for a slice.
    Workload(name="small", pure=16, files=60, file_bytes=4_000, binary=2, library_bytes=1_500_000),
    # A data app: 5,000 files, 60 MB for a slice.
    Workload(name="large", pure=40, files=100, file_bytes=7_000, binary=8, library_bytes=4_000_000),
)


def main() -> int:
    """Runs the command."""
    options = _options()
    rows: list[Row] = []
    if options.folder is not None:
        Path(options.folder).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="bench-") as folder:
        for workload in WORKLOADS:
            if options.workload and workload.name not in options.workload:
                continue
            with IndexServer() as server:
                bench = Bench(
                    workload, Path(folder) / workload.name, server, tidy=options.in_memory
                )
                rows += bench.rows(options.rounds, options.pip_rounds)
    text = render(rows)
    print(text)
    if options.write:
        (Path(__file__).parent / "RESULTS.md").write_text(_about(options) + text, encoding="utf-8")
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A workload in one state: what each contender took, median of its runs."""

    workload: str
    slices: int
    state: str
    ours: Cost
    uv: Cost | None
    """None: there is no uv here."""
    pip: Cost | None
    """None: not measured."""


class Bench:
    """A workload, ready to be installed."""

    def __init__(
        self, workload: Workload, folder: Path, server: IndexServer, *, tidy: bool
    ) -> None:
        folder.mkdir()
        self._workload = workload
        self._folder = folder
        self._number = 0
        self._tidy = tidy
        """Whether what a run leaves is deleted at once."""
        app = LockedApp(root=folder / "app", platform=Platform.IOS, server=server)
        app.root.mkdir()
        random = Random(workload.name)
        for number in range(workload.pure):
            name = f"pure{number}"
            app.pure(name, content=_wheel(name, workload, random, library=None))
        for number in range(workload.binary):
            _lock_binary(app, f"binary{number}", workload, random)
        app.write()
        self._app = app
        # Both hold the lock's Python against the one that they run on.
        text = lock_path(app.root, app.platform).read_text()
        self._lock = app.root / "pylock.toml"
        self._lock.write_text(text.replace('"==3.13.*"', f'"=={HERE}.*"'))

    def rows(self, rounds: int, pip_rounds: int) -> list["Row"]:
        """A row for each state and number of slices."""
        return [
            self._row(slices, state, rounds, pip_rounds)
            for slices in (self._app.slices, self._app.slices[:1])
            for state in STATES
        ]

    def _row(self, slices: Sequence[str], state: str, rounds: int, pip_rounds: int) -> "Row":
        print(f"{self._workload.name}: {len(slices)} slices, {state}", file=sys.stderr)
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(self._cost(self._flet_lock, slices, state))
            if UV:
                theirs.append(self._cost(self._uv, slices, state))
        pips = [
            self._cost(self._pip, slices, state)
            for _ in range(pip_rounds if state != "again" else 0)
        ]
        return Row(
            workload=self._workload.name,
            slices=len(slices),
            state=state,
            ours=medians(ours),
            uv=medians(theirs) if theirs else None,
            pip=medians(pips) if pips else None,
        )

    def _cost(
        self,
        contender: Callable[[Sequence[str], Path, Path], Cost],
        slices: Sequence[str],
        state: str,
    ) -> Cost:
        """One run. What the state needs is done first, unmeasured."""
        self._number += 1
        place = self._folder / str(self._number)
        place.mkdir()
        if state != "cold":
            contender(slices, place / "home", place / "before")
        target = place / ("before" if state == "again" else "after")
        cost = contender(slices, place / "home", target)
        if cost.exit_code:
            raise SystemExit((self._folder / "log").read_text())
        if self._tidy:
            shutil.rmtree(place)
        return cost

    def _flet_lock(self, slices: Sequence[str], home: Path, target: Path) -> Cost:
        command = [str(Path(sys.executable).with_name("flet-lock")), "install", str(self._app.root)]
        command += ["--platform", "ios", "--target", str(target), "--cache-dir", str(home)]
        return self._run([*command, *(f"--arch={name}" for name in slices)], home)

    def _uv(self, slices: Sequence[str], home: Path, target: Path) -> Cost:
        commands = [uv_command(self._lock, name, target / name) for name in slices]
        return total([self._run(command, home) for command in commands])

    def _pip(self, slices: Sequence[str], home: Path, target: Path) -> Cost:
        requirements = self._app.root / "requirements.txt"
        requirements.write_text(render_requirements(self._app.lock))
        commands = [pip_command(requirements, name, target / name) for name in slices]
        return total([self._run(command, home) for command in commands])

    def _run(self, command: Sequence[str], home: Path) -> Cost:
        home.mkdir(exist_ok=True)
        environment = clean_environment(home)
        words = [f"{name}={value}" for name, value in environment.items()]
        env = shutil.which("env")
        assert env is not None
        command = [env, "-i", "-C", str(self._app.root), *words, *command]
        return run(command, self._folder / "log", timeout_seconds=600)


def _wheel(name: str, workload: Workload, random: Random, *, library: str | None) -> bytes:
    members = [
        Member(name=f"{name}/part{number % 7}/module{number}.py", content=_text(random, workload))
        for number in range(workload.files)
    ]
    if library is not None:
        # Machine code shrinks to about half.
        half = workload.library_bytes // 2
        content = library.encode() + random.randbytes(half) + bytes(half)
        members.append(Member(name=f"{name}/_native.so", content=content))
    return make_odd_wheel(name, "1.0", members, compression=8)


def _text(random: Random, workload: Workload) -> bytes:
    """Text that shrinks to a quarter, as Python modules do."""
    size = random.randrange(workload.file_bytes // 4, workload.file_bytes * 7 // 4)
    words = ["self", "return", "import", "value", "name", "    ", "\n", "def", "=", "(", ")"]
    words += [f"{random.getrandbits(28):x}" for _ in range(size // 40)]
    return " ".join(random.choices(words, k=size // 5)).encode()[:size]


def _lock_binary(app: LockedApp, name: str, workload: Workload, random: Random) -> None:
    chosen = {}
    for slice_name in app.slices:
        data = _wheel(name, workload, random, library=slice_name)
        tag = f"py3-none-ios_13_0_{'_'.join(reversed(slice_name.split('.')))}"
        chosen[slice_name] = app.serve(name, f"{name}-1.0-{tag}.whl", data)
    app.add(name, "1.0", chosen)


def summary(rows: Sequence[Row]) -> list[str]:
    """One line per workload: all slices of the platform together, flet-lock against uv."""
    lines = []
    for workload in dict.fromkeys(row.workload for row in rows):
        found = [row for row in rows if row.workload == workload]
        most = max(row.slices for row in found)
        told = [
            f"{row.state} {row.ours.wall_seconds / row.uv.wall_seconds:.2f}"
            for row in found
            if row.slices == most and row.uv is not None
        ]
        lines.append(f"- {workload}, all {most} slices, flet-lock / uv, wall: {', '.join(told)}\n")
    return lines


def render(rows: Sequence[Row]) -> str:
    """The comparison of all slices, and a table in Markdown."""
    head = "workload|slices|state|flet-lock s|uv s|flet-lock / uv|flet-lock CPU s|uv CPU s|pip s"
    ruler = "---|---:|---|---:|---:|---:|---:|---:|---:"
    lines = [head.split("|"), ruler.split("|"), *map(_cells, rows)]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return "".join([*summary(rows), "\n", table])


def _cells(row: Row) -> tuple[str, ...]:
    uv, pip = row.uv, row.pip
    return (
        row.workload,
        str(row.slices),
        row.state,
        f"{row.ours.wall_seconds:.3f}",
        "" if uv is None else f"{uv.wall_seconds:.3f}",
        "" if uv is None else f"{row.ours.wall_seconds / uv.wall_seconds:.2f}",
        f"{row.ours.cpu_seconds:.3f}",
        "" if uv is None else f"{uv.cpu_seconds:.3f}",
        "" if pip is None else f"{pip.wall_seconds:.3f}",
    )


def _about(options: argparse.Namespace) -> str:
    return (
        "# Installing a lock\n\n"
        f"Medians of {options.rounds} runs of flet-lock and uv in turn ({options.pip_rounds} of "
        f"pip), Python {HERE}, {os.cpu_count()} cores. flet-lock: all slices in one process; uv "
        "and pip: the sum over one process per slice. Cold: nothing is cached; warm: every wheel "
        "is; again: the folder holds it all already. CPU: user and system. "
        f"{'On a disk in memory. ' if options.in_memory else ''}"
        "`python benchmarks/install/run.py --write` makes this file.\n\n"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [workload.name for workload in WORKLOADS]
    parser.add_argument("--workload", action="append", choices=names)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pip-rounds", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where to install (default: the system's own)")
    parser.add_argument("--write", action="store_true", help="renew benchmarks/install/RESULTS.md")
    options = parser.parse_args()
    options.in_memory = options.folder is not None and options.folder.is_relative_to("/dev/shm")
    return options


if __name__ == "__main__":
    sys.exit(main())

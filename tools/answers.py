"""Asks flet-lock about many apps and prints what came of each: outcome, CPU time, lines.

    python tools/answers.py                  everything below
    python tools/answers.py packages         each package of the recorded index, as a one-line app
    python tools/answers.py troubles         what people met in public (tests/troubles)
    python tools/answers.py apps             whole apps (data/apps, tests/apps)
    python tools/answers.py hard             generated indexes that make a search walk for long
    python tools/answers.py live NAME…       the same on the real PyPI of now; `+` joins two lines
    python tools/answers.py --slowest 20     only the slowest ones in the table

Any app of real packages gets an answer: locks, or what stands in the way and what to do about it.
So the exit code is 1 where a run took longer than 10 s of CPU, or ended with exit code 2 though its
files and its Flet can be read.
"""

import argparse
import contextlib
import io
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from shutil import copytree, ignore_patterns

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "resolver"), str(ROOT / "tests"), str(ROOT / "tools")]

# ruff: noqa: E402 - the folders above are where these are
from answering.hard_universes import SHAPES, hard_universe
from fakes.flet_versions import SHIPPED
from fakes.public_app import public_indexes, read_public_app
from fakes.scenario import Scenario, make_scenario, read_scenario
from fakes.trouble import write_trouble
from flet_lock.cli.main import main as flet_lock

INDEX = ROOT / "data" / "index"
RECORDED = ("--default-index", str(INDEX / "pypi"), "--index", f"flet={INDEX / 'flet'}")
QUIET = ("--dry-run", "--no-progress")
MOST_SECONDS = 10.0
"""CPU time within which an answer is there."""
KINDS = ("packages", "troubles", "apps", "hard")
HARD_SEEDS = 6
_NO_APP = ("project-error", "unsupported-flet")
"""Outcomes of lists that are none, and of Flets that build in a way that nobody can lock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An app to be asked about."""

    kind: str
    name: str
    path: Path | None = None
    """The app's folder, or the file that it is made of."""
    lines: tuple[str, ...] = ()
    """Requirements, where there is no folder."""
    seed: int = 0
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of a case."""

    case: Case
    outcome: str
    """In a few words."""
    exit_code: int
    seconds: float
    """CPU time of the process, threads included."""
    lines: int
    """Of the answer as people get it."""

    @property
    def is_answer(self) -> bool:
        """Whether it is one, and soon enough."""
        answered = self.exit_code in (0, 1) or self.outcome in _NO_APP
        return answered and self.seconds <= MOST_SECONDS


def cases(kinds: Sequence[str]) -> Iterator[Case]:  # noqa: C901 - a flat table, a row per kind
    """All cases of some kinds, always in the same order."""
    for kind in kinds:
        match kind:
            case "packages":
                pages = (INDEX / index / "simple" for index in ("pypi", "flet"))
                for name in sorted(
                    {p.name for page in pages for p in page.iterdir() if p.is_dir()}
                ):
                    yield Case(kind=kind, name=name, lines=(name,), options=RECORDED)
            case "troubles":
                for path in sorted((ROOT / "tests" / "troubles").rglob("*.toml")):
                    yield Case(kind=kind, name=f"{path.parent.name}/{path.stem}", path=path)
            case "apps":
                for path in sorted(p for p in (ROOT / "data" / "apps").iterdir() if p.is_dir()):
                    yield Case(kind=kind, name=path.name, path=path, options=RECORDED)
                for path in sorted((ROOT / "tests" / "apps").glob("*.toml")):
                    yield Case(kind=kind, name=path.stem, path=path)
            case "hard":
                for shape, seed in product(SHAPES, range(HARD_SEEDS)):
                    yield Case(kind=kind, name=f"{shape} {seed}", lines=(shape,), seed=seed)


def measure(case: Case) -> Measured:
    """Asks flet-lock about a case, in this process."""
    os.environ.update(SHIPPED, COLUMNS="100")
    with tempfile.TemporaryDirectory() as folder:
        app, options = _write(case, Path(folder))
        words = ("lock", str(app), *QUIET, *options)
        started = time.process_time()
        code, out, err = _run(*words)
        seconds = time.process_time() - started
        _, document, _ = _run(*words, "--fix-budget", "0", "--output-format", "json")
    return Measured(
        case=case,
        outcome=_outcome(json.loads(document)),
        exit_code=code,
        seconds=seconds,
        lines=len((out + err).splitlines()),
    )


def measure_all(wanted: Iterable[Case], workers: int = 2) -> Iterator[Measured]:
    """Asks about cases, several at a time; as they are answered."""
    with ProcessPoolExecutor(workers) as pool:
        for done in as_completed(pool.submit(measure, case) for case in wanted):
            yield done.result()


def _write(case: Case, folder: Path) -> tuple[Path, tuple[str, ...]]:
    """The app's folder and the options that name its indexes."""
    match case.kind:
        case "troubles":
            assert case.path is not None
            return write_trouble(read_scenario(case.path), folder), ("--no-cache",)
        case "hard":
            return write_trouble(_hard(case), folder), ("--no-cache",)
        case "apps":
            assert case.path is not None
            if case.path.suffix == ".toml":
                return read_public_app(case.path).write(folder), ("--no-cache", *public_indexes())
            app = folder / "app"
            copytree(case.path, app, ignore=ignore_patterns("pylock.*"))
            return app, ("--no-cache", *case.options)
        case _:
            app = folder / "app"
            app.mkdir()
            (app / "requirements.txt").write_text("".join(f"{line}\n" for line in case.lines))
            return app, ("--cache-dir", str(folder / "cache"), *case.options)


def _hard(case: Case) -> Scenario:
    return make_scenario(hard_universe(case.lines[0], case.seed), name="hard")


def _run(*words: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = flet_lock(words)
    return code, out.getvalue(), err.getvalue()


def _outcome(document: dict[str, object]) -> str:
    error = document.get("error")
    if not isinstance(error, dict):
        platforms = document["platforms"]
        assert isinstance(platforms, list)
        counts = "/".join(str(len(each["packages"])) for each in platforms)
        return f"locks: {counts} packages"
    blockers = error["facts"].get("blockers")
    if not blockers:
        return str(error["type"])
    told = Counter(f"{each['package']}: {each['type']}" for each in blockers)
    names = ", ".join(told)
    return names if len(names) <= 60 else f"{names[:57]}…"


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the table; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=(__doc__ or "").partition("\n")[2],
    )
    parser.add_argument("kind", nargs="*", help=f"{', '.join(KINDS)}, or live and names")
    parser.add_argument("--slowest", type=int, default=0, metavar="N", help="rows; default all")
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    options = parser.parse_args(argv)
    words = options.kind or list(KINDS)
    if words[0] == "live":
        wanted = [
            Case(kind="live", name=n, lines=("flet", *n.split("+")), options=RECORDED[2:])
            for n in words[1:]
        ]
    elif unknown := sorted(set(words) - {*KINDS}):
        parser.error(f"no such kind: {', '.join(unknown)}")
    else:
        wanted = list(cases(words))
    found = {each.case.name: each for each in measure_all(wanted, options.workers)}
    rows = [found[case.name] for case in wanted]
    if options.slowest:
        rows = sorted(rows, key=lambda row: -row.seconds)[: options.slowest]
    width = max((len(row.case.name) for row in rows), default=0)
    for row in rows:
        mark = " " if row.is_answer else "!"
        print(
            f"{mark} {row.case.kind:9} {row.case.name:{width}} {row.seconds:6.2f} s "
            f"exit {row.exit_code} {row.lines:3} lines  {row.outcome}"
        )
    wrong = [each for each in found.values() if not each.is_answer]
    slowest = max((each.seconds for each in found.values()), default=0.0)
    print(
        f"{len(found)} apps, slowest {slowest:.2f} s; "
        f"{len(wrong)} without an answer within {MOST_SECONDS:g} s"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())

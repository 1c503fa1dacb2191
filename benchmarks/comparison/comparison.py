"""The comparison: every workload, cold, warm and stale, near and far, the tools in turn."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from comparison.contender import Contender, FletLock, Indexes, Pip, Uv
from comparison.generated_recording import write_recording
from comparison.measurement import Cost, medians
from comparison.recorded_site import Behaviour
from comparison.site_server import Served, Site, serving
from comparison.workload import App, Workload, locked_packages, write_app

STALE_SECONDS = 1
"""`max-age` of pages where runs are to find them stale: it is waited for before each run."""


class State(Enum):
    """What the caches hold when a run starts."""

    COLD = "cold"
    """Nothing."""
    WARM = "warm"
    """All that the last run fetched, fresh."""
    EDITED = "edited"
    """As warm, but the project's files were changed (by a comment): the answer has to be worked
    out again."""
    STALE = "stale"
    """The same, but pages have to be asked for again (`max-age` is over)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Under which conditions the tools run."""

    state: State
    latency_seconds: float

    @property
    def site(self) -> str:
        """Name of the sites that answer like this, less the index's name."""
        lasting = "stale" if self.state is State.STALE else "fresh"
        return f"{lasting}-{self.latency_seconds}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A tool's cost for a workload in a setting."""

    workload: str
    setting: Setting
    contender: str
    cost: Cost
    """Medians."""
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything measured."""

    figures: tuple[Figure, ...]
    packages: dict[str, int]
    """Workload to the packages that flet-lock locked; 0: it cannot be locked."""
    about: dict[str, str]
    rounds: int


def settings_for(latencies: Sequence[float], states: Sequence[State]) -> list[Setting]:
    """All combinations; a fresh cache is not asked over the network, so latency once."""
    return [
        Setting(state=state, latency_seconds=latency) for state in states for latency in latencies
    ]


@contextmanager
def serving_for(
    settings: Sequence[Setting], recordings: Path, generated: Mapping[str, Path] | None = None
) -> Iterator[Served]:
    """The recorded indexes, once for each way of answering that the settings need.

    Args:
        settings: The conditions.
        recordings: Folder with `pypi/` and `flet/`.
        generated: More of them, by name.
    """
    folders = {"pypi": recordings / "pypi", "flet": recordings / "flet", **(generated or {})}
    sites = {
        f"{index}-{setting.site}": Site(
            folder=folder,
            behaviour=Behaviour(
                latency_seconds=setting.latency_seconds,
                max_age=STALE_SECONDS if setting.state is State.STALE else 600,
            ),
        )
        for setting in settings
        for index, folder in folders.items()
    }
    with serving(sites) as served:
        yield served


def compare(
    workloads: Sequence[Workload],
    settings: Sequence[Setting],
    *,
    data: Path,
    rounds: int,
    pip_rounds: int,
    timeout_seconds: float,
    progress: Callable[[str], None],
) -> Comparison:
    """Measures.

    Args:
        workloads: The problems.
        settings: The conditions.
        data: Folder with `apps/` and `index/`.
        rounds: Runs of flet-lock and of uv, in turn.
        pip_rounds: Runs of pip, which takes long; at the first latency only.
        timeout_seconds: Of one run.
        progress: Is told what comes next.
    """
    figures: list[Figure] = []
    packages: dict[str, int] = {}
    with (
        tempfile.TemporaryDirectory(prefix="flet-lock-benchmark-") as scratch,
        serving_for(settings, data / "index", _generate(workloads, Path(scratch))) as served,
    ):
        for workload in workloads:
            home = Path(scratch) / workload.name
            home.mkdir()
            app = write_app(workload, home / "app", data / "apps")
            pair: list[Contender] = [FletLock(home), Uv(home)]
            for setting in settings:
                progress(f"{workload.name}, {setting.state.value}, {_milliseconds(setting)}")
                bench = _Bench(app, setting, served, timeout_seconds)
                figures += bench.measure(pair, rounds)
                if setting.latency_seconds == settings[0].latency_seconds:
                    figures += bench.measure([Pip(home)], pip_rounds)
            packages[workload.name] = locked_packages(app)
    return Comparison(
        figures=tuple(figures),
        packages=packages,
        about={workload.name: workload.about for workload in workloads},
        rounds=rounds,
    )


def _generate(workloads: Sequence[Workload], scratch: Path) -> dict[str, Path]:
    """Recordings of the generated universes, by the name of their site."""
    made: dict[str, Path] = {}
    for workload in workloads:
        universe = workload.generated
        if universe is not None:
            made[workload.index] = folder = scratch / workload.index
            write_recording(folder, packages=universe.packages, versions=universe.versions)
    return made


def _milliseconds(setting: Setting) -> str:
    return f"{setting.latency_seconds * 1000:.0f} ms"


class _Bench:
    """One workload in one setting."""

    def __init__(self, app: App, setting: Setting, served: Served, timeout_seconds: float) -> None:
        self._app = app
        self._setting = setting
        self._served = served
        self._timeout_seconds = timeout_seconds
        flet = served.url(f"flet-{setting.site}") if app.workload.flet_index else None
        self._edits = 0
        self._indexes = Indexes(pypi=served.url(f"{app.workload.index}-{setting.site}"), flet=flet)

    def measure(self, contenders: Sequence[Contender], rounds: int) -> list[Figure]:
        """The tools in turn (A B A B), so that what else the machine does strikes all alike."""
        costs: dict[str, list[Cost]] = {contender.name: [] for contender in contenders}
        if not rounds:
            return []
        for contender in contenders:
            contender.forget()
            if rounds > 1 or self._setting.state is not State.COLD:
                self._run(contender)  # fills caches, compiles, wakes the disk; not counted
        for _ in range(rounds):
            for contender in contenders:
                if self._setting.state is State.COLD:
                    contender.forget()
                costs[contender.name].append(self._run(contender))
        return [
            Figure(
                workload=self._app.workload.name,
                setting=self._setting,
                contender=name,
                cost=medians(measured),
                runs=rounds,
            )
            for name, measured in costs.items()
        ]

    def _run(self, contender: Contender) -> Cost:
        if self._setting.state is State.STALE:
            # uv's first target asks again; its others find the answers fresh, as they would.
            time.sleep(STALE_SECONDS + 0.1)
        if self._setting.state is State.EDITED:
            self._edits += 1
            for path in self._app.own_files:
                with path.open("a", encoding="utf-8") as file:
                    file.write(f"# edit {self._edits}\n")
            time.sleep(0.02)
        self._count()
        cost = contender.lock(self._app, self._indexes, timeout_seconds=self._timeout_seconds)
        requests, received = self._count()
        return replace(cost, requests=requests, bytes_received=received)

    def _count(self) -> tuple[int, int]:
        """Requests and bytes since the last call."""
        parts = [
            self._served.counted(f"{i}-{self._setting.site}")
            for i in (self._app.workload.index, "flet")
        ]
        return sum(p.requests for p in parts), sum(p.bytes_sent for p in parts)

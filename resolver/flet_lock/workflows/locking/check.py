"""`flet-lock check`: is each lock in step with the project? Offline, no index, no resolver."""

import shlex
import time
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from flet_lock.lockfile.find_drift import find_drift
from flet_lock.lockfile.read_lock import lock_path
from flet_lock.model.answer.answer_dependencies import AnswerDependencies
from flet_lock.model.answer.drift import Drift, DriftKind
from flet_lock.model.app.project import ProjectNote
from flet_lock.model.redaction import redacted
from flet_lock.model.target import Platform
from flet_lock.workflows.command_outcome import CommandOutcome
from flet_lock.workflows.locking.lock_plan import read_lock_plan


class CheckOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock check`."""

    kind: ClassVar[str] = "check"
    project_name: str
    """The app's name."""
    platforms: tuple[Platform, ...]
    """Those that have a lock, or should have, Android first."""
    drifts: tuple[Drift, ...]
    """Empty if every lock is in step."""
    locking_command: str
    """The command that brings the locks in step again, `flet-lock`."""
    notes: tuple[ProjectNote, ...]
    """Remarks on the project."""
    seconds: float
    """Duration."""

    @property
    def lock_paths(self) -> tuple[str, ...]:
        """File names of the locks."""
        return tuple(lock_path(Path(), platform).name for platform in self.platforms)

    @property
    def in_step(self) -> bool:
        """Whether every lock is in step with the project."""
        return not self.drifts

    @property
    def exit_code(self) -> int:
        """1 if a lock is out of step."""
        return int(not self.in_step)


def check(root: Path, *, options: Mapping[str, object], environ: Mapping[str, str]) -> CheckOutcome:
    """Compares the inputs that each lock was made for with those of the project now.

    Args:
        root: the app's folder.
        options: the layer of options, keys as on the command line without dashes.
        environ: the process environment.

    Raises:
        ProjectError, UsageError, UnsupportedPython, CatalogueError: see `read_lock_plan`.
        LockUnreadable: a lock is damaged, or another tool's.
    """
    started = time.monotonic()
    read_from = time.time()
    plan = read_lock_plan(root, options=options, environ=environ)
    drifts: list[Drift] = []
    paths: list[Path] = []
    for platform, inputs in plan.inputs.items():
        path = lock_path(plan.project.root, platform)
        paths.append(path)
        found = find_drift(path, inputs, plan.places[platform])
        # Against another date's table nothing can be said about the Python's patch release.
        stale = bool(plan.catalogue.wanted_date)
        drifts += [each for each in found if not (stale and each.kind is DriftKind.CATALOGUE)]
    return CheckOutcome(
        project_name=plan.name,
        platforms=tuple(plan.inputs),
        drifts=tuple(drifts),
        locking_command=_locking_command(root, options),
        notes=plan.project.notes,
        seconds=time.monotonic() - started,
        dependencies=None
        if plan.files is None
        else AnswerDependencies(files=(*plan.files, *paths), read_from=read_from),
    )


def _locking_command(root: Path, options: Mapping[str, object]) -> str:
    """The command that locks again what was checked, with the options that were given."""
    words = ["flet-lock"]
    if root.resolve() != Path.cwd():
        words.append(str(root))
    for name, value in options.items():
        given = value if isinstance(value, list | tuple) else [value]
        for each in given:
            if each is True:
                words.append(f"--{name}")
            elif each not in (None, False):
                words += [f"--{name}", redacted(str(each))]
    return shlex.join(words)

"""`flet-lock report`: all that is known of an app, for one page. Nothing is locked."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from msgspec import Struct
from packaging.utils import NormalizedName

from flet_lock.model.errors.resolution import CannotLock
from flet_lock.model.event import Listener
from flet_lock.model.index.artifact import Wheel
from flet_lock.model.target import Target
from flet_lock.workflows.command_outcome import CommandOutcome
from flet_lock.workflows.inspecting.licences import read_licences
from flet_lock.workflows.locking.lock import lock
from flet_lock.workflows.locking.lock_plan import read_lock_plan
from flet_lock.workflows.outcome import LockOutcome


class Locked(Struct, frozen=True, kw_only=True):
    """An app that has an answer."""

    answer: LockOutcome
    """What `flet-lock lock` would write."""
    licences: Mapping[NormalizedName, tuple[str, ...]]
    """The licences of a package's wheels, sorted; empty where none is known."""


class Refused(Struct, frozen=True, kw_only=True):
    """An app that has none."""

    error: CannotLock
    """Why, and the ways out."""


class ReportOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock report`."""

    kind: ClassVar[str] = "report"
    project_name: str
    """The app's name."""
    targets: tuple[Target, ...]
    """All targets of the app, in order."""
    found: Locked | Refused
    """The answer, or why there is none."""
    written: str | None = None
    """The file that the page was written to; None where it is printed."""

    @property
    def exit_code(self) -> int:
        """1 if the app cannot be locked."""
        return int(isinstance(self.found, Refused))


def report(
    root: Path, *, options: Mapping[str, object], environ: Mapping[str, str], listener: Listener
) -> ReportOutcome:
    """Resolves an app as `lock` does, and adds the licences.

    Args:
        root: the app's folder.
        options: the layer of options, keys as on the command line without dashes.
        environ: the process environment.
        listener: receives events.

    Raises:
        ProjectError, UsageError, UnsupportedPython, CatalogueError: see `read_lock_plan`.
        BudgetExceeded, IndexFailure, DirectReferenceFailure, LockUnreadable: see `lock`.
    """
    plan = read_lock_plan(root, options=options, environ=environ)
    try:
        answer = lock(root, options=options, environ=environ, dry_run=True, listener=listener)
    except CannotLock as error:
        found: Locked | Refused = Refused(error=error)
    else:
        wheels = [
            (pin.package, file)
            for each in answer.platforms
            for pin in each.resolution.pins
            for file in pin.artifacts.values()
            if isinstance(file, Wheel)
        ]
        known = read_licences(
            [wheel for _, wheel in wheels],
            plan.settings,
            root=plan.project.root,
            environ=environ,
            listener=listener,
        )
        licences: dict[NormalizedName, set[str]] = {}
        for package, wheel in wheels:
            licences.setdefault(package, set()).update(filter(None, [known[wheel.url]]))
        found = Locked(
            answer=answer, licences={name: tuple(sorted(own)) for name, own in licences.items()}
        )
    return ReportOutcome(project_name=plan.name, targets=tuple(plan.targets), found=found)

"""What an output format is: an outcome goes in, the text for stdout and stderr comes out."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from flet_lock.reports.layout.page import Medium

if TYPE_CHECKING:  # each command loads its own workflow, and its own page
    from flet_lock.model.app.requirement import Place
    from flet_lock.reports.failure import Failure
    from flet_lock.workflows.auditing.audit_outcome import AuditOutcome
    from flet_lock.workflows.building.handover_outcome import EnvOutcome, RunOutcome, VerifyOutcome
    from flet_lock.workflows.cache import CacheOutcome
    from flet_lock.workflows.inspecting.diff import DiffOutcome
    from flet_lock.workflows.inspecting.licenses import LicencesOutcome
    from flet_lock.workflows.inspecting.report import ReportOutcome
    from flet_lock.workflows.inspecting.schema import SchemaOutcome
    from flet_lock.workflows.inspecting.tree import TreeOutcome
    from flet_lock.workflows.inspecting.wheels import WheelsOutcome
    from flet_lock.workflows.inspecting.why import WhyOutcome
    from flet_lock.workflows.installing.download import DownloadOutcome
    from flet_lock.workflows.installing.export import ExportOutcome
    from flet_lock.workflows.locking.check import CheckOutcome
    from flet_lock.workflows.locking.upgrade_flet import UpgradeFletOutcome
    from flet_lock.workflows.outcome import InstallOutcome, LockOutcome
    from flet_lock.workflows.requesting.request import RequestOutcome

    Outcome = (
        AuditOutcome
        | CacheOutcome
        | CheckOutcome
        | DiffOutcome
        | DownloadOutcome
        | EnvOutcome
        | ExportOutcome
        | Failure
        | InstallOutcome
        | LicencesOutcome
        | LockOutcome
        | ReportOutcome
        | RequestOutcome
        | RunOutcome
        | SchemaOutcome
        | TreeOutcome
        | UpgradeFletOutcome
        | VerifyOutcome
        | WheelsOutcome
        | WhyOutcome
    )


class Rendered(Struct, frozen=True):
    """A drawn outcome."""

    stdout: str = ""
    stderr: str = ""
    summary: str = ""
    """Markdown for the file that GITHUB_STEP_SUMMARY names; `""` for none."""


class View(Struct, frozen=True, kw_only=True):
    """How an outcome is to be shown."""

    stdout: Medium
    stderr: Medium
    quiet: int = 0
    """How often `-q` was given: once hides good answers, twice hides all text."""
    verbose: bool = False
    form: str | None = None
    """What `--format` or `--shell` chose; None where the command's default holds."""
    root: Path = Path()
    """The app's folder."""
    environ: Mapping[str, str] = {}
    locate: "Callable[[Place], Place]" = lambda place: place
    """Adds the line to a place in the app's files."""

    def shows(self, *, good: bool) -> bool:
        """Whether an answer is shown as text; `good`: the exit code is 0."""
        return self.quiet < (1 if good else 2)

    @property
    def folder(self) -> str:
        """The app's folder within the checkout, with `/`; `""` for its root."""
        checkout = self.environ.get("GITHUB_WORKSPACE") or "."
        try:
            folder = os.path.relpath(self.root.resolve(), Path(checkout).resolve())
        except ValueError:  # another drive of Windows
            return ""
        return "" if folder == "." or folder.startswith("..") else folder.replace(os.sep, "/")


class FailureRenderer(Protocol):
    """What every format has, also one that is for some commands only."""

    def failure(self, outcome: "Failure", view: View) -> Rendered:
        """Why there is no result."""
        ...


class Renderer(FailureRenderer, Protocol):
    """A format that every command has: a method per kind of outcome, named after the command."""

    def audit(self, outcome: "AuditOutcome", view: View) -> Rendered: ...  # noqa: D102 - see above
    def cache(self, outcome: "CacheOutcome", view: View) -> Rendered: ...  # noqa: D102
    def check(self, outcome: "CheckOutcome", view: View) -> Rendered: ...  # noqa: D102
    def diff(self, outcome: "DiffOutcome", view: View) -> Rendered: ...  # noqa: D102
    def download(self, outcome: "DownloadOutcome", view: View) -> Rendered: ...  # noqa: D102
    def env(self, outcome: "EnvOutcome", view: View) -> Rendered: ...  # noqa: D102
    def export(self, outcome: "ExportOutcome", view: View) -> Rendered: ...  # noqa: D102
    def install(self, outcome: "InstallOutcome", view: View) -> Rendered: ...  # noqa: D102
    def licenses(self, outcome: "LicencesOutcome", view: View) -> Rendered: ...  # noqa: D102
    def lock(self, outcome: "LockOutcome", view: View) -> Rendered: ...  # noqa: D102
    def report(self, outcome: "ReportOutcome", view: View) -> Rendered: ...  # noqa: D102
    def request(self, outcome: "RequestOutcome", view: View) -> Rendered: ...  # noqa: D102
    def run(self, outcome: "RunOutcome", view: View) -> Rendered: ...  # noqa: D102
    def schema(self, outcome: "SchemaOutcome", view: View) -> Rendered: ...  # noqa: D102
    def tree(self, outcome: "TreeOutcome", view: View) -> Rendered: ...  # noqa: D102
    def upgrade_flet(self, outcome: "UpgradeFletOutcome", view: View) -> Rendered: ...  # noqa: D102
    def verify(self, outcome: "VerifyOutcome", view: View) -> Rendered: ...  # noqa: D102
    def wheels(self, outcome: "WheelsOutcome", view: View) -> Rendered: ...  # noqa: D102
    def why(self, outcome: "WhyOutcome", view: View) -> Rendered: ...  # noqa: D102

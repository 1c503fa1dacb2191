"""Outcomes for the log of a GitHub workflow: annotations, and text in groups that fold."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from flet_lock.reports.github.workflow_command import folded, without_commands
from flet_lock.reports.render import Rendered, View
from flet_lock.reports.text.text_renderer import TextRenderer

if TYPE_CHECKING:  # see `render`
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

# ruff: noqa: D102, PLC0415 - `Renderer` has the words; each command loads its own annotations

_TEXT = TextRenderer()


class GithubRenderer:
    """Everything goes to stdout, which is where GitHub reads commands; `-q` has no effect."""

    def audit(self, outcome: "AuditOutcome", view: View) -> Rendered:
        from flet_lock.reports.audit_findings import audit_findings
        from flet_lock.reports.github.annotations import annotations
        from flet_lock.reports.layout.clean_text import clean
        from flet_lock.reports.wording.look.audited import summarise_audit

        found = annotations(audit_findings(outcome), folder=view.folder)
        return _lines([*found, clean(summarise_audit(outcome))])

    def cache(self, outcome: "CacheOutcome", view: View) -> Rendered:
        return _TEXT.cache(outcome, _plain(view))

    def check(self, outcome: "CheckOutcome", view: View) -> Rendered:
        from flet_lock.reports.github.annotations import check_annotations

        lines = check_annotations(outcome, folder=view.folder, locate=view.locate)
        return _summed_up(_lines(lines), outcome.kind, _TEXT.check(outcome, _plain(view)))

    def diff(self, outcome: "DiffOutcome", view: View) -> Rendered:
        text = _TEXT.diff(outcome, _plain(view)).stdout
        return Rendered(text) if view.form == "markdown" else _folded("diff", text, ())

    def download(self, outcome: "DownloadOutcome", view: View) -> Rendered:
        return _text(_TEXT.download(outcome, _plain(view)).stdout)

    def env(self, outcome: "EnvOutcome", view: View) -> Rendered:
        # Lines for $GITHUB_ENV, where no other shell was asked for.
        return _TEXT.env(outcome, replace(view, form=view.form or "github"))

    def export(self, outcome: "ExportOutcome", view: View) -> Rendered:
        return _TEXT.export(outcome, _plain(view))

    def failure(self, outcome: "Failure", view: View) -> Rendered:
        from flet_lock.reports.github.annotations import failure_annotations

        lines = failure_annotations(outcome, folder=view.folder, locate=view.locate)
        text = _TEXT.failure(outcome, replace(_plain(view), stderr=_plain(view).stdout))
        return _summed_up(_lines(lines), outcome.command, text)

    def install(self, outcome: "InstallOutcome", _view: View) -> Rendered:
        from flet_lock.reports.layout.clean_text import clean
        from flet_lock.reports.wording.install.installed import summarise_install

        return _lines([clean(summarise_install(outcome))])

    def licenses(self, outcome: "LicencesOutcome", view: View) -> Rendered:
        return _folded("licenses", _TEXT.licenses(outcome, _plain(view)).stdout, ())

    def lock(self, outcome: "LockOutcome", view: View) -> Rendered:
        from flet_lock.reports.github.annotations import lock_annotations

        lines = lock_annotations(outcome, folder=view.folder, locate=view.locate)
        return _summed_up(_lines(lines), outcome.kind, _TEXT.lock(outcome, _plain(view)))

    def report(self, outcome: "ReportOutcome", view: View) -> Rendered:
        return _TEXT.report(outcome, _plain(view))

    def request(self, outcome: "RequestOutcome", view: View) -> Rendered:
        from flet_lock.reports.github.look_annotations import request_annotations

        text = _TEXT.request(outcome, _plain(view)).stdout
        return _folded("request", text, request_annotations(outcome))

    def run(self, outcome: "RunOutcome", _view: View) -> Rendered:
        from flet_lock.reports.github.annotations import run_annotations

        return _lines(run_annotations(outcome))

    def schema(self, outcome: "SchemaOutcome", view: View) -> Rendered:
        return _TEXT.schema(outcome, view)

    def tree(self, outcome: "TreeOutcome", view: View) -> Rendered:
        from flet_lock.reports.github.look_annotations import tree_annotations

        text = _TEXT.tree(outcome, _plain(view)).stdout
        if view.form in ("mermaid", "dot"):  # for a file, most likely
            return _text(text) if outcome.found else _lines(tree_annotations(outcome))
        return _folded("tree", text, tree_annotations(outcome))

    def upgrade_flet(self, outcome: "UpgradeFletOutcome", view: View) -> Rendered:
        done = _TEXT.upgrade_flet(outcome, _plain(view))
        return _text(done.stdout + done.stderr)

    def verify(self, outcome: "VerifyOutcome", _view: View) -> Rendered:
        from flet_lock.reports.github.annotations import verify_annotations

        return _lines(verify_annotations(outcome))

    def wheels(self, outcome: "WheelsOutcome", view: View) -> Rendered:
        from flet_lock.reports.github.look_annotations import wheels_annotations

        text = _TEXT.wheels(outcome, _plain(view)).stdout
        return _folded("wheels", text, wheels_annotations(outcome))

    def why(self, outcome: "WhyOutcome", view: View) -> Rendered:
        from flet_lock.reports.github.look_annotations import why_annotations

        return _folded("why", _TEXT.why(outcome, _plain(view)).stdout, why_annotations(outcome))


def _summed_up(lines: Rendered, command: str, text: Rendered) -> Rendered:
    """The annotations, with the text for the summary of the job."""
    from flet_lock.reports.github.job_summary import job_summary

    return Rendered(lines.stdout, summary=job_summary(command, text.stdout or text.stderr))


def _plain(view: View) -> View:
    return replace(view, quiet=0, stdout=replace(view.stdout, coloured=False))


def _lines(lines: Iterable[str]) -> Rendered:
    return Rendered("".join(f"{line}\n" for line in lines))


def _text(text: str) -> Rendered:
    return _lines(without_commands(text))


def _folded(command: str, text: str, annotations: Iterable[str]) -> Rendered:
    return _lines([*folded(f"flet-lock {command}", text), *annotations])

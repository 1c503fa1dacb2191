"""Outcomes as text for people, laid out for a terminal or a pipe."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flet_lock.model.host_system import is_windows
from flet_lock.reports.layout.page import Line, Medium, Paragraph, lay_out, plain_text
from flet_lock.reports.render import Rendered, View

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

# ruff: noqa: D102, PLC0415 - `Renderer` has the words; each command loads its own page


class TextRenderer:
    """Results go to stdout, failures and remarks to stderr."""

    def audit(self, outcome: "AuditOutcome", view: View) -> Rendered:
        from flet_lock.reports.text.audit_page import audit_page

        page = audit_page(outcome, verbose=view.verbose)
        return _result(page, view, shown=view.shows(good=outcome.exit_code == 0))

    def cache(self, outcome: "CacheOutcome", view: View) -> Rendered:
        from flet_lock.reports.wording.look.cache_size import explain_cache

        hidden = view.quiet and outcome.action == "clean"
        return Rendered("" if hidden else f"{explain_cache(outcome)}\n")

    def check(self, outcome: "CheckOutcome", view: View) -> Rendered:
        from flet_lock.reports.text.check_page import check_page

        page = check_page(outcome, verbose=view.verbose)
        return _result(page, view, shown=view.shows(good=outcome.in_step))

    def diff(self, outcome: "DiffOutcome", view: View) -> Rendered:
        from flet_lock.reports.text.diff_page import diff_markdown, diff_page

        if not view.shows(good=not outcome.differs):
            return Rendered()
        if view.form == "markdown":
            return Rendered(diff_markdown(outcome))
        return _result(diff_page(outcome), view, shown=True)

    def download(self, outcome: "DownloadOutcome", view: View) -> Rendered:
        from flet_lock.reports.text.sharing_page import download_page

        return _result(download_page(outcome), view, shown=view.shows(good=True))

    def env(self, outcome: "EnvOutcome", view: View) -> Rendered:
        from flet_lock.reports.text.shell_text import render_environment

        shell = view.form or ("powershell" if is_windows() else "sh")
        return Rendered(render_environment(shell, outcome.variables, outcome.stray))

    def export(self, outcome: "ExportOutcome", view: View) -> Rendered:
        return Rendered(outcome.text if view.shows(good=False) else "")

    def failure(self, outcome: "Failure", view: View) -> Rendered:
        if not view.shows(good=False):
            return Rendered()
        from flet_lock.reports.text.failure_page import failure_page

        page = failure_page(outcome.explanation, medium=view.stderr, verbose=view.verbose)
        return Rendered(stderr=drawn(page, view.stderr))

    def install(self, outcome: "InstallOutcome", view: View) -> Rendered:
        from flet_lock.reports.text.install_page import install_page

        page = install_page(outcome, verbose=view.verbose)
        return _result(page, view, shown=view.shows(good=True))

    def licenses(self, outcome: "LicencesOutcome", view: View) -> Rendered:
        from flet_lock.reports.text.sharing_page import licences_page

        return _result(licences_page(outcome), view, shown=view.shows(good=False))

    def lock(self, outcome: "LockOutcome", view: View) -> Rendered:
        from flet_lock.reports.text.lock_page import lock_page

        page = lock_page(outcome, verbose=view.verbose)
        return _result(page, view, shown=view.shows(good=outcome.exit_code == 0))

    def report(self, outcome: "ReportOutcome", view: View) -> Rendered:
        if outcome.written is None:
            from flet_lock.reports.html.report_page import render_report_page

            return Rendered(render_report_page(outcome) if view.shows(good=False) else "")
        from flet_lock.reports.text.sharing_page import report_page

        return _result(report_page(outcome), view, shown=view.shows(good=outcome.exit_code == 0))

    def request(self, outcome: "RequestOutcome", view: View) -> Rendered:
        if not view.shows(good=False):
            return Rendered()
        from flet_lock.reports.text.request_page import drafts_text, refusals_page, talk_page

        page = list(refusals_page(outcome))
        if view.shows(good=True):
            page += talk_page(outcome)
        return Rendered(drafts_text(outcome), drawn(lay_out(page, view.stderr), view.stderr))

    def run(self, outcome: "RunOutcome", view: View) -> Rendered:
        if not view.shows(good=outcome.exit_code == 0):
            return Rendered()
        from flet_lock.reports.text.verify_page import run_page

        page = run_page(outcome, verbose=view.verbose)
        # stdout is the command's.
        return Rendered(stderr=drawn(lay_out(page, view.stderr), view.stderr))

    def schema(self, outcome: "SchemaOutcome", _view: View) -> Rendered:
        listed = "".join(f"{name}\n" for name in outcome.names)
        return Rendered(listed if outcome.text is None else outcome.text)

    def tree(self, outcome: "TreeOutcome", view: View) -> Rendered:
        if not view.shows(good=False):
            return Rendered()
        if outcome.found and view.form in ("mermaid", "dot"):
            from flet_lock.reports.text.tree_diagram import render_dot, render_mermaid

            return Rendered((render_mermaid if view.form == "mermaid" else render_dot)(outcome))
        from flet_lock.reports.text.tree_page import tree_page

        if view.form in (None, "text"):
            page = tree_page(outcome, medium=view.stdout, verbose=view.verbose)
            return Rendered(drawn(page, view.stdout))
        page = tree_page(outcome, medium=view.stderr, verbose=view.verbose)
        return Rendered(stderr=drawn(page, view.stderr))

    def upgrade_flet(self, outcome: "UpgradeFletOutcome", view: View) -> Rendered:
        from flet_lock.reports.text.failure_page import failure_page
        from flet_lock.reports.text.upgrade_page import upgrade_page
        from flet_lock.reports.wording.failure.errors import explain

        good = outcome.failure is None
        result = _result(upgrade_page(outcome), view, shown=view.shows(good=good))
        if outcome.failure is None or not view.shows(good=False):
            return result
        page = failure_page(explain(outcome.failure), medium=view.stderr, verbose=view.verbose)
        return Rendered(result.stdout, drawn(page, view.stderr))

    def verify(self, outcome: "VerifyOutcome", view: View) -> Rendered:
        from flet_lock.reports.text.verify_page import verify_page

        page = verify_page(outcome, verbose=view.verbose)
        return _result(page, view, shown=view.shows(good=outcome.is_the_lock))

    def wheels(self, outcome: "WheelsOutcome", view: View) -> Rendered:
        if not view.shows(good=False):
            return Rendered()
        from flet_lock.reports.text.wheels_page import wheels_page

        return Rendered(drawn(wheels_page(outcome, medium=view.stdout), view.stdout))

    def why(self, outcome: "WhyOutcome", view: View) -> Rendered:
        from flet_lock.reports.text.why_page import why_page

        return _result(why_page(outcome), view, shown=view.shows(good=False))


def _result(page: Iterable[Paragraph], view: View, *, shown: bool) -> Rendered:
    return Rendered(drawn(lay_out(page, view.stdout), view.stdout) if shown else "")


def drawn(lines: Iterable[Line], medium: Medium) -> str:
    """Laid-out lines as text, with colour where the medium has it."""
    if not medium.coloured:
        return plain_text(lines)
    from flet_lock.reports.layout.terminal import painted  # rich, for eyes only

    return painted(lines)

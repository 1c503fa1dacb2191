"""Outcomes as JSON documents for programs; always printed, whatever `-q` says."""

from typing import TYPE_CHECKING

from flet_lock.reports.render import Rendered, View

if TYPE_CHECKING:  # see `render`
    from flet_lock.reports.failure import Failure
    from flet_lock.reports.json.document import Document
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

# ruff: noqa: D102, PLC0415 - `Renderer` has the words; each command loads its own document


class JsonRenderer:
    """One document on stdout, for success and failure alike."""

    def audit(self, outcome: "AuditOutcome", _view: View) -> Rendered:
        from flet_lock.reports.json.audit_json import audit_document

        return _document(audit_document(outcome))

    def cache(self, outcome: "CacheOutcome", _view: View) -> Rendered:
        from flet_lock.reports.json.install_json import cache_document

        return _document(cache_document(outcome))

    def check(self, outcome: "CheckOutcome", _view: View) -> Rendered:
        from flet_lock.reports.json.check_json import check_document

        return _document(check_document(outcome))

    def diff(self, outcome: "DiffOutcome", _view: View) -> Rendered:
        from flet_lock.reports.json.diff_json import diff_document

        return _document(diff_document(outcome))

    def download(self, outcome: "DownloadOutcome", _view: View) -> Rendered:
        from flet_lock.reports.json.sharing_json import download_document

        return _document(download_document(outcome))

    def env(self, outcome: "EnvOutcome", _view: View) -> Rendered:
        from flet_lock.reports.text.shell_text import render_environment

        return Rendered(render_environment("json", outcome.variables, outcome.stray))

    def export(self, outcome: "ExportOutcome", _view: View) -> Rendered:
        from flet_lock.reports.json.install_json import export_document

        return _document(export_document(outcome))

    def failure(self, outcome: "Failure", _view: View) -> Rendered:
        from flet_lock.reports.json.failure_json import failure_document

        return _document(failure_document(outcome))

    def install(self, outcome: "InstallOutcome", _view: View) -> Rendered:
        from flet_lock.reports.json.install_json import install_document

        return _document(install_document(outcome))

    def licenses(self, outcome: "LicencesOutcome", _view: View) -> Rendered:
        from flet_lock.reports.json.sharing_json import licences_document

        return _document(licences_document(outcome))

    def lock(self, outcome: "LockOutcome", _view: View) -> Rendered:
        from flet_lock.reports.json.lock_json import lock_document

        return _document(lock_document(outcome))

    def report(self, outcome: "ReportOutcome", _view: View) -> Rendered:
        from flet_lock.reports.json.sharing_json import report_document

        return _document(report_document(outcome))

    def request(self, outcome: "RequestOutcome", _view: View) -> Rendered:
        from flet_lock.reports.json.request_json import request_document

        return _document(request_document(outcome))

    def run(self, outcome: "RunOutcome", _view: View) -> Rendered:
        from flet_lock.reports.json.handover_json import run_document

        return _document(run_document(outcome))

    def schema(self, outcome: "SchemaOutcome", _view: View) -> Rendered:
        if outcome.text is not None:
            return Rendered(outcome.text)
        from flet_lock.reports.json.install_json import schema_document

        return _document(schema_document(outcome))

    def tree(self, outcome: "TreeOutcome", _view: View) -> Rendered:
        from flet_lock.reports.json.graph_json import tree_document

        return _document(tree_document(outcome))

    def upgrade_flet(self, outcome: "UpgradeFletOutcome", _view: View) -> Rendered:
        from flet_lock.reports.json.upgrade_json import upgrade_document

        return _document(upgrade_document(outcome))

    def verify(self, outcome: "VerifyOutcome", _view: View) -> Rendered:
        from flet_lock.reports.json.handover_json import verify_document

        return _document(verify_document(outcome))

    def wheels(self, outcome: "WheelsOutcome", _view: View) -> Rendered:
        from flet_lock.reports.json.wheels_json import wheels_document

        return _document(wheels_document(outcome))

    def why(self, outcome: "WhyOutcome", _view: View) -> Rendered:
        from flet_lock.reports.json.graph_json import why_document

        return _document(why_document(outcome))


def _document(document: "Document") -> Rendered:
    from flet_lock.reports.json.document import render_json

    return Rendered(render_json(document))

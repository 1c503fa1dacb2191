"""The one place with sentences: values in, words out. Colour and width are the drawers' affair."""

from flet_lock.reports.wording.blockers import explain_blocker
from flet_lock.reports.wording.downgrades import explain_downgrade
from flet_lock.reports.wording.drift import explain_drift
from flet_lock.reports.wording.errors import explain
from flet_lock.reports.wording.faults import explain_fault
from flet_lock.reports.wording.notes import explain_note
from flet_lock.reports.wording.rejections import explain_rejection, explain_rejections

__all__ = [
    "explain",
    "explain_blocker",
    "explain_downgrade",
    "explain_drift",
    "explain_fault",
    "explain_note",
    "explain_rejection",
    "explain_rejections",
]

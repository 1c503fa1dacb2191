"""Packages taken older than a desktop would get, and why."""

from flet_lock.model.downgrade import Downgrade
from flet_lock.reports.clean_text import clean, code
from flet_lock.reports.wording.rejections import explain_rejections
from flet_lock.reports.wording.targets import describe_targets

# An upload time is told to the month: nobody compares hours, and it fits on the line.
_MONTH = len("2026-11")


def explain_downgrade(downgrade: Downgrade) -> str:
    """`pydantic 1.10.21 instead of 2.14.0, because …`."""
    taken, newest = _dated(downgrade)
    return f"{downgrade.package} {taken} instead of {newest}, because {_cause(downgrade)}"


def _dated(downgrade: Downgrade) -> tuple[str, str]:
    taken, newest = str(downgrade.taken), str(downgrade.newest)
    if downgrade.taken_uploaded is None or downgrade.newest_uploaded is None:
        return taken, newest
    return (
        f"{taken} ({clean(downgrade.taken_uploaded[:_MONTH])})",
        f"{newest} ({clean(downgrade.newest_uploaded[:_MONTH])})",
    )


def _cause(downgrade: Downgrade) -> str:
    release = f"{downgrade.cause} {downgrade.cause_version}"
    itself = downgrade.cause == downgrade.package
    if not downgrade.targets:
        asked = downgrade.cause_requirement
        return f"{release} needs {code(asked)}" if asked else f"{release} does not go with the rest"
    where = describe_targets(downgrade.targets, every="any")
    files = explain_rejections(downgrade.rejections, downgrade.targets[0])
    why = f"has no usable wheel for {where}: {files}"
    if itself:
        return f"{downgrade.cause_version} {why}"
    if not downgrade.cause_requirement:
        return f"{release} {why}"
    return f"it needs {code(downgrade.cause_requirement)}, and {release} {why}"

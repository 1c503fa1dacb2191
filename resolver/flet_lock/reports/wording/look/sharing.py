"""What was made for others: a page, a list of licences, a folder of files."""

from collections.abc import Mapping

from flet_lock.reports.layout.clean_text import clean, clip
from flet_lock.reports.wording.failure.errors import explain
from flet_lock.reports.wording.lock.lock_summary import describe_bytes
from flet_lock.reports.wording.targets import join_words
from flet_lock.workflows.inspecting.licenses import LicencesOutcome
from flet_lock.workflows.inspecting.report import Locked, ReportOutcome
from flet_lock.workflows.installing.download import DownloadOutcome

UNTOLD = "not told"
"""In the place of a licence that METADATA does not name."""


def count_found(outcome: ReportOutcome) -> tuple[int, int]:
    """How many packages are on the page, and how many problems."""
    if isinstance(outcome.found, Locked):
        platforms = outcome.found.answer.platforms
        return len({pin.package for each in platforms for pin in each.resolution.pins}), 0
    return 0, len(explain(outcome.found.error).parts) or 1


def summarise_report(outcome: ReportOutcome) -> str:
    """`wrote report.html: 34 packages on 6 targets`."""
    packages, problems = count_found(outcome)
    count = _count(packages, "package") if not problems else _count(problems, "problem")
    targets = _count(len(outcome.targets), "target")
    told = f"{count} on {targets}" if not problems else f"cannot be locked, {count}"
    return f"wrote {clean(outcome.written or '')}: {told}"


def group_licences(outcome: LicencesOutcome) -> Mapping[str, tuple[str, ...]]:
    """A licence to its packages with their versions; the one of most packages first."""
    groups: dict[str, list[str]] = {}
    for each in outcome.packages:
        versions = ", ".join(str(version) for version in each.versions)
        for licence in each.licences or (UNTOLD,):
            groups.setdefault(clip(licence), []).append(f"{each.package}\u00a0{clean(versions)}")
    ordered = sorted(groups, key=lambda name: (name == UNTOLD, -len(groups[name]), name))
    return {name: tuple(groups[name]) for name in ordered}


def summarise_licences(outcome: LicencesOutcome) -> str:
    """`client: 17 packages under 5 licences`."""
    names = {licence for each in outcome.packages for licence in each.licences}
    told = f"{_count(len(outcome.packages), 'package')} under {_count(len(names), 'licence')}"
    untold = sum(not each.licences for each in outcome.packages)
    return f"{clean(outcome.project_name)}: {told}" + (f", {untold} not told" if untold else "")


def summarise_download(outcome: DownloadOutcome) -> str:
    """`wheels: 23 files of pylock.android.toml, verified; 3 new, 2 downloaded (1.2 MB)`."""
    locks = join_words(outcome.lock_paths)
    files = _count(len(outcome.files), "file")
    arrived = (
        f", {outcome.downloaded} downloaded ({describe_bytes(outcome.bytes_received)})"
        if outcome.downloaded
        else ""
    )
    return f"{clean(outcome.folder)}: {files} of {locks}, verified; {outcome.written} new{arrived}"


def explain_left_out(outcome: DownloadOutcome) -> str:
    """Packages without a file; `""` for none."""
    if not outcome.left_out:
        return ""
    return f"not there, being folders or repositories: {join_words(outcome.left_out)}"


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"

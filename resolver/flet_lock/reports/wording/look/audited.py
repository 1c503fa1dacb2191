"""What an audit found, in sentences."""

from collections.abc import Iterable, Sequence
from typing import Final

from flet_lock.audit.finding import Level, NotStripped
from flet_lock.model.facts.slices import slice_names
from flet_lock.reports.layout.clean_text import GLUE, clean, code
from flet_lock.reports.wording.failure.fixes import explain_edit
from flet_lock.reports.wording.lock.lock_summary import describe_bytes
from flet_lock.reports.wording.look.findings import explain_finding
from flet_lock.reports.wording.targets import join_words
from flet_lock.workflows.auditing.audit_outcome import (
    AuditedFinding,
    AuditedPackage,
    AuditOutcome,
    WheelSize,
    fails,
)

_FILES_SHOWN: Final = 3


def summarise_audit(outcome: AuditOutcome) -> str:
    """The answer in a line."""
    count = len({(each.package, each.version) for each in outcome.packages})
    bad = len({(each.package, each.version) for each in outcome.failing})
    what = f"{count} {'package' if count == 1 else 'packages'} with binaries"
    where = f" of {clean(outcome.subject)}" if outcome.subject else ""
    figures = _wheels(outcome)
    if not count:
        return f"No binaries{where}: nothing to audit ({figures})"
    if bad:
        verb = "fails" if bad == 1 else "fail"
        return f"{bad} of {what}{where} {verb}: {figures}"
    return f"{what}{where}: nothing that fails ({figures})"


def _wheels(outcome: AuditOutcome) -> str:
    wheels = f"{outcome.wheels} {'wheel' if outcome.wheels == 1 else 'wheels'}"
    if not outcome.read:
        return f"{wheels}, all known" if outcome.wheels else wheels
    rest = "" if outcome.read == outcome.wheels else f", {outcome.read} read anew"
    return f"{wheels}{rest}, {outcome.seconds:.2f} s"


def explain_not_looked_at(outcome: AuditOutcome) -> Iterable[str]:
    """What an audit could not look at."""
    if outcome.not_read:
        names = join_words(outcome.not_read)
        yield f"not looked at: {names}, since the build makes it from source"
    if outcome.heads_only:
        yield (
            "only the first bytes of each binary were read; without `--heads` the libraries and "
            "functions that it needs are looked at, too"
        )


def name_of(package: AuditedPackage) -> str:
    """`pillow 11.3.0`, held together."""
    return f"{clean(package.package)}{GLUE}{clean(str(package.version))}"


def explain_findings(package: AuditedPackage) -> list[tuple[AuditedFinding, str]]:
    """Each finding with its sentence and where it holds; equal sentences once.

    What could be stripped is one sentence for the whole package.
    """
    heavy = [each for each in package.findings if isinstance(each.finding, NotStripped)]
    rows = [
        (each, f"{explain_finding(each.finding)}{where(each, package)}")
        for each in package.findings
        if not isinstance(each.finding, NotStripped)
    ]
    if heavy:
        rows.append((heavy[0], _explain_heavy(heavy)))
    return sorted(rows, key=lambda row: tuple(Level).index(row[0].finding.level))


def _explain_heavy(found: Sequence[AuditedFinding]) -> str:
    sizes: dict[str, int] = {}
    for each in found:
        if isinstance(each.finding, NotStripped):
            stem = each.finding.path.rpartition("/")[2].partition(".")[0]
            sizes[stem] = max(sizes.get(stem, 0), each.finding.bytes)
    names = sorted(sizes, key=lambda name: -sizes[name])
    shown = ", ".join(clean(name) for name in names[:_FILES_SHOWN])
    more = f" and {len(names) - _FILES_SHOWN} more" if len(names) > _FILES_SHOWN else ""
    return (
        f"{shown}{more} could be stripped of {describe_bytes(sum(sizes.values()))} of debug "
        "information and symbols, on each slice"
    )


def where(found: AuditedFinding, package: AuditedPackage) -> str:
    """On which slices, and for which Pythons, where that is not all."""
    every = set(slice_names(package.platform)) & {each.slice_name for each in package.sizes}
    parts = []
    if set(found.slices) != every:
        parts.append(join_words(found.slices))
    if len(package.pythons) > 1 and set(found.pythons) != set(package.pythons):
        parts.append(f"Python {join_words(found.pythons)}")
    return f" ({', '.join(parts)})" if parts else ""


def explain_remedy(package: AuditedPackage, outcome: AuditOutcome) -> str:
    """What to do about a package that fails; `""` where nothing is known to help."""
    if not outcome.subject or not fails(package, outcome.fail_on):
        return ""
    remedy = package.remedy
    if remedy is None:
        if not package.tried:
            return ""
        others = f"{package.tried} other releases" if package.tried > 1 else "1 other release"
        return f"tried {others}: none is clean and lets the app lock"
    fix = code(f"flet-lock audit --fix {remedy.number}")
    lead = f"{clean(package.package)} {remedy.version} is clean, and the app locks with it"
    if not remedy.lines:
        return f"{lead}: {fix}"
    edits = join_words(explain_edit(line) for line in remedy.lines)
    return f"{lead}, with {edits}: {fix}"


def explain_size(size: WheelSize, *, named: bool) -> str:
    """What a wheel takes on a slice."""
    what = f"{size.filename}: " if named else ""
    rest = (
        f", {describe_bytes(size.removable_bytes)} could be stripped"
        if size.removable_bytes
        else ""
    )
    return (
        f"{what}{describe_bytes(size.installed_bytes)} installed, "
        f"{describe_bytes(size.compressed_bytes)} in the wheel; binaries "
        f"{describe_bytes(size.native_bytes)}{rest}"
    )

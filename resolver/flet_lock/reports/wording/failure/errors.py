"""Every error that this package raises on purpose, in words."""

import errno
from functools import singledispatch

from flet_lock.model.errors.base import FletLockError, Interrupted
from flet_lock.model.errors.index import (
    DirectReferenceFailure,
    IndexGarbage,
    IndexRefused,
    IndexUnreachable,
    IntegrityError,
    OfflineMiss,
)
from flet_lock.model.errors.install import InstallError
from flet_lock.model.errors.lock import LockError
from flet_lock.model.errors.project import NoApp, ProjectError, ProjectNotWritten
from flet_lock.model.errors.resolution import BudgetExceeded, CannotLock
from flet_lock.model.errors.usage import (
    CatalogueError,
    ExtraMissing,
    UnsupportedFlet,
    UnsupportedPython,
    UsageError,
)
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.layout.clean_text import clean, clip, code
from flet_lock.reports.wording.empty_file import is_of_nothing
from flet_lock.reports.wording.failure.advice import explain_frozen_list
from flet_lock.reports.wording.failure.blockers import describe_blocked_platforms, explain_blockers
from flet_lock.reports.wording.failure.faults import explain_fault, list_choices
from flet_lock.reports.wording.failure.fixes import (
    explain_edit,
    explain_together,
    explain_untried,
)
from flet_lock.reports.wording.failure.lock_errors import explain_lock_error
from flet_lock.reports.wording.failure.other_tools import explain_other_tool
from flet_lock.reports.wording.failure.rejections import explain_rejection
from flet_lock.reports.wording.install.install_errors import explain_install_error
from flet_lock.reports.wording.lines import toml_list, under
from flet_lock.reports.wording.lock.flet_notes import describe_found
from flet_lock.reports.wording.lock.notes import explain_notes
from flet_lock.reports.wording.targets import join_words

ISSUES = "https://github.com/flet-dev/flet-lock/issues"
INTERRUPTED_EXIT_CODE = 130
"""128 + SIGINT, as shells have it."""


@singledispatch
def explain(error: FletLockError) -> Explanation:
    """What happened, to which package on which target, and what to do next."""
    return Explanation(
        summary=type(error).__name__,
        details=tuple(
            f"{name.replace('_', ' ')}: {clip(str(value))}" for name, value in vars(error).items()
        ),
        hints=(f"report this at {code(ISSUES)}: it has no words of its own yet",),
    )


def explain_unexpected(error: BaseException) -> Explanation:
    """A fault of this program, or of something below it; or the system gave no more."""
    if (lacking := _lacking(error)) is not None:
        return Explanation(
            summary=f"the system gives this run no more {lacking}",
            details=("no lock file is left half written",),
            hints=(f"raise its limits ({code('ulimit -a')} shows them), then run it again",),
        )
    return Explanation(
        summary=f"flet-lock ran into a fault of its own: {type(error).__name__}",
        details=tuple(filter(None, (clip(str(error), 200), "no lock file is left half written"))),
        hints=(f"run it again with {code('-v')} and report what it prints at {code(ISSUES)}",),
    )


def _lacking(error: BaseException) -> str | None:
    """What there is too little of; None where that is not the reason."""
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        return "threads"
    if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
        return "open files"
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return "memory"
    return None


def explain_unwritable(reason: str) -> Explanation:
    """The result cannot be written where it was sent."""
    return Explanation(
        summary=f"the output cannot be written: {clip(reason)}",
        hints=(f"make room there, or send it elsewhere: {code('flet-lock > FILE')}",),
    )


def explain_interrupted(kept: tuple[str, ...] = ()) -> Explanation:
    """Ctrl-C."""
    return Explanation(
        summary="Stopped",
        details=(_kept(kept),),
        hints=(f"run {code('flet-lock')} again when you like: what was fetched is cached",),
        exit_code=INTERRUPTED_EXIT_CODE,
    )


def _kept(paths: tuple[str, ...]) -> str:
    if not paths:
        return "no lock file was left half written"
    return f"{join_words(map(clean, paths))} {'is' if len(paths) == 1 else 'are'} as before"


@explain.register
def _usage(error: UsageError) -> Explanation:
    subject = " ".join(clean(word) for word in (error.option, error.value) if word)
    command = f"flet-lock {error.command or 'lock'}"
    if error.option.startswith("flet-lock "):
        command = error.option
    return Explanation(
        summary=f"{subject}: {clip(error.detail, 200)}" if subject else clip(error.detail, 200),
        hints=(
            explain_other_tool(error.option or error.value)
            or list_choices(error.value or error.option, error.choices)
            or f"see {code(f'{command} --help')} for what there is",
        ),
    )


@explain.register
def _extra(error: ExtraMissing) -> Explanation:
    command = f'pip install "flet-lock[{error.extra}]"'
    return Explanation(
        summary=f"{error.library} is needed for this, and is not installed",
        hints=(f"install it with flet-lock: {code(command)}",),
    )


@explain.register
def _project(error: ProjectError) -> Explanation:
    parts = tuple(explain_fault(fault) for fault in error.faults)
    count = "a fault" if len(parts) == 1 else f"{len(parts)} faults"
    files = join_words(dict.fromkeys(clean(fault.place.file) for fault in error.faults))
    return Explanation(
        summary=f"There {'is' if len(parts) == 1 else 'are'} {count} in {files or 'the project'}",
        hints=() if parts else (f"see {code('flet-lock --help')}",),
        parts=parts,
        place=parts[0].place if parts else None,
    )


@explain.register
def _no_app(error: NoApp) -> Explanation:
    details = ["it has no pyproject.toml or requirements.txt that declares what an app needs"]
    hints = [f"lock the app there: {code(f'flet-lock {folder}')}" for folder in error.apps]
    if error.other_list:
        details.append(f"{code('flet build')} does not read {code(error.other_list)}")
        line = under(toml_list("dependencies", ["flet"]), "[project]")
        hints.append(f"list the app's packages in pyproject.toml: {line}, one entry each")
    if not hints:
        hints.append(f"go to the app's folder, or name it: {code('flet-lock FOLDER')}")
    return Explanation(
        summary=f"There is no Flet app in {clean(error.folder) or 'this folder'}",
        details=tuple(details),
        hints=tuple(hints),
    )


@explain.register
def _project_not_written(error: ProjectNotWritten) -> Explanation:
    return Explanation(
        summary=f"{clean(error.path)} could not be changed: {clip(error.detail)}",
        details=("it is as it was; the locks are made for the change already",),
        hints=(f"make it writable, then run the same again: {code('flet-lock --fix N')}",),
    )


@explain.register
def _catalogue(error: CatalogueError) -> Explanation:
    return Explanation(
        summary=f"the table of Flet's Python releases cannot be read: {clean(error.path)}",
        details=(clip(error.detail, 200),),
        hints=(
            (
                f"point {code('FLET_PYTHON_BUILD_MANIFEST')} at a python-build's manifest.json, or "
                f"unset it to use the table that comes with flet-lock"
            ),
        ),
    )


@explain.register
def _unsupported_python(error: UnsupportedPython) -> Explanation:
    supported = join_words(error.supported)
    newest = error.supported[-1] if error.supported else "X.Y"
    if error.place is None:
        hint = f"choose one of them: {code(f'flet-lock --python-version {newest}')}"
    else:
        line = f'requires-python = ">={newest}"'
        hint = f"change {clean(str(error.place))}: {under(line, '[project]')}"
    return Explanation(
        summary=f"Flet has no Python that fits {code(error.wanted)}",
        details=(f"Flet bundles Python {supported}",) if supported else (),
        hints=(hint,),
        place=error.place,
    )


@explain.register
def _unsupported_flet(error: UnsupportedFlet) -> Explanation:
    line = under('flet = "1.0.5"')
    return Explanation(
        summary=f"Flet {clean(str(error.found.version))} is not supported",
        details=(
            (
                f"{describe_found(error.found)}; before {error.oldest} Flet built apps in another "
                f"way (serious_python 0.7, with Kivy's recipes), which no lock can rule"
            ),
        ),
        hints=(f"move to {error.oldest} or later, or name the Flet that builds: {line}",),
        place=error.found.place,
    )


def _index_name(name: str | None) -> str:
    return "the server" if name is None else f"the index {code(name)}"


@explain.register
def _unreachable(error: IndexUnreachable) -> Explanation:
    status = "" if error.status is None else f" (HTTP {error.status})"
    tries = "1 try" if error.attempts == 1 else f"{error.attempts} tries"
    return Explanation(
        summary=f"{_index_name(error.index)} gives no answer{status}, after {tries}",
        details=(f"asked for: {clean(error.url)}", clip(error.detail, 200)),
        hints=(
            (
                f"check the connection and any proxy, then run {code('flet-lock')} again; what is "
                f"cached can be locked with {code('flet-lock --offline')}"
            ),
        ),
    )


@explain.register
def _refused(error: IndexRefused) -> Explanation:
    proxy = error.status == 407  # noqa: PLR2004 - "Proxy Authentication Required", RFC 9110
    who = "the proxy" if proxy else _index_name(error.index)
    if proxy:
        hint = f"set {code('HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT')}"
    elif error.had_credentials:
        hint = f"mend the login in {code('~/.netrc')}, the keyring or the URL of {code('--index')}"
    else:
        hint = (
            f"add a login for it to {code('~/.netrc')}: "
            f"{code(f'machine {_host(error.url)} login USER password PASSWORD')}"
        )
    login = "the login was not accepted" if error.had_credentials else "no login was sent"
    return Explanation(
        summary=f"{who} refuses (HTTP {error.status}): {login}",
        details=(f"asked for: {clean(error.url)}",),
        hints=(hint,),
    )


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0] or "HOST"


@explain.register
def _garbage(error: IndexGarbage) -> Explanation:
    kind = f" (it says it is {clip(error.content_type, 40)})" if error.content_type else ""
    name = error.index or "NAME"
    return Explanation(
        summary=f"{_index_name(error.index)} sent something that is not an index page{kind}",
        details=(f"asked for: {clean(error.url)}", clip(error.detail, 200)),
        hints=(
            (
                f"open the address in a browser: a login page or a wrong path is the usual cause; "
                f"mend it with {code(f'flet-lock --index {name}=URL')}"
            ),
        ),
    )


@explain.register
def _integrity(error: IntegrityError) -> Explanation:
    if is_of_nothing(error.algorithm, error.found):
        return Explanation(
            summary=f"{clean(error.filename)} came empty from {_index_name(error.index)}",
            details=(f"from: {clean(error.url)}",),
            hints=(f"run {code('flet-lock')} again: a download that breaks off looks like that",),
        )
    return Explanation(
        summary=f"{clean(error.filename)} is not the file that the index promised",
        details=(
            f"{clean(error.algorithm)} should be {clip(error.expected, 80)}",
            f"but it is {clip(error.found, 80)}",
            f"from: {clean(error.url)}",
        ),
        hints=(
            (
                f"fetch it afresh: {code('flet-lock --refresh')}; if it stays so, do not use "
                f"the file and tell whoever runs {_index_name(error.index)}"
            ),
        ),
    )


@explain.register
def _offline_miss(error: OfflineMiss) -> Explanation:
    return Explanation(
        summary=f"offline, and the cache does not have what {_index_name(error.index)} would say",
        details=(f"needed: {clean(error.url)}",),
        hints=(f"run {code('flet-lock')} once with a connection; later runs can be offline",),
    )


@explain.register
def _direct_reference(error: DirectReferenceFailure) -> Explanation:
    at = f" in {clean(str(error.place))}" if error.place is not None else ""
    why = None if error.rejection is None else explain_rejection(error.rejection)
    if error.unreachable:
        return Explanation(
            summary=f"{clean(error.url)} gives no answer, so {error.package} is not known",
            details=(clip(error.detail, 200), "the app's other requirements were not looked at"),
            hints=(
                f"check the connection and the address{at}, then run {code('flet-lock')} again",
            ),
            place=error.place,
        )
    return Explanation(
        summary=f"{error.package} cannot be taken from {clean(error.url)}",
        details=tuple(filter(None, (why, clip(error.detail, 200)))),
        hints=(
            f"mend the address{at}, or ask for a release instead: {code(f'{error.package}>=1.0')}",
        ),
        place=error.place,
        exit_code=1,
    )


@explain.register
def _cannot_lock(error: CannotLock) -> Explanation:
    refusal = error.refusal
    parts = explain_blockers(refusal)
    where = describe_blocked_platforms(error.blockers)
    count = "1 problem" if len(parts) == 1 else f"{len(parts)} problems"
    details = [f"changed before: {explain_edit(line)}" for line in refusal.applied]
    if refusal.without_flet_index:
        details.append(
            f"Flet's index, which has wheels for phones, was not asked: {code('no-flet-index')} is "
            f"set; leave that out if nothing speaks for it"
        )
    if refusal.partial:
        details.append(
            "the time ended before all releases were looked at: there may be more problems, or "
            f"older releases without these; {code('--budget-seconds')} gives it longer"
        )
    details += explain_notes(refusal.warnings)
    details.append(explain_untried(refusal))
    hints = explain_together(refusal) if len(parts) > 1 else ()
    if refusal.frozen is not None:
        hints = (explain_frozen_list(refusal.frozen), *hints)
    return Explanation(
        summary=f"Cannot lock for {where}: {count}" if parts else "Cannot lock",
        details=tuple(filter(None, details)),
        hints=hints if parts else (f"run {code('flet-lock -v')} to see what was looked at",),
        parts=parts,
        place=parts[0].place if parts else None,
        exit_code=1,
    )


@explain.register
def _budget(error: BudgetExceeded) -> Explanation:
    longer = max(10, round(8 * error.allowed))
    details, hints = [], []
    if error.adding is not None:
        adding = clean(str(error.adding))
        details.append(f"no answer was found once {adding} is asked for")
        hints.append(
            f"write a version of {clean(error.adding.name)} that you know to work beside the rest, "
            f"or leave it out, and lock again"
        )
    if error.stuck_on:
        details.append(f"most releases were rejected of {join_words(error.stuck_on[:5])}")
    return Explanation(
        summary=(
            f"No answer for {error.platform.label}: the search was ended after "
            f"{error.seconds:.0f} s and {error.rounds:,} rounds"
        ),
        details=tuple(details),
        hints=(*hints, f"search longer: {code(f'flet-lock --budget-seconds {longer}')}"),
    )


@explain.register
def _lock(error: LockError) -> Explanation:
    return explain_lock_error(error)


@explain.register
def _install(error: InstallError) -> Explanation:
    return explain_install_error(error)


@explain.register
def _interrupted(error: Interrupted) -> Explanation:
    return explain_interrupted(error.paths_kept)

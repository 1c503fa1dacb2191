"""Why a lock could not be installed or exported, in words."""

from collections.abc import Iterable
from functools import singledispatch
from typing import assert_never

from flet_lock.model.answer.drift import DriftKind
from flet_lock.model.answer.wheel_fault import ClashKind, PathClash, WheelFault, WheelFaultKind
from flet_lock.model.errors.handover import CommandNotStarted, FletCliMissing, LauncherMissing
from flet_lock.model.errors.install import (
    BuildRefused,
    FileAltered,
    FileGone,
    FilesNotCached,
    GenerationNotLocked,
    InstallError,
    InstallNotWritten,
    LockOutOfStep,
    NotExportable,
    PathsClash,
    PythonNotLocked,
    SlicesNotLocked,
    SourceNotBuilt,
    TargetOccupied,
    Unexportable,
    WheelRefused,
)
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.layout.clean_text import clean, clip, code
from flet_lock.reports.wording.empty_file import is_of_nothing
from flet_lock.reports.wording.lock.drifts import explain_drift
from flet_lock.reports.wording.lock.flet_notes import (
    explain_flet_note,
    explain_generations,
    name_of_flet,
)
from flet_lock.reports.wording.targets import join_words

_AS_BEFORE = "what was installed before is as it was"
_NAMES_SHOWN = 6


@singledispatch
def explain_install_error(error: InstallError) -> Explanation:
    """What kept a lock from being installed, and what to do next."""
    raise AssertionError(type(error))


@explain_install_error.register
def _slices_not_locked(error: SlicesNotLocked) -> Explanation:
    missing = join_words(map(clean, error.slices))
    return Explanation(
        summary=f"The lock for {error.platform.label} was not made for {missing}",
        details=(f"it was made for {join_words(map(clean, error.locked))}",),
        hints=(
            (
                f"choose one of these with {code('--arch')}, or add the other to "
                f"{code('target_arch')} and lock again: {code('flet-lock')}"
            ),
        ),
        exit_code=1,
    )


@explain_install_error.register
def _lock_out_of_step(error: LockOutOfStep) -> Explanation:
    platform = error.drifts[0].platform
    name = clean(error.project_name)
    if any(drift.kind is DriftKind.MISSING for drift in error.drifts):
        return Explanation(
            summary=f"{name} has no lock for {platform.label}",
            hints=(f"make it with {code('flet-lock')} and commit it",),
            exit_code=1,
        )
    return Explanation(
        summary=f"The lock for {platform.label} is out of step with {name}",
        details=tuple(sentence for drift in error.drifts for sentence in explain_drift(drift)),
        hints=(f"{code('flet-lock')} brings the lock in step; then commit it",),
        exit_code=1,
    )


@explain_install_error.register
def _python_not_locked(error: PythonNotLocked) -> Explanation:
    return Explanation(
        summary=(
            f"This build bundles Python {clean(error.python)}, and the lock for "
            f"{error.platform.label} was made for {clean(error.locked)}"
        ),
        hints=(
            (
                f"build with {code(f'--python-version {error.locked}')}, or lock for the other: "
                f"{code(f'flet-lock --python-version {error.python}')}"
            )
            if error.choosable
            else f"this Flet has no other Python: lock again with {code('flet-lock')}",
        ),
        exit_code=1,
    )


@explain_install_error.register
def _generation_not_locked(error: GenerationNotLocked) -> Explanation:
    version = error.flet.version
    line = f"flet-lock --flet {version}" if version else "flet-lock"
    setting = f'flet = "{version}"'
    return Explanation(
        summary=(
            f"The lock for {error.platform.label} was made for Flet {clean(error.locked)}, and "
            f"{name_of_flet(error.flet)} builds otherwise"
        ),
        details=tuple(explain_generations(error.locked, error.flet)),
        hints=(
            (
                f"lock for it: {code(line)}, and put {code(setting)} under "
                f"{code('[tool.flet-lock]')} to keep it so; or build with the Flet of the lock"
            ),
        ),
        exit_code=1,
    )


@explain_install_error.register
def _build_refused(error: BuildRefused) -> Explanation:
    return Explanation(
        summary="This Flet cannot build the app right",
        details=tuple(explain_flet_note(note) for note in error.notes),
        hints=(
            f"change what is named here and run {code('flet-lock run')} again: nothing was built",
        ),
        exit_code=1,
    )


@explain_install_error.register
def _command_not_started(error: CommandNotStarted) -> Explanation:
    if not error.detail:
        return Explanation(
            summary=f"There is no program {clean(error.command)}",
            hints=(
                (
                    "install it, or activate the environment it is in; the command stands after "
                    f"two dashes: {code('flet-lock run -- flet build apk')}"
                ),
            ),
        )
    return Explanation(
        summary=f"{clean(error.command)} could not be started",
        details=(clip(error.detail, 200),),
        hints=(f"see whether it can be run without {code('flet-lock run --')} in front",),
    )


@explain_install_error.register
def _launcher_missing(error: LauncherMissing) -> Explanation:
    if error.in_user_site:
        return Explanation(
            summary="flet-lock is installed where a build's pip cannot see it",
            details=("Flet shuts out the user's own site-packages from what its build starts",),
            hints=(
                (
                    "install it in a virtual environment, or for itself: "
                    f"{code('uv tool install flet-lock')}"
                ),
            ),
        )
    return Explanation(
        summary="flet-lock-pip, which belongs to flet-lock, is missing",
        details=(f"it should be {clean(error.path)}",),
        hints=(f"install flet-lock again: {code('pip install --force-reinstall flet-lock')}",),
    )


@explain_install_error.register
def _flet_cli_missing(error: FletCliMissing) -> Explanation:
    wanted = f"flet-cli=={error.version}"
    return Explanation(
        summary=f"{clean(error.program)} would first install {clean(wanted)}, which is not there",
        details=("pip is set to install what is locked for the app, and nothing else",),
        hints=(f"install it first: {code(f'pip install {wanted}')}",),
    )


@explain_install_error.register
def _file_altered(error: FileAltered) -> Explanation:
    if is_of_nothing(error.algorithm, error.found):
        return Explanation(
            summary=f"{clean(error.filename)} came empty",
            subject=error.package,
            details=(f"from: {clean(error.origin)}", _AS_BEFORE),
            hints=("run it again: a download that breaks off looks like that",),
            exit_code=2,
        )
    return Explanation(
        summary=f"{clean(error.filename)} is not the file that was locked",
        subject=error.package,
        details=(
            f"{clean(error.algorithm)} should be {clip(error.expected, 140)}",
            f"but it is {clip(error.found, 140)}",
            f"from: {clean(error.origin)}",
            _AS_BEFORE,
        ),
        hints=(
            (
                f"if the file was published anew on purpose, lock it again: "
                f"{code(f'flet-lock -P {error.package}')}; if nobody did that, do not use it"
            ),
        ),
        exit_code=1,
    )


@explain_install_error.register
def _file_gone(error: FileGone) -> Explanation:
    return Explanation(
        summary=f"{clean(error.filename)} is no longer where the lock says",
        subject=error.package,
        details=(f"nothing is at: {clean(error.origin)}", _AS_BEFORE),
        hints=(f"lock the package again: {code(f'flet-lock -P {error.package}')}",),
    )


@explain_install_error.register
def _files_not_cached(error: FilesNotCached) -> Explanation:
    count = len(error.filenames)
    files = "a file" if count == 1 else f"{count} files"
    return Explanation(
        summary=f"offline, and the cache does not have {files} of the lock",
        details=(_listed(error.filenames), _AS_BEFORE),
        hints=(
            (f"run {code('flet-lock install')} once with a connection; later runs can be offline"),
        ),
    )


@explain_install_error.register
def _wheel_refused(error: WheelRefused) -> Explanation:
    return Explanation(
        summary=f"{clean(error.filename)} holds what must not be unpacked",
        subject=error.package,
        details=(
            *(explain_wheel_fault(fault) for fault in error.faults[:_NAMES_SHOWN]),
            *_and_more(len(error.faults)),
            _AS_BEFORE,
        ),
        hints=(
            (
                f"tell the authors of {error.package}; until then another release may do: "
                f"{code(f'flet-lock -P {error.package}==VERSION')}"
            ),
        ),
        exit_code=1,
    )


# One flat table, a row per kind:
def explain_wheel_fault(fault: WheelFault) -> str:  # noqa: PLR0911
    """`../../etc/passwd leaves the folder`."""
    path = clip(fault.path)
    detail = f": {clip(fault.detail)}" if fault.detail else ""
    match fault.kind:
        case WheelFaultKind.UNREADABLE:
            return f"{path or 'the wheel'} cannot be read{detail}"
        case WheelFaultKind.OUTSIDE:
            return f"{path} leaves the folder"
        case WheelFaultKind.BAD_NAME:
            return f"{path} cannot be the name of a file{detail}"
        case WheelFaultKind.NOT_A_FILE:
            return f"{path} is not a file{detail}"
        case WheelFaultKind.TWICE:
            return f"{path} is there twice"
        case WheelFaultKind.BOMB:
            return f"it unpacks to more than is accepted{detail}"
        case WheelFaultKind.RECORD:
            return f"RECORD does not agree{f' about {path}' if path else ''}{detail}"
        case WheelFaultKind.OTHER_PACKAGE:
            return f"{path or 'METADATA'} is that of another package or version{detail}"
        case _:
            assert_never(fault.kind)


@explain_install_error.register
def _paths_clash(error: PathsClash) -> Explanation:
    first = error.clashes[0]
    return Explanation(
        summary=f"{first.package} and {first.other_package} get in each other's way",
        subject=first.package,
        details=(
            *(explain_clash(clash) for clash in error.clashes[:_NAMES_SHOWN]),
            *_and_more(len(error.clashes)),
            _AS_BEFORE,
        ),
        hints=(
            (
                f"one of the two has to go: see who asks for it in the lock, then leave it out or "
                f"take another release, {code(f'flet-lock -P {first.package}==VERSION')}"
            ),
        ),
        exit_code=1,
    )


def explain_clash(clash: PathClash) -> str:
    """`shared/__init__.py differs between a and b (arm64-v8a)`."""
    where = f"({clean(clash.slice_name)})"
    path, other = clip(clash.path), clip(clash.other_path)
    match clash.kind:
        case ClashKind.CONTENT:
            packages = f"{clash.package} and {clash.other_package}"
            return f"{path} differs between {packages} {where}"
        case ClashKind.FOLDER:
            return (
                f"{path} is a file of {clash.package}, and a folder in {clash.other_package}: "
                f"{other} {where}"
            )
        case ClashKind.CASE:
            return (
                f"{path} of {clash.package} and {other} of {clash.other_package} are one file on "
                f"this disk {where}"
            )
        case _:
            assert_never(clash.kind)


@explain_install_error.register
def _source_not_built(error: SourceNotBuilt) -> Explanation:
    if error.native:
        summary = f"{error.package} built from source is for this machine, not for a phone"
        details: tuple[str, ...] = (
            f"not pure: {_listed(error.native)}",
            f"from: {clean(error.origin)}",
        )
        hint = (
            f"take {error.package} out of {code('source_packages')} and look for a release that "
            f"has wheels: {code(f'flet-lock -P {error.package}')}"
        )
    else:
        summary = f"{error.package} could not be built from source"
        lines = tuple(clip(line, 200) for line in error.detail.splitlines() if line.strip())
        details = (*lines[-_NAMES_SHOWN:], f"from: {clean(error.origin)}")
        hint = f"see what its build needs on this machine, then run {code('flet-lock install')}"
    return Explanation(
        summary=summary,
        subject=error.package,
        details=(*details, _AS_BEFORE),
        hints=(hint,),
        exit_code=1,
    )


_NOT_EXPORTABLE = {
    Unexportable.SOURCE_TREE: "a repository or a folder has no hash, and pip then refuses the "
    "whole file",
    Unexportable.HASH: "the lock has no hash for it that pip knows (sha256, sha384, sha512)",
}


@explain_install_error.register
def _not_exportable(error: NotExportable) -> Explanation:
    return Explanation(
        summary=f"{join_words(error.packages)} cannot stand in a requirements file with hashes",
        details=(_NOT_EXPORTABLE[error.reason],),
        hints=(
            (
                f"install from the lock itself: {code('flet-lock install')}, or ask for a release "
                f"instead: {code(f'{error.packages[0]}>=1.0')}"
            ),
        ),
        exit_code=1,
    )


@explain_install_error.register
def _target_occupied(error: TargetOccupied) -> Explanation:
    path = clean(error.path)
    if not error.entries:
        summary = f"{path} is not a folder"
        details: tuple[str, ...] = ()
    else:
        summary = f"{path} holds other things than installed packages, and would be replaced"
        details = (f"found there: {_listed(error.entries)}",)
    return Explanation(
        summary=summary,
        details=details,
        hints=(f"name an empty folder, or one that is not there yet: {code('--target DIR')}",),
    )


@explain_install_error.register
def _not_written(error: InstallNotWritten) -> Explanation:
    return Explanation(
        summary=f"{clean(error.path)} could not be written; {_AS_BEFORE}",
        details=(clip(error.detail, 200),) if error.detail else (),
        hints=(f"make room or allow writing there, then run {code('flet-lock install')} again",),
    )


def _listed(names: Iterable[str]) -> str:
    listed = list(names)
    shown = ", ".join(clip(name, 80) for name in listed[:_NAMES_SHOWN])
    more = len(listed) - _NAMES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _and_more(count: int) -> tuple[str, ...]:
    return (f"and {count - _NAMES_SHOWN} more",) if count > _NAMES_SHOWN else ()

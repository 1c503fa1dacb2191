"""One error of each class, with fixed facts."""

from packaging.utils import canonicalize_name
from packaging.version import Version

from fakes import outcomes
from fakes.flet_versions import chosen
from flet_lock.model.answer.drift import Drift, DriftKind
from flet_lock.model.answer.rejection import MinimumOsTooNew
from flet_lock.model.answer.wheel_fault import ClashKind, PathClash, WheelFault, WheelFaultKind
from flet_lock.model.app.fault import Fault, FaultKind
from flet_lock.model.app.flet_choice import FletFound, FletOrigin
from flet_lock.model.app.project import NoteKind, ProjectNote
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.base import FletLockError, Interrupted
from flet_lock.model.errors.handover import CommandNotStarted, FletCliMissing, LauncherMissing
from flet_lock.model.errors.index import (
    DirectReferenceFailure,
    IndexGarbage,
    IndexRefused,
    IndexUnreachable,
    IntegrityError,
    OfflineMiss,
)
from flet_lock.model.errors.install import (
    BuildRefused,
    FileAltered,
    FileGone,
    FilesNotCached,
    GenerationNotLocked,
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
from flet_lock.model.errors.lock import (
    LockEdited,
    LockMissing,
    LockNotWritten,
    LockUnreadable,
    UnknownSources,
)
from flet_lock.model.errors.project import NoApp, ProjectError, ProjectNotWritten
from flet_lock.model.errors.resolution import BudgetExceeded
from flet_lock.model.errors.usage import (
    CatalogueError,
    ExtraMissing,
    UnsupportedFlet,
    UnsupportedPython,
    UsageError,
)
from flet_lock.model.redaction import public_url
from flet_lock.model.target import Platform

PLACE = Place(file="requirements.txt", line=3)
URL = public_url("https://pypi.org/simple/numpy/")
NUMPY = canonicalize_name("numpy")

ERRORS: dict[type[FletLockError], FletLockError] = {
    type(error): error
    for error in (
        ExtraMissing(extra="report", library="Jinja2"),
        UsageError(option="--platform", value="andriod", detail="no", choices=("android", "ios")),
        ProjectError(
            faults=(Fault(place=PLACE, kind=FaultKind.BAD_REQUIREMENT, value="numpy>>2"),)
        ),
        NoApp(folder="shop", apps=("app",), other_list="Pipfile"),
        CatalogueError(path="manifest.json", detail="not JSON"),
        ProjectNotWritten(path="pyproject.toml", detail="Read-only file system"),
        UnsupportedPython(wanted="<3.10", place=PLACE, supported=("3.12", "3.13", "3.14")),
        IndexUnreachable(index="pypi", url=URL, detail="timed out", attempts=4, status=503),
        IndexRefused(index="corp", url=URL, status=401, had_credentials=False),
        IndexGarbage(index="corp", url=URL, detail="no links", content_type="text/html"),
        IntegrityError(
            index="pypi",
            url=URL,
            filename="numpy-2.3.5-py3-none-any.whl",
            algorithm="sha256",
            expected="ab" * 32,
            found="cd" * 32,
        ),
        OfflineMiss(index="pypi", url=URL),
        DirectReferenceFailure(
            package=NUMPY,
            url=public_url("https://example.org/numpy.whl"),
            place=PLACE,
            rejection=MinimumOsTooNew(
                filename="numpy.whl", platform=Platform.ANDROID, needs=(26, 0), has=(24, 0)
            ),
            detail="",
        ),
        outcomes.cannot_lock(),
        BudgetExceeded(
            platform=Platform.ANDROID, rounds=12_345, seconds=60.0, allowed=60.0, stuck_on=(NUMPY,)
        ),
        LockMissing(path="pylock.ios.toml"),
        LockUnreadable(path="pylock.ios.toml", detail="no version", place="packages[3]"),
        LockEdited(path="pylock.ios.toml"),
        UnknownSources(
            path="pylock.ios.toml",
            sources=("https://elsewhere.example/simple", "https://files.elsewhere.example"),
            indexes=("https://elsewhere.example/simple",),
        ),
        LockNotWritten(path="pylock.ios.toml", detail="no space left on device"),
        SlicesNotLocked(platform=Platform.IOS, slices=("x",), locked=("iphoneos.arm64",)),
        LockOutOfStep(
            project_name="demo",
            drifts=(
                Drift(
                    platform=Platform.IOS,
                    kind=DriftKind.REQUIREMENTS,
                    added=("numpy>=2",),
                    removed=(),
                    places=(None,),
                ),
            ),
        ),
        PythonNotLocked(platform=Platform.IOS, python="3.13", locked="3.14"),
        GenerationNotLocked(platform=Platform.IOS, flet=chosen("0.28.3"), locked="1.0"),
        BuildRefused(
            notes=(
                ProjectNote(
                    kind=NoteKind.FIRST_ARCH_ONLY,
                    place=PLACE,
                    value="arm64-v8a, x86_64",
                    flet=chosen("0.28.3"),
                ),
            )
        ),
        UnsupportedFlet(
            found=FletFound(origin=FletOrigin.PIN, version=Version("0.24.1"), place=PLACE),
            oldest="0.25.0",
        ),
        CommandNotStarted(command="flet", detail=""),
        LauncherMissing(path="bin/flet-lock-pip", in_user_site=False),
        FletCliMissing(program="flet", version="1.0.5"),
        FileAltered(
            package=NUMPY,
            filename="numpy.whl",
            origin=URL,
            algorithm="sha256",
            expected="ab",
            found="cd",
        ),
        FileGone(package=NUMPY, filename="numpy.whl", origin=URL),
        FilesNotCached(filenames=("numpy.whl",)),
        WheelRefused(
            package=NUMPY,
            filename="numpy.whl",
            faults=tuple(WheelFault(kind=kind, path="../x") for kind in WheelFaultKind),
        ),
        PathsClash(
            clashes=tuple(
                PathClash(
                    kind=kind,
                    slice_name="x86_64",
                    path="a",
                    package=NUMPY,
                    other_path="A",
                    other_package=canonicalize_name("pandas"),
                )
                for kind in ClashKind
            )
        ),
        SourceNotBuilt(package=NUMPY, origin=URL, native=(), detail="no compiler"),
        NotExportable(packages=(NUMPY,), reason=Unexportable.HASH),
        TargetOccupied(path="out", entries=("photos",)),
        InstallNotWritten(path="out", detail="no space left on device"),
        Interrupted(paths_kept=("pylock.ios.toml",)),
    )
}

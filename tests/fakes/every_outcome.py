"""One outcome of each kind with fixed values, and each command run for real on a small app."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from fakes import audits, looks, outcomes
from fakes.flet_versions import chosen
from fakes.git_repository import make_repository
from fakes.requests import facts_of, sdist
from fakes.wheels import make_wheel
from flet_lock.cli.main import main
from flet_lock.install.comparison.difference import Difference, DifferenceKind
from flet_lock.install.handover.handover_method import Reason
from flet_lock.install.tree.unpacked import UnpackedSlice
from flet_lock.lockfile.changes import IndexMove, LockChanges
from flet_lock.model.answer.drift import Drift, DriftKind
from flet_lock.model.target import Platform
from flet_lock.package_requests.destination import Destination, link_to_new, link_to_search
from flet_lock.package_requests.draft import write_draft
from flet_lock.package_requests.verdict import Refusal, RefusalKind
from flet_lock.reports.failure import Failure
from flet_lock.reports.wording.failure.errors import explain
from flet_lock.workflows.building.handover_outcome import EnvOutcome, RunOutcome, VerifyOutcome
from flet_lock.workflows.cache import CacheOutcome
from flet_lock.workflows.command_outcome import CommandOutcome
from flet_lock.workflows.inspecting.diff import DiffOutcome, LockDiff
from flet_lock.workflows.inspecting.licenses import LicencesOutcome, PackageLicence
from flet_lock.workflows.inspecting.report import Locked, Refused, ReportOutcome
from flet_lock.workflows.inspecting.schema import SchemaOutcome
from flet_lock.workflows.installing.download import DownloadOutcome
from flet_lock.workflows.installing.export import ExportOutcome
from flet_lock.workflows.locking.upgrade_flet import (
    BuildFacts,
    PackageMove,
    UpgradeFletOutcome,
)
from flet_lock.workflows.outcome import InstallOutcome, Traffic
from flet_lock.workflows.requesting.request import PackageOutcome, RequestOutcome

DATA = Path(__file__).parents[2] / "data"
RECORDED: Final = (
    *("--default-index", str(DATA / "index" / "pypi")),
    *("--index", f"flet={DATA / 'index' / 'flet'}"),
)


def failed() -> Failure:
    error = outcomes.cannot_lock()
    return Failure(error=error, explanation=explain(error), command="lock")


def installed() -> InstallOutcome:
    return InstallOutcome(
        project_name="demo",
        platform=Platform.ANDROID,
        lock_path="pylock.android.toml",
        target="build/site-packages",
        slices=("x86_64",),
        packages=1,
        changed=True,
        unpacked=(UnpackedSlice(slice_name="x86_64", packages=1, files=3, bytes=99, shared=()),),
        removed_slices=(),
        downloaded=1,
        bytes_received=99,
        from_cache=0,
        seconds=0.25,
    )


def upgraded() -> UpgradeFletOutcome:
    android, ios = outcomes.ANDROID[:1], outcomes.IOS[:1]
    slices = {each.platform: (each.slice_name,) for each in (*android, *ios)}
    move = PackageMove(
        platform=Platform.ANDROID,
        package=canonicalize_name("msgpack"),
        before=None,
        after=Version("1.1"),
        classes=((), ("binary",)),
    )
    return UpgradeFletOutcome(
        project_name="demo",
        before=BuildFacts(flet=chosen("0.28.3"), python="3.12.9", slices=slices),
        after=BuildFacts(flet=chosen("1.0.5"), python="3.14.6", slices=slices),
        moves=(move,),
        lines=(),
        settled=(),
        notes=(),
        failure=None,
        written=False,
    )


def verified() -> VerifyOutcome:
    return VerifyOutcome(
        project_name="demo",
        platform=Platform.ANDROID,
        lock_path="pylock.android.toml",
        directory="build/site-packages",
        python="3.14",
        slices=("x86_64",),
        packages=1,
        files=12,
        compiled=4,
        unproven=0,
        surprises=(),
        differences=(
            Difference(
                kind=DifferenceKind.STRAY,
                slice_name="x86_64",
                path="x.py",
                package=None,
                expected="",
                found="",
            ),
        ),
        seconds=0.25,
    )


def ran() -> RunOutcome:
    return RunOutcome(
        project_name="demo",
        command=("flet", "build", "apk"),
        command_exit_code=0,
        reasons=(Reason.MARKER,),
        installed_anew=True,
        verification=verified(),
    )


def environment() -> EnvOutcome:
    return EnvOutcome(
        platform=Platform.ANDROID,
        folder="/cache/handover",
        reasons=(),
        variables={"PIP_NO_INDEX": "1"},
        stray=("PIP_INDEX_URL",),
    )


def compared() -> DiffOutcome:
    android = outcomes.data_app().platforms[0]
    return DiffOutcome(
        project_name="demo",
        revision="main",
        commit="0123456789abcdef0123456789abcdef01234567",
        locks=(
            LockDiff(
                platform=Platform.ANDROID,
                lock_path="pylock.android.toml",
                pythons=("3.13.9", "3.14.6"),
                changes=LockChanges(
                    packages=android.changes,
                    moved=(
                        IndexMove(
                            package=canonicalize_name("msgpack"),
                            old=("https://pypi.flet.dev",),
                            new=("https://pypi.org/simple",),
                        ),
                    ),
                ),
                asked=(
                    Drift(
                        platform=Platform.ANDROID,
                        kind=DriftKind.REQUIREMENTS,
                        added=("sounddevice>=0.5",),
                        removed=("attrs | dependencies",),
                        places=(None,),
                    ),
                ),
            ),
        ),
    )


def requested() -> RequestOutcome:
    facts = facts_of([sdist("1.0")])
    draft = write_draft(facts)
    to = Destination.DISCUSSIONS
    drafted = PackageOutcome(
        package=facts.package,
        refusal=None,
        search_url=link_to_search(facts.package, to),
        draft=draft,
        link=link_to_new(draft, to),
    )
    private = outcomes.edge("secret", targets=()).package
    refused = PackageOutcome(
        package=private,
        refusal=Refusal(package=private, kind=RefusalKind.PRIVATE, can_be_forced=False),
        search_url=link_to_search(private, to),
    )
    return RequestOutcome(
        destination=to,
        packages=(drafted, refused),
        pypi_answered=True,
        search_fault=None,
        searched=False,
        seconds=0.25,
        traffic=Traffic(requests=1, bytes_received=2, from_cache=3),
    )


def reported() -> ReportOutcome:
    answer = outcomes.data_app()
    names = {pin.package for each in answer.platforms for pin in each.resolution.pins}
    return ReportOutcome(
        project_name="demo",
        targets=(*outcomes.ANDROID, *outcomes.IOS),
        found=Locked(answer=answer, licences=dict.fromkeys(sorted(names), ("MIT",))),
    )


def reported_refusal() -> ReportOutcome:
    return ReportOutcome(
        project_name="demo",
        targets=(*outcomes.ANDROID, *outcomes.IOS),
        found=Refused(error=outcomes.cannot_lock()),
    )


def licensed() -> LicencesOutcome:
    return LicencesOutcome(
        project_name="demo",
        lock_paths=("pylock.android.toml", "pylock.ios.toml"),
        packages=(
            PackageLicence(
                package=canonicalize_name("msgpack"),
                versions=(Version("1.1"), Version("1.2")),
                platforms=(Platform.ANDROID, Platform.IOS),
                licences=("Apache-2.0",),
            ),
            PackageLicence(
                package=canonicalize_name("untold"),
                versions=(Version("3"),),
                platforms=(Platform.IOS,),
                licences=(),
            ),
        ),
    )


def downloaded() -> DownloadOutcome:
    return DownloadOutcome(
        folder="wheelhouse",
        lock_paths=("pylock.android.toml",),
        files=("a-1-py3-none-any.whl",),
        written=1,
        downloaded=1,
        bytes_received=99,
        left_out=(canonicalize_name("our-lib"),),
    )


EVERY_OUTCOME: Final[Mapping[str, Callable[[], CommandOutcome]]] = {
    "audit": audits.audited,
    "cache": lambda: CacheOutcome(action="size", path="/cache", bytes=1_500),
    "check": outcomes.drifted,
    "diff": compared,
    "download": downloaded,
    "env": environment,
    "export": lambda: ExportOutcome(
        platform=Platform.IOS, format="requirements", text="a==1 --hash=sha256:00\n"
    ),
    "failure": failed,
    "install": installed,
    "licenses": licensed,
    "lock": outcomes.data_app,
    "report": reported,
    "request": requested,
    "run": ran,
    "schema": lambda: SchemaOutcome(names=("failure", "lock")),
    "tree": lambda: looks.tree_outcome(looks.recorded_app("hello")),
    "upgrade-flet": upgraded,
    "verify": verified,
    "wheels": lambda: looks.wheels_outcome(looks.package_offers(looks.speedy_files())),
    "why": lambda: looks.why_outcome(looks.recorded_app("dashboard"), "numpy"),
}
"""Kind to an outcome of it, as lively as it can be."""

_PROJECT = """
[project]
name = "app"
dependencies = ["alpha"]

[tool.flet-lock]
default-index = "../wheels"
no-flet-index = true
cache-dir = "../cache"
"""
_ON_THE_APP = {
    "audit": (),
    "cache": ("size", "--cache-dir", "../cache"),
    "check": (),
    "diff": (),
    "download": ("../wheelhouse",),
    "env": ("--platform", "android"),
    "export": ("--platform", "ios"),
    "install": ("--platform", "android"),
    "licenses": (),
    "lock": ("--upgrade",),
    "report": ("-o", "../report.html"),
    "run": ("--platform", "android", "--", sys.executable, "-c", ""),
    "schema": (),
    "tree": (),
    "upgrade-flet": ("1.0.5", "--no-cache"),
    "verify": ("--platform", "android"),
    "why": ("alpha",),
}
_ON_THE_INDEX = {
    "request": ("curl-cffi", "httpx", "--no-cache", *RECORDED),
    "wheels": ("msgpack", "--no-cache", *RECORDED),
}
_WORDS = _ON_THE_APP | _ON_THE_INDEX
RUNNABLE: Final = tuple(sorted(_WORDS))
"""Each command of flet-lock."""

Runner = Callable[..., int]
"""Takes a command and further words; returns the exit code."""


def make_runner(root: Path, patch: pytest.MonkeyPatch) -> Runner:
    """Runs each command on an app with one package, which is locked first."""
    for name in ("CI", "FORCE_COLOR", "NO_COLOR", "GITHUB_WORKSPACE", "GITHUB_TOKEN", "GH_TOKEN"):
        patch.delenv(name, raising=False)
    patch.setenv("COLUMNS", "100")
    app, wheels, empty = root / "app", root / "wheels", root / "empty"
    for folder in (app, wheels, empty):
        folder.mkdir()
    (app / "pyproject.toml").write_text(_PROJECT)
    (wheels / "alpha-1.0-py3-none-any.whl").write_bytes(make_wheel("alpha", "1.0"))
    assert main(["lock", str(app), "-qq"]) == 0
    make_repository(app)

    def run(command: str, *words: str) -> int:
        patch.chdir(app if command in _ON_THE_APP else empty)
        if command == "verify":
            main(["install", "--platform", "android", "-qq"])
        return main([command, *words, *_WORDS[command]])

    return run

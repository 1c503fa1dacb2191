"""Whether a package is worth a request."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from packaging.version import Version

from fakes.requests import android, desktop, facts_of, ios, sdist, wheel
from fakes.targets import make_targets
from fakes.universe import Offer as File
from flet_lock.model.facts.advice import AdviceKind, DesktopReason, NameFact
from flet_lock.model.index.existing_request import ExistingRequest
from flet_lock.model.index.source import SourceFinding, SourceKind
from flet_lock.model.target import Platform
from flet_lock.package_requests.gaps import missing_targets
from flet_lock.package_requests.verdict import Refusal, RefusalKind, decide

V1, V2 = Version("1.0"), Version("2.0")
BOTH = (Platform.ANDROID, Platform.IOS)


def refusal(files: list[File], asked: str = "speedy", **more: Any) -> Refusal:  # noqa: ANN401 - any field
    found = decide(facts_of(files, asked, **more))
    assert found is not None
    return found


def advice(kind: AdviceKind, **more: Any) -> NameFact:  # noqa: ANN401 - any field
    return NameFact(kind=kind, source="https://example.org", **more)


def missing(files: list[File], asked: str = "speedy", **more: Any) -> list[str]:  # noqa: ANN401 - any field
    facts = facts_of(files, asked, **more)
    assert decide(facts) is None
    return [target.slice_name for target in missing_targets(facts)]


def test_desktop_wheels_alone_are_worth_a_request_for_all() -> None:
    assert len(missing(desktop("1.0"))) == 6


def test_only_what_the_nearest_release_lacks_is_asked_for() -> None:
    files = [
        *desktop("2.0"),
        *android("2.0", "arm64_v8a"),
        *desktop("1.0"),
        *android("1.0", "arm64_v8a", "x86_64"),
        *ios("1.0"),
    ]
    assert missing(files) == ["armeabi-v7a"]


def test_wheels_for_another_python_leave_a_request_for_this_one() -> None:
    files = [*desktop("1.0"), *android("1.0", python="cp313"), *ios("1.0")]
    assert missing(files) == ["arm64-v8a", "armeabi-v7a", "x86_64"]
    found = refusal(files, wanted=make_targets(["android"], python="3.13"))
    assert found.kind is RefusalKind.AVAILABLE


def test_a_target_that_the_app_does_not_have_is_not_asked_for() -> None:
    files = [*desktop("1.0"), *android("1.0", "arm64_v8a", "x86_64"), *ios("1.0")]
    wanted = make_targets(["android-arm64-v8a", "ios"], python="3.14")
    assert refusal(files, wanted=wanted).kind is RefusalKind.AVAILABLE


def test_a_pure_wheel_needs_nothing() -> None:
    found = refusal([wheel("1.0", "py3-none-any"), sdist("1.0")])
    assert found.kind is RefusalKind.PURE
    assert found.versions == tuple((platform, V1) for platform in BOTH)


def test_a_pure_fallback_works_and_is_no_reason_to_ask() -> None:
    assert refusal([wheel("1.0", "py3-none-any"), *desktop("1.0")]).kind is RefusalKind.FALLBACK


def test_a_hollow_wheel_counts_as_none() -> None:
    files = [wheel("1.0", "py3-none-any"), wheel("1.0", "py3-none-win_amd64")]
    assert len(missing(files)) == 6


def test_an_older_release_with_wheels_is_to_be_taken() -> None:
    found = refusal([*desktop("2.0"), *android("1.0"), *ios("1.0")])
    assert found.kind is RefusalKind.AVAILABLE
    assert found.versions == tuple((platform, V1) for platform in BOTH)
    assert found.newest == V2


@pytest.mark.parametrize(("years", "worth_it"), [(1, False), (4, True)])
def test_a_release_that_is_years_old_is_not_what_anybody_asks_for(
    years: int, *, worth_it: bool
) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    files = [
        wheel("2.0", "cp314-cp314-win_amd64", uploaded=now),
        wheel("1.0", "py3-none-any", uploaded=now - timedelta(days=365 * years)),
    ]
    assert (decide(facts_of(files)) is None) is worth_it


def test_who_asks_for_a_newer_one_than_has_wheels_gets_a_draft() -> None:
    files = [*desktop("2.0"), *android("1.0"), *ios("1.0")]
    assert len(missing(files, "speedy>=2")) == 6


def test_a_newer_release_with_wheels_comes_before_a_request() -> None:
    found = refusal([*desktop("1.0"), *android("2.0"), *ios("2.0")], "speedy<2")
    assert found.kind is RefusalKind.NEWER
    assert found.versions == tuple((platform, V2) for platform in BOTH)


def test_a_newer_release_for_one_phone_only_does_not() -> None:
    assert len(missing([*desktop("1.0"), *android("2.0")], "speedy<2")) == 6


def test_a_name_that_nobody_knows_is_not_drafted_by_force_either() -> None:
    found = refusal([])
    assert found.kind is RefusalKind.UNKNOWN
    assert not found.can_be_forced
    assert refusal([], system_name=True).kind is RefusalKind.PART_OF_PYTHON


def test_versions_that_do_not_exist_are_no_request() -> None:
    found = refusal(desktop("1.0"), "speedy>=5")
    assert found.kind is RefusalKind.NO_RELEASE
    assert found.newest == V1
    assert not found.can_be_forced


@pytest.mark.parametrize("kind", [SourceKind.NATIVE, SourceKind.UNSURE, SourceKind.PURE])
def test_sources_alone_are_built_where_they_are_pure_and_asked_for_otherwise(
    kind: SourceKind,
) -> None:
    source = SourceFinding(filename="speedy-1.0.tar.gz", version=V1, kind=kind, evidence=())
    found = decide(facts_of([sdist("1.0")], source=source))
    assert (found is None) is (kind is not SourceKind.PURE)
    assert found is None or found.kind is RefusalKind.PURE_SOURCE


def test_desktop_wheels_say_more_than_sources_that_look_pure() -> None:
    source = SourceFinding(
        filename="speedy-1.0.tar.gz", version=V1, kind=SourceKind.PURE, evidence=()
    )
    assert decide(facts_of(desktop("1.0"), source=source)) is None


@pytest.mark.parametrize("reason", DesktopReason)
def test_what_needs_a_desktop_is_refused_even_where_it_installs(reason: DesktopReason) -> None:
    for files in ([], desktop("1.0"), [wheel("1.0", "py3-none-any")]):
        found = refusal(files, advice=advice(AdviceKind.DESKTOP_ONLY, reason=reason))
        assert found.kind is RefusalKind.ADVISED
        assert found.can_be_forced is bool(files)


def test_a_build_tool_is_refused_only_where_it_cannot_be_used_anyhow() -> None:
    tool = advice(AdviceKind.DEVELOPMENT_TOOL)
    assert refusal(desktop("1.0"), advice=tool).kind is RefusalKind.ADVISED
    assert refusal([wheel("1.0", "py3-none-any")], advice=tool).kind is RefusalKind.PURE


def test_a_twin_is_named_only_where_it_has_wheels() -> None:
    twin = advice(AdviceKind.TWIN, instead=("speedy2",))
    found = refusal(desktop("1.0"), advice=twin, instead=V2)
    assert (found.kind, found.instead) == (RefusalKind.ADVISED, V2)
    assert len(missing(desktop("1.0"), advice=twin)) == 6


def test_a_platforms_own_door_is_asked_for_there_alone() -> None:
    door = advice(AdviceKind.OTHER_PLATFORM, systems=("Android",))
    assert missing(desktop("1.0"), advice=door) == ["arm64-v8a", "armeabi-v7a", "x86_64"]
    assert refusal(android("1.0"), advice=door).kind is RefusalKind.AVAILABLE
    only_ios = make_targets(["ios"], python="3.14")
    assert refusal(desktop("1.0"), advice=door, wanted=only_ios).kind is RefusalKind.ADVISED


def test_an_open_request_comes_before_another_one() -> None:
    def earlier(*, is_open: bool) -> ExistingRequest:
        url = "https://github.com/flet-dev/flet/discussions/1"
        return ExistingRequest(title="speedy", url=url, open=is_open, votes=3)

    found = refusal(desktop("1.0"), existing=(earlier(is_open=True),))
    assert found.kind is RefusalKind.REQUESTED
    assert len(missing(desktop("1.0"), existing=(earlier(is_open=False),))) == 6

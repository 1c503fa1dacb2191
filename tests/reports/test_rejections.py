"""Each reason why a file cannot be used: its words, its letter, and what several come to."""

from collections.abc import Sequence
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import outcomes
from fakes.outcomes import ANDROID, IOS, LATER, MOMENT
from flet_lock.model.answer.rejection import (
    Check,
    DesktopOnly,
    HashNotAllowed,
    MalformedFilename,
    MalformedMetadata,
    MalformedRequiresPython,
    MalformedRow,
    MetadataDisagrees,
    MetadataMissing,
    MinimumOsTooNew,
    NewerThanCutoff,
    NotBuiltFromSource,
    OtherArchitecture,
    OtherPhone,
    OtherPython,
    Rejection,
    RequiresPython,
    SourceBuildFailed,
    SourceNotPure,
    Yanked,
)
from flet_lock.model.target import Platform
from flet_lock.reports.wording.failure.rejections import (
    explain_rejection,
    explain_rejections,
    merge_rejections,
)
from flet_lock.reports.wording.look.offers import SIGNS_IN_ORDER


def other_python(interpreter: str, abi: str | None = None) -> OtherPython:
    return OtherPython(
        filename=f"a-1-{interpreter}.whl",
        interpreters=(interpreter,),
        abis=(abi or interpreter,),
        python_version=(3, 14),
    )


def too_new(*needs: int, platform: Platform = Platform.ANDROID) -> MinimumOsTooNew:
    has = (24, 0) if platform is Platform.ANDROID else (13, 0)
    return MinimumOsTooNew(
        filename="a.whl", platform=platform, needs=(needs[0], needs[-1]), has=has
    )


EXAMPLES: list[tuple[Rejection, str]] = [
    (
        Yanked(filename="a.whl", reason="broken on ARM"),
        "yanked (withdrawn by its author): broken on ARM",
    ),
    (
        NewerThanCutoff(filename="a.whl", upload_time=LATER, cutoff=MOMENT),
        f"uploaded {LATER:%Y-%m-%d}, not before the cutoff {MOMENT:%Y-%m-%d}",
    ),
    (
        HashNotAllowed(filename="a.whl", sha256=None),
        "its hash is not one of the --hash values asked for",
    ),
    (
        too_new(26, 0),
        "needs Android API 26, the app's minimum is 24",
    ),
    (
        RequiresPython(filename="a.whl", specifier="<3.14", python_full_version="3.14.6"),
        "needs Python <3.14, the app has 3.14.6",
    ),
    (other_python("cp313"), "built for cp313, the app has Python 3.14"),
    (
        SourceBuildFailed(filename="a.tar.gz", detail="No module named 'numpy'"),
        "building it from its sources failed: No module named 'numpy'",
    ),
    (
        SourceNotPure(filename="a.tar.gz", built="a-1-cp314-cp314-linux_x86_64.whl"),
        "its sources hold native code (a-1-cp314-cp314-linux_x86_64.whl)",
    ),
    (
        MalformedMetadata(filename="a.whl", detail="Requires-Dist: numpy>>2"),
        "its metadata cannot be read: Requires-Dist: numpy>>2",
    ),
    (
        MetadataDisagrees(filename="a.whl", field="Version", expected="1", found="2"),
        "its metadata says Version 2, its file name 1",
    ),
    (
        MetadataMissing(filename="a.whl", detail="not a zip file"),
        "it holds no readable metadata: not a zip file",
    ),
    (
        MalformedRequiresPython(filename="a.whl", value=">=3.x"),
        "its Requires-Python is not a version range: >=3.x",
    ),
    (
        MalformedRow(filename="a.whl", detail="it has no host"),
        "what the index says of it cannot be read: it has no host",
    ),
    (
        MalformedFilename(filename="numpy.whl", detail="no version"),
        "numpy.whl is not a valid file name: no version",
    ),
    (
        OtherArchitecture(filename="a.whl", architectures=("arm64-v8a",)),
        "wheels for arm64-v8a only",
    ),
    (
        NotBuiltFromSource(filename="a.tar.gz"),
        "sources only (an sdist), and phone builds take wheels",
    ),
    (OtherPhone(filename="a.whl", platform=Platform.IOS), "iOS wheels only"),
    (DesktopOnly(filename="a.whl", systems=("Linux",)), "desktop wheels only (Linux)"),
]
"""Every kind, in the order of the union."""
ONE_OF_EACH = [rejection for rejection, _ in EXAMPLES]


def test_every_kind_has_an_example_here() -> None:
    assert [type(each) for each in ONE_OF_EACH] == [*get_args(Rejection)]


@pytest.mark.parametrize(("rejection", "words"), EXAMPLES, ids=lambda each: type(each).__name__)
def test_a_rejection_names_the_part_that_does_not_fit(rejection: Rejection, words: str) -> None:
    assert explain_rejection(rejection) == words


@pytest.mark.parametrize("kind", get_args(Rejection))
def test_every_kind_says_what_it_fails_and_has_a_letter_of_the_legend(
    kind: type[Rejection],
) -> None:
    assert isinstance(kind.check, Check)
    # What is no wheel is shown as what it is.
    assert (kind.letter in SIGNS_IN_ORDER) is (kind.check is not Check.KIND)


@pytest.mark.parametrize(
    ("rejection", "words"),
    [
        (
            DesktopOnly(filename="a.whl", systems=("Linux", "Pyodide")),
            "other wheels only (Linux, Pyodide)",
        ),
        (other_python("cp314", "cp314t"), "built for another ABI (cp314t) of Python 3.14"),
        (too_new(15, 4, platform=Platform.IOS), "needs iOS 15.4, the app's minimum is 13.0"),
    ],
)
def test_a_rejection_says_what_is_special(rejection: Rejection, words: str) -> None:
    assert explain_rejection(rejection) == words


def test_forty_files_become_one_clause() -> None:
    files = [other_python(f"cp3{minor}") for minor in range(6, 14) for _ in range(5)]
    words = explain_rejections(files, ANDROID[0])
    assert words == "built for cp36 to cp313, the app has Python 3.14"


def test_wheels_for_other_systems_go_without_saying_beside_a_nearer_miss() -> None:
    found = [*outcomes.desktop_only("numpy", "2"), other_python("cp313")]
    assert explain_rejections(found, ANDROID[0]) == "built for cp313, the app has Python 3.14"


def test_wheels_of_the_other_phone_and_of_desktops_are_told_together() -> None:
    phone = OtherPhone(filename="a.whl", platform=Platform.IOS)
    found = [*outcomes.desktop_only("numpy", "2"), phone]
    words = "wheels for iOS, Linux, macOS, Windows only, none for Android"
    assert explain_rejections(found, ANDROID[0]) == words


@pytest.mark.parametrize(
    ("needs", "platform", "words"),
    [
        ([(29, 0), (26, 0), (33, 0)], Platform.ANDROID, "needs Android API 26"),
        ([(26, 0), (29, 0)], Platform.ANDROID, "needs Android API 26"),
        ([(16, 0), (15, 4), (15, 6)], Platform.IOS, "needs iOS 15.4"),
    ],
)
def test_of_wheels_for_newer_systems_the_one_that_asks_for_least_is_told(
    needs: Sequence[tuple[int, int]], platform: Platform, words: str
) -> None:
    target = ANDROID[0] if platform is Platform.ANDROID else IOS[0]
    found = [too_new(*each, platform=platform) for each in needs]
    assert explain_rejections(found, target).startswith(f"{words}, ")


def test_merging_loses_no_kind_and_puts_the_nearest_miss_first() -> None:
    merged = merge_rejections([*ONE_OF_EACH[::-1], *ONE_OF_EACH])
    assert [type(each) for each in merged] == [*get_args(Rejection)]


@given(st.permutations([*ONE_OF_EACH, too_new(30, 0), other_python("cp312"), too_new(25, 0)]))
def test_the_order_of_files_does_not_matter(found: list[Rejection]) -> None:
    words = explain_rejections(found, ANDROID[0])
    assert words == explain_rejections(found[::-1], ANDROID[0])
    assert "needs Android API 25, " in words
    assert "built for cp312 and cp313, " in words


def test_one_reason_never_hides_that_there_is_a_wheel() -> None:
    """A yanked wheel, or one whose hash is not asked for, beside an sdist: not "sources only"."""
    target = ANDROID[0]
    wheel, sdist = "a-1.0-py3-none-any.whl", "a-1.0.tar.gz"
    for reason in (Yanked(filename=wheel, reason=""), HashNotAllowed(filename=wheel, sha256=None)):
        told = explain_rejections([NotBuiltFromSource(filename=sdist), reason], target)
        assert "sources only" not in told
        assert told == explain_rejection(reason)
    assert "sources only" in explain_rejections([NotBuiltFromSource(filename=sdist)], target)

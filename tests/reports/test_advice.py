"""What names tell, in words: each kind has a step, for the app's own names and for others."""

import re

import pytest
from msgspec.structs import replace
from packaging.utils import canonicalize_name

from fakes import outcomes
from flet_lock.model.answer.blocker import Blocker
from flet_lock.model.app.requirement import Place
from flet_lock.model.facts.advice import Advice, AdviceKind, FrozenList
from flet_lock.model.target import Platform
from flet_lock.reports.wording.failure.advice import explain_frozen_list

INSTEAD = {
    AdviceKind.OTHER_NAME: ("opencv-python",),
    AdviceKind.CLOSE_NAME: ("requests", "requests-oauthlib"),
    AdviceKind.DROPPED_MODULE: ("legacy-cgi",),
    AdviceKind.OBSOLETE: ("pillow",),
    AdviceKind.PART_OF_FLET: ("flet",),
    AdviceKind.TWIN: ("psycopg2",),
    AdviceKind.DESKTOP_EXTRA: ("demo",),
}
SYSTEMS = {
    AdviceKind.DESKTOP_ONLY: ("Windows",),
    AdviceKind.OTHER_PLATFORM: ("iOS",),
}


def advised(kind: AdviceKind, *chain: str, place: Place | None = None) -> str:
    """The hints for a blocker at the end of a chain, advice being about that end."""
    links = tuple(outcomes.link(re.split(r"[\[=<>]", each)[0], "1.0", each) for each in chain)
    package = links[0].package if kind is AdviceKind.DESKTOP_EXTRA else links[-1].package
    blocker: Blocker = replace(
        outcomes.sources_only(),
        package=links[-1].package,
        chain=links,
        places=(place or outcomes.place(0),),
        advice=Advice(
            kind=kind,
            package=package,
            instead=INSTEAD.get(kind, ()),
            systems=SYSTEMS.get(kind, ()),
            extra="all" if kind is AdviceKind.DESKTOP_EXTRA else None,
        ),
    )
    (found,) = outcomes.explained(blocker)
    return "\n".join((*found.details, *found.hints))


@pytest.mark.parametrize("kind", AdviceKind)
def test_each_kind_names_the_package_and_a_line(kind: AdviceKind) -> None:
    hint = advised(kind, "demo[all]>=2" if kind is AdviceKind.DESKTOP_EXTRA else "demo>=2")
    assert hint.count("`") >= 2
    assert "demo" in hint
    for name in INSTEAD.get(kind, ()):
        assert name in hint


@pytest.mark.parametrize(
    "kind", sorted(set(AdviceKind) - {AdviceKind.DESKTOP_EXTRA, AdviceKind.CLOSE_NAME})
)
def test_what_others_ask_for_is_not_said_to_stand_in_the_apps_list(kind: AdviceKind) -> None:
    hint = advised(kind, "parent==3", "demo>=2")
    assert "parent" in hint
    assert "`demo>=2`" not in hint


@pytest.mark.parametrize(
    ("kind", "chain", "says"),
    [
        (AdviceKind.STANDARD_LIBRARY, ["demo>=2"], "delete `demo>=2` in [project].dependencies"),
        (AdviceKind.DESKTOP_ONLY, ["demo==1"], "write `demo==1; platform_system == 'Windows'`"),
        (AdviceKind.OTHER_PLATFORM, ["demo"], "write `demo; platform_system != 'Android'`"),
        (AdviceKind.DEVELOPMENT_TOOL, ["demo"], 'add `dev = ["demo"]` under `[dependency-groups]`'),
        (
            AdviceKind.DESKTOP_EXTRA,
            ["demo[all]==1"],
            "write `demo==1` instead of `demo[all]==1`",
        ),
        (AdviceKind.DESKTOP_EXTRA, ["demo[all,b]"], "write `demo[b]` instead of `demo[all,b]`"),
        (AdviceKind.PART_OF_FLET, ["demo==0.2"], "write `flet` instead of `demo==0.2`"),
        (AdviceKind.DESKTOP_ONLY, ["parent", "demo"], "do without parent on Android"),
    ],
)
def test_the_line_is_ready_to_be_pasted(kind: AdviceKind, chain: list[str], says: str) -> None:
    assert says in advised(kind, *chain)


def test_a_guess_leaves_the_other_steps_and_knowledge_does_not() -> None:
    blocker = outcomes.not_found("reqeusts")
    name = canonicalize_name("reqeusts")
    guess = Advice(kind=AdviceKind.CLOSE_NAME, package=name, instead=("requests",))
    known = Advice(kind=AdviceKind.STANDARD_LIBRARY, package=name)
    (guessed,) = outcomes.explained(replace(blocker, advice=guess))
    (settled,) = outcomes.explained(replace(blocker, advice=known))
    assert "check the spelling" in guessed.hints[1]
    assert len(settled.hints) == 1


def test_what_fails_alike_but_is_explained_on_one_platform_only_stays_unexplained() -> None:
    android = outcomes.not_found("demo")
    ios = replace(
        outcomes.not_found("demo", Platform.IOS),
        advice=Advice(
            kind=AdviceKind.OTHER_PLATFORM,
            package=canonicalize_name("demo"),
            systems=("Android",),
        ),
    )
    (found,) = outcomes.explained(android, ios)
    assert not any("Android only" in hint for hint in found.hints)


def test_a_frozen_list_is_told_with_its_numbers() -> None:
    told = explain_frozen_list(
        FrozenList(file="requirements.txt", pins=22, below=9, requirements=23)
    )
    assert told.startswith("22 of the 23 requirements in requirements.txt are exact pins, and 9 of")

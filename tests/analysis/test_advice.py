"""What names tell: which fact counts where several could, and what is only a guess."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from fakes import outcomes
from fakes.targets import make_targets
from flet_lock.analysis.advice import advise, frozen_list
from flet_lock.analysis.advice_table import parse_advice, shipped_advice
from flet_lock.model.answer.blocker import Blocker, ChainLink, NoUsableRelease, PackageNotFound
from flet_lock.model.app.requirement import Place, ProjectRequirement
from flet_lock.model.facts.advice import AdviceKind
from flet_lock.model.target import Platform


def everything(_name: NormalizedName) -> bool:
    return True


def nothing(_name: NormalizedName) -> bool:
    return False


def blocked(*chain: str, platform: Platform = Platform.ANDROID) -> NoUsableRelease:
    """A blocker at the end of requirements, from the app's own down."""
    return replace(
        outcomes.sources_only(),
        package=canonicalize_name(Requirement(chain[-1]).name),
        platform=platform,
        targets=make_targets([platform.value]),
        chain=tuple(
            ChainLink(
                package=canonicalize_name(Requirement(each).name), version=None, requirement=each
            )
            for each in chain
        ),
    )


def not_found(name: str) -> PackageNotFound:
    return outcomes.not_found(name)


@pytest.mark.parametrize(
    ("blocker", "kind", "package"),
    [
        (blocked("logging"), AdviceKind.STANDARD_LIBRARY, "logging"),
        (blocked("graphs", "logging<0.5"), AdviceKind.STANDARD_LIBRARY, "logging"),
        (blocked("tkinter"), AdviceKind.STANDARD_LIBRARY, "tkinter"),
        (blocked("distutils"), AdviceKind.DROPPED_MODULE, "distutils"),
        (not_found("cv2"), AdviceKind.OTHER_NAME, "cv2"),
        (blocked("enum34"), AdviceKind.OBSOLETE, "enum34"),
        (blocked("flet-core==0.24"), AdviceKind.PART_OF_FLET, "flet-core"),
        (blocked("psycopg2-binary"), AdviceKind.TWIN, "psycopg2-binary"),
        (blocked("pywin32==306"), AdviceKind.DESKTOP_ONLY, "pywin32"),
        (blocked("pyobjc-framework-cocoa"), AdviceKind.DESKTOP_ONLY, "pyobjc-framework-cocoa"),
        (blocked("pyinstaller"), AdviceKind.DEVELOPMENT_TOOL, "pyinstaller"),
        (blocked("flet[all]==1.0", "flet-cli", "watchdog"), AdviceKind.DESKTOP_EXTRA, "flet"),
        # What the app asks for counts before what blocks: that is what its author can change.
        (blocked("pyautogui", "pyobjc-core"), AdviceKind.DESKTOP_ONLY, "pyautogui"),
        (blocked("automation", "pyautogui", "mouse-native"), AdviceKind.DESKTOP_ONLY, "pyautogui"),
        (blocked("pyjnius", platform=Platform.IOS), AdviceKind.OTHER_PLATFORM, "pyjnius"),
        (not_found("reqeusts"), AdviceKind.CLOSE_NAME, "reqeusts"),
    ],
    ids=lambda value: value.package if isinstance(value, Blocker) else str(value),
)
def test_a_name_tells(blocker: Blocker, kind: AdviceKind, package: str) -> None:
    advice = advise(blocker, everything)
    assert advice is not None
    assert (advice.kind, advice.package) == (kind, package)


@pytest.mark.parametrize(
    "blocker",
    [
        blocked("numpy>=2"),
        blocked("flet", "msgpack"),
        blocked("flet[something]", "msgpack"),
        blocked("pyjnius"),
        blocked("psutil"),
        outcomes.conflict(),
    ],
    ids=lambda blocker: blocker.package,
)
def test_most_names_tell_nothing(blocker: Blocker) -> None:
    assert advise(blocker, everything) is None


def test_a_module_for_one_system_says_which() -> None:
    advice = advise(not_found("win32api"), everything)
    assert advice is not None
    assert (advice.instead, advice.systems) == (("pywin32",), ("Windows",))


@pytest.mark.parametrize(("exists", "told"), [(everything, True), (nothing, False)])
def test_a_name_is_suggested_only_where_an_index_has_it(
    exists: Callable[[NormalizedName], bool], told: bool
) -> None:
    assert (advise(not_found("beautifulsoup"), exists) is not None) is told


def test_names_are_asked_for_only_where_one_is_unknown() -> None:
    asked: list[str] = []

    def exists(name: NormalizedName) -> bool:
        asked.append(name)
        return True

    advise(blocked("reqeusts"), exists)
    advise(not_found("nothing-like-any-known-name"), exists)
    assert asked == []
    advise(not_found("reqeusts"), exists)
    assert asked == ["requests"]


def test_what_another_package_asks_for_is_not_misspelt_by_the_app() -> None:
    blocker = replace(
        not_found("reqeusts"),
        chain=(*blocked("parent").chain, *not_found("reqeusts").chain),
    )
    assert advise(blocker, everything) is None


def requirements(*texts: str) -> tuple[ProjectRequirement, ...]:
    return tuple(
        ProjectRequirement(
            requirement=Requirement(text), place=Place(file="requirements.txt", line=line)
        )
        for line, text in enumerate(texts, 1)
    )


def test_exact_pins_of_what_other_lines_ask_for_are_a_frozen_list() -> None:
    wanted = requirements(*(f"p{n}==1.{n}" for n in range(9)), "flet")
    frozen = frozen_list(wanted, lambda _: {canonicalize_name(f"p{n}") for n in range(4)})
    assert frozen is not None
    told = (frozen.file, frozen.pins, frozen.below, frozen.requirements)
    assert told == ("requirements.txt", 9, 4, 10)


@pytest.mark.parametrize(
    ("texts", "below"),
    [
        ([f"p{n}==1.{n}" for n in range(7)], 7),
        ([f"p{n}==1.{n}" for n in range(8)] + ["a", "b"], 8),
        ([f"p{n}>=1.{n}" for n in range(20)], 20),
        ([f"p{n}==1.*" for n in range(20)], 20),
        ([], 0),
        ([f"p{n}==1.{n}" for n in range(10)], 3),
    ],
    ids=["few", "partly", "bounds", "wildcards", "none", "direct"],
)
def test_other_lists_are_written_by_people(texts: list[str], below: int) -> None:
    asked = {canonicalize_name(f"p{n}") for n in range(below)}
    assert frozen_list(requirements(*texts), lambda _: asked) is None


def test_the_shipped_tables_say_each_name_once_and_normalized() -> None:
    table = shipped_advice()
    names = [*table.exact, *table.extras, *table.known, *table.missing_modules]
    assert [name for name in names if canonicalize_name(name) != name] == []
    assert len(set(table.known)) == len(table.known)
    # A name that is known to be wrong is not one to suggest.
    wrong = {AdviceKind.OBSOLETE, AdviceKind.OTHER_NAME, AdviceKind.DROPPED_MODULE}
    facts = {
        name: table.exact[canonicalize_name(name)] for name in table.known if name in table.exact
    }
    assert {name for name, fact in facts.items() if fact.kind in wrong} == set()


def test_a_name_that_is_told_twice_is_refused() -> None:
    names = "\n".join(
        [
            *("[obsolete]", "twice = []", "[module]", "[dropped]", "[desktop]", "names = []"),
            *("[tools]", "names = []", "[phones]", "[extras]", "[known]", "names = []"),
            *("[standard-library]", "desktop = []", "[python]", "names = []"),
            *("[system-libraries]", "names = []"),
        ]
    )
    packages = '[[advice]]\nnames = ["twice"]\nkind = "build"\nsource = "https://x.example"\n'
    with pytest.raises(ValueError, match="told twice: twice"):
        parse_advice(names, packages)

"""The Python of an app is the one that `flet build` would take."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.flet_versions import shipped_manifest
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.usage import UnsupportedPython
from flet_lock.targets.catalogue import load_catalogue, parse_catalogue
from flet_lock.targets.python_choice import choose_python

PLACE = Place(file="pyproject.toml", path=("project", "requires-python"))
MANIFEST = json.dumps(
    {
        "default_python_version": "3.13",
        "pythons": {
            short: {
                "full_version": full_version,
                "android_abis": ["arm64-v8a"],
                "pyodide_version": "0.1",
                "prerelease": prerelease,
            }
            for short, full_version, prerelease in (
                ("3.12", "3.12.13", False),
                ("3.14", "3.14.6", False),
                ("3.13", "3.13.14", False),
                ("3.15", "3.15.0a2", True),
                ("3.16", "3.16.0a1", True),
            )
        },
    }
)
CATALOGUE = parse_catalogue(MANIFEST, path="manifest.json")


def chosen(requires_python: str | None, option: str | None = None) -> str:
    return choose_python(
        CATALOGUE, requires_python=requires_python, option=option, place=PLACE
    ).short


@pytest.mark.parametrize(
    ("requires_python", "short"),
    [
        (None, "3.13"),
        ("", "3.13"),
        ("  ", "3.13"),
        ("not a specifier", "3.13"),
        ("^3.12", "3.13"),
        (">=3.8", "3.14"),
        (">=3.10,<3.14", "3.13"),
        ("<3.13", "3.12"),
        ("==3.12.*", "3.12"),
        (">=3.13.10", "3.14"),
        ("<3.14.6", "3.13"),
        ("~=3.12.0", "3.12"),
        ("!=3.14.6", "3.13"),
        (">=3.15", "3.16"),
        ("==3.15.*", "3.15"),
        (">=3.14", "3.14"),
    ],
)
def test_the_highest_stable_release_that_fits(requires_python: str | None, short: str) -> None:
    assert chosen(requires_python) == short


def test_the_option_wins_over_everything() -> None:
    assert chosen(">=3.14", "3.12") == "3.12"
    assert chosen(None, "3.15") == "3.15"
    assert chosen("==3.13.*", "") == "3.13"


@pytest.mark.parametrize("option", ["3.11", "3", "3.13.14", "3.130", "python3.13"])
def test_an_option_that_names_none_is_refused_with_what_there_is(option: str) -> None:
    with pytest.raises(UnsupportedPython) as caught:
        chosen(">=3.12", option)
    assert (caught.value.wanted, caught.value.place) == (option, None)
    assert caught.value.supported == ("3.12", "3.13", "3.14", "3.15", "3.16")


def test_a_wish_that_nothing_fits_is_refused_with_its_place() -> None:
    with pytest.raises(UnsupportedPython) as caught:
        chosen("<3.12")
    assert (caught.value.wanted, caught.value.place) == ("<3.12", PLACE)


law = settings(deadline=None)  # a busy machine breaks no law
operators = st.sampled_from([">=", "<=", "<", ">", "==", "!=", "~="])
versions = st.builds(
    "3.{}{}".format, st.integers(11, 17), st.sampled_from(["", ".0", ".6", ".13", ".14", ".*"])
)
needs = st.lists(st.builds("{}{}".format, operators, versions), min_size=1, max_size=3).map(
    ",".join
)


@law
@given(requires_python=st.one_of(needs, st.just(" "), st.text(max_size=6)))
def test_flet_cli_itself_chooses_the_same(
    requires_python: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    theirs = pytest.importorskip(
        "flet_cli.utils.python_versions", reason="flet-cli is not installed"
    )
    path = tmp_path_factory.getbasetemp() / "manifest.json"
    path.write_text(MANIFEST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLET_PYTHON_BUILD_MANIFEST", str(path))
        theirs._load_data.cache_clear()
        try:
            expected: str | None = theirs.resolve_python_version(
                None, lambda _key: requires_python
            ).short
        except theirs.UnsupportedPythonVersionError:
            expected = None
        finally:
            theirs._load_data.cache_clear()
    try:
        ours: str | None = chosen(requires_python)
    except UnsupportedPython:
        ours = None
    assert ours == expected


def test_the_shipped_table_works_with_the_shipped_choice() -> None:
    release = choose_python(
        load_catalogue(shipped_manifest()), requires_python=">=3.10", option=None, place=PLACE
    )
    assert release == load_catalogue(shipped_manifest()).default

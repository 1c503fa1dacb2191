"""Which of Flet's Pythons an app is built with, chosen as `flet build` does (from 0.86 on)."""

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.requirement_text import parse_specifier
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.usage import UnsupportedPython
from flet_lock.targets.catalogue import Catalogue, PythonRelease


def choose_python(
    catalogue: Catalogue,
    *,
    requires_python: str | None,
    option: str | None,
    place: Place | None,
) -> PythonRelease:
    """The Python of an app: the option's, else the highest that fits, else the default.

    Where Flet has one Python, `requires-python` is not read, and it is everybody's.

    Args:
        catalogue: the Pythons there are.
        requires_python: `[project].requires-python`. Blank, or not a specifier (PEP 440): as if
            it were not there, because `flet build` goes on with its default then.
        option: `--python-version`, a minor such as `3.13`; wins over everything.
        place: where `requires_python` stands, for the error.

    Raises:
        UnsupportedPython: the option names none of the catalogue, or nothing fits
            `requires_python`.
    """
    if option:
        release = catalogue.release(option)
        if release is None:
            raise UnsupportedPython(wanted=option, place=None, supported=catalogue.supported)
        return release
    if catalogue.is_fixed or requires_python is None or not requires_python.strip():
        return catalogue.default
    try:
        specifiers = parse_specifier(requires_python)
    except RefusedTextError:
        return catalogue.default
    release = _highest(catalogue, specifiers)
    if release is None:
        raise UnsupportedPython(wanted=requires_python, place=place, supported=catalogue.supported)
    return release


def _highest(catalogue: Catalogue, specifiers: SpecifierSet) -> PythonRelease | None:
    stable = [
        one
        for one in catalogue.releases
        if not one.prerelease and Version(one.full_version) in specifiers
    ]
    if stable:
        return max(stable, key=lambda one: Version(one.full_version))
    # A pre-release line is held against its minor, or `>=3.15` would never take 3.15.0a2; and
    # only where no stable one fits, so `>=3.14` never moves an app to a beta.
    upcoming = [
        one
        for one in catalogue.releases
        if one.prerelease and specifiers.contains(Version(one.short), prereleases=True)
    ]
    return max(upcoming, key=lambda one: one.version, default=None)

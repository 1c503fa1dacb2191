"""The table of generations and the Flets of it, for tests."""

from pathlib import Path

from packaging.version import Version

from flet_lock.model.app.flet_choice import FletChoice, FletFound, FletOrigin
from flet_lock.model.facts.generation import Generation
from flet_lock.targets.generations import load_generations
from flet_lock.targets.shipped_data import shipped_path

GENERATIONS = load_generations()
NEWEST = GENERATIONS.newest
SHIPPED = {"FLET_PYTHON_BUILD_MANIFEST": str(shipped_path("python-releases.json"))}
"""Variables under which no manifest is looked for."""


def generation(version: str) -> Generation:
    """How a version builds."""
    found = GENERATIONS.of(Version(version))
    assert found is not None
    return found


def chosen(version: str, origin: FletOrigin = FletOrigin.SETTING) -> FletChoice:
    """A choice of a version that nothing speaks against."""
    found = FletFound(origin=origin, version=Version(version))
    return FletChoice(generation=generation(version), found=found)


def shipped_manifest() -> Path:
    """The manifest that is shipped."""
    return shipped_path("python-releases.json")

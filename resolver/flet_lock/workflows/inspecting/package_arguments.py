"""The arguments of commands about single packages: the packages, and the targets they are for."""

from collections.abc import Mapping

from msgspec.structs import replace
from packaging.requirements import InvalidRequirement, Requirement

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.requirement_text import parse_pep508
from flet_lock.model.app.project import Project
from flet_lock.model.app.settings import Settings
from flet_lock.model.errors.usage import UnsupportedPython, UsageError
from flet_lock.model.redaction import redacted
from flet_lock.model.target import Target
from flet_lock.targets.catalogue import Catalogue
from flet_lock.targets.plan import choose_targets

_PYTHON = "python-version"


def parse_package(text: str) -> Requirement:
    """`numpy`, `pandas>=2`.

    Raises:
        UsageError: it is neither, or names a file.
    """
    try:
        requirement = parse_pep508(text)
    except (InvalidRequirement, RefusedTextError) as error:
        raise UsageError(
            option="PACKAGE", value=redacted(text), detail=str(error).partition("\n")[0]
        ) from error
    if requirement.url is not None or requirement.marker is not None:
        what = "an address" if requirement.url is not None else "a marker"
        raise UsageError(
            option="PACKAGE",
            value=redacted(text),
            detail=f"a name and versions are wanted, not {what}",
        )
    return requirement


def targets_of_all_pythons(
    project: Project,
    settings: Settings,
    catalogue: Catalogue,
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
) -> tuple[Target, ...]:
    """The targets of the Python that an option names, else of all Pythons but pre-releases.

    Args:
        project: the app; its Python and architectures do not count.
        settings: its settings.
        catalogue: the Python releases that Flet bundles.
        options: the layer of options; `python-version` chooses a Python.
        environ: the process environment; `FLET_LOCK_PYTHON_VERSION` does, too.

    Raises:
        UsageError, UnsupportedPython: see `choose_targets`; only where no Python fits.
    """
    app = replace(project, target_archs={}, requires_python=None)
    if options.get(_PYTHON) or environ.get("FLET_LOCK_PYTHON_VERSION", "").strip():
        return choose_targets(app, settings, catalogue)
    found: list[Target] = []
    refused: UsageError | UnsupportedPython | None = None
    for release in catalogue.releases:
        if release.prerelease:
            continue
        try:
            found += choose_targets(app, replace(settings, python_version=release.short), catalogue)
        except (UsageError, UnsupportedPython) as error:
            # An ABI that this Python is not built for; another one may be.
            refused = error
    if not found and refused is not None:
        raise refused
    return tuple(found)

"""What the build deletes of the packages it has installed, as the project says."""

from pathlib import Path

from msgspec import Struct

from flet_lock.model.facts.generation import Cleanup, Generation
from flet_lock.model.target import Platform
from flet_lock.project.diagnostics import ProjectDiagnostics
from flet_lock.project.document import read_document
from flet_lock.project.flet_tables import platform_setting


class PackageCleanup(Struct, frozen=True, kw_only=True):
    """`[tool.flet.cleanup]`, with `[tool.flet.<platform>.cleanup]` before it."""

    enabled: bool
    """Whether anything is deleted; the build's own globs are then among it."""
    globs: tuple[str, ...]
    """The project's own, `cleanup.package_files`."""
    junk: tuple[str, ...]
    """The build's own globs."""


def read_package_cleanup(
    root: Path,
    platform: Platform,
    generation: Generation,
    *,
    requested: bool = False,
    files: tuple[str, ...] = (),
) -> PackageCleanup:
    """Reads the settings as flet-cli does (`build_base.py`, `package_python_app`).

    Args:
        root: the app's folder.
        platform: whose settings win over the common ones.
        generation: how the Flet that builds reads them.
        requested: whether the build's command has `--cleanup-packages` (`--cleanup-on-compile`
            before Flet 0.27).
        files: `--cleanup-package-files` of the command; they replace the project's.

    Raises:
        ProjectError: pyproject.toml cannot be read, or a value is of another type.
    """
    findings = ProjectDiagnostics()
    document = read_document(root, findings)
    compiled = document.get("tool", "flet", "compile", "cleanup")
    if generation.cleanup is Cleanup.COMPILE:
        findings.raise_if_any()
        return PackageCleanup(
            enabled=requested or compiled is None or bool(compiled), globs=(), junk=generation.junk
        )
    _, enabled = platform_setting(document, platform, "cleanup", "packages")
    path, value = platform_setting(document, platform, "cleanup", "package_files")
    globs: tuple[str, ...]
    if files:
        globs = files
    elif isinstance(value, str):
        globs = tuple(value.split(","))
    else:
        globs = tuple(text for _, text in document.strings_of(path, value))
    findings.raise_if_any()
    globs = tuple(each.strip() for each in globs if each.strip())
    if generation.cleanup is Cleanup.EITHER and compiled:
        requested = True
    # Naming files is asking for a cleanup, whatever the switch says.
    return PackageCleanup(
        enabled=requested or enabled is not False or bool(globs), globs=globs, junk=generation.junk
    )

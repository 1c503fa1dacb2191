"""What the build deletes of the packages it has installed, as the project says."""

from pathlib import Path

from msgspec import Struct

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


def read_package_cleanup(
    root: Path, platform: Platform, *, requested: bool = False, files: tuple[str, ...] = ()
) -> PackageCleanup:
    """Reads the settings as flet-cli does (`build_base.py`, `package_python_app`).

    Args:
        root: the app's folder.
        platform: whose settings win over the common ones.
        requested: whether the build's command has `--cleanup-packages`.
        files: `--cleanup-package-files` of the command; they replace the project's.

    Raises:
        ProjectError: pyproject.toml cannot be read, or a value is of another type.
    """
    findings = ProjectDiagnostics()
    document = read_document(root, findings)
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
    # Naming files is asking for a cleanup, whatever the switch says.
    return PackageCleanup(enabled=requested or enabled is not False or bool(globs), globs=globs)

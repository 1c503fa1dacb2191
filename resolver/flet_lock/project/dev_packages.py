"""`dev_packages`: a folder or repository that the build takes instead of a package's release."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace
from packaging.requirements import InvalidRequirement, Requirement

from flet_lock.model.app.fault import FaultKind
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.target import Platform
from flet_lock.project.diagnostics import toml_place
from flet_lock.project.document import Document, Keys
from flet_lock.project.flet_tables import platform_setting
from flet_lock.project.reference import BadReferenceError, absolute_url


class DevPackages:
    """`[tool.flet].dev_packages` and `[tool.flet.<platform>].dev_packages`."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def applied(
        self, entry: ProjectRequirement, platforms: Sequence[Platform]
    ) -> list[ProjectRequirement]:
        """The requirement as each platform's build would have it.

        As in flet-cli, the whole requirement is replaced (extras, specifier and marker are gone),
        and names are compared as they are written, not normalized. One entry where all platforms
        agree, else one for each.
        """
        replaced = [self._replaced(entry, platform) for platform in platforms]
        if all(each.requirement == replaced[0].requirement for each in replaced[1:]):
            return [replace(each, platform=entry.platform) for each in replaced[:1]]
        return replaced

    def _replaced(self, entry: ProjectRequirement, platform: Platform) -> ProjectRequirement:
        path, locations = self._table(platform)
        name = entry.requirement.name
        location = locations.get(name)
        if location is None:
            return replace(entry, platform=platform)
        if not isinstance(location, str):
            self._document.wrong_type((*path, name), location, "string")
            return entry
        at = (*path, name)
        try:
            requirement = Requirement(f"{name} @ {absolute_url(location, self._document.root)}")
        except BadReferenceError as error:
            self._refuse(name, location, at, error)
            return entry
        except InvalidRequirement as error:
            detail = str(error).partition("\n")[0]
            self._document.fault(at, FaultKind.BAD_REQUIREMENT, location, detail=detail)
            return entry
        return ProjectRequirement(requirement=requirement, place=toml_place(at), platform=platform)

    def _refuse(self, name: str, location: str, at: Keys, error: BadReferenceError) -> None:
        """A version is the likeliest thing that is written where a folder is wanted."""
        from flet_lock.project.near_miss import version_meant  # noqa: PLC0415 - only for a fault

        meant = version_meant(location)
        if meant is None:
            self._document.fault(at, error.kind, location, detail=error.detail)
            return
        instead = (f"{name}{meant}",)
        self._document.fault(at, FaultKind.VERSION_FOR_LOCATION, location, instead=instead)

    def _table(self, platform: Platform) -> tuple[tuple[str, ...], Mapping[str, object]]:
        path, value = platform_setting(self._document, platform, "dev_packages")
        if value is None:
            return path, {}
        if not isinstance(value, dict):
            self._document.wrong_type(path, value, "table")
            return path, {}
        return path, value

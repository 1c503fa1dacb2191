"""Reads a Flet app as the `flet build` of its Flet would, and everything that steers a lock.

What `flet build` takes, in this order: `[tool.poetry.dependencies]`, else
`[project].dependencies`; `[tool.flet.<platform>].dependencies` are added; where that gives nothing,
requirements.txt; where there is none, `flet` itself. What other generations of Flet read
otherwise stands in `Generation`. Source: flet-cli's `build_base.py` and
`project_dependencies.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.requirement_text import parse_specifier
from flet_lock.model.app.fault import FaultKind
from flet_lock.model.app.flet_choice import FletChoice, FletFound, FletHints, FletOrigin
from flet_lock.model.app.project import NoteKind, Project
from flet_lock.model.app.requirement import Place, ProjectRequirement
from flet_lock.model.app.settings import Settings
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.facts.generation import COMMAS, Generations, NoDependencies
from flet_lock.model.facts.standard_library import is_standard_module
from flet_lock.model.target import Platform
from flet_lock.project.declared import DependencyGroups, Extras, read_requirement_array
from flet_lock.project.dev_packages import DevPackages
from flet_lock.project.diagnostics import PYPROJECT, ProjectDiagnostics
from flet_lock.project.document import Document, read_document, shown
from flet_lock.project.flet_tables import FletTables
from flet_lock.project.flet_version import (
    TOOL_LOCKS,
    choose_flet,
    environment_files,
    find_environment_flet,
    find_pins,
)
from flet_lock.project.poetry.poetry_tables import PoetryTables
from flet_lock.project.requirements_txt.requirements_file import RequirementsFile
from flet_lock.project.settings.index_layers import apply_index_changes, changes_by_requirements
from flet_lock.project.settings.merge import MergedSettings, merge_settings

REQUIREMENTS_TXT: Final = "requirements.txt"
_DEPENDENCIES: Final = "dependencies"
_PROJECT_DEPENDENCIES: Final = ("project", _DEPENDENCIES)
_OTHER_TOOLS: Final = ("uv", "poetry", "pdm")
_NO_HINTS: Final = FletHints()


def read_project(
    root: Path,
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    generations: Generations,
    hints: FletHints = _NO_HINTS,
    now: datetime | None = None,
    texts: Mapping[str, str] | None = None,
) -> tuple[Project, Settings]:
    """Reads the app in a folder.

    Args:
        root: The app's folder.
        options: Options of the command line by name, without the dashes in front
            (`python-version`, `index`); None or an empty list is an option not given.
        environ: The process environment: `FLET_LOCK_…`, and what fills `${NAME}` in
            requirements.txt.
        generations: The table of Flet's generations.
        hints: What is known of the Flet that builds besides the app's files and settings.
        now: What a cutoff such as "7 days" is counted from; UTC; None means the clock.
        texts: Files of the app as they might be, by their name relative to the folder: they are
            read instead of those on the disk.

    Returns:
        The app, for the platforms that the settings choose, and the settings.

    Raises:
        ProjectError: the app's files have faults; it names all of them.
        UsageError: the folder is not there, or an option or a variable has a bad value.
        UnsupportedFlet: the Flet that builds the app is older than the table.
    """
    folder = _existing_folder(root)
    findings = ProjectDiagnostics()
    document = read_document(folder, findings, texts=texts)
    merged = merge_settings(document, environ=environ, options=options, now=now)
    flet = _chosen_flet(
        document,
        merged,
        environ=environ,
        generations=generations,
        hints=hints,
        texts=texts or {},
    )
    document.flet = flet
    reader = _AppReader(document, merged, environ, texts=texts or {})
    project, settings = reader.read()
    _note_flet(flet, generations, findings)
    findings.raise_if_any()
    return replace(project, notes=tuple(findings.notes)), settings


def _chosen_flet(
    document: Document,
    merged: MergedSettings,
    *,
    environ: Mapping[str, str],
    generations: Generations,
    hints: FletHints,
    texts: Mapping[str, str],
) -> FletChoice:
    found = [] if hints.called is None else [hints.called]
    if merged.settings.flet is not None:
        place = merged.values["flet"].place()
        version = merged.settings.flet
        found.append(FletFound(origin=FletOrigin.SETTING, version=version, place=place))
    found += find_pins(document, texts)
    environment = find_environment_flet(document.root, environ)
    found += [] if environment is None else [environment]
    if hints.locked is not None:
        found.append(FletFound(origin=FletOrigin.LOCKED, version=hints.locked))
    return choose_flet(found, generations, recorded=hints.recorded)


def _note_flet(flet: FletChoice, generations: Generations, findings: ProjectDiagnostics) -> None:
    place = Place(file=PYPROJECT)
    if flet.found is not None and flet.found.place is not None:
        place = flet.found.place
    if flet.generation.generation != generations.newest.generation:
        findings.note(place, NoteKind.FLET_BUILDS, flet=flet)
    for other in flet.contradictions:
        value = str(other.version)
        findings.note(other.place or place, NoteKind.FLET_CONTRADICTION, value, flet=flet)
    if flet.is_newer_than_known:
        findings.note(place, NoteKind.FLET_TOO_NEW, str(flet.version), flet=flet)


def _existing_folder(root: Path) -> Path:
    try:
        folder = root.resolve()
        if folder.is_dir():
            return folder
        detail = "not a folder" if folder.exists() else "there is no such folder"
    except (OSError, ValueError, RuntimeError):
        detail = "cannot be a path"
    raise UsageError(option="PROJECT", value=str(root), detail=detail)


class _AppReader:
    def __init__(
        self,
        document: Document,
        merged: MergedSettings,
        environ: Mapping[str, str],
        *,
        texts: Mapping[str, str],
    ) -> None:
        self._root = document.root
        self._texts = texts
        self._document = document
        self._merged = merged
        self._settings = merged.settings
        self._environ = environ
        self._findings = document.findings
        self._poetry = PoetryTables(document)
        self._flet = FletTables(document)
        self._dev_packages = DevPackages(document)

    def read(self) -> tuple[Project, Settings]:
        file = RequirementsFile()
        requirements = self._declared()
        undeclared = [each for each in self._settings.platforms if not self._declares(each)]
        if (self._root / REQUIREMENTS_TXT).exists():
            if undeclared:
                from flet_lock.project.requirements_txt.reader import (  # noqa: PLC0415 - few apps need it
                    read_requirements_txt,
                )

                file = read_requirements_txt(
                    self._root / REQUIREMENTS_TXT,
                    root=self._root,
                    environ=self._environ,
                    findings=self._findings,
                    texts=self._texts,
                )
                requirements += self._for_platforms(file.requirements, undeclared)
            self._note_ignored_requirements_txt(undeclared)
        elif undeclared:
            requirements += self._for_platforms(self._fallback(), undeclared)
        requirements += self._groups_and_extras()
        self._note_standard_modules(requirements)
        settings = self._final_settings(file)
        self._note_passed_over(settings, requirements)
        return self._project(requirements, file), settings

    def _note_passed_over(
        self, settings: Settings, requirements: Sequence[ProjectRequirement]
    ) -> None:
        tool = self._document.table("tool")
        if not any(name in tool for name in _OTHER_TOOLS) and "flutter" not in self._document.table(
            "tool", "flet"
        ):
            return
        from flet_lock.project.passed_over import PassedOver  # noqa: PLC0415 - few apps

        PassedOver(self._document, settings, requirements).note()

    def _fallback(self) -> list[ProjectRequirement]:
        """What an app gets that declares nothing."""
        place, flet = Place(file=PYPROJECT), self._document.flet
        if flet is not None and flet.generation.no_dependencies is NoDependencies.NOTHING:
            self._findings.note(place, NoteKind.NOTHING_INSTALLED, flet=flet)
            return []
        self._findings.note(place, NoteKind.FLET_FALLBACK)
        # flet-cli asks for its own version. Flet 1 is locked in whichever version is newest.
        is_exact = flet is not None and not flet.generation.reads_manifest and flet.version
        text = f"flet=={flet.version}" if flet is not None and is_exact else "flet"
        return [ProjectRequirement(requirement=Requirement(text), place=place)]

    def _declared(self) -> list[ProjectRequirement]:
        """What pyproject.toml declares for the build itself."""
        platforms = self._settings.platforms
        if self._poetry.declares_dependencies:
            base = self._poetry.main(self._settings_names("extra"))
            if self._document.get(*_PROJECT_DEPENDENCIES):
                self._document.note(_PROJECT_DEPENDENCIES, NoteKind.PROJECT_TABLE_IGNORED)
        else:
            base = read_requirement_array(self._document, _PROJECT_DEPENDENCIES)
            self._note_commas(base)
        found: list[ProjectRequirement] = []
        for entry in base:
            found += self._dev_packages.applied(entry, platforms)
        for platform in platforms:
            own = read_requirement_array(self._document, self._platform_key(platform))
            if own and not self._reads_platform_dependencies:
                self._document.note(self._platform_key(platform), NoteKind.NOT_READ, _DEPENDENCIES)
                continue
            self._note_commas(own)
            for entry in own:
                mine = replace(entry, platform=platform)
                found += self._dev_packages.applied(mine, (platform,))
        return found

    @property
    def _reads_platform_dependencies(self) -> bool:
        flet = self._document.flet
        return flet is None or _DEPENDENCIES in flet.generation.reads

    @staticmethod
    def _platform_key(platform: Platform) -> tuple[str, ...]:
        return ("tool", "flet", platform.value, _DEPENDENCIES)

    def _note_commas(self, entries: Iterable[ProjectRequirement]) -> None:
        """Up to 0.27.5 flet-cli joins requirements with commas, and they are split there again."""
        for each in entries if self._document.breaks(COMMAS) else ():
            if "," in str(each.requirement):
                value, flet = str(each.requirement), self._document.flet
                self._findings.note(each.place, NoteKind.COMMA_BREAKS_BUILD, value, flet=flet)

    def _declares(self, platform: Platform) -> bool:
        """flet-cli's rule: is the list that it makes of pyproject.toml longer than nothing?

        Optional Poetry dependencies count, although they are left out here.
        """
        own = self._reads_platform_dependencies and self._document.get(
            *self._platform_key(platform)
        )
        return bool(
            self._poetry.declares_dependencies or self._document.get(*_PROJECT_DEPENDENCIES) or own
        )

    def _for_platforms(
        self, entries: Iterable[ProjectRequirement], platforms: list[Platform]
    ) -> list[ProjectRequirement]:
        if len(platforms) == len(self._settings.platforms):
            return list(entries)
        return [replace(entry, platform=platform) for platform in platforms for entry in entries]

    def _note_standard_modules(self, requirements: Iterable[ProjectRequirement]) -> None:
        """PyPI's `asyncio`, say, is of 2015 and takes the place of Python's own in the app."""
        for each in requirements:
            # With a marker it is for an older Python: somebody knew what they did.
            if is_standard_module(each.package) and each.requirement.marker is None:
                self._findings.note(each.place, NoteKind.STANDARD_MODULE, each.package)

    def _note_ignored_requirements_txt(self, undeclared: list[Platform]) -> None:
        ignoring = [each.value for each in self._settings.platforms if each not in undeclared]
        if ignoring:
            value = ", ".join(ignoring) if undeclared else ""
            place = Place(file=REQUIREMENTS_TXT)
            self._findings.note(place, NoteKind.REQUIREMENTS_TXT_IGNORED, value)

    def _groups_and_extras(self) -> list[ProjectRequirement]:
        """The requirements of the groups and extras that the settings name."""
        groups, extras = DependencyGroups(self._document), Extras(self._document)
        known_groups = (*groups.names, *self._poetry.groups)
        known_extras = (*extras.names, *self._poetry.extras)
        wanted_groups = self._known_names("group", known_groups, FaultKind.UNKNOWN_GROUP)
        wanted_extras = self._known_names("extra", known_extras, FaultKind.UNKNOWN_EXTRA)
        found = groups.requirements(wanted_groups)
        for group in wanted_groups:
            found += self._poetry.group(group)
        found += extras.requirements(wanted_extras)
        return found

    def _known_names(
        self, key: str, known: Iterable[NormalizedName], kind: FaultKind
    ) -> list[NormalizedName]:
        """The groups or extras that are wanted; unknown ones are refused where they were named."""
        choices = tuple(dict.fromkeys(known))
        value = self._merged.values.get(key)
        if value is None:
            return []
        wanted: list[NormalizedName] = []
        for each in value.words():
            name = canonicalize_name(str(each.value))
            if name in choices:
                wanted.append(name)
            else:
                each.refuse(kind=kind, choices=tuple(sorted(choices)))
        return wanted

    def _settings_names(self, key: str) -> tuple[NormalizedName, ...]:
        names = self._settings.extras if key == "extra" else self._settings.groups
        return tuple(canonicalize_name(name) for name in names)

    def _project(self, requirements: list[ProjectRequirement], file: RequirementsFile) -> Project:
        return Project(
            root=self._root,
            name=self._name(),
            requirements=tuple(requirements),
            constraints=(*file.constraints, *self._merged.constraints),
            overrides=self._merged.overrides,
            requires_python=self._requires_python(),
            target_archs=self._flet.target_archs(self._settings.platforms),
            minimum_os=self._flet.minimum_os(self._merged),
            source_packages=self._flet.source_packages(self._settings.platforms),
            indexes=file.indexes,
            settings=self._merged.table,
            flet=self._document.flet,
            files=self._files(file),
        )

    def _files(self, file: RequirementsFile) -> tuple[Path, ...]:
        own = (PYPROJECT, REQUIREMENTS_TXT, *TOOL_LOCKS)
        environment = environment_files(self._root, self._environ)
        return (*(self._root / name for name in own), *file.files, *environment)

    def _name(self) -> str | None:
        for path in (("project", "name"), ("tool", "poetry", "name")):
            name = self._document.get(*path)
            if isinstance(name, str) and name:
                return name
            if name is not None and name != "":
                self._document.wrong_type(path, name, "string")
        return None

    def _requires_python(self) -> str | None:
        """flet-cli's rule: a string that is a specifier; anything else is passed over."""
        path = ("project", "requires-python")
        value = self._document.get(*path)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            if isinstance(value, str):
                return value if self._is_heeded(parse_specifier(value), value) else None
        except RefusedTextError:
            pass
        self._document.note(path, NoteKind.REQUIRES_PYTHON_UNREADABLE, shown(value))
        return None

    def _is_heeded(self, specifiers: SpecifierSet, value: str) -> bool:
        """False, and noted, where the Flet that builds has one Python, which is another."""
        flet = self._document.flet
        if flet is None or flet.generation.reads_manifest:
            return True
        if flet.generation.python in specifiers:
            return True
        path = ("project", "requires-python")
        self._document.note(path, NoteKind.PYTHON_IS_FIXED, value)
        return False

    def _final_settings(self, file: RequirementsFile) -> Settings:
        indexes = apply_index_changes(
            (*changes_by_requirements(file.indexes), *self._merged.index_changes)
        )
        self._check_sources(tuple(index.name for index in indexes))
        return replace(self._settings, indexes=indexes, prereleases=self._prereleases(file))

    def _prereleases(self, file: RequirementsFile) -> tuple[NormalizedName, ...] | bool:
        """Which packages may be pre-releases, by settings, requirements.txt and Poetry.

        `--pre` and Poetry's `allow-prereleases` count where no setting says a plain yes or no.
        """
        chosen = self._settings.prereleases
        if isinstance(chosen, bool):
            return chosen
        if file.prereleases and "prereleases" not in self._merged.values:
            return True
        return tuple(sorted({*chosen, *self._poetry.prereleases}))

    def _check_sources(self, known: tuple[str, ...]) -> None:
        value = self._merged.values.get("sources")
        if value is None:
            return
        for package, index in self._settings.sources:
            if index not in known:
                inner = value.inside(index, _key_of(value.value, package))
                inner.refuse(index, detail=f"no index has this name ({package})", choices=known)


def _key_of(table: object, package: NormalizedName) -> str:
    """How a table spells a package's name."""
    if isinstance(table, dict):
        for name in table:
            if canonicalize_name(name) == package:
                return str(name)
    return package

"""What could be tried where an app cannot be locked, what changes the app least first.

Pure: reads blockers and the project, and knows nothing of whether anything works.
`workflows/fixing/find_fixes.py` resolves again with each.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import product

from msgspec import Struct
from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from flet_lock.analysis.moved_bound import requirement_text
from flet_lock.model.answer.rejection import (
    MinimumOsTooNew,
    NotBuiltFromSource,
    OtherPython,
    RequiresPython,
)
from flet_lock.model.app.fix import (
    AddOverride,
    AllowPrereleases,
    BuildFromSource,
    ChoosePython,
    ChooseSlices,
    Edit,
    LetVersionsDiffer,
    RaiseMinimumOs,
    RemoveRequirement,
    RewriteRequirement,
)
from flet_lock.model.app.project import Project
from flet_lock.model.app.requirement import Place, ProjectRequirement
from flet_lock.model.errors import (
    Blocker,
    Conflict,
    NoMatchingVersion,
    NoUsableRelease,
    PackageNotFound,
)
from flet_lock.model.facts.advice import AdviceKind
from flet_lock.model.index.artifact import Wheel
from flet_lock.model.index.source import SourceFinding, SourceKind
from flet_lock.model.target import Platform, Target
from flet_lock.targets.catalogue import Catalogue
from flet_lock.targets.device import marker_leaving_out

DEVICE_SLICES = frozenset({"arm64-v8a", "iphoneos.arm64"})
"""Today's phones: an app that is not built for them is no app."""
INDISPENSABLE = frozenset({canonicalize_name("flet")})
"""Left out on a platform, there would be no app on it."""
_OVERRIDES_TRIED = 3
_MISNOMERS = frozenset(
    {
        AdviceKind.STANDARD_LIBRARY,
        AdviceKind.OTHER_NAME,
        AdviceKind.DROPPED_MODULE,
        AdviceKind.OBSOLETE,
    }
)


class Cost(IntEnum):
    """How much of the app a change touches; smaller is tried and told first."""

    NAME = 1
    """Another name for what was meant, or a name that asks for nothing."""
    BOUND = 2
    """A newer release of something that the app asks for."""
    SOURCES = 3
    """The same release, built by the app's own build."""
    OLDER = 4
    """An older release of something that the app asks for."""
    DIFFERENT = 5
    """Android and iOS may take different versions, against the app's settings."""
    PRERELEASE = 6
    MINIMUM_OS = 7
    """Older phones are left behind."""
    SLICES = 8
    """An architecture is left behind."""
    PYTHON = 9
    """Everything is built for another Python."""
    OVERRIDE = 10
    """A package gets a release that it says it does not work with."""
    WITHOUT = 11
    """The app has to do without a package on a platform."""


class Suggestion(Struct, frozen=True, kw_only=True):
    """Something to try."""

    cost: Cost
    platforms: tuple[Platform, ...]
    """Where it may help."""
    edits: tuple[Edit, ...] = ()
    loosened: tuple[ProjectRequirement, ...] = ()
    """Instead of edits: where to is only known when these are resolved without their bounds."""


class Problem(Struct, frozen=True, kw_only=True):
    """What blocks a package, on one platform or on both."""

    package: NormalizedName
    blockers: tuple[Blocker, ...]

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """Where it blocks."""
        return tuple(dict.fromkeys(blocker.platform for blocker in self.blockers))

    @property
    def places(self) -> frozenset[Place]:
        """The app's own requirements that lead to it."""
        return frozenset(place for blocker in self.blockers for place in blocker.places)


def problems_of(blockers: Iterable[Blocker]) -> tuple[Problem, ...]:
    """Blockers of one package are one problem; in the order of the blockers."""
    by_package: dict[NormalizedName, list[Blocker]] = {}
    for blocker in blockers:
        by_package.setdefault(blocker.package, []).append(blocker)
    return tuple(
        Problem(package=package, blockers=tuple(found)) for package, found in by_package.items()
    )


def suggest(
    problem: Problem, project: Project, targets: Sequence[Target], catalogue: Catalogue
) -> tuple[Suggestion, ...]:
    """What to try for a problem, the cheapest first.

    Suggestions for one platform of several help only together with one for the other: see
    `for_all_platforms`.
    """
    suggester = _Suggester(problem, project, targets, catalogue)
    return tuple(sorted(suggester.everything(), key=lambda each: each.cost))


def for_all_platforms(
    problem: Problem, suggestions: Sequence[Suggestion]
) -> tuple[Suggestion, ...]:
    """The same, with those for one platform put together with those for the other."""
    whole = [each for each in suggestions if set(problem.platforms) <= set(each.platforms)]
    parts = [
        [each for each in suggestions if each.platforms == (platform,)]
        for platform in problem.platforms
    ]
    if len(parts) > 1:
        whole += [
            Suggestion(
                cost=max(each.cost for each in chosen),
                platforms=problem.platforms,
                edits=tuple(edit for each in chosen for edit in each.edits),
            )
            for chosen in product(*parts)
            # Leaving it out on both is among the whole ones.
            if not all(each.cost is Cost.WITHOUT for each in chosen)
        ]
    return tuple(sorted(whole, key=lambda each: each.cost))


def united(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Edits of several ways as one: each once, architectures that both leave are left."""
    found: list[Edit] = []
    for edit in edits:
        if edit in found:
            continue
        if isinstance(edit, ChooseSlices):
            for number, other in enumerate(found):
                if isinstance(other, ChooseSlices) and other.platform is edit.platform:
                    common = tuple(name for name in other.slices if name in edit.slices)
                    found[number] = replace(other, slices=common)
                    break
            else:
                found.append(edit)
            continue
        found.append(edit)
    return tuple(found)


class _Suggester:
    def __init__(
        self,
        problem: Problem,
        project: Project,
        targets: Sequence[Target],
        catalogue: Catalogue,
    ) -> None:
        self._problem = problem
        self._project = project
        self._targets = targets
        self._catalogue = catalogue
        self._unusable = [each for each in problem.blockers if isinstance(each, NoUsableRelease)]
        self._own = [each for each in project.requirements if each.place in problem.places]
        """The app's requirements that lead here."""

    def everything(self) -> Iterator[Suggestion]:
        yield from self._names()
        if self._is_misnomer:
            return
        yield from self._sources()
        yield from self._bounds()
        if self._project.settings.get("same-versions") is True:
            yield self._suggestion(Cost.DIFFERENT, LetVersionsDiffer())
        yield from self._prereleases()
        yield from self._minimum_os()
        yield from self._slices()
        yield from self._python()
        yield from self._overrides()
        yield from self._without()

    def _suggestion(self, cost: Cost, *edits: Edit) -> Suggestion:
        return Suggestion(cost=cost, platforms=self._problem.platforms, edits=edits)

    @property
    def _is_misnomer(self) -> bool:
        """Whether another package was meant, or none: nothing makes this one the right one."""
        return any(
            blocker.advice is not None
            and blocker.advice.package == blocker.package
            and blocker.advice.kind in _MISNOMERS
            for blocker in self._problem.blockers
        )

    @property
    def _is_direct(self) -> bool:
        return any(len(blocker.chain) == 1 for blocker in self._problem.blockers)

    # ------------------------------------------------------------------- names

    def _names(self) -> Iterator[Suggestion]:
        for advice in dict.fromkeys(blocker.advice for blocker in self._problem.blockers):
            for entry in self._own:
                if (
                    advice is None
                    or entry.package != advice.package
                    or entry.requirement.url is not None
                ):
                    continue
                edit = self._other_name(entry, advice.kind, advice.instead, advice.extra)
                if edit is not None:
                    yield self._suggestion(Cost.NAME, edit)

    def _other_name(
        self,
        entry: ProjectRequirement,
        kind: AdviceKind,
        instead: Sequence[str],
        extra: str | None,
    ) -> Edit | None:
        requirement = entry.requirement
        if kind is AdviceKind.DESKTOP_EXTRA:
            extras = [each for each in requirement.extras if canonicalize_name(each) != extra]
            after = requirement_text(requirement, extras=extras)
            return RewriteRequirement(place=entry.place, before=requirement, after=after)
        if kind is AdviceKind.STANDARD_LIBRARY and not instead:
            return RemoveRequirement(place=entry.place, before=requirement)
        if not instead:
            return None
        named = {each.package for each in self._project.requirements}
        if canonicalize_name(instead[0]) in named:
            return RemoveRequirement(place=entry.place, before=requirement)
        # A misspelt name keeps its bounds; another package has other versions.
        kept = None if kind in (AdviceKind.CLOSE_NAME, AdviceKind.TWIN) else ""
        after = requirement_text(requirement, name=instead[0], specifier=kept)
        return RewriteRequirement(place=entry.place, before=requirement, after=after)

    # ---------------------------------------------------------- the same release

    def _sources(self) -> Iterator[Suggestion]:
        if self._unusable and all(map(_may_be_built, self._unusable)):
            yield self._suggestion(
                Cost.SOURCES,
                BuildFromSource(
                    packages=(self._problem.package,), platforms=self._problem.platforms
                ),
            )

    def _minimum_os(self) -> Iterator[Suggestion]:
        for blocker in self._unusable:
            if not blocker.rejected:
                continue
            needed = [
                min(found)
                for _, rejections in blocker.rejected[0].rejections
                if (found := [r.needs for r in rejections if isinstance(r, MinimumOsTooNew)])
            ]
            if needed and len(needed) == len(blocker.rejected[0].rejections):
                edit = RaiseMinimumOs(platform=blocker.platform, minimum_os=max(needed))
                yield Suggestion(cost=Cost.MINIMUM_OS, platforms=(blocker.platform,), edits=(edit,))

    # ------------------------------------------------------------- other releases

    def _bounds(self) -> Iterator[Suggestion]:
        if self._is_direct and all(isinstance(b, PackageNotFound) for b in self._problem.blockers):
            return
        about = [
            each
            for each in (*self._project.constraints, *self._project.overrides)
            if each.package == self._problem.package
        ]
        bounded = [
            each
            for each in (*self._own, *about)
            if each.requirement.url is None and each.requirement.specifier
        ]
        for entry in bounded:
            yield self._loosening(entry)
        if len(bounded) > 1:
            yield self._loosening(*bounded)

    def _loosening(self, *entries: ProjectRequirement) -> Suggestion:
        return Suggestion(cost=Cost.BOUND, platforms=self._problem.platforms, loosened=entries)

    def _prereleases(self) -> Iterator[Suggestion]:
        for blocker in self._problem.blockers:
            if (
                isinstance(blocker, NoMatchingVersion)
                and blocker.newest is not None
                and blocker.newest.is_prerelease
            ) or (
                isinstance(blocker, NoUsableRelease)
                and any(version.is_prerelease for version, _ in blocker.usable)
            ):
                yield self._suggestion(
                    Cost.PRERELEASE, AllowPrereleases(package=self._problem.package)
                )
                return

    def _overrides(self) -> Iterator[Suggestion]:
        """Only what others ask for: the app's own requirement is better moved."""
        texts: list[str] = []
        name = self._problem.package
        for blocker in self._problem.blockers:
            if isinstance(blocker, Conflict):
                sides = [each.requirement for each in blocker.requirements]
                if any(side.required_by is not None for side in blocker.requirements):
                    texts += [_bare(side) for side in sides if side.url is None and side.specifier]
            elif len(blocker.chain) > 1:
                version = _version_elsewhere(blocker)
                texts += [] if version is None else [f"{name}=={version}"]
        for text in [*dict.fromkeys(texts)][:_OVERRIDES_TRIED]:
            yield self._suggestion(Cost.OVERRIDE, AddOverride(requirement=text))

    # -------------------------------------------------------------- other targets

    def _slices(self) -> Iterator[Suggestion]:
        """The largest sets of architectures for which some release that fits has all it needs."""
        for blocker in self._unusable:
            every = [each for each in self._targets if each.platform is blocker.platform]
            found: dict[tuple[str, ...], None] = {}
            for release in blocker.rejected:
                failing = {target for target, _ in release.rejections}
                good = tuple(each.slice_name for each in every if each not in failing)
                if good and len(good) < len(every) and DEVICE_SLICES & set(good):
                    found[good] = None
            # Of what one set has all of, a smaller one is no better.
            largest = [one for one in found if not any(set(one) < set(other) for other in found)]
            for slices in largest:
                yield Suggestion(
                    cost=Cost.SLICES,
                    platforms=(blocker.platform,),
                    edits=(ChooseSlices(platform=blocker.platform, slices=slices),),
                )

    def _python(self) -> Iterator[Suggestion]:
        current = self._targets[0].python_version
        releases = [
            each
            for each in reversed(self._catalogue.releases)
            if not each.prerelease and each.version != current
        ]
        for release in releases:
            if any(_may_have(blocker, release.version) for blocker in self._unusable):
                specifier = _leading_to(release.version, self._project.requires_python)
                edit = ChoosePython(minor=release.short, specifier=specifier)
                yield self._suggestion(Cost.PYTHON, edit)

    # -------------------------------------------------------------------- without

    def _without(self) -> Iterator[Suggestion]:
        """Left out where it cannot be had, if nothing says that it cannot be had anywhere."""
        if not self._unusable or len(self._unusable) < len(self._problem.blockers):
            return
        both = self._problem.platforms
        for platforms in [both, *((each,) for each in both if len(both) > 1)]:
            edits = [self._left_out(entry, platforms) for entry in self._own]
            if edits and None not in edits:
                yield Suggestion(
                    cost=Cost.WITHOUT,
                    platforms=platforms,
                    edits=tuple(edit for edit in edits if edit is not None),
                )

    def _left_out(self, entry: ProjectRequirement, platforms: tuple[Platform, ...]) -> Edit | None:
        requirement = entry.requirement
        if requirement.url is not None or entry.package in INDISPENSABLE:
            return None
        own_table = (entry.place.key or "").startswith("[tool.flet.")
        if own_table and entry.platform in platforms:
            return RemoveRequirement(place=entry.place, before=requirement)
        after = requirement_text(requirement, condition=self._condition(entry.package, platforms))
        return RewriteRequirement(
            place=entry.place, before=requirement, after=after, left_out_on=platforms
        )

    def _condition(self, package: NormalizedName, platforms: Sequence[Platform]) -> str:
        """Where a package stays: on the systems that it is for, where its name tells those."""
        for blocker in self._problem.blockers:
            advice = blocker.advice
            if advice is not None and advice.package == package and advice.systems:
                if not {"Darwin", "Linux", "Windows"} <= set(advice.systems):
                    systems = advice.systems
                    return " or ".join(f"platform_system == '{system}'" for system in systems)
                break
        return marker_leaving_out(platforms)


def _may_be_built(blocker: NoUsableRelease) -> bool:
    """Whether only a wheel is missing that any machine could build."""
    if not blocker.rejected:
        return False
    release = blocker.rejected[0]
    kinds = {type(each) for _, found in release.rejections for each in found}
    if NotBuiltFromSource not in kinds:
        return False
    if blocker.source is not None:
        source = blocker.source
        return isinstance(source, SourceFinding) and source.kind is SourceKind.PURE
    # Wheels with machine code, whoever they are for, tell that there is native code.
    return all(
        tag.abi == "none"
        for file in release.artifacts
        if isinstance(file, Wheel)
        for tag in file.tags
    )


def _may_have(blocker: NoUsableRelease, python: tuple[int, int]) -> bool:
    """Whether the files of a package that do not fit would, with another Python."""
    tag = "cp{}{}".format(*python)
    for release in blocker.rejected:
        for _, rejections in release.rejections:
            for each in rejections:
                if isinstance(each, OtherPython) and tag in each.interpreters:
                    return True
                if isinstance(each, RequiresPython) and _allows(each.specifier, python):
                    return True
    return False


def _allows(specifier: str, python: tuple[int, int]) -> bool:
    try:
        # Any release of that minor will do: a high one passes lower bounds such as >=3.12.1.
        return SpecifierSet(specifier).contains("{}.{}.99".format(*python))
    except InvalidSpecifier:
        return False


def _leading_to(python: tuple[int, int], requires_python: str | None) -> str:
    """A `requires-python` that makes `flet build` choose a minor: the highest that it allows."""
    major, minor = python
    below = f"<{major}.{minor + 1}"
    if requires_python and _allows(requires_python, python):
        lower = [
            str(clause)
            for clause in SpecifierSet(requires_python)
            if clause.operator in (">=", ">")
        ]
        if len(lower) == 1:
            return f"{lower[0]},{below}"
    return f"=={major}.{minor}.*"


def _version_elsewhere(blocker: Blocker) -> Version | None:
    """A version outside the requirements that all targets can use, up before down."""
    if isinstance(blocker, NoMatchingVersion):
        return blocker.newest
    if not isinstance(blocker, NoUsableRelease):
        return None
    needed = set(blocker.targets)
    whole = [version for version, targets in blocker.usable if needed <= set(targets)]
    newest = blocker.matching[0] if blocker.matching else blocker.newest
    newer = [version for version in whole if version > newest]
    return min(newer) if newer else max(whole, default=None)


def _bare(requirement: Requirement) -> str:
    return requirement_text(Requirement(f"{requirement.name}{requirement.specifier}"))

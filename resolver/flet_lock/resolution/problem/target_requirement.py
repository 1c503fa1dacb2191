"""A requirement inside a resolution: what is asked of a package, and on which targets."""

from functools import lru_cache

from msgspec import Struct
from packaging.ranges import VersionRange
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from flet_lock.model.app.requirement import ProjectRequirement

Key = tuple[NormalizedName, str]
"""What resolvelib decides on: a package, or one extra of a package (`""` is the package itself).

An extra is decided apart from its package, as in pip: its candidates require the very same
release of the package, plus what the extra adds.
"""

UNUSABLE = "!unusable"
"""The extra no package has. A candidate whose files turn out to be unusable requires it, so that
resolvelib rejects that candidate like any other conflict."""


class TargetRequirement(Struct, frozen=True, eq=False, kw_only=True):
    """What one parent asks of one package.

    `eq=False`: resolvelib and the caches here tell requirements apart by identity.
    """

    package: NormalizedName
    extra: str
    targets: int
    """Bit set over the request's targets."""
    range: VersionRange
    specifier: str
    """Canonical text of the specifier, the key under which ranges are cached."""
    requirement: Requirement
    """As written (after overrides)."""
    url: str | None = None
    hashes: frozenset[str] = frozenset()
    """`sha256:…` values that a file must have one of; empty: any file."""
    uncertain: int = 0
    """Of `targets`, those where the marker's truth differs between devices."""
    origin: ProjectRequirement | None = None
    """The app's own requirement; None for one of a package."""
    exactly: Version | None = None
    """Set on the requirement of an extra for its own package: this version and no other."""

    @property
    def key(self) -> Key:
        """What it is a requirement for."""
        return (self.package, self.extra)

    @property
    def names_one_version(self) -> bool:
        """`==X` or `===X` without a wildcard: lets a yanked release in (PEP 592)."""
        return self.exactly is not None or names_one_version(self.specifier)

    def accepts(self, version: Version) -> bool:
        """Whether a version satisfies it. Candidates, not requirements, decide on pre-releases."""
        if self.exactly is not None:
            return version == self.exactly
        return self.range.contains(version, prereleases=True)


@lru_cache(maxsize=4096)
def range_of(specifier: str) -> VersionRange:
    """The versions a canonical specifier admits."""
    return SpecifierSet(specifier).to_range()


@lru_cache(maxsize=4096)
def names_one_version(specifier: str) -> bool:
    """Whether one clause is `==X` or `===X` without a wildcard."""
    return any(
        clause.operator == "===" or (clause.operator == "==" and not clause.version.endswith(".*"))
        for clause in SpecifierSet(specifier)
    )


def canonical_specifier(specifier: SpecifierSet) -> str:
    """Its clauses as written, sorted.

    Not cached by the set: `>=2.5` and `>=2.5.0` are equal, but each package keeps its own words,
    whatever was looked at before it.
    """
    return str(specifier)


def target_requirements_for(
    requirement: Requirement,
    *,
    targets: int,
    uncertain: int = 0,
    hashes: frozenset[str] = frozenset(),
    origin: ProjectRequirement | None = None,
) -> list[TargetRequirement]:
    """A requirement as requirements: one for the package, one more for each extra it names."""
    package = canonicalize_name(requirement.name)
    specifier = canonical_specifier(requirement.specifier)
    extras = ["", *sorted({canonicalize_name(extra) for extra in requirement.extras})]
    return [
        TargetRequirement(
            package=package,
            extra=extra,
            targets=targets,
            range=range_of(specifier),
            specifier=specifier,
            requirement=requirement,
            url=requirement.url,
            hashes=hashes,
            uncertain=uncertain,
            origin=origin,
        )
        for extra in extras
    ]

"""The rules of an answer, told a second time and slowly: what a resolution must satisfy.

Knows nothing of `flet_lock.resolution` and `flet_lock.targets`: tags come straight from
`packaging`, markers from the table below, and solutions from trying everything.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import (
    Tag,
    android_platforms,
    compatible_tags,
    cpython_tags,
    ios_platforms,
)
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from fakes.universe import Universe
from flet_lock.model.answer.resolution import Edge, Pin, Resolution
from flet_lock.model.index.artifact import Artifact, Sdist, Wheel
from flet_lock.model.index.metadata import CoreMetadata
from flet_lock.model.target import Platform, Target
from flet_lock.resolution.problem.request import ResolutionRequest

_LITERAL = re.compile(r"""["']([^"']*)["']""")

_MACHINES = {
    "arm64-v8a": ["aarch64"],
    # A 32-bit process on a 64-bit kernel: uname(2) says armv8l, on a 32-bit one armv7l.
    "armeabi-v7a": ["armv7l", "armv8l"],
    "x86_64": ["x86_64"],
    "iphoneos.arm64": ["arm64"],
    "iphonesimulator.arm64": ["arm64"],
    "iphonesimulator.x86_64": ["x86_64"],
}
_MULTIARCH = {
    "iphoneos.arm64": "arm64_iphoneos",
    "iphonesimulator.arm64": "arm64_iphonesimulator",
    "iphonesimulator.x86_64": "x86_64_iphonesimulator",
}


@lru_cache(maxsize=64)
def tag_ranks(target: Target) -> Mapping[Tag, int]:
    """Every tag that a target accepts, and its place in the order of preference."""
    if target.platform is Platform.ANDROID:
        abi = target.slice_name.replace("-", "_")
        platforms = list(android_platforms(target.minimum_os[0], abi))
    else:
        platforms = list(ios_platforms(target.minimum_os, _MULTIARCH[target.slice_name]))
    interpreter = "cp{}{}".format(*target.python_version)
    tags = [
        *cpython_tags(target.python_version, [interpreter], platforms),
        *compatible_tags(target.python_version, interpreter, platforms),
    ]
    return {tag: rank for rank, tag in reversed(list(enumerate(tags)))}


def device_environments(target: Target, literals: Sequence[str]) -> Iterator[dict[str, str]]:
    """What a device of the target may say, for each kind of device.

    `literals` are the values that a marker names: devices that say exactly these may exist.
    """
    if target.platform is Platform.IOS:
        sys_platform, systems = "ios", ["iOS", "iPadOS"]
    else:
        # PEP 738 gave sys.platform its own value in 3.13.
        sys_platform = "android" if target.python_version >= (3, 13) else "linux"
        systems = ["Android"]
    for machine, system, release in itertools.product(
        _MACHINES[target.slice_name], systems, ["none such", *literals]
    ):
        yield {
            "implementation_name": "cpython",
            "implementation_version": target.python_full_version,
            "os_name": "posix",
            "platform_machine": machine,
            "platform_python_implementation": "CPython",
            "platform_release": release,
            "platform_system": system,
            "platform_version": "#1;embedded",
            "python_full_version": target.python_full_version,
            "python_version": "{}.{}".format(*target.python_version),
            "sys_platform": sys_platform,
        }


@lru_cache(maxsize=4096)
def may_hold(marker: Marker | None, target: Target, extras: frozenset[NormalizedName]) -> bool:
    """Whether the marker holds on some device of the target, with some of the extras."""
    if marker is None:
        return True
    literals = _LITERAL.findall(str(marker)) if "platform_release" in str(marker) else []
    return any(
        marker.evaluate({**environment, "extra": extra})
        for environment in device_environments(target, literals)
        for extra in ("", *extras)
    )


class Oracle:
    """The rules, for one request and one universe."""

    def __init__(self, request: ResolutionRequest, universe: Universe) -> None:
        self.request = request
        self.universe = universe
        self._overrides: dict[NormalizedName, list[Requirement]] = {}
        for override in request.overrides:
            self._overrides.setdefault(canonicalize_name(override.name), []).append(override)

    def needs(
        self, requirements: Sequence[Requirement], target: Target, extras: frozenset[NormalizedName]
    ) -> Iterator[Requirement]:
        """The requirements that count on a target, after overrides."""
        for requirement in requirements:
            if not may_hold(requirement.marker, target, extras):
                continue
            overrides = self._overrides.get(canonicalize_name(requirement.name))
            if overrides is None:
                yield requirement
                continue
            for override in overrides:
                if may_hold(override.marker, target, frozenset()):
                    # An override replaces a bound; the extras are what the parent is built on.
                    need = Requirement(str(override))
                    need.extras = override.extras | requirement.extras
                    yield need

    def app_wishes(self, target: Target) -> Iterator[Requirement]:
        """What the app itself asks for on a target."""
        own = [
            need.requirement
            for need in self.request.requirements
            if need.platform in (None, target.platform)
        ]
        return self.needs(own, target, frozenset())

    def metadata(self, artifact: Artifact) -> CoreMetadata | None:
        """What a file requires; None for one that cannot be read."""
        answer = self.universe.peek_metadata(artifact)
        return answer if isinstance(answer, CoreMetadata) else None

    def usable(self, artifact: Artifact, target: Target) -> bool:
        """Whether a file may go on a target, whoever asks for it."""
        metadata = self.metadata(artifact)
        if metadata is None or self._too_new(artifact) or not self._hash_allowed(artifact):
            return False
        for specifier in (artifact.requires_python, metadata.requires_python):
            if specifier is not None and not SpecifierSet(str(specifier)).contains(
                target.python_full_version, prereleases=True
            ):
                return False
        if isinstance(artifact, Wheel):
            ranks = tag_ranks(target)
            return any(tag in ranks for tag in artifact.tags)
        return artifact.package in self.request.source_packages.get(target.platform, ())

    def _too_new(self, artifact: Artifact) -> bool:
        cutoff = self.request.exclude_newer
        uploaded = artifact.upload_time
        return cutoff is not None and uploaded is not None and uploaded >= cutoff

    def _hash_allowed(self, artifact: Artifact) -> bool:
        return all(
            f"sha256:{artifact.sha256}" in need.hashes
            for need in self.request.requirements
            if need.package == artifact.package and need.hashes
        )

    def best_wheel(
        self, package: NormalizedName, version: Version, target: Target
    ) -> Artifact | None:
        """The wheel of a release that a target would take; None without one."""
        listing = self.universe.peek_listing(package)
        ranks = tag_ranks(target)
        usable = [
            (min(ranks.get(tag, 10**6) for tag in file.tags), file.filename, file)
            for file in listing.artifacts(version)
            if isinstance(file, Wheel) and self.usable(file, target)
        ]
        return min(usable, default=(0, "", None))[2]

    def badly_chosen(self, pin: Pin, targets: Sequence[Target]) -> list[str]:
        """What is wrong with a pin's choice among the files of its release.

        One origin (index and build number) where one covers all targets; among origins none that
        another beats on every target; within one, and where none covers all, each target's best.
        """
        files = self.universe.peek_listing(pin.package).artifacts(pin.version)
        usable = {t: [f for f in files if self.usable(f, t)] for t in targets}
        origins = {_origin(file) for file in files}
        covering = {
            origin: {t: min(self._key(f, t) for f in own) for t, own in offered.items()}
            for origin in origins
            if all(
                (offered := {t: [f for f in usable[t] if _origin(f) == origin] for t in targets})[t]
                for t in targets
            )
        }
        taken = {t: self._key(pin.artifacts[t], t) for t in targets}
        if not covering:
            best = {t: min(self._key(f, t) for f in usable[t]) for t in targets}
            return [] if taken == best else [f"no origin covers all, yet {taken} is not {best}"]
        [*origin] = {_origin(file) for file in pin.artifacts.values()}
        if len(origin) != 1 or origin[0] not in covering:
            return [f"files of {origin}, though {list(covering)} cover all targets"]
        faults = []
        if taken != covering[origin[0]]:
            faults.append(f"{origin[0]} has better files than {taken}")
        for other, keys in covering.items():
            if keys != taken and all(keys[t] <= taken[t] for t in targets):
                faults.append(f"{other} is better on every target: {keys}, taken {taken}")
        return faults

    def _key(self, artifact: Artifact, target: Target) -> tuple[int, int, int]:
        """Ascending: tag priority, the higher build, the earlier index."""
        assert isinstance(artifact, Wheel)
        ranks = tag_ranks(target)
        build = artifact.build[0] if artifact.build else -1
        index = self.request.index_order.index(artifact.index or "")
        return (min(ranks[tag] for tag in artifact.tags if tag in ranks), -build, index)

    # --- brute force ------------------------------------------------------------------------

    def solutions(self) -> Iterator[dict[NormalizedName, Version]]:
        """Every answer there is: by trying all versions of every package that is reached.

        For universes with one wheel per target and release at most: it knows no origins.
        """
        yield from self._extend({})

    def _extend(
        self, chosen: dict[NormalizedName, Version]
    ) -> Iterator[dict[NormalizedName, Version]]:
        artifacts: dict[tuple[NormalizedName, Target], Artifact] = {}
        needed: dict[tuple[NormalizedName, Target], frozenset[NormalizedName]] = {}
        undecided: NormalizedName | None = None
        queue = [
            (target, need) for target in self.request.targets for need in self.app_wishes(target)
        ]
        while queue:
            target, need = queue.pop()
            package = canonicalize_name(need.name)
            version = chosen.get(package)
            if version is None:
                undecided = package
                continue
            if not self._allows(need, version):
                return
            key = (package, target)
            if key not in artifacts:
                artifact = self.best_wheel(package, version, target)
                if artifact is None or not self._constrained(package, version, target):
                    return
                artifacts[key] = artifact
            extras = needed.get(key, frozenset()) | {canonicalize_name(e) for e in need.extras}
            if needed.get(key) == extras:
                continue
            needed[key] = extras
            metadata = self.metadata(artifacts[key])
            assert metadata is not None
            queue += [(target, w) for w in self.needs(metadata.requires_dist, target, extras)]
        if undecided is None:
            yield dict(chosen)
            return
        for version in self.universe.peek_listing(undecided).versions:
            yield from self._extend({**chosen, undecided: version})

    def _allows(self, need: Requirement, version: Version) -> bool:
        return need.specifier.contains(version, prereleases=True)

    def _constrained(self, package: NormalizedName, version: Version, target: Target) -> bool:
        return all(
            constraint.specifier.contains(version, prereleases=True)
            for constraint in self.request.constraints
            if canonicalize_name(constraint.name) == package
            and may_hold(constraint.marker, target, frozenset())
        )

    # --- judging an answer ------------------------------------------------------------------

    def violations(self, resolution: Resolution) -> list[str]:
        """Every rule that an answer breaks, as text; empty for a sound one."""
        return list(self._violations(resolution))

    def _violations(self, resolution: Resolution) -> Iterator[str]:
        targets = tuple(t for t in self.request.targets if t.platform is resolution.platform)
        if resolution.targets != targets:
            yield f"resolved for {resolution.targets}, asked for {targets}"
        names = [pin.package for pin in resolution.pins]
        if names != sorted(set(names)):
            yield f"pins are not sorted, or not unique: {names}"
        pins = {pin.package: pin for pin in resolution.pins}
        needed: dict[tuple[NormalizedName, Target], set[NormalizedName]] = {}
        edges: set[tuple[NormalizedName | None, NormalizedName, Target]] = set()
        queue: list[tuple[NormalizedName | None, Target, Requirement]] = [
            (None, target, need) for target in targets for need in self.app_wishes(target)
        ]
        while queue:
            by, target, need = queue.pop()
            package = canonicalize_name(need.name)
            edges.add((by, package, target))
            pin = pins.get(package)
            if pin is None:
                yield f"{by} needs {need} on {target}, and there is no such pin"
                continue
            artifact = pin.artifacts.get(target)
            if artifact is None:
                yield f"{by} needs {need} on {target}, and {package} has no file there"
                continue
            if need.url is not None and artifact.url != need.url:
                yield f"{by} needs {need}, and the file is {artifact.url}"
            if not self._allows(need, pin.version):
                yield f"{by} needs {need} on {target}, and {package} is {pin.version}"
            extras = {canonicalize_name(extra) for extra in need.extras}
            known = needed.get((package, target))
            if known is not None and extras <= known:
                continue
            needed.setdefault((package, target), set()).update(extras)
            metadata = self.metadata(artifact)
            if metadata is None:
                yield f"{artifact.filename} has no readable METADATA"
                continue
            every = frozenset(needed[package, target])
            queue += [
                (package, target, w) for w in self.needs(metadata.requires_dist, target, every)
            ]
        yield from self._superfluous(resolution, needed, edges)
        yield from self._unusable(resolution)

    def _superfluous(
        self,
        resolution: Resolution,
        needed: Mapping[tuple[NormalizedName, Target], set[NormalizedName]],
        edges: set[tuple[NormalizedName | None, NormalizedName, Target]],
    ) -> Iterator[str]:
        order = {target: position for position, target in enumerate(self.request.targets)}
        by_name = {target.slice_name: target for target in resolution.targets}
        told: set[tuple[NormalizedName | None, NormalizedName, Target]] = {
            (None, e.package, by_name[name]) for e in resolution.requires for name in e.slices
        }
        for pin in resolution.pins:
            told |= {
                (pin.package, e.package, by_name[name]) for e in pin.requires for name in e.slices
            }
            wanted = sorted((t for p, t in needed if p == pin.package), key=order.__getitem__)
            if list(pin.artifacts) != wanted:
                yield f"{pin.package} is pinned for {list(pin.artifacts)}, needed on {wanted}"
            if pin.slices != tuple(target.slice_name for target in pin.artifacts):
                yield f"{pin.package}: availability has other targets than artifacts"
            extras = set().union(*(e for (p, _), e in needed.items() if p == pin.package))
            if pin.extras != extras:
                yield f"{pin.package} has extras {set(pin.extras)}, asked for are {extras}"
        if told != edges:
            yield f"edges that are no requirement: {told - edges}; not told: {edges - told}"
        for edges_of in (resolution.requires, *(pin.requires for pin in resolution.pins)):
            if [_edge_key(e) for e in edges_of] != sorted(_edge_key(e) for e in edges_of):
                yield f"edges are not sorted: {edges_of}"

    def _unusable(self, resolution: Resolution) -> Iterator[str]:
        for pin in resolution.pins:
            for target, artifact in pin.artifacts.items():
                if artifact.package != pin.package or artifact.version != pin.version:
                    yield f"{artifact.filename} is no file of {pin.package} {pin.version}"
                if not self.usable(artifact, target) and artifact.index is not None:
                    yield f"{artifact.filename} is not usable on {target}"
                if not self._constrained(pin.package, pin.version, target):
                    yield f"{pin.package} {pin.version} breaks a constraint on {target}"
                if isinstance(artifact, Sdist) and self.universe.offer_of(artifact).native_sources:
                    yield f"{artifact.filename} is not pure"
            if pin.mixed_origins != (len({_origin(a) for a in pin.artifacts.values()}) > 1):
                yield f"{pin.package} says mixed_origins={pin.mixed_origins}"


def _edge_key(edge: Edge) -> str:
    return edge.package


def _origin(artifact: Artifact) -> tuple[object, ...]:
    return (artifact.index, artifact.build if isinstance(artifact, Wheel) else ())

"""A lock as a CycloneDX 1.6 bill of materials; the same bytes for the same lock and wheels.

A package is a component with a plain purl, which is what vulnerability scanners match; each of its
files is a component below it, with the qualifier `file_name` (purl specification, type `pypi`).
cyclonedx-python-lib is an extra (`flet-lock[sbom]`), imported where a document is made.
"""

import json
import uuid
import warnings
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from packaging.utils import NormalizedName

from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.locations import is_remote
from flet_lock.lockfile.package import LockedFile, LockedPackage, LockedTree
from flet_lock.model.app.settings import PYPI_URL
from flet_lock.model.errors.usage import ExtraMissing

if TYPE_CHECKING:
    from cyclonedx.model import ExternalReference, HashType, Property
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component
    from cyclonedx.model.license import License
    from packageurl import PackageURL

# ruff: noqa: PLC0415 - an extra, and slow to import

_SPACE: Final = uuid.UUID("a5b1de39-4c62-5b0e-9a48-5e9c0c3a7b11")
"""Of the serial numbers; any fixed one will do (RFC 9562, section 5.5)."""
_ALGORITHMS: Final = {"sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}


class CarriedComponent(Struct, frozen=True, kw_only=True):
    """What a wheel's own bill of materials says is in it."""

    name: str
    version: str | None
    """None where it does not say."""
    purl: str | None
    """As written; None without one."""


class WheelPapers(Struct, frozen=True, kw_only=True):
    """What stands in a wheel about itself."""

    licence: str | None = None
    """None where METADATA names none."""
    sboms: tuple[tuple[str, str], ...] = ()
    """Path in `.dist-info/sboms` (PEP 770) and SHA-256 of each file there."""
    carried: tuple[CarriedComponent, ...] = ()
    """The components of those of them that are CycloneDX in JSON."""


def render_cyclonedx(
    lock: Lock,
    slices: Iterable[str] | None,
    *,
    app: str,
    digest: str,
    papers: Mapping[str, WheelPapers],
    version: str,
) -> str:
    """The document, JSON with two blanks of indentation.

    Args:
        lock: the lock.
        slices: for these only, in any order; None for all of the lock.
        app: the app's name.
        digest: identifies the lock's content; the serial number is made of it.
        papers: what is known of each wheel, by its file name.
        version: of flet-lock.

    Raises:
        ExtraMissing: cyclonedx-python-lib is not installed.
        SlicesNotLocked: the lock was not made for some of the slices.
    """
    require_cyclonedx()
    from cyclonedx.output.json import JsonV1Dot6

    chosen = lock.chosen_slices(slices)
    made = _Document(lock, chosen, papers).bom(app, digest, version)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of an app that asks for nothing
        document = json.loads(JsonV1Dot6(made).output_as_string())
    if _newest(lock) is None:  # the library would have the time of this run
        del document["metadata"]["timestamp"]
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def require_cyclonedx() -> None:
    """Imports the library.

    Raises:
        ExtraMissing: it is not installed.
    """
    try:
        import cyclonedx.model.bom  # noqa: F401
    except ImportError as error:
        raise ExtraMissing(extra="sbom", library="cyclonedx-python-lib") from error


def _newest(lock: Lock) -> datetime | None:
    """When the newest file of the lock was uploaded; None where no index tells."""
    times = [file.upload_time for package in lock.packages for file in package.files]
    return max(filter(None, times), default=None)


class _Document:
    def __init__(
        self, lock: Lock, slices: tuple[str, ...], papers: Mapping[str, WheelPapers]
    ) -> None:
        self._lock = lock
        self._slices = slices
        self._papers = papers

    def bom(self, app: str, digest: str, version: str) -> "Bom":
        from cyclonedx.model.bom import Bom, BomMetaData
        from cyclonedx.model.component import Component, ComponentType
        from cyclonedx.model.tool import ToolRepository

        root = Component(name=app, type=ComponentType.APPLICATION, bom_ref="app")
        tool = Component(name="flet-lock", version=version, type=ComponentType.APPLICATION)
        components = {
            package.package: self._package(package)
            for package in self._lock.packages
            if set(self._slices) & set(package.slices)
        }
        lock = self._lock
        facts = [("platform", lock.platform.value), ("python", lock.python_full_version)]
        bom = Bom(
            serial_number=uuid.uuid5(_SPACE, "\n".join([digest, *self._slices])),
            metadata=BomMetaData(
                component=root,
                tools=ToolRepository(components=[tool]),
                timestamp=_newest(lock),
                properties=_properties([*facts, *(("slice", name) for name in self._slices)]),
            ),
            components=components.values(),
        )
        own = {edge.package for edge in lock.requires if set(self._slices) & set(edge.slices)}
        bom.register_dependency(
            root, [components[name] for name in sorted(own & components.keys())]
        )
        for package in lock.packages:
            if package.package in components:
                below = [components[name] for name in self._dependencies(package, components)]
                bom.register_dependency(components[package.package], below)
        return bom

    def _dependencies(
        self, package: LockedPackage, known: Mapping[NormalizedName, object]
    ) -> list[NormalizedName]:
        asked = {edge.package for edge in package.requires if set(self._slices) & set(edge.slices)}
        return sorted(asked & known.keys() - {package.package})

    def _package(self, package: LockedPackage) -> "Component":
        from cyclonedx.model.component import Component

        slices = [name for name in self._slices if name in package.slices]
        taking: dict[str, list[str]] = {}
        for name in slices:
            taking.setdefault(package.chosen[name], []).append(name)
        files = [file for file in package.files if file.filename in taking]
        classes = [("class", f"{name}={package.availability[name].value}") for name in slices]
        version = str(package.version)
        return Component(
            name=package.package,
            version=version,
            bom_ref=f"{package.package}@{version}",
            purl=_purl(package.package, version, _vcs(package.tree)),
            licenses=_licences(
                {paper.licence for file in files if (paper := self._papers.get(file.filename))}
            ),
            properties=_properties(classes),
            components=[self._file(package, file, taking[file.filename]) for file in files],
        )

    def _file(self, package: LockedPackage, file: LockedFile, slices: Iterable[str]) -> "Component":
        from cyclonedx.model.component import Component, ComponentType

        version = str(package.version)
        papers = self._papers.get(file.filename, WheelPapers())
        qualifiers = {"file_name": file.filename}
        if file.index is not None and file.index != PYPI_URL and "://" in file.index:
            qualifiers["repository_url"] = file.index
        facts = [("slice", name) for name in slices]
        facts += [("sbom", f"{path} sha256:{digest}") for path, digest in papers.sboms]
        return Component(
            name=file.filename,
            version=version,
            type=ComponentType.FILE,
            bom_ref=f"{package.package}@{version}#{file.filename}",
            purl=_purl(package.package, version, qualifiers),
            hashes=list(_hashes(file)),
            external_references=list(_references(file)),
            properties=_properties(facts),
            components=[
                _carried(one, f"{package.package}@{version}#{file.filename}#{number}")
                for number, one in enumerate(papers.carried)
            ],
        )


def _carried(component: CarriedComponent, reference: str) -> "Component":
    from cyclonedx.model.component import Component
    from packageurl import PackageURL

    purl = None
    if component.purl is not None:
        try:
            purl = PackageURL.from_string(component.purl)
        except ValueError:  # a stranger's text
            purl = None
    return Component(name=component.name, version=component.version, bom_ref=reference, purl=purl)


def _purl(name: str, version: str, qualifiers: Mapping[str, str]) -> "PackageURL":
    from packageurl import PackageURL

    return PackageURL("pypi", name=name, version=version, qualifiers=dict(qualifiers))


def _vcs(tree: LockedTree | None) -> dict[str, str]:
    if tree is None or tree.vcs is None or tree.url is None:
        return {}
    return {"vcs_url": f"{tree.vcs}+{tree.url}@{tree.commit}"}


def _licences(found: Iterable[str | None]) -> "list[License]":
    """One as it is; several by name, because expressions and names may not stand together."""
    from cyclonedx.contrib.license.factories import LicenseFactory

    names = sorted(filter(None, found))
    factory = LicenseFactory()
    if len(names) == 1:
        return [factory.make_from_string(names[0])]
    return [factory.make_with_name(name) for name in names]


def _hashes(file: LockedFile) -> "Iterator[HashType]":
    from cyclonedx.model import HashAlgorithm, HashType

    for name, digest in sorted(file.hashes.items()):
        if name in _ALGORITHMS:
            yield HashType(alg=HashAlgorithm(_ALGORITHMS[name]), content=digest)


def _references(file: LockedFile) -> "Iterator[ExternalReference]":
    """Where the file is; a place on this machine is nobody else's."""
    from cyclonedx.model import ExternalReference, ExternalReferenceType, XsUri

    if is_remote(file.url):
        yield ExternalReference(
            type=ExternalReferenceType.DISTRIBUTION,
            url=XsUri(str(file.url)),
            hashes=list(_hashes(file)),
        )


def _properties(facts: Iterable[tuple[str, str]]) -> "list[Property]":
    from cyclonedx.model import Property

    return [Property(name=f"flet-lock:{name}", value=value) for name, value in facts]

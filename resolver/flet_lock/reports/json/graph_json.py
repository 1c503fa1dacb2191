"""`why` and `tree` as JSON documents."""

from collections.abc import Mapping

from msgspec import Struct, field
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.analysis.graph import DependencyGraph, Link
from flet_lock.model.answer.resolution import Availability
from flet_lock.model.target import Platform
from flet_lock.reports.json.document import Document, document_of, part_of
from flet_lock.reports.text.tree_diagram import shown_links, shown_packages
from flet_lock.reports.wording.look.links import requirement_texts
from flet_lock.reports.wording.look.locked import closest_names
from flet_lock.workflows.inspecting.tree import PlatformTree, TreeOutcome
from flet_lock.workflows.inspecting.why import PlatformReasons, WhyOutcome


class LinkDocument(Struct, frozen=True, kw_only=True):
    """What one package requires of another one."""

    parent: NormalizedName | None
    """None: the app."""
    package: NormalizedName
    requirements: tuple[str, ...]
    slices: tuple[str, ...] = field(name="targets")


class StepDocument(LinkDocument, frozen=True, kw_only=True):
    """One link of a chain."""

    parent_version: Version | None
    version: Version


class ChainDocument(Struct, frozen=True, kw_only=True):
    """A way from the app's own requirement to a package."""

    slices: tuple[str, ...] = field(name="targets")
    """Where the whole chain holds."""
    steps: tuple[StepDocument, ...]


class ReasonsDocument(Struct, frozen=True, kw_only=True):
    """Why a package is in a platform's lock."""

    platform: Platform
    lock_path: str
    in_step: bool | None
    """Whether the lock is in step with the project; None: not known."""
    slices: tuple[str, ...] = field(name="targets")
    version: Version | None
    """None where the package is not in this lock."""
    availability: Mapping[str, Availability]
    """Slice to class; empty where the package is not in this lock."""
    complete: bool
    """False where there are more chains."""
    chains: tuple[ChainDocument, ...]
    """Shortest first."""


class WhyDocument(Document, frozen=True, kw_only=True):
    """Every way to a package."""

    project: str
    package: NormalizedName
    found: bool
    closest: tuple[NormalizedName, ...]
    """Names that may have been meant, where it is not found."""
    platforms: tuple[ReasonsDocument, ...]


class NodeDocument(Struct, frozen=True, kw_only=True):
    """A package of the tree."""

    name: NormalizedName
    version: Version | None
    availability: Mapping[str, Availability]


class PlatformTreeDocument(Struct, frozen=True, kw_only=True):
    """A platform's tree."""

    platform: Platform
    lock_path: str
    in_step: bool | None
    slices: tuple[str, ...] = field(name="targets")
    python_full_version: str
    packages: tuple[NodeDocument, ...]
    links: tuple[LinkDocument, ...]


class TreeDocument(Document, frozen=True, kw_only=True):
    """The packages and links that the tree shows."""

    project: str
    inverted: NormalizedName | None
    """The package that the tree starts from; None: the app."""
    depth: int | None
    """Levels; None: all."""
    found: bool
    closest: tuple[NormalizedName, ...]
    platforms: tuple[PlatformTreeDocument, ...]


def why_document(outcome: WhyOutcome) -> WhyDocument:
    """Every way to a package."""
    return document_of(
        WhyDocument,
        outcome,
        project=outcome.app.project_name,
        closest=() if outcome.found else closest_names(outcome.package, outcome.app.packages),
        platforms=tuple(_reasons(each, outcome.package) for each in outcome.platforms),
    )


def tree_document(outcome: TreeOutcome) -> TreeDocument:
    """The packages and links that the tree shows."""
    missing = None if outcome.found else outcome.inverted
    return document_of(
        TreeDocument,
        outcome,
        project=outcome.app.project_name,
        closest=() if missing is None else closest_names(missing, outcome.app.packages),
        platforms=tuple(_tree(each, outcome) for each in outcome.platforms),
    )


def _reasons(reasons: PlatformReasons, package: NormalizedName) -> ReasonsDocument:
    graph = reasons.locked.graph
    chains = reasons.chains
    return part_of(
        ReasonsDocument,
        reasons.locked,
        slices=graph.slices,
        **_release(graph, package),
        complete=chains is None or chains.complete,
        chains=()
        if chains is None
        else tuple(
            ChainDocument(
                slices=chain.slices, steps=tuple(_step(graph, link) for link in chain.links)
            )
            for chain in chains.chains
        ),
    )


def _tree(tree: PlatformTree, outcome: TreeOutcome) -> PlatformTreeDocument:
    graph = tree.locked.graph
    return part_of(
        PlatformTreeDocument,
        tree.locked,
        slices=graph.slices,
        packages=tuple(
            part_of(NodeDocument, None, name=name, **_release(graph, name))
            for name in shown_packages(tree, outcome)
        ),
        links=tuple(
            part_of(LinkDocument, link, **_link(link)) for link in shown_links(tree, outcome)
        ),
    )


def _release(graph: DependencyGraph, package: NormalizedName) -> dict[str, object]:
    node = graph.nodes.get(package)
    return {
        "version": None if node is None else node.version,
        "availability": {} if node is None else node.availability,
    }


def _link(link: Link) -> dict[str, object]:
    return {"package": link.child, "requirements": requirement_texts(link)}


def _step(graph: DependencyGraph, link: Link) -> StepDocument:
    parent = None if link.parent is None else graph.nodes[link.parent].version
    version = graph.nodes[link.child].version
    return part_of(StepDocument, link, **_link(link), parent_version=parent, version=version)

"""`why` and `tree` as JSON documents, with the head that every document has (`json_report`).

`why`::

    project, package, found
    closest[]                   names that may have been meant, where it is not found
    platforms[]
        platform, lock_path, in_step (null: not known), targets[]
        version, availability {}   null and empty where it is not in this lock
        complete                false where there are more chains
        chains[]                shortest first
            targets[]           where the whole chain holds
            steps[]             parent (null: the app), parent_version, package, version,
                                requirements[], targets[]

`tree`::

    project, inverted (the package, or null), depth (null: all), found, closest[]
    platforms[]
        platform, lock_path, in_step, targets[], python_full_version
        packages[]              name, version, availability {}
        links[]                 parent (null: the app), package, requirements[], targets[]
"""

from collections.abc import Mapping

from packaging.utils import NormalizedName

from flet_lock.analysis.graph import DependencyGraph, Link
from flet_lock.reports.json.json_report import document_head
from flet_lock.reports.json.to_json import Json, to_json
from flet_lock.reports.text.tree_diagram import shown_links, shown_packages
from flet_lock.reports.wording.look.links import requirement_texts
from flet_lock.reports.wording.look.locked import closest_names
from flet_lock.workflows.inspecting.locked_app import LockedPlatform
from flet_lock.workflows.inspecting.tree import PlatformTree, TreeOutcome
from flet_lock.workflows.inspecting.why import PlatformReasons, WhyOutcome


def why_document(outcome: WhyOutcome) -> dict[str, Json]:
    """Every way to a package."""
    closest = () if outcome.found else closest_names(outcome.package, outcome.app.packages)
    return {
        **document_head(outcome),
        "project": to_json(outcome.app.project_name),
        "package": to_json(outcome.package),
        "found": outcome.found,
        "closest": to_json(closest),
        "platforms": [_reasons(each, outcome.package) for each in outcome.platforms],
    }


def tree_document(outcome: TreeOutcome) -> dict[str, Json]:
    """The packages and links that the tree shows."""
    closest: tuple[NormalizedName, ...] = ()
    if not outcome.found and outcome.inverted is not None:
        closest = closest_names(outcome.inverted, outcome.app.packages)
    return {
        **document_head(outcome),
        "project": to_json(outcome.app.project_name),
        "inverted": to_json(outcome.inverted),
        "depth": outcome.depth,
        "found": outcome.found,
        "closest": to_json(closest),
        "platforms": [_tree(each, outcome) for each in outcome.platforms],
    }


def _reasons(reasons: PlatformReasons, package: NormalizedName) -> Json:
    graph = reasons.locked.graph
    chains = reasons.chains
    return {
        **_platform(reasons.locked),
        **_release(graph, package),
        "complete": chains is None or chains.complete,
        "chains": []
        if chains is None
        else [
            {
                "targets": to_json(chain.slices),
                "steps": [_step(graph, link) for link in chain.links],
            }
            for chain in chains.chains
        ],
    }


def _tree(tree: PlatformTree, outcome: TreeOutcome) -> Json:
    graph = tree.locked.graph
    return {
        **_platform(tree.locked),
        "python_full_version": tree.locked.python_full_version,
        "packages": [
            {"name": to_json(name), **_release(graph, name)}
            for name in shown_packages(tree, outcome)
        ],
        "links": [_link(link) for link in shown_links(tree, outcome)],
    }


def _platform(locked: LockedPlatform) -> dict[str, Json]:
    return {
        "platform": locked.platform.value,
        "lock_path": to_json(locked.lock_path),
        "in_step": locked.in_step,
        "targets": to_json(locked.graph.slices),
    }


def _release(graph: DependencyGraph, package: NormalizedName) -> Mapping[str, Json]:
    node = graph.nodes.get(package)
    return {
        "version": None if node is None else to_json(node.version),
        "availability": {} if node is None else to_json(node.availability),
    }


def _link(link: Link) -> dict[str, Json]:
    return {
        "parent": to_json(link.parent),
        "package": to_json(link.child),
        "requirements": to_json(requirement_texts(link)),
        "targets": to_json(link.slices),
    }


def _step(graph: DependencyGraph, link: Link) -> Json:
    parent = None if link.parent is None else graph.nodes[link.parent]
    return {
        **_link(link),
        "parent_version": None if parent is None else to_json(parent.version),
        "version": to_json(graph.nodes[link.child].version),
    }

"""Why an app needs a package: the reason that a request for it gives.

Found by resolving the app, or in its locks if it cannot be resolved.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from msgspec import Struct
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName

from flet_lock.analysis.chains import chains_to
from flet_lock.analysis.graph import DependencyGraph
from flet_lock.model.answer.blocker import Blocker, NoUsableRelease
from flet_lock.model.answer.downgrade import Downgrade
from flet_lock.model.errors.index import DirectReferenceFailure, IndexFailure
from flet_lock.model.errors.lock import LockError
from flet_lock.model.errors.resolution import BudgetExceeded, CannotLock
from flet_lock.model.event import Listener
from flet_lock.package_requests.facts import Lift, Need
from flet_lock.workflows.inspecting.locked_app import read_locked_app
from flet_lock.workflows.locking.lock_plan import read_lock_plan
from flet_lock.workflows.locking.resolve_plan import resolve_plan
from flet_lock.workflows.repository import open_repository


class AppNeeds(Struct, frozen=True, kw_only=True):
    """The dependencies of an app, and what blocks it."""

    blockers: tuple[NoUsableRelease, ...] = ()
    """Packages without a usable release; empty if the app can be locked."""
    graphs: tuple[DependencyGraph, ...] = ()
    """Of its platforms; empty where it has no answer and no lock."""
    downgrades: tuple[Downgrade, ...] = ()
    """Those for want of wheels."""

    def need(
        self, package: NormalizedName, *, is_public: Callable[[NormalizedName], bool]
    ) -> Need | None:
        """Why the app needs a package; None if it does not.

        Args:
            package: the package.
            is_public: whether everybody may know a name; others are left out. Not called for
                packages that an address brings in: those may be anybody's.
        """
        own = [each for each in self.blockers if each.package == package]
        lifts = {each.package: each for each in self.downgrades if each.cause == package}
        chain = self._chain(package, own, lifts)
        if chain is None:
            return None
        hidden = self._named_by_address()
        blocks = tuple(dict.fromkeys(each.platform for each in own))
        others = {
            each.package
            for each in self.blockers
            if each.platform in blocks and each.package != package
        }
        return Need(
            chain=tuple(name if name not in hidden and is_public(name) else None for name in chain),
            blocks=blocks,
            other_blockers=len(others),
            lifts=tuple(
                Lift(package=name, taken=each.taken, newest=each.newest)
                for name, each in sorted(lifts.items())
                if name not in hidden and is_public(name)
            ),
        )

    def specifier(self, package: NormalizedName) -> SpecifierSet | None:
        """Which versions would do, of a package that is in the way; None: it is not.

        What is asked of it where it blocks the app; where it only holds others back, what the
        release asks for that could not be taken.
        """
        for blocker in self.blockers:
            if blocker.package == package:
                specifier = SpecifierSet()
                for requirement in blocker.requirements:
                    specifier &= requirement.specifier
                return specifier
        for each in self.downgrades:
            if each.cause != package:
                continue
            if not each.cause_requirement:
                return SpecifierSet(f">{each.taken}")
            return Requirement(each.cause_requirement).specifier
        return None

    def _named_by_address(self) -> frozenset[NormalizedName]:
        """Packages that come from a folder, a repository or a file that is named directly."""
        return frozenset(
            {
                link.package
                for blocker in self.blockers
                for link in blocker.chain
                if "@" in link.requirement
            }
            | {
                link.child
                for graph in self.graphs
                for parent in (None, *graph.nodes)
                for link in graph.links_from(parent)
                if any(edge.specifier.startswith("@") for edge in link.edges)
            }
        )

    def _chain(
        self,
        package: NormalizedName,
        own: Sequence[Blocker],
        lifts: Mapping[NormalizedName, Downgrade],
    ) -> tuple[NormalizedName, ...] | None:
        """From the app's own requirement down to the package's direct dependent, shortest."""
        found = [tuple(link.package for link in each.chain[:-1]) for each in own]
        found += _in_graphs(self.graphs, package)
        # What was not taken is in no graph, but what asks for it is.
        for name in lifts:
            if name != package:
                found += [(*chain, name) for chain in _in_graphs(self.graphs, name)]
        return min(found, key=lambda chain: (len(chain), chain), default=None)


def read_app_needs(
    root: Path, *, options: Mapping[str, object], environ: Mapping[str, str], listener: Listener
) -> AppNeeds:
    """Resolves an app and keeps what its answer, or its failure, tells; writes nothing.

    Args:
        root: the app's folder.
        options: see `read_lock_plan`.
        environ: the process environment.
        listener: receives events.

    Raises:
        ProjectError, UsageError, UnsupportedPython, CatalogueError: see `read_lock_plan`.
    """
    plan = read_lock_plan(root, options=options, environ=environ)
    try:
        with closing(open_repository(plan, environ=environ, listener=listener)) as repository:
            # As if there were no locks yet: what they hold back is not the package's doing.
            resolutions = resolve_plan(plan, {}, repository, listener)
    except CannotLock as error:
        return AppNeeds(
            blockers=tuple(each for each in error.blockers if isinstance(each, NoUsableRelease)),
            graphs=_locked_graphs(root, environ),
        )
    except (BudgetExceeded, DirectReferenceFailure, IndexFailure):
        # The request can do without: what it cannot do without is asked for again, and fails then.
        return AppNeeds(graphs=_locked_graphs(root, environ))
    return AppNeeds(
        graphs=tuple(
            DependencyGraph(targets=each.targets, requires=each.requires, nodes=each.pins)
            for each in resolutions
        ),
        # Without targets a downgrade is a clash of versions, which no wheel would end.
        downgrades=tuple(
            found for each in resolutions for found in each.downgrades if found.targets
        ),
    )


def _locked_graphs(root: Path, environ: Mapping[str, str]) -> tuple[DependencyGraph, ...]:
    try:
        app = read_locked_app(root, options={}, environ=environ)
    except LockError:
        return ()
    return tuple(each.graph for each in app.platforms)


def _in_graphs(
    graphs: Iterable[DependencyGraph], package: NormalizedName
) -> list[tuple[NormalizedName, ...]]:
    """The shortest path to a package in each graph that has it, without the package."""
    return [
        tuple(link.child for link in chain.links[:-1])
        for graph in graphs
        if package in graph.nodes
        for chain in chains_to(graph, package, limit=1).chains[:1]
    ]

"""Suggestions that change what the app is built for: the oldest phones, the slices, the Python."""

from collections.abc import Iterator, Sequence

from packaging.specifiers import SpecifierSet

from flet_lock.analysis.problems import Situation, allows_python, may_fit_python
from flet_lock.model.answer.rejection import MinimumOsTooNew
from flet_lock.model.app.fix import (
    ChoosePython,
    ChooseSlices,
    Cost,
    Edit,
    RaiseMinimumOs,
    Suggestion,
)
from flet_lock.model.facts.slices import SLICES_BY_NAME
from flet_lock.model.target import Platform, Target


def suggest_minimum_os(situation: Situation) -> Iterator[Suggestion]:
    """The oldest OS for which the newest release that fits has a wheel for every target."""
    for blocker in situation.problem.unusable:
        if not blocker.rejected:
            continue
        needed = [
            min(found)
            for _, rejections in blocker.rejected[0].rejections
            if (found := [r.needs for r in rejections if isinstance(r, MinimumOsTooNew)])
        ]
        if needed and len(needed) == len(blocker.rejected[0].rejections):
            edit = RaiseMinimumOs(platform=blocker.platform, minimum_os=max(needed))
            yield _suggestion(situation, Cost.MINIMUM_OS, edit, platforms=(blocker.platform,))


def suggest_slices(situation: Situation) -> Iterator[Suggestion]:
    """The largest sets of slices for which some release that fits has all it needs."""
    for blocker in situation.problem.unusable:
        every = [each for each in situation.targets if each.platform is blocker.platform]
        found: dict[tuple[str, ...], None] = {}
        for release in blocker.rejected:
            failing = {target for target, _ in release.rejections}
            good = tuple(each.slice_name for each in every if each not in failing)
            if (
                good
                and len(good) < len(every)
                and any(SLICES_BY_NAME[name].is_essential for name in good)
            ):
                found[good] = None
        # Of what one set has all of, a smaller one is no better.
        largest = [one for one in found if not any(set(one) < set(other) for other in found)]
        for slices in largest:
            edit = _chosen(blocker.platform, slices, every)
            yield _suggestion(situation, Cost.SLICES, edit, platforms=(blocker.platform,))
    if is_hidden(situation):
        for edit in fewer_slices(situation):
            yield _suggestion(
                situation, Cost.SLICES, edit, platforms=(edit.platform,), is_promised=False
            )


def is_hidden(situation: Situation) -> bool:
    """Whether releases on the way to a blocker may do that no fact of it tells of.

    An older release of what asks for it may ask for another release, or for none.
    """
    problem = situation.problem
    return any(len(blocker.chain) > 1 for blocker in problem.blockers) or any(
        len(blocker.matching) > len(blocker.rejected) for blocker in problem.unusable
    )


def fewer_slices(situation: Situation) -> Iterator[ChooseSlices]:
    """Every smaller set of a platform's slices that has today's phones, the largest first."""
    for platform in situation.problem.platforms:
        every = [each for each in situation.targets if each.platform is platform]
        names = [each.slice_name for each in every]
        spare = [name for name in names if not SLICES_BY_NAME[name].is_essential]
        if not 0 < len(spare) < len(names):
            continue
        # One less first, then none of them; of a single one, these are the same.
        for left in [*([name] for name in spare if len(spare) > 1), spare]:
            slices = tuple(name for name in names if name not in left)
            yield _chosen(platform, slices, every)


def _chosen(platform: Platform, slices: tuple[str, ...], every: Sequence[Target]) -> ChooseSlices:
    left_out = tuple(each.slice_name for each in every if each.slice_name not in slices)
    return ChooseSlices(platform=platform, slices=slices, left_out=left_out)


def suggest_python(situation: Situation) -> Iterator[Suggestion]:
    """Every other Python of the catalogue that the problem may depend on, the newest first.

    A blocker that the app does not require itself may depend on the Python through a marker, or
    through an older release on the way to it: whether it does is seen when it is tried.
    """
    problem = situation.problem
    for edit in pythons(situation):
        major, _, minor = edit.minor.partition(".")
        version = int(major), int(minor)
        told = any(may_fit_python(blocker, version) for blocker in problem.unusable)
        if told or is_hidden(situation):
            yield _suggestion(situation, Cost.PYTHON, edit, is_promised=told)


def pythons(situation: Situation) -> Iterator[ChoosePython]:
    """Edits that choose another Python, the newest first; no pre-releases."""
    current = situation.targets[0].python_version
    for release in reversed(situation.catalogue.releases):
        if not release.prerelease and release.version != current:
            specifier = _leading_to(release.version, situation.project.requires_python)
            yield ChoosePython(minor=release.short, specifier=specifier)


def _leading_to(python: tuple[int, int], requires_python: str | None) -> str:
    """A `requires-python` that makes `flet build` choose a minor: the highest that it allows."""
    major, minor = python
    below = f"<{major}.{minor + 1}"
    if requires_python and allows_python(requires_python, python):
        lower = [
            str(clause)
            for clause in SpecifierSet(requires_python)
            if clause.operator in (">=", ">")
        ]
        if len(lower) == 1:
            return f"{lower[0]},{below}"
    return f"=={major}.{minor}.*"


def _suggestion(
    situation: Situation,
    cost: Cost,
    edit: Edit,
    *,
    platforms: Sequence[Platform] | None = None,
    is_promised: bool = True,
) -> Suggestion:
    return Suggestion(
        cost=cost,
        packages=(situation.problem.package,),
        platforms=situation.problem.platforms if platforms is None else tuple(platforms),
        edits=(edit,),
        promised=(situation.problem.package,) if is_promised else (),
    )

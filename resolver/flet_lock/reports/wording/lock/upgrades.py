"""What another Flet would change in an app, in words."""

from collections.abc import Iterator

from flet_lock.model.target import Platform
from flet_lock.reports.layout.clean_text import clean, code
from flet_lock.reports.wording.lock.flet_notes import name_of_flet
from flet_lock.reports.wording.targets import join_words
from flet_lock.workflows.locking.upgrade_flet import PackageMove, UpgradeFletOutcome

_MOST_NAMES = 12


def summarise_upgrade(outcome: UpgradeFletOutcome) -> str:
    """One line with the answer."""
    name, other = clean(outcome.project_name), name_of_flet(outcome.after.flet)
    present = name_of_flet(outcome.before.flet)
    if outcome.failure is not None:
        return f"{name} cannot be locked for {other} yet; it is locked as {present} builds"
    if outcome.written:
        return f"{name} is locked for {other} now, no longer as {present} builds"
    return f"{name} can move from {present} to {other}"


def explain_build_changes(outcome: UpgradeFletOutcome) -> Iterator[str]:
    """The Python, the slices, and what the build does with packages."""
    before, after = outcome.before, outcome.after
    if before.python != after.python:
        yield f"Python {before.python} becomes {after.python}"
    for platform in Platform:
        old, new = before.slices.get(platform, ()), after.slices.get(platform, ())
        if old != new:
            yield f"{platform.label} is built for {join_words(new)}, not for {join_words(old)}"
    one, other = before.flet.generation, after.flet.generation
    if one.compile_packages != other.compile_packages:
        yield f"packages are {'' if other.compile_packages else 'no longer '}compiled to bytecode"
    read = [key for key in other.reads if key not in one.reads]
    lost = [key for key in one.reads if key not in other.reads]
    for keys, words in ((read, "is read from now on"), (lost, "is no longer read")):
        if keys:
            yield f"{join_words(code(key) for key in keys)} under {code('[tool.flet]')} {words}"


def explain_moves(outcome: UpgradeFletOutcome) -> Iterator[str]:
    """Packages that come, go, move or change class, one sentence for each platform and kind."""
    for platform in Platform:
        own = [each for each in outcome.moves if each.platform is platform]
        kinds = (
            ("new", [each for each in own if each.before is None]),
            ("gone", [each for each in own if each.after is None]),
            ("in another version", [each for each in own if _is_moved(each)]),
            ("of another kind", [each for each in own if _is_reclassed(each)]),
        )
        for words, moves in kinds:
            if moves:
                shown = [_move(each, words) for each in moves[:_MOST_NAMES]]
                rest = len(moves) - len(shown)
                more = f" and {rest} more" if rest else ""
                yield f"{platform.label}, {words}: {', '.join(shown)}{more}"


def _is_moved(move: PackageMove) -> bool:
    return move.before is not None and move.after is not None and move.before != move.after


def _is_reclassed(move: PackageMove) -> bool:
    return None not in (move.before, move.after) and move.classes[0] != move.classes[1]


def _move(move: PackageMove, words: str) -> str:
    name = clean(move.package)
    if words == "new":
        return f"{name} {move.after}"
    if words == "gone":
        return f"{name} {move.before}"
    if words == "of another kind":
        old, new = (" and ".join(each) for each in move.classes)
        return f"{name} ({old} → {new})"
    return f"{name} {move.before} → {move.after}"


def explain_upgrade_lines(outcome: UpgradeFletOutcome) -> Iterator[str]:
    """What is to be written, or was."""
    for line in outcome.lines:
        place = f"{clean(line.file)} {clean(line.table)}".strip()
        was = f" (was {code(clean(line.before))})" if line.before else ""
        yield f"{place}: {code(clean(line.after))}{was}"
    if outcome.failure is None and not outcome.written:
        version = outcome.after.flet.version
        yield f"{code(f'flet-lock upgrade-flet {version} --write')} changes this and locks"

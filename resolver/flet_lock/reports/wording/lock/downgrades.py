"""Packages taken older than a desktop would get, and why."""

from collections.abc import Sequence

from flet_lock.model.answer.downgrade import Downgrade
from flet_lock.model.answer.rejection import FAR, Check
from flet_lock.model.target import Platform
from flet_lock.reports.layout.clean_text import GLUE, code
from flet_lock.reports.wording.failure.rejections import explain_rejections
from flet_lock.reports.wording.targets import describe_targets

# An upload time is told to the month: nobody compares hours, and it fits on the line.


def explain_downgrade(*alike: Downgrade) -> str:
    """`pydantic 1.10.21 instead of 2.14.0, which …`.

    Args:
        alike: A downgrade, with the same one of the other platform (see `group_downgrades`).
    """
    downgrade = alike[0]
    taken, newest = _dated(downgrade)
    return f"{downgrade.package}{GLUE}{taken} instead of {newest}, {_cause(alike)}"


def group_downgrades(
    *platforms: Sequence[Downgrade],
) -> tuple[list[tuple[Downgrade, ...]], list[list[tuple[Downgrade, ...]]]]:
    """Those that all platforms have for the same reason, and what each has besides."""
    keyed = [{_likeness(each): each for each in downgrades} for downgrades in platforms]
    common = [
        key for key in (keyed[0] if len(keyed) > 1 else ()) if all(key in other for other in keyed)
    ]
    together = [tuple(each[key] for each in keyed) for key in common]
    apart: list[list[tuple[Downgrade, ...]]] = [
        [(each,) for key, each in downgrades.items() if key not in common] for downgrades in keyed
    ]
    return together, apart


def _likeness(downgrade: Downgrade) -> object:
    """Equal where one sentence is true of both."""
    files = "" if not downgrade.targets else _files(downgrade) or "none"
    return (
        downgrade.package,
        downgrade.taken,
        downgrade.newest,
        downgrade.cause,
        downgrade.cause_version,
        downgrade.cause_requirement,
        files,
    )


def _dated(downgrade: Downgrade) -> tuple[str, str]:
    taken, newest = str(downgrade.taken), str(downgrade.newest)
    if downgrade.taken_uploaded is None or downgrade.newest_uploaded is None:
        return taken, newest
    return (
        f"{taken}{GLUE}({downgrade.taken_uploaded:%Y-%m})",
        f"{newest}{GLUE}({downgrade.newest_uploaded:%Y-%m})",
    )


def _cause(alike: Sequence[Downgrade]) -> str:
    downgrade = alike[0]
    release = f"{downgrade.cause}{GLUE}{downgrade.cause_version}"
    asked = code(downgrade.cause_requirement) if downgrade.cause_requirement else ""
    if not downgrade.targets:
        return f"which needs {asked}, while {release} is locked" if asked else "for other reasons"
    lack = _lack(alike)
    if downgrade.cause != downgrade.package:
        return f"which needs {asked}: {release} {lack}" if asked else f"because {release} {lack}"
    if downgrade.cause_version != downgrade.newest:
        return f"because {downgrade.cause_version} {lack}"
    return f"which {lack}"


def _lack(alike: Sequence[Downgrade]) -> str:
    """`has no wheel for Android`, or what comes nearer than that."""
    targets = [target for each in alike for target in each.targets]
    files = _files(alike[0])
    if files:
        return f"has no usable wheel for {describe_targets(targets, every='any')}: {files}"
    platforms = {target.platform for target in targets}
    where = "phones" if len(platforms) == len(Platform) else targets[0].platform.label
    if all(each.check is Check.KIND for each in alike[0].rejections):
        return f"has no wheel at all, so none for {where}"
    return f"has no wheel for {where}"


def _files(downgrade: Downgrade) -> str:
    """What is wrong with its phone wheels; `""` where it has none."""
    if all(each.check in FAR for each in downgrade.rejections):
        return ""
    return explain_rejections(downgrade.rejections, downgrade.targets[0])

"""The targets of an app: what the project, the user and the catalogue say together."""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping

from flet_lock.model.app.fault import Fault, FaultKind
from flet_lock.model.app.project import Project
from flet_lock.model.app.requirement import Place
from flet_lock.model.app.settings import Settings
from flet_lock.model.errors.project import ProjectError
from flet_lock.model.errors.usage import UnsupportedPython, UsageError
from flet_lock.model.facts.oldest_os import OLDEST_OS
from flet_lock.model.facts.slices import SLICES_BY_NAME, slice_names
from flet_lock.model.target import Platform, Target
from flet_lock.targets.catalogue import Catalogue, PythonRelease
from flet_lock.targets.python_choice import choose_python


def choose_targets(
    project: Project, settings: Settings, catalogue: Catalogue
) -> tuple[Target, ...]:
    """Every target to lock for, Android before iOS, each in the order of `slices.SLICES`.

    Slices are those of `--arch`, else the project's `target_arch`, else all. `--arch` speaks
    about the platform that its names belong to; the other platform stays whole, so
    `--arch arm64-v8a` still locks all of iOS unless `--platform android` is given too. Names of
    a platform that is not locked are passed over beside others, so that a list in
    `[tool.flet-lock]` serves `--platform` runs as well; alone they contradict it.

    Args:
        project: the app.
        settings: its settings.
        catalogue: the Python releases that Flet bundles.

    Raises:
        UsageError: a setting names a slice that does not exist (for this Python), or slices of
            no chosen platform.
        ProjectError: `target_arch` names such a slice.
        UnsupportedPython: no Python fits, or the one that does has no build for Android.
    """
    release = choose_python(
        catalogue,
        requires_python=project.requires_python,
        option=settings.python_version,
        place=Place(file="pyproject.toml", path=("project", "requires-python")),
    )
    built = {
        platform: _built_slices(platform, release)
        for platform in Platform
        if platform in settings.platforms
    }
    if not all(built.values()):
        with_android = tuple(one.short for one in catalogue.releases if one.android_abis)
        raise UnsupportedPython(wanted=release.short, place=None, supported=with_android)
    minimum_os = {
        platform: max(oldest, project.minimum_os.get(platform, oldest))
        for platform, oldest in OLDEST_OS.items()
    }
    chosen = _chosen_slices(project, settings, built, release.unshipped_abis)
    generation = catalogue.generation
    return tuple(
        Target(
            platform=platform,
            slice_name=name,
            python_version=release.version,
            python_full_version=release.full_version,
            minimum_os=minimum_os[platform],
            oldest_tag=(0, 0) if generation is None else generation.oldest_tag(platform),
        )
        for platform in built
        for name in (*built[platform], *_unshipped(platform, release.unshipped_abis))
        if name in chosen[platform]
    )


def _built_slices(platform: Platform, release: PythonRelease) -> tuple[str, ...]:
    """The slices that a Python exists for, in order."""
    if platform is Platform.ANDROID:
        return release.android_abis
    return slice_names(platform, release.version)


def _unshipped(platform: Platform, abis: tuple[str, ...]) -> tuple[str, ...]:
    return abis if platform is Platform.ANDROID else ()


def _chosen_slices(
    project: Project,
    settings: Settings,
    built: Mapping[Platform, tuple[str, ...]],
    unshipped: tuple[str, ...],
) -> Mapping[Platform, Collection[str]]:
    """The names of each platform's slices to lock; one that no app gets only where it is named."""
    known = {
        platform: (*names, *_unshipped(platform, unshipped)) for platform, names in built.items()
    }
    available = tuple(name for names in known.values() for name in names)
    fits_somewhere = any(name in available for name in settings.archs)
    for name in settings.archs:
        if name in available or (fits_somewhere and _is_of_another_platform(name, built)):
            continue
        raise UsageError(
            option="--arch", value=name, detail=_why_not(name, known), choices=available
        )
    chosen: dict[Platform, Collection[str]] = {}
    faults: list[Fault] = []
    for platform, names in built.items():
        wanted = tuple(name for name in settings.archs if name in known[platform])
        if wanted and not set(wanted) & set(names):  # to be locked besides what the app gets
            wanted += names
        if not wanted:
            wanted = project.target_archs.get(platform, ())
            faults += _faults(wanted, platform, known[platform])
        chosen[platform] = wanted or names
    if faults:
        raise ProjectError(faults=tuple(faults))
    return chosen


def _is_of_another_platform(name: str, built: Container[Platform]) -> bool:
    return name in SLICES_BY_NAME and SLICES_BY_NAME[name].platform not in built


def _why_not(name: str, built: Mapping[Platform, tuple[str, ...]]) -> str:
    if name not in SLICES_BY_NAME:
        return "not an ABI or slice that Flet builds"
    if _is_of_another_platform(name, built):
        return f"a slice of {SLICES_BY_NAME[name].platform.label}"
    return "Flet's Python of this version is not built for it"


def _faults(wanted: Iterable[str], platform: Platform, names: tuple[str, ...]) -> Iterator[Fault]:
    for name in wanted:
        if name not in names:
            yield Fault(
                place=Place(
                    file="pyproject.toml", path=("tool", "flet", platform.value, "target_arch")
                ),
                kind=FaultKind.UNKNOWN_ARCH,
                value=name,
                detail=_why_not(name, {platform: names}),
                choices=names,
            )

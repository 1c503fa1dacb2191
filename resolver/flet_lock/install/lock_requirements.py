"""A lock as a requirements file with hashes, for pip.

What pip reads is not what a lock says: pip has no place for "this file for that slice". It does
not need one, where every wheel's hash is listed and pip picks by tag.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from packaging.utils import NormalizedName

from flet_lock.boundary.urls import split_url
from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.package import LockedFile, LockedPackage
from flet_lock.model.app.settings import PYPI_URL
from flet_lock.model.errors.install import NotExportable, Unexportable

_PIP_HASHES: Final = ("sha256", "sha384", "sha512")
"""pip, "Hash-checking Mode": "The currently supported hash algorithms are"."""


def render_requirements(lock: Lock, slices: Iterable[str] | None = None) -> str:
    """A requirements file that `pip install --no-deps --require-hashes -r` takes.

    Paths in it are relative to the lock's folder, where the file has to stay.

    Args:
        lock: the lock.
        slices: for these only, in any order; None for all of the lock.

    Raises:
        SlicesNotLocked: the lock was not made for some of them.
        NotExportable: a repository or a folder has no hash, a file none that pip knows.
    """
    chosen = lock.chosen_slices(slices)
    packages = [package for package in lock.packages if set(chosen) & set(package.slices)]
    _refuse(packages, chosen)
    lines = [
        f"# Made by `flet-lock export` from pylock.{lock.platform.value}.toml. Do not edit.",
        f"# For Python {lock.inputs.python} on {lock.platform.label}: {', '.join(chosen)}.",
        *_index_options(packages, chosen),
        *_format_options(packages),
    ]
    requirers = _requirers(lock)
    for package in packages:
        lines += ["", *_entry(package, chosen, requirers.get(package.package, ()))]
    return "\n".join(lines) + "\n"


def _refuse(packages: list[LockedPackage], slices: tuple[str, ...]) -> None:
    trees = tuple(package.package for package in packages if package.tree is not None)
    if trees:
        raise NotExportable(packages=trees, reason=Unexportable.SOURCE_TREE)
    bare = tuple(
        package.package
        for package in packages
        if not all(_hashes(file) for file in _files(package, slices))
    )
    if bare:
        raise NotExportable(packages=bare, reason=Unexportable.HASH)


def _files(package: LockedPackage, slices: tuple[str, ...]) -> list[LockedFile]:
    """The package's files for these slices; sorted, none twice."""
    names = {package.chosen[name] for name in slices if name in package.chosen}
    return [file for file in package.files if file.filename in names]


def _hashes(file: LockedFile) -> list[str]:
    return [f"{name}:{file.hashes[name]}" for name in _PIP_HASHES if name in file.hashes]


def _index_options(packages: list[LockedPackage], slices: tuple[str, ...]) -> Iterator[str]:
    """Where pip finds the files: the indexes, and places that list single files or folders."""
    indexes: dict[str, None] = {}
    places: dict[str, None] = {}
    for package in packages:
        for file in _files(package, slices):
            if file.path is not None:
                # pip reads `--find-links` relative to the file it stands in.
                places[_folder(file.path)] = None
            elif file.index is not None:
                indexes[file.index] = None
            elif package.archive is None:
                # Wheels that requirements name for single targets; pip takes a page's own URL
                # as a link too.
                places[str(file.url)] = None
    if not indexes:
        yield "--no-index"
    for number, url in enumerate(sorted(indexes, key=lambda url: (not _is_pypi(url), url))):
        yield f"--extra-index-url {url}" if number else f"--index-url {url}"
    yield from (f"--find-links {_quoted(place)}" for place in sorted(places))


def _is_pypi(url: str) -> bool:
    return split_url(url).hostname == split_url(PYPI_URL).hostname


def _folder(path: str) -> str:
    folder = path.rpartition("/")[0]
    return folder if folder.startswith(("/", "..")) else f"./{folder}"


def _quoted(text: str) -> str:
    """Pip splits option lines as a shell would."""
    return f'"{text}"' if " " in text else text


def _format_options(packages: list[LockedPackage]) -> Iterator[str]:
    yield "--only-binary :all:"
    # pip reads these in order: the later one makes the exception.
    yield from (f"--no-binary {package.package}" for package in packages if _is_source(package))


def _is_source(package: LockedPackage) -> bool:
    return any(not file.is_wheel for file in package.files)


def _entry(
    package: LockedPackage,
    slices: tuple[str, ...],
    requirers: tuple[str, ...],
) -> Iterator[str]:
    need = f"{package.package}=={package.version}"
    if package.archive is not None and package.archive.url is not None:
        part = package.archive_subdirectory
        fragment = f"#subdirectory={part}" if part else ""
        need = f"{package.package} @ {package.archive.url}{fragment}"
    if package.marker is not None and not set(slices) <= set(package.slices):
        need += f" ; {package.marker}"
    hashes = [hash_ for file in _files(package, slices) for hash_ in _hashes(file)]
    yield f"{need} \\"
    yield from (f"    --hash={hash_} \\" for hash_ in hashes[:-1])
    yield f"    --hash={hashes[-1]}"
    if len(requirers) == 1:
        yield f"    # via {requirers[0]}"
    elif requirers:
        yield "    # via"
        yield from (f"    #   {name}" for name in requirers)


def _requirers(lock: Lock) -> dict[NormalizedName, tuple[str, ...]]:
    """The dependents of each package; the app first."""
    found: dict[NormalizedName, list[str]] = {}
    for edge in lock.requires:
        if "the app" not in found.setdefault(edge.package, []):
            found[edge.package].append("the app")
    for package in lock.packages:
        for name in package.dependencies:
            found.setdefault(name, []).append(package.package)
    return {name: tuple(requirers) for name, requirers in found.items()}

"""Which package owns which path of a slice, and which of them clash."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from packaging.utils import NormalizedName

from flet_lock.install.tree.unpacked import SharedPath
from flet_lock.install.wheel.member_path import folded
from flet_lock.install.wheel.wheel_contents import WheelContents, WheelMember
from flet_lock.model.answer.wheel_fault import ClashKind, PathClash


class SliceLayout(Struct, frozen=True, kw_only=True):
    """What a slice's folder will hold."""

    slice_name: str
    """Name of the slice."""
    folders: tuple[str, ...]
    """Every folder below the slice's, parents first."""
    files: int
    """Number of files."""
    bytes: int
    """Their size together, unpacked."""
    shared: tuple[SharedPath, ...]
    """Paths that several packages own with the same bytes; sorted."""
    clashes: tuple[PathClash, ...]
    """Why it must not be written; sorted by path. Empty where all is well."""
    not_written: Mapping[NormalizedName, frozenset[str]]
    """Paths that a package shares with one that comes before it, and leaves to it."""


class _Owner(Struct, frozen=True):
    package: NormalizedName
    path: str
    member: WheelMember | None
    """None for a file that the installer makes."""


def lay_out(slice_name: str, wheels: Sequence[WheelContents], *, ignores_case: bool) -> SliceLayout:
    """Lays the wheels of a slice over each other.

    Args:
        slice_name: the slice.
        wheels: what goes there, sorted by package.
        ignores_case: whether the file system takes `A` and `a` for one name.
    """
    return _Slice(slice_name, ignores_case=ignores_case).lay_out(wheels)


class _Slice:
    def __init__(self, slice_name: str, *, ignores_case: bool) -> None:
        self._slice_name = slice_name
        self._ignores_case = ignores_case
        self._files: dict[str, _Owner] = {}
        """By path, or by what the file system takes it for."""
        self._folders: dict[str, _Owner] = {}
        self._shared: dict[str, list[NormalizedName]] = {}
        self._not_written: dict[NormalizedName, set[str]] = {}
        self._clashes: dict[tuple[str, NormalizedName, NormalizedName], PathClash] = {}
        self._bytes = 0

    def lay_out(self, wheels: Iterable[WheelContents]) -> SliceLayout:
        for wheel in wheels:
            for member in wheel.members:
                self._claim(_Owner(wheel.package, member.path, member), member.size)
            for path, content in wheel.made.items():
                self._claim(_Owner(wheel.package, path, None), len(content))
        for key, owner in self._files.items():
            other = self._folders.get(key)
            if other is not None:
                self._clash(ClashKind.FOLDER, owner, other)
        return SliceLayout(
            slice_name=self._slice_name,
            folders=tuple(sorted(owner.path for owner in self._folders.values())),
            files=len(self._files),
            bytes=self._bytes,
            shared=tuple(
                SharedPath(slice_name=self._slice_name, path=path, packages=tuple(packages))
                for path, packages in sorted(self._shared.items())
            ),
            clashes=tuple(self._clashes[key] for key in sorted(self._clashes)),
            not_written={name: frozenset(paths) for name, paths in self._not_written.items()},
        )

    def _claim(self, owner: _Owner, size: int) -> None:
        self._claim_folders(owner)
        key = self._key(owner.path)
        other = self._files.get(key)
        if other is None:
            self._files[key] = owner
            self._bytes += size
        elif other.path != owner.path:
            self._clash(ClashKind.CASE, other, owner)
        elif _same_content(other, owner):
            self._shared.setdefault(owner.path, [other.package]).append(owner.package)
            self._not_written.setdefault(owner.package, set()).add(owner.path)
        else:
            self._clash(ClashKind.CONTENT, other, owner)

    def _claim_folders(self, owner: _Owner) -> None:
        path = owner.path.rpartition("/")[0]
        while path:
            key = self._key(path)
            other = self._folders.get(key)
            if other is None:
                self._folders[key] = _Owner(owner.package, path, None)
            elif other.path == path:
                return  # and so are its parents
            else:
                self._clash(ClashKind.CASE, other, _Owner(owner.package, path, None))
            path = path.rpartition("/")[0]

    def _key(self, path: str) -> str:
        return folded(path) if self._ignores_case else path

    def _clash(self, kind: ClashKind, first: _Owner, second: _Owner) -> None:
        self._clashes[first.path, first.package, second.package] = PathClash(
            kind=kind,
            slice_name=self._slice_name,
            path=first.path,
            package=first.package,
            other_path=second.path,
            other_package=second.package,
        )


def _same_content(one: _Owner, other: _Owner) -> bool:
    if one.member is None or other.member is None:
        return False
    return (one.member.size, one.member.sha256) == (other.member.size, other.member.sha256)

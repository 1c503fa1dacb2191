"""An app folder with a lock and the wheels it names: on the disk, or on an index server."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace
from packaging.utils import canonicalize_name
from packaging.version import Version

from fakes.index_server import IndexServer
from fakes.locks import make_inputs
from fakes.targets import make_targets, platform_tag, short_name
from fakes.wheels import make_wheel, wheel_filename
from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.format.write_lock import render_lock, write_lock
from flet_lock.lockfile.package import LockedFile, LockedPackage, LockedTree
from flet_lock.lockfile.read_lock import lock_path
from flet_lock.model.answer.resolution import Availability
from flet_lock.model.event import Event
from flet_lock.model.target import Platform, Target
from flet_lock.workflows.installing.install import install
from flet_lock.workflows.outcome import InstallOutcome

PYTHON = "3.13"


@dataclass(kw_only=True)
class LockedApp:
    """Builds a lock package by package, then writes it."""

    root: Path
    platform: Platform = Platform.ANDROID
    server: IndexServer | None = None
    """Where the wheels are; None: in `<root>/wheels`, given by path."""
    packages: list[LockedPackage] = field(default_factory=list)
    environ: Mapping[str, str] = field(default_factory=dict)
    """Of the installation: no proxies, no FLET_LOCK_…"""
    python: str = PYTHON

    @property
    def targets(self) -> tuple[Target, ...]:
        """All targets of the platform."""
        return make_targets([self.platform.value], python=self.python)

    @property
    def slices(self) -> tuple[str, ...]:
        """All slices of the platform."""
        return tuple(target.slice_name for target in self.targets)

    def pure(
        self,
        name: str,
        version: str = "1.0",
        *,
        files: Mapping[str, bytes] | None = None,
        content: bytes | None = None,
        slices: Sequence[str] | None = None,
        **changes: object,
    ) -> LockedPackage:
        """Locks a pure wheel; `content` replaces the whole wheel, `changes` what the lock says."""
        data = make_wheel(name, version, files=files) if content is None else content
        filename = wheel_filename(name, version)
        file = replace(self.serve(name, filename, data), **changes)
        where = self.slices if slices is None else tuple(slices)
        return self.add(name, version, dict.fromkeys(where, file))

    def binary(
        self,
        name: str,
        version: str = "1.0",
        *,
        files: Mapping[str, bytes] | None = None,
        python: str | None = None,
    ) -> LockedPackage:
        """Locks a wheel of its own for each slice; each holds the name of its slice.

        `python` is the first part of their tags; None for that of the app's Python.
        """
        interpreter = f"cp{self.python.replace('.', '')}"
        python = python or f"{interpreter}-{interpreter}"
        chosen = {}
        for target in self.targets:
            tag = f"{python}-{platform_tag(short_name(target))}"
            data = make_wheel(
                name,
                version,
                tag,
                files={
                    f"{name}/__init__.py": b"",
                    f"{name}/_native.so": f"ELF {target.slice_name}".encode(),
                    **(files or {}),
                },
            )
            chosen[target.slice_name] = self.serve(name, wheel_filename(name, version, tag), data)
        return self.add(name, version, chosen, availability=Availability.BINARY)

    def serve(self, name: str, filename: str, data: bytes) -> LockedFile:
        """Puts a file where the lock will say it is."""
        url = path = None
        if self.server is None:
            (self.root / "wheels").mkdir(exist_ok=True)
            (self.root / "wheels" / filename).write_bytes(data)
            path = f"wheels/{filename}"
        else:
            metadata = b""  # nobody asks for it: a lock needs no index
            self.server.add(name, "", data, filename=filename, metadata=metadata)
            url = self.server.root_url + self.server.file_path(name, filename)
        return LockedFile(
            package=canonicalize_name(name),
            filename=filename,
            url=url,
            path=path,
            hashes={"sha256": hashlib.sha256(data).hexdigest()},
            size=len(data),
            upload_time=None,
            index=None if self.server is None else self.server.url,
        )

    def add(
        self,
        name: str,
        version: str,
        chosen: Mapping[str, LockedFile],
        *,
        availability: Availability = Availability.PURE,
        sdist: LockedFile | None = None,
        archive: LockedFile | None = None,
        tree: LockedTree | None = None,
    ) -> LockedPackage:
        """Locks a package with a file for each slice; replaces one of the same name."""
        wheels = {} if sdist or archive or tree else {one.filename: one for one in chosen.values()}
        names = {slice_name: one.filename for slice_name, one in chosen.items()}
        if tree is not None:
            names = dict.fromkeys(self.slices, tree.name)
        slices = tuple(slice_name for slice_name in self.slices if slice_name in names)
        package = LockedPackage(
            package=canonicalize_name(name),
            version=Version(version),
            marker=None,
            dependencies=(),
            requires=(),
            availability=dict.fromkeys(slices, availability),
            chosen={slice_name: names[slice_name] for slice_name in slices},
            wheels=tuple(wheels[filename] for filename in sorted(wheels)),
            sdist=sdist,
            archive=archive,
            tree=tree,
        )
        self.packages = [one for one in self.packages if one.package != package.package] + [package]
        return package

    @property
    def lock(self) -> Lock:
        """The lock as it stands."""
        return Lock(
            inputs=make_inputs(self.targets),
            python_full_version=self.targets[0].python_full_version,
            requires=(),
            packages=tuple(sorted(self.packages, key=lambda one: one.package)),
        )

    def write(self) -> Path:
        """Writes the lock and a pyproject.toml; returns the lock's path."""
        (self.root / "pyproject.toml").write_text('[project]\nname = "app"\ndependencies = []\n')
        path = lock_path(self.root, self.platform)
        write_lock(path, render_lock(self.lock))
        return path

    def install(
        self,
        target: Path | None = None,
        *,
        events: list[Event] | None = None,
        **options: object,
    ) -> InstallOutcome:
        """Writes the lock and installs it, with a cache beside the app; keeps the events."""
        self.write()
        told: list[Event] = [] if events is None else events
        named = {name.replace("_", "-"): value for name, value in options.items()}
        return install(
            self.root,
            platform=self.platform,
            target=target,
            options={"cache-dir": str(self.cache), **self.known_index, **named},
            environ=dict(self.environ),
            listener=told.append,
        )

    @property
    def known_index(self) -> dict[str, object]:
        """The option that names the server, as who locked there has named it."""
        return {} if self.server is None else {"index": [f"served={self.server.url}"]}

    @property
    def cache(self) -> Path:
        """Where wheels are kept."""
        return self.root.parent / "cache"

    @property
    def target(self) -> Path:
        """Where packages go by default."""
        return self.root / "build" / "site-packages"


def tree_of(folder: Path) -> dict[str, bytes]:
    """Path with `/` to content of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }

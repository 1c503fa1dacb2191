"""What a source distribution or source tree requires, and whether its wheel is pure.

Static metadata is read (PEP 643); all else is asked of the build backend in an isolated
environment (PEP 517), on this machine, as `flet build` does for `source_packages`.
"""

import re
import subprocess
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import Struct
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from flet_lock.index.cache import MetadataFields
from flet_lock.index.metadata.core_metadata import read_fields
from flet_lock.index.metadata.wheel_tail import MAX_METADATA_BYTES
from flet_lock.index.sources.egg_info import written_requirements
from flet_lock.model.index.artifact import is_pure_tag
from flet_lock.model.redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from build import ProjectBuilder

_DECISIVE = frozenset({"requires-dist", "requires-python", "provides-extra"})
_STATIC_SINCE = (2, 2)
_TAIL_LINES = 30
_TAIL_CHARACTERS = 4000
_NATIVE = re.compile(r"\.(?:so(?:\.\d+)*|pyd|dylib|dll|jnilib)$", re.IGNORECASE)

_T = TypeVar("_T")


class SourceBuildError(Exception):
    """The build did not work; the message has the end of its output, without credentials."""


class BuiltWheel(Struct, frozen=True, kw_only=True):
    """What came out of a build."""

    filename: str
    native: tuple[str, ...]
    """Why it is not pure: its own name for a platform tag, and members with machine code."""


def static_fields(source: Path) -> MetadataFields | None:
    """The metadata of an unpacked sdist where it may be believed; None: it must be built.

    PEP 643: from Metadata-Version 2.2 on, a field that is not listed as `Dynamic` is the same in
    every wheel that is built from the sdist.
    """
    path = source / "PKG-INFO"
    try:
        if not path.is_file() or path.stat().st_size > MAX_METADATA_BYTES:
            return None
        fields = read_fields(path.read_bytes())
    except OSError:
        return None
    try:
        major, _, minor = (fields.metadata_version or "").partition(".")
        known = (int(major), int(minor))
    except ValueError:
        return None
    if known < _STATIC_SINCE or _DECISIVE & set(fields.dynamic):
        return None
    return fields if fields.name and fields.version else None


def expected_fields(source: Path) -> MetadataFields | None:
    """What a wheel of an unpacked sdist will most likely say; None where nothing tells.

    For sdists of older backends, whose PKG-INFO may lack what their wheels require.
    """
    try:
        fields = read_fields((source / "PKG-INFO").read_bytes())
    except OSError:
        return None
    if not fields.name or not fields.version:
        return None
    if fields.requires_dist:
        return fields
    requires = written_requirements(source)
    return None if requires is None else msgspec.structs.replace(fields, requires_dist=requires)


def needs_nothing(source: Path) -> bool:
    """Whether a build installs nothing from an index: `build-system.requires` is empty."""
    import tomllib  # noqa: PLC0415 - only where something is built

    try:
        table = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))
        return bool(table["build-system"]["requires"] == [])
    except (OSError, KeyError, TypeError, ValueError):
        return False  # PEP 518: without the table, setuptools is installed


def prepare_metadata(source: Path, output: Path, environ: Mapping[str, str]) -> MetadataFields:
    """The metadata that the backend gives (`prepare_metadata_for_build_wheel`, else a wheel's).

    Raises:
        BuildFault: it gives none.
    """

    def ask(builder: "ProjectBuilder") -> MetadataFields:
        return read_fields((Path(builder.metadata_path(output)) / "METADATA").read_bytes())

    return _isolated(source, environ, ask)


def build_wheel(source: Path, output: Path, environ: Mapping[str, str]) -> BuiltWheel:
    """Builds a wheel and looks for anything in it that belongs to this machine.

    Raises:
        BuildFault: nothing was built.
    """
    path = _isolated(source, environ, lambda builder: Path(builder.build("wheel", output)))
    native = []
    try:
        tags = parse_wheel_filename(path.name)[3]
        if not all(is_pure_tag(tag) for tag in tags):
            native.append(path.name)
        with zipfile.ZipFile(path) as archive:
            native += sorted(name for name in archive.namelist() if _NATIVE.search(name))
    except (InvalidWheelFilename, zipfile.BadZipFile, OSError) as error:
        raise SourceBuildError(f"{path.name}: {error}") from error
    return BuiltWheel(filename=path.name, native=tuple(native))


def _isolated(
    source: Path, environ: Mapping[str, str], work: "Callable[[ProjectBuilder], _T]"
) -> _T:
    """Runs a question to the backend in an environment that has what it requires."""
    from build import (  # noqa: PLC0415 - rarely needed, slow to import
        BuildBackendException,
        BuildException,
        FailedProcessError,
        ProjectBuilder,
    )
    from build.env import DefaultIsolatedEnv  # noqa: PLC0415 - see above

    def run(
        cmd: "Sequence[str]",
        cwd: str | None = None,
        extra_environ: Mapping[str, str] | None = None,
    ) -> None:
        subprocess.run(  # noqa: S603 - the backend that the project itself names
            cmd,
            cwd=cwd,
            env={**environ, **(extra_environ or {})},
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    try:
        # `build` hands a backend's deprecations on as warnings; they are for its maintainers.
        with warnings.catch_warnings(action="ignore"), DefaultIsolatedEnv() as environment:
            builder = ProjectBuilder.from_isolated_env(environment, source, runner=run)
            environment.install(builder.build_system_requires)
            environment.install(builder.get_requires_for_build("wheel"))
            return work(builder)
    except subprocess.CalledProcessError as error:
        raise SourceBuildError(_tail(error, "installing the build requirements failed")) from error
    except (FailedProcessError, BuildBackendException) as error:
        raise SourceBuildError(_tail(error.exception, str(error))) from error
    except (BuildException, OSError) as error:
        raise SourceBuildError(redacted(str(error))) from error


def _tail(cause: BaseException, summary: str) -> str:
    """The end of a failed command's output: that is where compilers and tracebacks say why."""
    output = b""
    if isinstance(cause, subprocess.CalledProcessError):
        output = b"\n".join(part for part in (cause.output, cause.stderr) if part)
    lines = output.decode("utf-8", "replace").strip().splitlines()[-_TAIL_LINES:]
    text = "\n".join([summary, *lines])
    return redacted(text[-_TAIL_CHARACTERS:])

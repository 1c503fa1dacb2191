"""A failed lock says of sdists what they hold."""

from pathlib import Path

import pytest

from fakes.flet_versions import SHIPPED
from fakes.index_server import IndexServer, Misbehaviour
from fakes.wheels import make_sdist, make_wheel
from flet_lock.model.answer.blocker import NoUsableRelease
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.model.event import ignore_event
from flet_lock.model.index.source import SourceFinding, SourceKind, SourceNotSeen
from flet_lock.reports.wording.failure.errors import explain
from flet_lock.workflows.fixing import inspect_sources as sources
from flet_lock.workflows.locking.lock import lock

PURE = {"setup.py": b"from setuptools import setup\nsetup(name='bare')\n"}
NATIVE = {
    "setup.py": b"from setuptools import Extension, setup\n"
    b"setup(ext_modules=[Extension('bare', ['bare.c'])])\n",
    "bare.c": b"",
}
NAME = "bare-1.0.tar.gz"


def fail(root: Path, server: IndexServer, **options: object) -> CannotLock:
    (root / "pyproject.toml").write_text(
        '[project]\nname = "app"\ndependencies = ["bare"]\nrequires-python = ">=3.14"\n'
    )
    settings = {
        "default-index": server.url,
        "no-flet-index": True,
        "no-cache": True,
        **{key.replace("_", "-"): value for key, value in options.items()},
    }
    with pytest.raises(CannotLock) as caught:
        lock(root, options=settings, environ=SHIPPED, dry_run=False, listener=ignore_event)
    return caught.value


def findings(error: CannotLock) -> list[SourceFinding | SourceNotSeen | None]:
    return [each.source for each in error.blockers if isinstance(each, NoUsableRelease)]


def words(error: CannotLock) -> str:
    explanation = explain(error)
    return "\n".join(
        text for part in explanation.parts for text in (part.summary, *part.details, *part.hints)
    )


def test_pure_sources_end_in_the_line_to_paste(tmp_path: Path) -> None:
    with IndexServer() as index:
        index.add("bare", "1.0", make_sdist("bare", "1.0", files=PURE), filename=NAME)
        error = fail(tmp_path, index)
        fetched = [path for path in index.paths() if path.endswith(NAME)]
    android, ios = findings(error)
    assert isinstance(android, SourceFinding)
    assert android == ios
    assert android.kind is SourceKind.PURE
    assert fetched == [index.file_path("bare", NAME)]
    assert "bare-1.0.tar.gz is pure Python" in words(error)
    assert 'source_packages = ["bare"]' in words(error)


def test_native_sources_end_in_a_request(tmp_path: Path) -> None:
    with IndexServer() as index:
        index.add("bare", "1.0", make_sdist("bare", "1.0", files=NATIVE), filename=NAME)
        # Whoever builds wheels for phones has none either.
        error = fail(tmp_path, index, no_flet_index=False, index=[f"flet={index.url}"])
    assert "bare-1.0.tar.gz has native code in C (setup.py: ext_modules and bare.c)" in words(error)
    assert "has to be compiled for phones" in words(error)
    assert "source_packages" not in words(error)


def test_the_line_to_paste_does_what_it_says(tmp_path: Path) -> None:
    # In-tree backend: nothing has to be installed to build it.
    backend = b"""
import pathlib, zipfile
def get_requires_for_build_wheel(settings=None): return []
def build_wheel(folder, settings=None, metadata=None):
    name = "bare-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
        wheel.writestr("bare.py", "")
        info = "bare-1.0.dist-info/"
        metadata = "Metadata-Version: 2.1\\nName: bare\\nVersion: 1.0\\n"
        wheel.writestr(info + "METADATA", metadata)
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
    return name
"""
    files = {
        "pyproject.toml": b'[build-system]\nrequires = []\nbuild-backend = "own"\n'
        b'backend-path = ["."]\n',
        "own.py": backend,
    }
    with IndexServer() as index:
        index.add("bare", "1.0", make_sdist("bare", "1.0", files=files), filename=NAME)
        error = fail(tmp_path, index)
        assert 'source_packages = ["bare"]' in words(error)
        path = tmp_path / "pyproject.toml"
        path.write_text(path.read_text() + '[tool.flet]\nsource_packages = ["bare"]\n')
        settings = {"default-index": index.url, "no-flet-index": True, "no-cache": True}
        outcome = lock(
            tmp_path, options=settings, environ=SHIPPED, dry_run=False, listener=ignore_event
        )
    assert [pin.package for pin in outcome.platforms[0].resolution.pins] == ["bare"]


def test_compiled_wheels_tell_enough(tmp_path: Path) -> None:
    with IndexServer() as index:
        index.add("bare", "1.0", make_sdist("bare", "1.0", files=PURE), filename=NAME)
        tag = "cp314-cp314-win_amd64"
        index.add("bare", "1.0", make_wheel("bare", "1.0", tag), tag)
        error = fail(tmp_path, index)
        assert not [path for path in index.paths() if path.endswith(NAME)]
    assert findings(error) == [None, None]


def test_a_wheel_for_one_system_tells_of_native_code_without_an_abi(tmp_path: Path) -> None:
    with IndexServer() as index:
        index.add("bare", "1.0", make_sdist("bare", "1.0", files=PURE), filename=NAME)
        index.add(
            "bare", "1.0", make_wheel("bare", "1.0", "py3-none-win_amd64"), "py3-none-win_amd64"
        )
        error = fail(tmp_path, index)
    assert findings(error)[0] is None
    assert "source_packages" not in words(error)


def test_a_large_sdist_is_not_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LARGEST_BYTES", 10)
    with IndexServer() as index:
        index.add("bare", "1.0", make_sdist("bare", "1.0", files=PURE), filename=NAME)
        error = fail(tmp_path, index)
        assert not [path for path in index.paths() if path.endswith(NAME)]
    source = findings(error)[0]
    assert isinstance(source, SourceNotSeen)
    assert "could not be looked into: larger than" in words(error)
    assert "if it is pure Python" in words(error)


@pytest.mark.parametrize(
    "how",
    [
        Misbehaviour(status=404),
        Misbehaviour(status=403),
        Misbehaviour(body=b"garbage"),
        Misbehaviour(cut_after=20),
    ],
    ids=["404", "403", "garbage", "cut off"],
)
def test_an_sdist_that_cannot_be_had_changes_nothing_else(
    tmp_path: Path, how: Misbehaviour
) -> None:
    with IndexServer() as index:
        index.add("bare", "1.0", make_sdist("bare", "1.0", files=PURE), filename=NAME)
        index.misbehave(index.file_path("bare", NAME), how)
        error = fail(tmp_path, index)
    assert isinstance(findings(error)[0], SourceNotSeen)
    assert "could not be looked into" in words(error)

"""`flet-lock wheels` on the recorded index, and on small ones."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from fakes.flet_versions import SHIPPED
from fakes.index_server import IndexServer, Misbehaviour
from fakes.recorded import directory_options
from fakes.wheels import make_sdist, make_wheel
from flet_lock.model.errors.usage import UnsupportedPython, UsageError
from flet_lock.model.event import ignore_event
from flet_lock.model.index.source import SourceFinding, SourceKind, SourceNotSeen
from flet_lock.workflows.inspecting.wheels import WheelsOutcome, wheels

SETUP = b"from setuptools import setup\nsetup()\n"


def ask(
    root: Path, *requirements: str, where: Mapping[str, object] | None = None, **options: object
) -> WheelsOutcome:
    """Asks with options; `where` says which indexes."""
    named = {key.replace("_", "-"): value for key, value in options.items()}
    return wheels(
        root,
        requirements,
        options={**(where or {}), **named},
        environ=SHIPPED,
        everything=False,
        listener=ignore_event,
    )


def on(server: IndexServer) -> dict[str, object]:
    return {"default-index": server.url, "no-flet-index": True, "no-cache": True}


def pythons(outcome: WheelsOutcome) -> list[str]:
    (found,) = outcome.packages
    return list(dict.fromkeys("{}.{}".format(*each.python_version) for each in found.targets))


@pytest.fixture
def recorded(recorded_apps: Path) -> dict[str, object]:
    return directory_options(recorded_apps)


@pytest.fixture
def index() -> IndexServer:
    return IndexServer()


def test_no_app_is_needed(tmp_path: Path, recorded: dict[str, object]) -> None:
    outcome = ask(tmp_path, "numpy", "pandas>=2", where=recorded)
    assert [each.package for each in outcome.packages] == ["numpy", "pandas"]
    assert outcome.found
    for each in outcome.packages:
        assert all(newest.version is not None for newest in each.newest)


def test_every_python_of_flet_is_held_against_it(
    tmp_path: Path, recorded: dict[str, object]
) -> None:
    assert pythons(ask(tmp_path, "flet", where=recorded)) == ["3.12", "3.13", "3.14"]


def test_one_python_if_it_is_named(tmp_path: Path, recorded: dict[str, object]) -> None:
    assert pythons(ask(tmp_path, "flet", python_version="3.13", where=recorded)) == ["3.13"]


def test_slices_and_platforms_can_be_chosen(tmp_path: Path, recorded: dict[str, object]) -> None:
    outcome = ask(tmp_path, "flet", platform=["android"], arch=["x86_64"], where=recorded)
    assert {target.slice_name for target in outcome.packages[0].targets} == {"x86_64"}


def test_an_app_in_the_folder_gives_its_indexes_and_not_its_python(
    tmp_path: Path, recorded: dict[str, object]
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        f"""
        [project]
        name = "app"
        requires-python = "==3.12.*"
        dependencies = ["flet"]
        [tool.flet]
        target_arch = ["arm64-v8a"]
        [tool.flet-lock]
        default-index = {str(recorded["default-index"])!r}
        flet-index = false
        no-cache = true
        """
    )
    outcome = ask(tmp_path, "numpy")
    (found,) = outcome.packages
    assert [reply.index for reply in found.replies] == ["pypi"]
    assert pythons(outcome) == ["3.12", "3.13", "3.14"]
    assert len(found.targets) == 18


@pytest.mark.parametrize(
    "text", ["", "numpy >", "a @ https://x.example/a-1.0.tar.gz", "a; sys_platform == 'ios'"]
)
def test_what_is_no_name_with_versions_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError):
        ask(tmp_path, text)


def test_a_python_that_flet_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedPython):
        ask(tmp_path, "numpy", python_version="3.9")


def test_an_architecture_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        ask(tmp_path, "numpy", arch=["riscv64"])


def test_a_name_that_is_nowhere_is_a_no(tmp_path: Path, index: IndexServer) -> None:
    with index:
        outcome = ask(tmp_path, "nobody", where=on(index))
    assert not outcome.found
    assert not outcome.packages[0].found


@pytest.mark.parametrize(
    ("setup", "kind"),
    [
        (SETUP, SourceKind.PURE),
        (SETUP.replace(b"()", b"(ext_modules=[Extension('a', ['a.c'])])"), SourceKind.NATIVE),
    ],
)
def test_an_sdist_alone_is_looked_into(
    tmp_path: Path, index: IndexServer, setup: bytes, kind: SourceKind
) -> None:
    with index:
        sdist = make_sdist("bare", "1.0", files={"setup.py": setup})
        index.add("bare", "1.0", sdist, filename="bare-1.0.tar.gz")
        outcome = ask(tmp_path, "bare", where=on(index))
    source = outcome.packages[0].source
    assert isinstance(source, SourceFinding)
    assert source.kind is kind


def test_an_sdist_beside_a_wheel_is_left_alone(tmp_path: Path, index: IndexServer) -> None:
    with index:
        index.add("bare", "1.0", make_sdist("bare", "1.0"), filename="bare-1.0.tar.gz")
        index.add(
            "bare",
            "1.0",
            make_wheel("bare", "1.0", "cp314-cp314-win_amd64"),
            "cp314-cp314-win_amd64",
        )
        outcome = ask(tmp_path, "bare", where=on(index))
        assert not [path for path in index.paths() if path.endswith(".tar.gz")]
    assert outcome.packages[0].source is None


def test_an_sdist_that_cannot_be_had_is_said_and_stops_nothing(
    tmp_path: Path, index: IndexServer
) -> None:
    with index:
        index.add("bare", "1.0", make_sdist("bare", "1.0"), filename="bare-1.0.tar.gz")
        index.misbehave(index.file_path("bare", "bare-1.0.tar.gz"), Misbehaviour(status=404))
        outcome = ask(tmp_path, "bare", where=on(index))
    source = outcome.packages[0].source
    assert isinstance(source, SourceNotSeen)
    assert "404" in source.detail


def test_pages_and_little_metadata_are_all_it_asks_for(tmp_path: Path, index: IndexServer) -> None:
    with index:
        for number in range(1, 30):
            index.add("pure", f"{number}.0", make_wheel("pure", f"{number}.0"))
        index.forget()
        ask(tmp_path, "pure", where=on(index))
        files = [path for path in index.paths() if path.startswith("/files/")]
    assert files == ["/files/pure/pure-29.0-py3-none-any.whl.metadata"]

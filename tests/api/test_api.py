"""What other programs import: complete, typed, silent, and no cost for the command."""

import inspect
import json
import re
import subprocess
import sys
import typing
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import flet_lock
from fakes.index_server import IndexServer
from fakes.wheels import make_wheel
from flet_lock import api
from flet_lock.cli.options import OPTIONS
from flet_lock.model.app.settings import Settings
from flet_lock.model.event import LockWritten
from flet_lock.project.diagnostics import ProjectDiagnostics
from flet_lock.project.document import Document
from flet_lock.project.settings.merge import merge_settings

Capture = pytest.CaptureFixture[str]
README = Path(__file__).parents[2] / "README.md"
FUNCTIONS = {name for name in api.__all__ if inspect.isfunction(getattr(api, name))}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Path]:
    """An app with one package, on an index of its own."""
    root = tmp_path / "my-app"
    root.mkdir()
    with IndexServer() as server:
        server.add("demo", "1.0", make_wheel("demo", "1.0", requires=["bee"]))
        server.add("bee", "1.0", make_wheel("bee", "1.0"))
        server.add("flet", "1.0.5", make_wheel("flet", "1.0.5"))
        (root / "pyproject.toml").write_text(
            '[project]\nname = "app"\nrequires-python = ">=3.12"\ndependencies = ["demo"]\n'
            f'[tool.flet-lock]\ndefault-index = "{server.url}"\nno-flet-index = true\n'
            f'cache-dir = "{(tmp_path / "cache").as_posix()}"\n'
        )
        yield root


# ------------------------------------------------------------------------- what is exported


def test_everything_public_is_listed_and_sorted() -> None:
    public = {
        name
        for name, member in vars(api).items()
        if not name.startswith("_") and (getattr(member, "__module__", None) or "")[:4] == "flet"
    }
    assert public <= set(api.__all__)
    assert sorted(api.__all__) == list(api.__all__)
    assert {"lock", "check", "install", "read_lock", "targets", "wheels"} == FUNCTIONS


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_is_typed_with_what_is_exported(name: str) -> None:
    function = getattr(api, name)
    exported = {getattr(api, each) for each in api.__all__ if isinstance(getattr(api, each), type)}
    for hint in typing.get_type_hints(function).values():
        for kind in typing.get_args(hint) or (hint,):
            if isinstance(kind, type) and kind.__module__.startswith("flet_lock."):
                assert kind in exported, kind
    parameters = inspect.signature(function).parameters.values()
    required = [each.name for each in parameters if each.default is each.empty]
    assert set(required) <= {"project", "platform", "path", "names"}


def test_every_error_that_a_docstring_names_is_exported() -> None:
    for name in FUNCTIONS:
        raises = inspect.getdoc(getattr(api, name)).partition("Raises:")[2]  # type: ignore[union-attr]
        for line in re.findall(r"^    ([A-Z][\w, ]+):", raises, re.MULTILINE):
            for error in line.split(", "):
                assert error == "ValueError" or error in api.__all__, (name, error)


def test_the_package_has_the_api_without_importing_it() -> None:
    code = (
        "import json, sys, flet_lock\n"
        "before = sorted(name for name in sys.modules if name.startswith('flet_lock'))\n"
        "lock = flet_lock.api.lock\n"
        "print(json.dumps([before, 'typing' in sys.modules, 'rich' in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    before, _, rich = json.loads(done.stdout)
    assert before == ["flet_lock"]
    assert not rich, "results are not drawn"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = flet_lock.nothing


def test_the_command_does_not_import_the_api(app: Path) -> None:
    code = (
        "import sys; from flet_lock.cli.main import main; main(['check', sys.argv[1], '-qq']); "
        "raise SystemExit('flet_lock.api' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(app)], check=True)


# --------------------------------------------------------------------------------- options


def test_options_are_the_settings_of_the_command_line() -> None:
    settings = {option.key.replace("-", "_") for option in OPTIONS if option.setting}
    assert {name.rstrip("_") for name in api.Options.__struct_fields__} == settings
    assert api.Options(from_="uv.lock").as_layer() == {"from": "uv.lock"}


def test_options_that_are_not_given_are_left_to_the_other_layers() -> None:
    assert api.Options().as_layer() == {}
    given = api.Options(no_cache=False, cache_dir=Path("x"), upgrade_package=("numpy",))
    assert given.as_layer() == {
        "no-cache": False,
        "cache-dir": "x",
        "upgrade-package": ("numpy",),
    }


GIVEN: dict[str, object] = {
    "platform": (api.Platform.IOS,),
    "arch": ("x86_64", "arm64-v8a"),
    "flet": "1.0.5",
    "python_version": "3.13",
    "android_api": 26,
    "ios_version": "14.0",
    "group": ("dev",),
    "extra": ("charts",),
    "exclude_newer": date(2026, 1, 31),
    "prereleases": True,
    "offline": True,
    "refresh": True,
    "cache_limit": 10,
    "connections": 3,
    "upgrade": True,
    "upgrade_package": ("numpy==2.3",),
    "same_versions": True,
    "strict": True,
    "budget_seconds": 1.5,
    "fix_budget": 0.5,
    "cache_dir": Path("/cache"),
    "no_cache": True,
    "from_": "uv.lock",
}
CHANGE_INDEXES = {"default_index": "https://example.org/simple", "index": ("own=/a",)}


@pytest.mark.parametrize("name", api.Options.__struct_fields__)
def test_every_option_reaches_the_settings(name: str) -> None:
    value = GIVEN.get(name, CHANGE_INDEXES.get(name, True))
    options = api.Options(**{name: value})  # type: ignore[arg-type] # one of each type
    document = Document({}, root=Path.cwd(), findings=ProjectDiagnostics())
    merged = merge_settings(document, environ={}, options=options.as_layer())
    assert merged.settings != Settings() or merged.index_changes


def test_a_cutoff_may_be_a_moment() -> None:
    moment = datetime(2026, 1, 31, 12, tzinfo=UTC)
    document = Document({}, root=Path.cwd(), findings=ProjectDiagnostics())
    layer = api.Options(exclude_newer=moment).as_layer()
    assert merge_settings(document, environ={}, options=layer).settings.exclude_newer == moment


# ----------------------------------------------------------------------------- what it does


def test_an_app_is_locked_checked_and_installed_without_a_word(app: Path, capfd: Capture) -> None:
    events: list[api.Event] = []
    options = api.Options(platform=(api.Platform.ANDROID,))
    tried = api.lock(app, options, dry_run=True, environ={})
    assert not (app / "pylock.android.toml").exists()
    outcome = api.lock(app, options, listener=events.append, environ={})
    assert [each.written for each in outcome.platforms] == [True]
    assert tried.platforms[0].resolution == outcome.platforms[0].resolution
    assert any(isinstance(event, LockWritten) for event in events)
    assert api.check(str(app), options, environ={}).in_step

    lock = api.read_lock(app / "pylock.android.toml")
    assert lock.slices == tuple(each.slice_name for each in api.targets(app, options, environ={}))
    files = lock.for_slice("arm64-v8a")
    assert [file.package for file in files if isinstance(file, api.LockedFile)] == ["bee", "demo"]
    installed = api.install(app, "android", api.Options(arch=("arm64-v8a",)), environ={})
    assert (installed.slices, installed.packages) == (("arm64-v8a",), 2)
    (found,) = api.wheels(["demo>=1"], project=app, environ={}).packages
    assert found.found
    assert capfd.readouterr() == ("", "")


def test_errors_are_typed_and_carry_facts(app: Path, tmp_path: Path) -> None:
    with pytest.raises(api.LockMissing) as missing:
        api.read_lock(tmp_path / "pylock.ios.toml")
    assert missing.value.path.endswith("pylock.ios.toml")
    with pytest.raises(api.UsageError) as usage:
        api.targets(app, api.Options(python_version="three"), environ={})
    assert usage.value.option == "--python-version"
    text = (app / "pyproject.toml").read_text()
    (app / "pyproject.toml").write_text(text.replace('"demo"', '"demo>=2"'))
    with pytest.raises(api.CannotLock) as cannot:
        api.lock(app, api.Options(fix_budget=0), environ={})
    assert {blocker.package for blocker in cannot.value.refusal.blockers} == {"demo"}
    with pytest.raises(ValueError, match="windows"):
        api.install(app, "windows", environ={})


def test_a_slice_that_was_not_locked_is_an_error(app: Path) -> None:
    api.lock(app, api.Options(arch=("arm64-v8a",)), environ={})
    lock = api.read_lock(app / "pylock.android.toml")
    with pytest.raises(api.InstallError):
        lock.for_slice("x86_64")


def test_the_environment_is_that_of_the_process_unless_one_is_given(
    app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLET_LOCK_PLATFORM", "ios")
    assert {each.platform.value for each in api.targets(app)} == {"ios"}
    assert {each.platform.value for each in api.targets(app, environ={})} == {"android", "ios"}


def test_the_example_of_the_readme_runs(
    app: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = README.read_text(encoding="utf-8").partition("## From Python")[2]
    found = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert found is not None
    monkeypatch.chdir(app.parent)
    declared = app / "pyproject.toml"
    text = declared.read_text(encoding="utf-8")
    declared.write_text(text.replace('["demo"]', '["demo", "flet"]'), encoding="utf-8")
    exec(compile(found[1], "README.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("app ['arm64-v8a', ")
    assert [line.split()[0] for line in lines[1:]] == ["bee", "demo", "flet"]


def example(name: str, *words: str, cwd: Path) -> list[str]:
    path = README.parent / "examples" / name
    done = subprocess.run(
        [sys.executable, str(path), *words], cwd=cwd, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_the_examples_run(app: Path) -> None:
    api.lock(app, environ={})
    sizes = example("download_sizes.py", str(app), cwd=app)
    assert sizes[0].startswith("arm64-v8a: 2 files, 0.0 MB; largest: ")
    assert example("why_not.py", "demo", cwd=app) == []

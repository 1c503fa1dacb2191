"""What a command builds, read as flet-cli reads it."""

import argparse

import flet_cli.cli  # type: ignore[import-untyped]  # it has no py.typed
import pytest

from fakes.flet_versions import GENERATIONS
from flet_lock.install.handover.build_command import (
    BuildCommand,
    flet_program,
    parse_build_command,
    read_options,
)
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.target import Platform

OPTIONS = read_options()

ANDROID = Platform.ANDROID


def parse(line: str) -> BuildCommand | None:
    return parse_build_command(line.split())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("flet build apk", BuildCommand(platform=ANDROID, app=None)),
        ("flet build AAB app", BuildCommand(platform=ANDROID, app="app")),
        ("flet build ipa", BuildCommand(platform=Platform.IOS, app=None)),
        ("flet build ios-simulator", BuildCommand(platform=Platform.IOS, app=None)),
        (
            "flet build apk --arch arm64-v8a x86_64 --python-version 3.13",
            BuildCommand(
                platform=ANDROID, app=None, archs=("arm64-v8a", "x86_64"), python_version="3.13"
            ),
        ),
        (
            "flet build apk app --arch arm64-v8a --arch x86_64 -v",
            BuildCommand(platform=ANDROID, app="app", archs=("arm64-v8a", "x86_64")),
        ),
        ("flet build -v apk -vv app", BuildCommand(platform=ANDROID, app="app")),
        (
            "flet build apk --python-ver=3.12 --org com.example app",
            BuildCommand(platform=ANDROID, app="app", python_version="3.12"),
        ),
        (
            "flet build apk --source-packages a b --cleanup-packages --cleanup-package-f **.md d",
            BuildCommand(
                platform=ANDROID,
                app=None,
                source_packages=("a", "b"),
                cleanup_packages=True,
                cleanup_package_files=("**.md", "d"),
            ),
        ),
        ("flet build apk -- --arch x86_64 --no-such", BuildCommand(platform=ANDROID, app=None)),
        ("uv run --group mobile flet build apk", BuildCommand(platform=ANDROID, app=None)),
        ("python -m flet.cli build apk x", BuildCommand(platform=ANDROID, app="x")),
        ("python3 -m flet_cli build apk", BuildCommand(platform=ANDROID, app=None)),
        ("/opt/venv/bin/flet build apk", BuildCommand(platform=ANDROID, app=None)),
        ("flet.exe build apk", BuildCommand(platform=ANDROID, app=None)),
        ("flet debug android -d pixel", BuildCommand(platform=ANDROID, app=None)),
        ("flet test ios app -k login", BuildCommand(platform=Platform.IOS, app="app")),
    ],
)
def test_a_build_says_what_it_is_for(line: str, expected: BuildCommand) -> None:
    assert parse(line) == expected


@pytest.mark.parametrize("line", ["make apk", "./release.sh flet", "flet run build", "flet"])
def test_a_command_that_is_no_build_of_flet_is_none(line: str) -> None:
    assert parse(line) is None


@pytest.mark.parametrize("line", ["flet build web", "flet build linux", "flet debug", "flet test"])
def test_what_is_built_for_no_phone_is_refused(line: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(line)
    assert caught.value.choices


@pytest.mark.parametrize(
    "line", ["flet build", "flet build apk --no-such", "flet build apk --org", "flet build apk a b"]
)
def test_what_flet_would_not_understand_is_refused(line: str) -> None:
    with pytest.raises(UsageError):
        parse(line)


def test_only_flet_itself_is_asked_for_its_command_line() -> None:
    assert flet_program(["/opt/bin/flet", "build"]) == "/opt/bin/flet"
    assert flet_program(["uv", "run", "flet"]) is None
    assert flet_program([]) is None


@pytest.mark.parametrize("command", ["build", "debug", "test"])
def test_every_option_of_flet_is_known_with_its_shape(command: str) -> None:
    for action in real_options(command):
        for name in action.option_strings:
            long = next((key for key, short in OPTIONS["short"].items() if short == name), name)
            if isinstance(action, argparse._HelpAction) or name == "-k":
                continue
            if action.nargs == 0:
                assert long in OPTIONS["flags"], name
            elif action.nargs is None:
                assert long in OPTIONS["values"], name
            else:
                assert long in OPTIONS["lists"], name


def test_no_option_is_known_that_flet_does_not_have() -> None:
    real = {
        name
        for command in ("build", "debug", "test")
        for action in real_options(command)
        for name in action.option_strings
    }
    kinds = ("values", "lists", "flags")
    assert {name for kind in kinds for name in OPTIONS[kind]} | {*OPTIONS["short"].values()} <= real
    older = {name for kind in kinds for name in OPTIONS["older"][kind]}
    assert not older & real
    assert {name for row in GENERATIONS.rows for name in row.options} == {
        name for name in older if not name.startswith("--no-")
    }


@pytest.mark.parametrize(
    "words",
    [
        "--clear-cache",
        "--use-color-emoji",
        "--cleanup-on-compile",
        "--include-packages flet_video flet_audio --org com.x",
        "--team TEAM",
    ],
)
def test_options_of_older_flets_are_known(words: str) -> None:
    command = parse_build_command(f"flet build apk {words} --arch arm64-v8a".split())
    assert command is not None
    assert command.archs == ("arm64-v8a",)
    assert command.cleanup_packages == (words == "--cleanup-on-compile")


def real_options(command: str) -> list[argparse.Action]:
    parser = flet_cli.cli.get_parser()
    commands = next(
        action for action in parser._actions if isinstance(action, argparse._SubParsersAction)
    )
    return [action for action in commands.choices[command]._actions if action.option_strings]

"""Stands in for `dart` in tests: repeats what serious_python does to an app's packages.

`dart run serious_python:main package …` (serious_python, `bin/package_command.dart`) for Android
and iOS, step by step: one pip run for each slice, as a phone by a `sitecustomize`, with the
caller's environment; `flutter/` moved away; sources compiled and deleted; junk deleted. What goes
wrong ends as a printed line and exit code 0, as there. `STANDIN_SERIOUS_PYTHON` is the version
that is repeated: 4.5.1 where it is not set.

Differs in three more places, each named by a variable: the Flet index is where `STANDIN_FLET_INDEX`
says, pip runs on the Python of `STANDIN_PYTHON` instead of one that is downloaded, and
`STANDIN_LOG` gets pip's command lines. That Python may be of another minor than the app's, which
serious_python's never is: then pip is told the app's version (`apps_python`), and bytecode gets
its magic number. Runs as a script, and imports nothing of ours.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

SLICES = {
    "iOS": {
        "iphoneos.arm64": "ios-13.0-arm64-iphoneos",
        "iphonesimulator.arm64": "ios-13.0-arm64-iphonesimulator",
        "iphonesimulator.x86_64": "ios-13.0-x86_64-iphonesimulator",
    },
    "Android": {
        "arm64-v8a": "android-24-arm64_v8a",
        "armeabi-v7a": "android-24-armeabi_v7a",
        "x86_64": "android-24-x86_64",
    },
}
"""serious_python 4; the older ones have `x86` and, in 0.8, hyphens in the tags."""
VERSION = tuple(map(int, os.environ.get("STANDIN_SERIOUS_PYTHON", "4.5.1").split(".")))
JUNK_ENDS: tuple[str, ...] = (".c", ".h", ".cpp", ".hpp", ".typed", ".pyi", ".pxd", ".pyx")
JUNK_ENDS += (".a", ".pdb", ".exe", ".dll")
JUNK_ENDS_0_8 = (".c", ".h", ".hpp", ".typed", ".a", ".pdb", ".exe", ".dll")
JUNK_NAMES = ("__pycache__", "bin")

PRETEND = """\
import collections, importlib, os, platform, sys, sysconfig

system, tag = {system!r}, {tag!r}
parts = tag.split("-")
platform.system = lambda: system
sysconfig.get_platform = lambda: tag
if system == "iOS" and not {old}:
    Version = collections.namedtuple("Version", ["system", "release", "model", "is_simulator"])
    platform.ios_ver = lambda *_, **__: Version(
        system, parts[1], "iPhone", "simulator" in parts[3]
    )
    # serious_python copies the Mac's file to the names that the next line leads to.
    known = getattr(sysconfig, "_get_sysconfigdata_name", None) if os.name == "posix" else None
    data = known and importlib.import_module(known())
    sys.implementation._multiarch = parts[2] + "_" + parts[3]
    if known:
        sys.modules[known()] = data
if system == "Android" and {new}:
    Version = collections.namedtuple(
        "Version", ["release", "api_level", "manufacturer", "model", "device", "is_emulator"]
    )
    platform.android_ver = lambda: Version("", int(parts[1]), "", "", "", False)
host_version = platform.version
platform.version = lambda: host_version() + ";embedded"

import apps_python

apps_python.pretend({python!r})
"""
MAGIC_NUMBERS = {"3.12": 3531, "3.13": 3571, "3.14": 3627}
"""CPython, `Include/internal/pycore_magic_number.h`, of final releases."""


@dataclass
class Options:
    """The command line of `package`."""

    app: str = ""
    platform: str = ""
    python: str = ""
    archs: list[str] = field(default_factory=list)
    requirements: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    junk: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)


def read_options(words: list[str]) -> Options:
    """As Dart's `args` reads them: an option takes the next word, whatever that looks like."""
    options = Options()
    accepting_targets: dict[str, Callable[[str], object]] = {
        "--platform": lambda word: setattr(options, "platform", word),
        "--python-version": lambda word: setattr(options, "python", word),
        "--arch": lambda word: options.archs.extend(word.split(",")),
        "-r": options.requirements.append,
        "--requirements": options.requirements.append,
        "--exclude": options.excluded.append,
        "--cleanup-package-files": lambda word: options.junk.extend(word.split(",")),
        "--cleanup-app-files": lambda _: None,
    }
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if word in accepting_targets:
            accepting_targets[word](waiting.pop(0))
        elif word.startswith("-"):
            options.flags.add(word)
        elif not options.app:
            options.app = word
        elif VERSION >= (4,):
            sys.exit(f"stand-in: one word too many: {word}")
    if VERSION < (0, 9, 2):  # a "multi-option" of Dart, which splits at commas
        words = [part for each in options.requirements for part in each.split(",")]
        options.requirements = words
    return options


def slices(system: str) -> dict[str, str]:
    """Names of a platform's slices to what `sysconfig.get_platform` says there."""
    found = dict(SLICES[system])
    if system == "Android" and VERSION < (3,):
        found["x86"] = "android-24-x86"
    if VERSION < (4,) and system == "Android":
        found = {name: f"android-24-{name}" for name in found}
    return found


def package(options: Options) -> None:
    """The `package` command."""
    site_packages = Path(os.environ["SERIOUS_PYTHON_SITE_PACKAGES"])
    if options.requirements and "--skip-site-packages" not in options.flags:
        if site_packages.is_dir():
            for entry in site_packages.iterdir():
                if VERSION < (0, 9) or not entry.name.startswith("."):
                    shutil.rmtree(entry)
        copied = False
        for name, tag in slices(options.platform).items():
            if options.archs and name not in options.archs:
                continue
            folder = site_packages / name
            folder.mkdir(parents=True, exist_ok=True)
            install(options, folder, tag)
            copied = move_flutter(folder, copied=copied)
            if "--compile-packages" in options.flags:
                run_python("-m", "compileall", "-q", "-b", str(folder))
                mark_bytecode(folder, options.python)
                clean(folder, folder, lambda path, _: path.endswith(".py"))
            if options.flags & {"--cleanup-packages", "--cleanup"}:
                clean(folder, folder, lambda path, entry: is_junk(path, entry, options.junk))
    leave_traces(options)
    if "SERIOUS_PYTHON_APP" in os.environ:
        staged = Path(os.environ["SERIOUS_PYTHON_APP"])
        shutil.rmtree(staged, ignore_errors=True)
        shutil.copytree(options.app, staged, ignore=shutil.ignore_patterns(*options.excluded))
    else:
        Path("app").mkdir(exist_ok=True)
        Path("app", "app.zip").write_bytes(b"")


def leave_traces(options: Options) -> None:
    """What tells afterwards which serious_python, Python and pip there were."""
    version = full_version(options.python)
    python = Path("build", f"build_python_{version}", "python")
    minor = ".".join(version.split(".")[:2])
    pip = os.environ.get("STANDIN_PIP_VERSION")
    if pip:
        places = python / "lib" / f"python{minor}" / "site-packages" / f"pip-{pip}.dist-info"
        places.mkdir(parents=True, exist_ok=True)
    shown = ".".join(map(str, VERSION))
    lines = ["packages:", "  serious_python:", '    dependency: "direct main"']
    lines += ["    source: hosted", f'    version: "{shown}"']
    Path("pubspec.lock").write_text("\n".join(lines) + "\n", encoding="utf-8")


def install(options: Options, folder: Path, tag: str) -> None:
    """Runs pip for one slice."""
    with tempfile.TemporaryDirectory(prefix="serious_python_sitecustomize") as pretending:
        write_sitecustomize(Path(pretending), options.platform, tag, full_version(options.python))
        words = ["-m", "pip", "install", "--upgrade", "--disable-pip-version-check"]
        words += ["--only-binary", ":all:"]
        if "SERIOUS_PYTHON_ALLOW_SOURCE_DISTRIBUTIONS" in os.environ:
            words += ["--no-binary", os.environ["SERIOUS_PYTHON_ALLOW_SOURCE_DISTRIBUTIONS"]]
        words += ["--extra-index-url", os.environ["STANDIN_FLET_INDEX"]]
        variables = {"PYTHONPATH": pretending}
        if VERSION >= (0, 9, 11):
            variables["PYTHONNOUSERSITE"] = "1"
        if VERSION >= (1, 0, 1):
            variables["PIP_REQUIRE_VIRTUALENV"] = "false"
        run_python(*words, "--target", str(folder), *options.requirements, **variables)


def write_sitecustomize(folder: Path, system: str, tag: str, python: str) -> None:
    """What makes the Python that finds it in its path a phone's."""
    old, new = VERSION < (0, 9), VERSION >= (4,)
    text = PRETEND.format(system=system, tag=tag, python=python, old=old, new=new)
    (folder / "sitecustomize.py").write_text(text, encoding="utf-8")
    shutil.copy(Path(__file__).with_name("apps_python.py"), folder)


def full_version(minor: str) -> str:
    """The release that is bundled."""
    if VERSION < (4,):
        return "3.12.6" if VERSION < (0, 9) else "3.12.9"
    manifest = json.loads(Path(os.environ["FLET_PYTHON_BUILD_MANIFEST"]).read_bytes())
    return str(manifest["pythons"][minor]["full_version"])


def mark_bytecode(folder: Path, minor: str) -> None:
    """Says of all bytecode that a Python of the app's minor wrote it, as one does there."""
    if sys.version_info[:2] == tuple(map(int, (minor or "3.12").split("."))):
        return
    magic = MAGIC_NUMBERS[minor or "3.12"].to_bytes(2, "little")
    for path in folder.rglob("*.pyc"):
        with path.open("r+b") as stream:
            stream.write(magic)


def move_flutter(folder: Path, *, copied: bool) -> bool:
    """Moves `flutter/`: the first slice's is kept, the others' are deleted."""
    place = os.environ.get("SERIOUS_PYTHON_FLUTTER_PACKAGES")
    found = folder / "flutter"
    if place is None or not found.is_dir():
        return copied
    if not copied:
        shutil.copytree(found, place, dirs_exist_ok=True)
    shutil.rmtree(found)
    return True


def clean(root: Path, folder: Path, is_deleted: Callable[[str, Path], bool]) -> bool:
    """Deletes what matches, then folders without anything in them; whether `folder` is empty."""
    empty = True
    for entry in list(folder.iterdir()):
        if is_deleted(entry.relative_to(root).as_posix(), entry):
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        elif entry.is_dir() and clean(root, entry, is_deleted):
            entry.rmdir()
        else:
            empty = False
    return empty


def is_junk(path: str, entry: Path, globs: list[str]) -> bool:
    """The build's own junk, and of the project's globs those of the form `**.x` or a path."""
    ends = tuple(glob[2:] for glob in globs if glob.startswith("**."))
    own = JUNK_ENDS_0_8 if VERSION < (0, 9) else JUNK_ENDS
    if (0, 9) <= VERSION <= (0, 9, 2):
        own += (".dist-info",)
    return path.endswith(own + ends) or entry.name in JUNK_NAMES or path in globs


def run_python(*words: str, **variables: str) -> None:
    """Runs the build's Python; one that fails ends everything."""
    log = os.environ.get("STANDIN_LOG")
    if log:
        with Path(log).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(words) + "\n")
    done = subprocess.run(
        [os.environ["STANDIN_PYTHON"], *words],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout)  # noqa: T201 - as the program it stands for
    if done.returncode != 0:
        sys.stderr.write(done.stderr)
        sys.exit(1)


def main() -> None:
    """Whatever `dart` is asked."""
    words = sys.argv[1:]
    if words[:1] == ["--version"]:
        print('Dart SDK version: 3.12.2 (stable) on "linux_x64"')  # noqa: T201 - see above
        return
    plain = [word for word in words if word != "--suppress-analytics"]
    if plain[:2] in (["run", "flutter_launcher_icons"], ["run", "flutter_native_splash:create"]):
        return
    if plain[:3] != ["run", "serious_python:main", "package"]:
        sys.exit(f"stand-in: unknown command {words}")
    try:
        package(read_options(plain[3:]))
    except Exception as error:  # noqa: BLE001 - serious_python does just that
        print(f"Error: {error}")  # noqa: T201 - see above


if __name__ == "__main__":
    main()

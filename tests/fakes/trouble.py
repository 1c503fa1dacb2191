"""A scenario as an app and its indexes on disk, for the command itself to be run on.

What the resolver's own runner gets from memory stands here in files: pages of PEP 691, METADATA
beside the wheels (PEP 658), and sdists that can be looked into. The wheels themselves are not
there: a lock is made without them.
"""

import contextlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename

from fakes.flet_versions import GENERATIONS
from fakes.scenario import Scenario
from fakes.scenario_tables import RequireTable
from fakes.targets import SLICES
from fakes.universe import Offer, sha256_of
from fakes.wheels import make_sdist, metadata_text
from fakes.wheels import sha256_of as digest
from flet_lock.cli.main import main
from flet_lock.model.target import Platform

QUIET = ("--no-cache", "--no-progress")
"""Nothing is left on the machine, and nothing moves on the screen."""
_COMPILED = (
    "from setuptools import Extension, setup\n"
    'setup(ext_modules=[Extension("{name}", ["{source}"])])\n'
)
_PURE = 'from setuptools import setup\nsetup(name="{name}", packages=["{name}"])\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the command said about a trouble."""

    exit_code: int
    text: str
    """Both streams; the columns are those of the environment."""
    document: dict[str, Any]
    """Of `--output-format json`."""

    @property
    def words(self) -> str:
        """The text with one blank for every run of blanks and line ends."""
        return " ".join(self.text.split())

    def fact(self, path: str) -> Any:  # noqa: ANN401 - as JSON has it
        """The value at a path of the document, `error.facts.blockers.0.package`.

        Raises:
            KeyError, IndexError: nothing is there.
        """
        found: Any = self.document
        for step in path.split("."):
            found = found[int(step)] if isinstance(found, list) else found[step]
        return found


def write_trouble(scenario: Scenario, folder: Path) -> Path:
    """The scenario's app and indexes below a folder.

    Returns:
        The app's folder.

    Raises:
        ValueError: the scenario has something that only the resolver can be told.
    """
    for index in scenario.table.indexes:
        _write_index(scenario, index, folder / index)
    app = folder / "app"
    app.mkdir(parents=True)
    for name, content in _app_files(scenario).items():
        (app / name).write_text(content, encoding="utf-8")
    return app


def ask(app: Path, *words: str, quiet: Sequence[str] = QUIET) -> Answer:
    """Run the command twice, for people and for programs.

    Args:
        app: The app's folder.
        words: Options for both runs.
        quiet: Options instead of `QUIET`.
    """
    common = ["lock", str(app), "--dry-run", *quiet, *words]
    code, out, err = run(*common)
    again, document, _ = run(*common, "--output-format", "json")
    assert again == code, "the exit code depends on the format"
    return Answer(exit_code=code, text=out + err, document=json.loads(document))


def run(*words: str) -> tuple[int, str, str]:
    """The command's exit code, and what it printed to stdout and to stderr."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    return code, out.getvalue(), err.getvalue()


# ---------------------------------------------------------------------------- the app


def write_app(folder: Path, *dependencies: str) -> Path:
    """An app that asks for some packages and says nothing else."""
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "app"\ndependencies = {json.dumps(dependencies)}\n', encoding="utf-8"
    )
    return folder


def lock_on(app: Path, index: str, *words: str) -> tuple[int, str, str]:
    """Locks an app on one index that stands for PyPI, with nothing cached; as `run`."""
    return run(
        *("lock", str(app), "--no-cache", "--no-progress", "--no-flet-index"),
        *("--default-index", index, *words),
    )


def _app_files(scenario: Scenario) -> dict[str, str]:
    table = scenario.table
    settings = table.settings
    if settings.preferences or table.direct or table.unreachable:
        raise ValueError("an old lock, direct references and failing pages are not for troubles")
    everywhere, own = _requirements(scenario)
    lines = ["[project]", 'name = "trouble"', 'version = "1"']
    lines.append(f'requires-python = "=={table.python}.*"')
    files = {}
    if table.project.file == "requirements.txt":
        files["requirements.txt"] = "".join(f"{one}\n" for one in everywhere)
    else:
        lines.append(f"dependencies = {_toml(everywhere)}")
    # Whatever Flet they were told of: the newest build is the one that is asked about.
    lines += ["", "[tool.flet-lock]", f'flet = "{GENERATIONS.known_to}"', *_lock_settings(scenario)]
    for platform in Platform:
        lines += ["", f"[tool.flet.{platform}]"]
        names = [t.slice_name for t in scenario.targets if t.platform is platform]
        if names and len(names) < len(SLICES[platform]):
            lines.append(f"target_arch = {_toml(names)}")
        if own[platform]:
            lines.append(f"dependencies = {_toml(own[platform])}")
        if platform in settings.source_packages:
            lines.append(f"source_packages = {_toml(settings.source_packages[platform])}")
    files["pyproject.toml"] = "\n".join(lines) + "\n"
    return files


def _requirements(scenario: Scenario) -> tuple[list[str], dict[Platform, list[str]]]:
    everywhere: list[str] = []
    own: dict[Platform, list[str]] = {platform: [] for platform in Platform}
    for entry in scenario.table.project.requires:
        table = RequireTable(requirement=entry) if isinstance(entry, str) else entry
        if table.hashes:
            raise ValueError("hashes are not for troubles")
        (everywhere if table.platform is None else own[table.platform]).append(table.requirement)
    return everywhere, own


def _lock_settings(scenario: Scenario) -> Iterator[str]:
    table = scenario.table
    settings = table.settings
    first, *others = table.indexes
    if (first, *others) != ("pypi", *others) or set(others) - {"flet"}:
        raise ValueError("the indexes of a trouble are pypi, and flet after it")
    yield 'default-index = "../pypi"'
    if others:
        yield 'index = ["flet=../flet"]'
    else:
        yield "no-flet-index = true"
    platforms = dict.fromkeys(str(target.platform) for target in scenario.targets)
    yield f"platform = {_toml(list(platforms))}"
    yield f"android-api = {table.android_api}"
    yield f"ios-version = {_toml(table.ios)}"
    if settings.prereleases:
        yield f"prereleases = {_toml(settings.prereleases)}"
    if settings.exclude_newer is not None:
        yield f"exclude-newer = {_toml(settings.exclude_newer.isoformat())}"
    if settings.constraints:
        yield f"constraints = {_toml(settings.constraints)}"
    if settings.overrides:
        yield f"overrides = {_toml(settings.overrides)}"
    if settings.same_versions:
        yield "same-versions = true"


def _toml(value: object) -> str:
    """Text, truth or a list of text; JSON has the same notation for these."""
    return json.dumps(list(value) if isinstance(value, tuple) else value)


# ------------------------------------------------------------------------- the indexes


def _write_index(scenario: Scenario, index: str, folder: Path) -> None:
    files = folder / "files"
    files.mkdir(parents=True)
    for package, offers in scenario.offers.items():
        here = [offer for offer in offers if offer.index == index]
        if not here and (offers or index != scenario.table.indexes[0]):
            continue
        page = folder / "simple" / canonicalize_name(package)
        page.mkdir(parents=True)
        document = {
            "meta": {"api-version": "1.1"},
            "name": canonicalize_name(package),
            "files": [_entry(offer, files) for offer in here],
        }
        (page / "index.json").write_text(json.dumps(document), encoding="utf-8")


def _entry(offer: Offer, files: Path) -> dict[str, object]:
    entry: dict[str, object] = {
        "filename": offer.filename,
        "url": f"../../files/{offer.filename}",
        "hashes": {"sha256": sha256_of(offer)},
        "yanked": False if offer.yanked is None else offer.yanked or True,
    }
    if offer.page_requires_python is not None:
        entry["requires-python"] = offer.page_requires_python
    if offer.uploaded is not None:
        entry["upload-time"] = offer.uploaded.isoformat()
    if offer.filename.endswith(".whl"):
        metadata = _metadata(offer)
        (files / f"{offer.filename}.metadata").write_bytes(metadata)
        entry["core-metadata"] = {"sha256": digest(metadata)}
        entry["size"] = len(offer.filename)
    else:
        content = _sdist(offer)
        (files / offer.filename).write_bytes(content)
        entry["hashes"] = {"sha256": digest(content)}
        entry["size"] = len(content)
    return entry


def _metadata(offer: Offer) -> bytes:
    package, version, _, _ = parse_wheel_filename(offer.filename)
    return metadata_text(
        package,
        offer.metadata_version or str(version),
        requires=offer.requires,
        requires_python=offer.requires_python,
        extras=offer.provides_extra,
    )


def _sdist(offer: Offer) -> bytes:
    package, version = parse_sdist_filename(offer.filename)
    name = package.replace("-", "_")
    files = {f"{name}/__init__.py": b""}
    if offer.native_sources is None:
        files["setup.py"] = _PURE.format(name=name).encode()
    else:
        files[offer.native_sources] = b"int main(void) { return 0; }\n"
        compiled = _COMPILED.format(name=name, source=offer.native_sources)
        files["setup.py"] = compiled.encode()
    return make_sdist(
        package,
        str(version),
        requires=offer.requires,
        requires_python=offer.requires_python,
        files=files,
    )

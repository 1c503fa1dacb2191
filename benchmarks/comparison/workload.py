"""What is locked: an app for flet-lock, the same requirements for uv and pip."""

import os
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

import msgspec
import tomlkit

from flet_lock.model.target import Platform
from flet_lock.workflows.locking.lock_plan import read_lock_plan


class Universe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A generated index, see `generated_recording`."""

    packages: int
    versions: int


class Workload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One problem, as `workloads.toml` tells it."""

    name: str
    about: str
    app: str | None = None
    """Folder in data/apps."""
    requires: list[str] = []
    """Without `app`: dependencies of an app made for this."""
    flet_index: bool = True
    """False: PyPI alone."""
    python: str = "3.14"
    """That its Flet builds with."""
    options: list[str] = []
    """Words that only flet-lock is given."""
    generated: Universe | None = None
    """The index to ask instead of the recorded PyPI; the app needs all of it."""

    @property
    def index(self) -> str:
        """Name of the site that stands for PyPI."""
        return "pypi" if self.generated is None else f"generated-{self.name}"


class _WorkloadFile(msgspec.Struct, forbid_unknown_fields=True):
    workload: list[Workload]


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A workload on disk."""

    workload: Workload
    folder: Path
    inputs: dict[Platform, Path]
    """Requirements files for tools that read one."""
    constraints: dict[Platform, Path]

    @property
    def own_files(self) -> tuple[Path, ...]:
        """What a developer edits, and what stands for it with the other tools."""
        app = (self.folder / "pyproject.toml", self.folder / "requirements.txt")
        return (*(path for path in app if path.exists()), *self.inputs.values())


def read_workloads(path: Path) -> list[Workload]:
    """All workloads of a file, in its order.

    Raises:
        msgspec.ValidationError: it is not of this form.
    """
    return msgspec.toml.decode(path.read_bytes(), type=_WorkloadFile).workload


def write_app(workload: Workload, folder: Path, apps: Path) -> App:
    """Puts a workload into an empty folder.

    Args:
        workload: The problem.
        folder: Where to; must not exist.
        apps: The example apps.
    """
    if workload.app is not None:
        shutil.copytree(apps / workload.app, folder)
    else:
        folder.mkdir(parents=True)
        document = {
            "project": {
                "name": workload.name,
                "version": "1.0",
                "requires-python": f">={workload.python}",
                "dependencies": workload.requires,
            }
        }
        (folder / "pyproject.toml").write_text(tomlkit.dumps(document), encoding="utf-8")
    plan = read_lock_plan(folder, options={"python-version": workload.python}, environ=os.environ)
    inputs, constraints = {}, {}
    for platform in Platform:
        inputs[platform] = folder / f"requirements.{platform.value}.in"
        constraints[platform] = folder / f"constraints.{platform.value}.in"
        for path, entries in (
            (inputs[platform], plan.project.requirements),
            (constraints[platform], plan.project.constraints),
        ):
            own = [e.requirement for e in entries if e.platform in (None, platform)]
            path.write_text("".join(f"{requirement}\n" for requirement in own), encoding="utf-8")
    return App(workload=workload, folder=folder, inputs=inputs, constraints=constraints)


def locked_packages(app: App) -> int:
    """Packages in flet-lock's locks of an app, over both platforms; 0: it did not lock."""
    names: set[str] = set()
    for path in app.folder.glob("pylock.*.toml"):
        names |= {package["name"] for package in tomllib.loads(path.read_text())["packages"]}
    return len(names)

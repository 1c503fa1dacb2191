"""Flet apps for tests, written as a mapping of file names to contents."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fakes.flet_versions import GENERATIONS
from flet_lock.model.app.fault import Fault
from flet_lock.model.app.project import NoteKind, Project
from flet_lock.model.app.settings import Settings
from flet_lock.model.errors.project import ProjectError
from flet_lock.project.app import read_project
from flet_lock.project.canonical import canonical_requirement

NOW = datetime(2026, 6, 15, 12, 30, tzinfo=UTC)


class AppFolder:
    """A folder that tests fill and read."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content)
        return path

    def read(
        self,
        pyproject: str | None = None,
        requirements_txt: str | bytes | None = None,
        *,
        options: Mapping[str, object] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> tuple[Project, Settings]:
        if pyproject is not None:
            self.write("pyproject.toml", pyproject)
        if requirements_txt is not None:
            self.write("requirements.txt", requirements_txt)
        return read_project(
            self.root,
            options=options or {},
            environ=environ or {},
            generations=GENERATIONS,
            now=NOW,
        )

    def faults(
        self,
        pyproject: str | None = None,
        requirements_txt: str | bytes | None = None,
        *,
        environ: Mapping[str, str] | None = None,
    ) -> tuple[Fault, ...]:
        with pytest.raises(ProjectError) as caught:
            self.read(pyproject, requirements_txt, environ=environ)
        return caught.value.faults


def wanted(project: Project) -> list[str]:
    """What the app asks for, one canonical line each, `android: ` in front where it is only that
    platform's."""
    return [
        (f"{each.platform}: " if each.platform else "")
        + canonical_requirement(each, root=project.root)
        for each in project.requirements
    ]


def told(faults: tuple[Fault, ...]) -> list[tuple[str, str, str]]:
    """Place, kind and value of each fault."""
    return [(str(each.place), each.kind.value, each.value) for each in faults]


def noted(project: Project) -> list[tuple[NoteKind, str, str]]:
    """Kind, place and value of each note."""
    return [(each.kind, str(each.place), each.value) for each in project.notes]

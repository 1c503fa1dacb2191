"""The Flet project: pyproject.toml and requirements.txt, as `flet build` reads them, to inputs."""

from flet_lock.project.app import read_project
from flet_lock.project.canonical import canonical_requirement, canonical_text, canonical_url

__all__ = ["canonical_requirement", "canonical_text", "canonical_url", "read_project"]

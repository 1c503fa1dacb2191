"""A lock that something is installed from: as flet-lock wrote it, and from places that are known.

Commands that only look at locks (`why`, `tree`) read them with `read_lock`.
"""

from pathlib import Path

from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.known_sources import known_sources, refuse_unknown_sources
from flet_lock.lockfile.read_lock import read_trusted
from flet_lock.model.app.project import Project
from flet_lock.model.app.settings import Settings


def read_trusted_lock(path: Path, project: Project, settings: Settings) -> Lock:
    """The whole lock, if it may be installed.

    Args:
        path: the lock file.
        project: the app; places that its requirements name are known.
        settings: places of indexes that they name are known; `allow_edited` and
            `allow_unknown_sources` take what would be refused.

    Raises:
        LockMissing, LockUnreadable: there is no lock, or a damaged one.
        LockEdited: it is not as flet-lock wrote it.
        UnknownSources: it takes files from where neither the app nor the user has said.
    """
    lock = read_trusted(path, allow_edited=settings.allow_edited)
    if not settings.allow_unknown_sources:
        declared = (*project.requirements, *project.constraints, *project.overrides)
        known = known_sources(
            (index.location for index in settings.indexes),
            file_hosts=settings.file_hosts,
            references=(
                each.requirement.url for each in declared if each.requirement.url is not None
            ),
            root=project.root,
        )
        refuse_unknown_sources(lock, known, path.name)
    return lock

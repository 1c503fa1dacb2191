"""`flet-lock audit --fix N`: takes the releases that an audit shows, and locks."""

from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from flet_lock.analysis.suggest_fixes import united
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.event import Listener
from flet_lock.project.edit.edited_files import CannotEditError, EditedFiles
from flet_lock.workflows.auditing.audit_app import audit_app, read_locks
from flet_lock.workflows.auditing.audit_outcome import AuditOutcome, AuditTerms, Remedy
from flet_lock.workflows.fixing.fix import write_edited
from flet_lock.workflows.locking.lock import lock


def fix_audit(
    root: Path,
    *,
    numbers: str,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    terms: AuditTerms,
    listener: Listener,
) -> AuditOutcome:
    """Audits, locks the app with some of the releases found, and audits again.

    The app's files are written after it was locked; where that fails, they stay as they are.

    Args:
        root: the app's folder.
        numbers: of the releases, as they were shown: `1`, `1,3`.
        options: the layer of options.
        environ: the process environment.
        terms: what fails the run, and what is to be shown.
        listener: receives events.

    Raises:
        UsageError: there is none of a number.
        ProjectNotWritten: the disk did not take a file of the app.
        FletLockError: see `audit_app` and `lock`.
    """

    def audit() -> AuditOutcome:
        return audit_app(
            root,
            options=options,
            environ=environ,
            terms=terms,
            listener=listener,
        )

    platforms = [lock.platform.value for lock in read_locks(root, options)]
    chosen = _chosen(numbers, audit())
    files = EditedFiles(root.resolve())
    try:
        lines = files.apply(united(edit for each in chosen for edit in each.edits))
    except CannotEditError as error:
        raise UsageError(option="--fix", value=numbers, detail=f"{error}: one at a time") from error
    moves = [f"{each.package}=={each.version}" for each in chosen]
    lock(
        root,
        options={**options, "platform": platforms, "upgrade-package": moves},
        environ=environ,
        dry_run=False,
        listener=listener,
        texts=files.texts,
    )
    write_edited(files, root)
    return replace(audit(), fixed=lines)


def _chosen(numbers: str, shown: AuditOutcome) -> list[Remedy]:
    """The remedies of some numbers.

    Raises:
        UsageError: there is none of a number.
    """
    by_number = {str(each.remedy.number): each.remedy for each in shown.packages if each.remedy}
    chosen = []
    for word in dict.fromkeys(word.strip() for word in numbers.split(",")):
        if word not in by_number:
            detail = "no such fix was shown" if by_number else "there is nothing to fix, or no way"
            raise UsageError(option="--fix", value=word, detail=detail, choices=tuple(by_number))
        chosen.append(by_number[word])
    return chosen

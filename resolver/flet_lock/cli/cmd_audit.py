"""`flet-lock audit`: of an app, of files, of packages on the indexes."""

from pathlib import Path
from typing import TYPE_CHECKING

from flet_lock.cli.command_line import Invocation
from flet_lock.cli.listening import listening
from flet_lock.cli.output import Output
from flet_lock.model.errors.usage import UsageError

if TYPE_CHECKING:
    from flet_lock.workflows.auditing.audit_outcome import AuditOutcome, AuditTerms

# ruff: noqa: PLC0415 - each form loads its own workflow


def run_audit(invocation: Invocation, output: Output, root: Path) -> "AuditOutcome":
    """Audits what the words name: no word or a folder is an app."""
    from flet_lock.workflows.auditing.audit_outcome import terms_of

    terms = terms_of(
        invocation.text("fail-on"),
        with_sizes=invocation.flag("sizes"),
        heads_only=invocation.flag("heads"),
    )
    words = invocation.words
    numbers = invocation.text("fix")
    if not words or Path(words[0]).resolve() == root.resolve():
        return _run_app(invocation, output, root, terms=terms)
    if numbers is not None:
        raise UsageError(option="--fix", value=numbers, detail="it changes an app: name its folder")
    files = [word for word in words if word.endswith(".whl")]
    if files and len(files) < len(words):
        raise UsageError(
            option="flet-lock audit",
            value=next(word for word in words if word not in files),
            detail="files and packages, or an app and more: one kind at a time",
        )
    if files:
        from flet_lock.workflows.auditing.audit_files import audit_files

        return audit_files(
            [Path(word) for word in files],
            options=invocation.settings,
            environ=output.environ,
            terms=terms,
        )
    from flet_lock.workflows.auditing.audit_files import audit_packages

    with listening(output) as listener:
        return audit_packages(
            root,
            words,
            options=invocation.settings,
            environ=output.environ,
            terms=terms,
            listener=listener,
        )


def _run_app(
    invocation: Invocation, output: Output, root: Path, *, terms: "AuditTerms"
) -> "AuditOutcome":
    numbers = invocation.text("fix")
    with listening(output) as listener:
        if numbers is not None:
            from flet_lock.workflows.auditing.fix_audit import fix_audit

            return fix_audit(
                root,
                numbers=numbers,
                options=invocation.settings,
                environ=output.environ,
                terms=terms,
                listener=listener,
            )
        from flet_lock.workflows.auditing.audit_app import audit_app

        return audit_app(
            root,
            options=invocation.settings,
            environ=output.environ,
            terms=terms,
            listener=listener,
        )

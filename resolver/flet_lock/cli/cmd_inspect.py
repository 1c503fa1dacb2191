"""`flet-lock wheels`, `why`, `tree`, `cache` and `schema`: what there is, and what is locked."""

from pathlib import Path
from typing import TYPE_CHECKING

from flet_lock.cli.command_line import Invocation
from flet_lock.cli.listening import listening
from flet_lock.cli.output import Output
from flet_lock.cli.project_folder import given_platforms
from flet_lock.model.errors.usage import UsageError

if TYPE_CHECKING:
    from flet_lock.workflows.cache import CacheOutcome
    from flet_lock.workflows.inspecting.diff import DiffOutcome
    from flet_lock.workflows.inspecting.schema import SchemaOutcome
    from flet_lock.workflows.inspecting.tree import TreeOutcome
    from flet_lock.workflows.inspecting.wheels import WheelsOutcome
    from flet_lock.workflows.inspecting.why import WhyOutcome

# ruff: noqa: PLC0415 - each command loads its own workflow


def run_wheels(invocation: Invocation, output: Output, root: Path) -> "WheelsOutcome":
    """Finds which releases of packages run where."""
    from flet_lock.workflows.inspecting.wheels import wheels

    with listening(output) as listener:
        return wheels(
            root,
            invocation.words,
            options=invocation.settings,
            environ=output.environ,
            everything=invocation.flag("all"),
            listener=listener,
        )


def run_why(invocation: Invocation, output: Output, root: Path) -> "WhyOutcome":
    """Finds what brought a package into the locks."""
    from flet_lock.workflows.inspecting.why import why

    return why(
        root,
        invocation.words[0],
        options=invocation.settings,
        environ=output.environ,
        everything=invocation.flag("all"),
    )


def run_tree(invocation: Invocation, output: Output, root: Path) -> "TreeOutcome":
    """Unfolds the locked graph."""
    from flet_lock.workflows.inspecting.tree import tree

    return tree(
        root,
        options=invocation.settings,
        environ=output.environ,
        invert=invocation.text("invert"),
        depth=_depth(invocation),
    )


def run_diff(invocation: Invocation, output: Output, root: Path) -> "DiffOutcome":
    """Compares the locks with those of a commit."""
    from flet_lock.workflows.inspecting.diff import diff

    return diff(
        root,
        invocation.words[0] if invocation.words else "HEAD",
        platforms=given_platforms(invocation),
        environ=output.environ,
        fails_on_change=invocation.flag("exit-code"),
    )


def run_cache(invocation: Invocation, output: Output, _root: Path) -> "CacheOutcome":
    """Finds, measures or empties the cache."""
    from flet_lock.workflows.cache import cache

    return cache(invocation.words[0], options=invocation.settings, environ=output.environ)


def run_schema(invocation: Invocation, _output: Output, _root: Path) -> "SchemaOutcome":
    """Reads the JSON Schema of a document, or lists all."""
    from flet_lock.workflows.inspecting.schema import schema

    return schema(invocation.words[0] if invocation.words else None)


def _depth(invocation: Invocation) -> int | None:
    text = invocation.text("depth")
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise UsageError(option="--depth", value=text, detail="a number of levels is wanted")
    return int(text)

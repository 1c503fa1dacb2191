"""`flet-lock schema`: the JSON Schema of the documents that `--output-format json` prints."""

from typing import ClassVar

from flet_lock.model.errors.usage import UsageError
from flet_lock.targets.shipped_data import shipped_folder
from flet_lock.workflows.command_outcome import CommandOutcome


class SchemaOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock schema`."""

    kind: ClassVar[str] = "schema"
    names: tuple[str, ...]
    """Of all schemas, sorted: commands, and `failure`."""
    text: str | None = None
    """The schema that was asked for; None for the list."""


def schema(name: str | None) -> SchemaOutcome:
    """Reads a schema.

    Args:
        name: a command, or `failure` for what every command prints that fails; None lists all.

    Raises:
        UsageError: there is no schema of this name.
    """
    folder = shipped_folder("schemas")
    names = tuple(sorted(path.stem for path in folder.glob("*.json")))
    if name is None:
        return SchemaOutcome(names=names)
    if name not in names:
        raise UsageError(
            option="flet-lock schema", value=name, detail="there is no such schema", choices=names
        )
    text = (folder / f"{name}.json").read_text(encoding="utf-8")
    return SchemaOutcome(names=names, text=text)

"""What a command is."""

from msgspec import Struct


class Command(Struct, frozen=True, kw_only=True):
    """A command."""

    name: str
    summary: str
    description: str
    examples: tuple[tuple[str, str], ...]
    """A command line and what it does."""
    options: frozenset[str]
    """Long names of the options it has."""
    actions: tuple[str, ...] = ()
    """What its first word may be; empty where it takes a folder."""
    words: tuple[tuple[str, str], ...] = (
        (
            "[PROJECT]",
            "the app's folder, with pyproject.toml or requirements.txt (default: this one)",
        ),
    )
    """Its positional words, in order, and what each means; not looked at where it has actions.

    One in brackets may be left out, one that ends in an ellipsis may be repeated.
    """
    formats: tuple[str, ...] = ()
    """What `--format` may be; the first is the default."""
    takes_command: bool = False
    """Whether what stands after `--` is a command to run."""
    stands_for: tuple[str, ...] = ()
    """What it is short for: all that follows belongs to that program, our options stand before."""
    outcome: str = ""
    """The kind of its outcome; empty where that is named after the command."""

    @property
    def kind(self) -> str:
        """The kind of its outcome."""
        return self.outcome or self.name

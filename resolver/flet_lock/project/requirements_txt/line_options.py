"""The options of one line of requirements.txt, as a value."""

from msgspec import Struct


class LineOptions(Struct, frozen=True, kw_only=True):
    """The options of one line; made by `requirements_options.py`."""

    requirements: tuple[str, ...] = ()
    """`-r`."""
    constraints: tuple[str, ...] = ()
    """`-c`."""
    editables: tuple[str, ...] = ()
    """`-e`."""
    index_url: str | None = None
    """`-i`; None if it is not given."""
    extra_index_urls: tuple[str, ...] = ()
    """`--extra-index-url`."""
    find_links: tuple[str, ...] = ()
    """`-f`."""
    no_index: bool = False
    """`--no-index`."""
    pre: bool = False
    """`--pre`."""
    hashes: tuple[str, ...] = ()
    """`--hash`, `algorithm:digest`."""
    without_effect: tuple[str, ...] = ()
    """Known options that do not matter to a lock, with their values."""

    @property
    def for_whole_file(self) -> tuple[str, ...]:
        """Those that pip heeds only on a line of their own, by name."""
        given = {
            "--requirement": self.requirements,
            "--constraint": self.constraints,
            "--index-url": self.index_url,
            "--extra-index-url": self.extra_index_urls,
            "--find-links": self.find_links,
            "--no-index": self.no_index,
            "--pre": self.pre,
        }
        return tuple(name for name, value in given.items() if value)

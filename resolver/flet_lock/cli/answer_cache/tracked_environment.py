"""The process environment, with a note of what a run looked at in it."""

from collections.abc import Iterator, Mapping


class TrackedEnvironment(Mapping[str, str]):
    """Reads another mapping; `looked_at` says which names decided something."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.looked_at: set[str] = set()
        self.read_whole = False
        """Whether all of it was handed on, to another program for instance."""

    def __getitem__(self, name: str) -> str:
        self.looked_at.add(name)
        return self._environ[name]

    def __iter__(self) -> Iterator[str]:
        self.read_whole = True
        return iter(self._environ)

    def __len__(self) -> int:
        self.read_whole = True
        return len(self._environ)

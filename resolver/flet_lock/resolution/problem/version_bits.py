"""Which of a package's versions satisfy a specifier, as bits: one look-up for all of them.

Held against each version one by one, a specifier costs a microsecond and a half; a package of
hundreds of releases is asked with hundreds of specifiers when others move in step with it. But
what `>=`, `>`, `<=` and `<` admit is one end of the sorted versions, whose border a bisection
finds, and most specifiers are made of these.
"""

from collections.abc import Sequence

from packaging.specifiers import Specifier, SpecifierSet
from packaging.version import Version

_RISING = frozenset({">=", ">"})
_FALLING = frozenset({"<=", "<"})


class VersionBits:
    """A package's versions; bit sets count in their order."""

    def __init__(self, versions: Sequence[Version]) -> None:
        """Prepares.

        Args:
            versions: newest first, each once.
        """
        self.versions = tuple(versions)
        self.everything = (1 << len(self.versions)) - 1
        self._admitted: dict[str, int] = {"": self.everything}

    def admitted(self, specifier: str) -> int:
        """The versions that satisfy a specifier; pre-releases count.

        Args:
            specifier: its clauses, separated by commas.
        """
        found = self._admitted.get(specifier)
        if found is None:
            found = self.everything
            for clause in specifier.split(","):
                found &= self._clause(clause)
            self._admitted[specifier] = found
        return found

    def _clause(self, text: str) -> int:
        known = self._admitted.get(text)
        if known is None:
            clause = Specifier(text)
            if clause.operator in _RISING:
                known = (1 << self._border(text, older_admitted=False)) - 1
            elif clause.operator in _FALLING:
                known = self.everything & (-1 << self._border(text, older_admitted=True))
            else:
                range_ = SpecifierSet(text).to_range()
                known = 0
                for position, version in enumerate(self.versions):
                    if range_.contains(version, prereleases=True):
                        known |= 1 << position
            self._admitted[text] = known
        return known

    def _border(self, clause: str, *, older_admitted: bool) -> int:
        """Position of the newest version on the older side."""
        range_ = SpecifierSet(clause).to_range()
        low, high = 0, len(self.versions)
        while low < high:
            middle = (low + high) // 2
            if range_.contains(self.versions[middle], prereleases=True) is older_admitted:
                high = middle
            else:
                low = middle + 1
        return low

"""The base of all errors, and the one that says that a user ended the run."""

from typing import TYPE_CHECKING, dataclass_transform


@dataclass_transform(eq_default=False, kw_only_default=True)
class FletLockError(Exception):
    """Base of everything that this package raises on purpose.

    The annotated names of a class, and of its bases, are its facts: attributes, and the keyword
    arguments of its constructor, which type checkers and editors know as those of a dataclass. A
    value in the class is a default. (To make 40 dataclasses takes 10 ms, in every run.)
    """

    if not TYPE_CHECKING:  # type checkers make the constructor of each class of its facts

        def __init__(self, **facts: object) -> None:
            super().__init__()
            names = self.fact_names()
            needed = {name for name in names if not hasattr(type(self), name)}
            if wrong := sorted((needed - facts.keys()) | (facts.keys() - {*names})):
                raise TypeError(f"{type(self).__name__}: missing or unknown: {', '.join(wrong)}")
            self.__dict__.update(facts)

    @classmethod
    def fact_names(cls) -> tuple[str, ...]:
        """Names of the facts in the order they are declared, the bases' first."""
        kinds = [kind for kind in reversed(cls.__mro__) if issubclass(kind, FletLockError)]
        return tuple(dict.fromkeys(name for kind in kinds for name in kind.__annotations__))

    def __repr__(self) -> str:
        facts = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.fact_names())
        return f"{type(self).__name__}({facts})"


class Interrupted(FletLockError):
    """Ctrl-C, or a termination signal."""

    paths_kept: tuple[str, ...] = ()

"""A list that is worked out as far as somebody looks."""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

_T = TypeVar("_T")


class LazyList(Generic[_T]):
    """Items of an iterator, each asked for once, however often the list is looked at.

    What the iterator raises, every look that gets so far raises again.
    """

    __slots__ = ("_failure", "_items", "_rest")

    def __init__(self, items: Iterable[_T]) -> None:
        self._items: list[_T] = []
        self._rest = iter(items)
        self._failure: Exception | None = None

    def __iter__(self) -> Iterator[_T]:
        position = 0
        while True:
            while position < len(self._items):
                yield self._items[position]
                position += 1
            if self._failure is not None:
                raise self._failure
            try:
                item = next(self._rest)
            except StopIteration:
                return
            except Exception as error:
                self._failure = error
                raise
            self._items.append(item)

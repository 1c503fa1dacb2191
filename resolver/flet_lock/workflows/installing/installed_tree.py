"""Whether a tree is as an installation left it. Imports nothing else: the answer cache uses it."""

from flet_lock.install.tree.tree_digest import is_as_left

__all__ = ["is_as_left"]

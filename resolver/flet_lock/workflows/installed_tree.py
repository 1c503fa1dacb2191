"""Whether a tree is as an installation left it: for `cli/recall`, so it imports nothing else."""

from flet_lock.install.tree_digest import is_as_left

__all__ = ["is_as_left"]

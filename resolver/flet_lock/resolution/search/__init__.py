"""The search: resolvelib, orderings, pruning, prefetching."""

"""Progress of a run: a live line or a log."""

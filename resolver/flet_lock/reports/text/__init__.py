"""Pages for people, one per command."""

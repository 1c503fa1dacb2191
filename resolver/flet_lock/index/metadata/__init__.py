"""Core metadata of wheels and sdists: fetched, parsed, cached."""

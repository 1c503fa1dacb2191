"""The text of a lock: TOML in, TOML out, PEP 751 and our own tables."""

"""`run`, `env` and `verify`: builds that install exactly the lock."""

"""Hands a lock over to `flet build`, so that its pip installs exactly what is locked."""

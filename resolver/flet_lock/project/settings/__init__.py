"""`[tool.flet-lock]`, environment variables and options, merged."""

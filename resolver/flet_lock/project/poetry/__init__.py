"""`[tool.poetry]` as requirements."""

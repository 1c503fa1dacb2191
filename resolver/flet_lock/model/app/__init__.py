"""The app: its project files, requirements, settings, and fixes to them."""

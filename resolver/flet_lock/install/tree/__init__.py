"""The installed tree: its layout, how it is written and how it replaces the old one."""

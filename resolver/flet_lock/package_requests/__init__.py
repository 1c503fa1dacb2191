"""Drafts and links: whether to ask the Flet community for wheels of a package, and how."""

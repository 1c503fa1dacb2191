"""Builds a stand-in for the Flet index from facts about it."""

"""Fixes of a failed lock: suggested, tried, remembered, applied."""

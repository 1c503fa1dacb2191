"""Frozen values without I/O: names, requirements, artifacts, targets, rejections, resolutions."""

"""What a run found out: resolution, rejections, downgrades, drift."""

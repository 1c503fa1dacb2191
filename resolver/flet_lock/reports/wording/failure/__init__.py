"""Wording of failures: blockers, rejections, errors, fixes."""

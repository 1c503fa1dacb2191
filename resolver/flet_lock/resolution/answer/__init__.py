"""From resolvelib's answer to pins and downgrades."""

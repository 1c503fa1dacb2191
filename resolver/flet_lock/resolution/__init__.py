"""From requirements to pins: resolvelib decides, over an abstract source of candidates."""

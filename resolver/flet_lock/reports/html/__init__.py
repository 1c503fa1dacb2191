"""The page of `flet-lock report`."""

"""Apps of many kinds, and how flet-lock answers them; see `tools/answers.py`."""

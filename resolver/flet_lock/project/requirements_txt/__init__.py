"""requirements.txt, read as pip reads it."""

"""`flet-lock audit`: what installs and still fails on the phone."""

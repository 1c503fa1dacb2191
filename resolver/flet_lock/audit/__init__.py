"""What installs and still fails on the phone: reads binaries of wheels, and holds them to rules.

Nothing of a wheel is run, and nothing here asks an index or knows of a project.
"""

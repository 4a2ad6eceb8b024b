"""The commands that run an installation. ``directory.app`` adds those of the slices."""

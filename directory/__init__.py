"""The Community Directory: the organisations of a place, findable, on a map, and open as data."""

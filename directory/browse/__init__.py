"""What the public sees: home, search, map, listings, needs, areas, and what each installation states."""

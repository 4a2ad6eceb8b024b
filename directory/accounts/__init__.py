"""People who sign in: mailed links, sessions, rights, the second factor, limits, and the log of what they did."""

"""What people answer, and what becomes of it: pure values and functions."""

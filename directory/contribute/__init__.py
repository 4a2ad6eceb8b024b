"""What people send: for now the page that says how to add a group."""

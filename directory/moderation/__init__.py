"""What was proposed and what was decided: suggestions, decisions, history, merging, stewards and reports."""

"""How good the answers are: residents' questions, the listings that are right for them, and what the engines say."""

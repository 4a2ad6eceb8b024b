"""What the pages say: stored documents, requests and answers turned into values with words in them.

Nothing here asks a database or a clock. Words are those of the language of the request.
"""

"""What moderators, stewards and senders do. Whatever is published goes through ``publishing.service``."""

"""Turns bytes into facts: reading, understanding, searching. Knows no storage, no queue and no settings."""

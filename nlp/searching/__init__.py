"""Passages, vectors, query words and fused rankings. Keeping and finding passages is left to storage."""

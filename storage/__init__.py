"""Keeps facts: rows, originals, page images, words and vectors.

What they mean is left to nlp, who may see them to api.
"""

"""Moves one document from uploaded to ready in small repeatable steps. What each step computes is left to nlp."""

"""Measures the product against labelled documents: one module a task. Presenting the figures is left to the command line."""

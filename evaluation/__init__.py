"""Measures the product against labelled documents: one module a task. Showing the figures is left to cli."""

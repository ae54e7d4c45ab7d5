"""One router a noun, each a few lines a route.

What they show is shaped by present.py, what they change by decisions and lifecycle.
"""

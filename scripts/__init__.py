"""Helpers of the Makefile and of whoever works on the project. Nothing of the product imports them."""

"""Parts that views are put together from. Each draws one thing; which things a view shows is left to views."""

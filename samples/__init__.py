"""Documents that a newcomer can try, and the script that makes them."""

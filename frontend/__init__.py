"""The web page: a guest at the API, over HTTP only. Facts, rules and storage are left to the other rooms."""

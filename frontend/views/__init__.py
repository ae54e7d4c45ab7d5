"""The views: documents, one document, search. The frame around them is left to app.py."""

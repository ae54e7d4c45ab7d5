"""The views: upload, documents, one document, search. The frame around them is left to app.py."""

#: Keys of each place beside those of the frame, with what they do.
KEYS: dict[str, tuple[tuple[str, str], ...]] = {
    "documents": (("j k ↓ ↑", "walk"), ("Enter", "open"), ("x", "select"), ("v", "rows or pictures")),
    "upload": (("j k ↓ ↑", "walk"), ("Enter", "open")),
    "search": (("j k ↓ ↑", "walk"), ("Enter", "open at the place")),
    "document": (),
}

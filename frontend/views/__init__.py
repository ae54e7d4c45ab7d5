"""The views: upload, documents, one document, search. The frame around them is left to app.py."""

#: Keys of each place beside those of the frame, with what they do.
KEYS: dict[str, tuple[tuple[str, str], ...]] = {
    "documents": (
        ("j k ↓ ↑", "walk"),
        ("Enter", "open"),
        ("x", "select"),
        ("X", "select all"),
        ("v", "rows or pictures"),
    ),
    "upload": (("j k ↓ ↑", "walk"), ("Enter", "open"), ("v", "rows or pictures")),
    "search": (("j k ↓ ↑", "walk"), ("Enter", "open at the place")),
    "document": (
        ("Enter", "accept, on to the next doubtful"),
        ("e", "edit"),
        ("x", "reject"),
        ("1-9 l", "label"),
        ("a", "add: choose words by arrows"),
        ("drag", "add; with Shift extend"),
        ("u", "undo"),
        ("n", "next doubtful, page or document"),
        ("j k ↓ ↑", "move"),
        ("m M", "next mention of the same, the one before"),
        ("[ ]", "pages"),
        ("+ - 0 r", "zoom, fit, turn"),
        ("c", "certain ones"),
        ("w b i h", "text, tables, how it was read, history"),
        ("t", "type"),
        ("v", "reviewed"),
        ("d", "reviewed, next document"),
        ("Esc", "close, back to where you came from"),
    ),
}

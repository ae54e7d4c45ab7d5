"""Takes the meaning, not the looks, from the text that a PDF page shows, where it was found to be wrong.

Whether it is wrong is decided by who read the page.
"""

from __future__ import annotations

from pikepdf import Dictionary, Name, Object, Page, Pdf, Stream

from nlp.reading.invisible_text import compressed, copied, to_unicode

#: Forms within forms within forms: more deeply nested ones are circles.
_DEEPEST = 8


class MutedText:
    """Mutes pages of one document: their fonts say of every letter that it is a blank."""

    def __init__(self, document: Pdf) -> None:
        self._document = document
        self._blanks: dict[int, Stream] = {}

    def mute(self, page: Page) -> None:
        """Let no reader find the page's own text; it is drawn as before, and what other pages share stays as it is."""
        page.obj.Resources = self._muted(copied(page.get_resources()), _DEEPEST)

    def _muted(self, resources: Dictionary, depth: int) -> Dictionary:
        resources.Font = Dictionary({name: self._font(font) for name, font in copied(resources.get(Name.Font)).items()})
        resources.XObject = things = copied(resources.get(Name.XObject))
        for name, thing in list(things.items()):
            if depth and isinstance(thing, Stream) and thing.get(Name.Subtype) == Name.Form and Name.Resources in thing:
                things[name] = self._form(thing, depth - 1)
        return resources

    def _font(self, font: Object) -> Object:
        copy = copied(font)
        copy.ToUnicode = self._blank(2 if font.get(Name.Subtype) == Name.Type0 else 1)
        return self._document.make_indirect(copy)

    def _form(self, form: Stream, depth: int) -> Stream:
        stored = {"/Length", "/Filter", "/DecodeParms"}
        others = {key[1:]: value for key, value in form.items() if key not in stored}
        copy = compressed(self._document, form.read_bytes(), **others)
        copy.Resources = self._muted(copied(form.Resources), depth)
        return copy

    def _blank(self, code_bytes: int) -> Stream:
        """A ToUnicode map that makes a blank of every code (Adobe Technical Note 5411)."""
        if code_bytes not in self._blanks:
            rows = [""] if code_bytes == 1 else [f"{row:02x}" for row in range(256)]
            ranges = [f"<{row}00> <{row}ff> [{'<0020>' * 256}]" for row in rows]
            self._blanks[code_bytes] = to_unicode(self._document, code_bytes, "bfrange", ranges)
        return self._blanks[code_bytes]

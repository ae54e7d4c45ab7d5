"""pdfium's functions that are called for each word or object, without ctypes' check of each argument.

The checks take twice as long as the functions. What is passed must therefore be right: pointers as `c_void_p` (a bare
int would lose its upper half) or `byref`, all else as int. What the functions mean is left to those who call them.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from pypdfium2 import raw as pdfium_c


def _unchecked(function: Any, result: Any = ctypes.c_int) -> Callable[..., Any]:
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    quick: Callable[..., Any] = ctypes.CFUNCTYPE(result)(address)
    return quick


def pointer(handle: Any) -> ctypes.c_void_p:
    """A handle of pypdfium2 as these functions take it."""
    return ctypes.cast(handle, ctypes.c_void_p)


unicode_of = _unchecked(pdfium_c.FPDFText_GetUnicode, ctypes.c_uint)
angle = _unchecked(pdfium_c.FPDFText_GetCharAngle, ctypes.c_float)
lacks_letter = _unchecked(pdfium_c.FPDFText_HasUnicodeMapError)
count_rects = _unchecked(pdfium_c.FPDFText_CountRects)
get_rect = _unchecked(pdfium_c.FPDFText_GetRect)
text_object = _unchecked(pdfium_c.FPDFText_GetTextObject, ctypes.c_void_p)
render_mode = _unchecked(pdfium_c.FPDFTextObj_GetTextRenderMode)
page_object = _unchecked(pdfium_c.FPDFPage_GetObject, ctypes.c_void_p)
object_type = _unchecked(pdfium_c.FPDFPageObj_GetType)
bounds = _unchecked(pdfium_c.FPDFPageObj_GetBounds)

"""Tells by its writing what a line may be: a company's name, part of an address, a label. Where it stands is left to others."""

from __future__ import annotations

import re

_LEGAL = re.compile(
    r"(?<!\w)(?:s[de]n\.?\s*b[hn]d\.?|s/b|sdn|bhd|ltd\.?|limited|llc|l\.l\.c\.|inc\.?|corp\.?|corporation|plc|gmbh|ag|kg|ohg|ug|"
    r"s\.?a\.?r\.?l\.?|s\.?a\.?s\.?|s\.a\.|b\.?v\.?|n\.v\.|s\.?p\.?a\.?|s\.?r\.?l\.?|oy|ab|aps|pte\.?|pvt\.?|p\.?t\.?y\.?|llp|co\.)(?!\w)",
    re.IGNORECASE,
)
_TRADE = re.compile(
    r"(?<!\w)(?:restoran|restaurant|caf[eé]|kedai|mart|market|minimarket|supermarket|store|stores|shop|trading|enterprise|enterprises|"
    r"hardware|stationery|pharmacy|farmasi|clinic|klinik|bistro|bakery|bakeries|book|books|perniagaan|syarikat|perusahaan|pasar|pasaraya|"
    r"company|services|service|works|group|centre|center|house|hotel|kopitiam|kitchen|electrical|electric|machinery|marketing|"
    r"industries|industrial|holdings|international|motor|motors|auto|furniture|boutique|florist|gallery|station|studio|"
    r"bar|grill|food|foods|seafood|garden|salon|optical|dental|bank|association|university|school|college|gourmet|cash & carry)(?!\w)",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"(?<!\w)(?:jalan|jln|jl|lorong|lrg|persiaran|lebuh|lebuhraya|taman|tmn|bandar|kawasan|perindustrian|seksyen|kampung|"
    r"wisma|plaza|kompleks|complex|menara|bangunan|mukim|floor|flr|suite|"
    r"street|road|rd|avenue|ave|lane|drive|boulevard|blvd|square|quay|terrace|crescent|highway|hwy|parkway|"
    r"rue|via|piazza|calle|kade|weg|straat|p\.?\s?o\.?\s?box|postfach)(?!\w)"
    r"|\w+(?:stra(?:ß|ss)e|str\.|weg|platz|gasse|allee|straat|laan|gracht)(?!\w)"
    r"|(?<=[a-z] )(?:street|st|ln|dr|court|ct|sq|way|place|row|close)\b\.?\s*(?:,|$)"
    r"|^\W*(?:no|lot|unit|level|tingkat|block|blok|blk|section|sek|batu|pt|p\.t|g/f)\b[\s.:,#-]*[A-Z]{0,3}[\s.-]?\d",
    re.IGNORECASE,
)
_POSTCODE = re.compile(
    r"(?<![\w(.:/-])(?:\d{5}(?:-\d{4})?|\d{4}\s?[A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d|\d{2}-\d{3}|\d{6})(?![\w-])"
)
_PLACE = re.compile(
    r"(?<!\w)(?:selangor|johor|kuala lumpur|malaysia|penang|pulau pinang|perak|melaka|malacca|kedah|kelantan|pahang|sabah|sarawak|"
    r"negeri sembilan|terengganu|putrajaya|w\.?p\.?|darul \w+|d\.e\.?|shah alam|petaling jaya|johor bahru|klang|puchong|cheras|ipoh|"
    r"singapore|united kingdom|england|scotland|wales|ireland|usa|u\.s\.a\.|united states|canada|australia|germany|deutschland|france|"
    r"nederland|netherlands|belgium|schweiz|österreich|austria|italia|italy|españa|spain|india|[A-Z][a-z]+, [A-Z]{2})(?!\w)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^\W*(?:tel|telp|telephone|phone|ph|mobile|hp|h/p|fax|e-?mail|website|web|www|http|gst|vat|tax|brn|roc|reg|co\.?\s?reg|co\.?\s?no|company\s?(?:reg|no)|"
    r"invoice|inv|receipt|bill|date|time|cashier|table|order|slip|doc|document|cash|credit|customer|ssm|ust|tin|ein|abn|"
    r"description|item|qty|shopping|business|operating|opening|hours|bill\s?to|ship\s?to|attn|terms|due|owned|counter|pos|trans|ref|page|member|"
    r"simplified|thank|welcome|datum|rechnung|ticket|br\s?no|st:|store|ctr|id|tei|sold|your|site)(?![a-z])|\b(?:tel|fax|phone)\b\s*(?:no)?[\s.:]*\+?\d",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"(?<!\w)(?:tax|invoice|receipt|cash\s?bill|bill|cash|thank|welcome|statement|order|tel|fax|phone|gst|vat|date|time|reprint|copy|"
    r"table|cashier|rechnung|total|description|qty|item|page|www|e-?mail|duplicate|guest check|take away|dine in|summary|number|sold by|"
    r"company|original|customer)(?!\w)|[@#]|\.com",
    re.IGNORECASE,
)
_REGISTRATION = re.compile(
    r"[\s,]*(?:\(\s*(?:co\.?\s?(?:reg)?\.?\s?(?:no)?\.?\s?:?\s*|reg\.?\s?no\.?\s?:?\s*|gst\s?\w*\s?:?\s*)?[A-Z]{0,3}\d[\d\s]{3,}[-\s]*[A-Z0-9]{0,2}\s*\)?|"
    r"(?<=\s)\d{4,}-?[A-Z]?)\s*$",
    re.IGNORECASE,
)
_PHONE = re.compile(r"^\W*\+?\(?\d[\d\s()./-]{7,}$")


def legal_form(text: str) -> bool:
    """Whether a company's legal form stands in the text: Sdn Bhd, Ltd, GmbH, Inc."""
    return bool(_LEGAL.search(text))


def ends_name(text: str) -> bool:
    """Whether the line is only the end of a company's name, its legal form with at most one word before it."""
    hit = _LEGAL.search(text)
    return hit is not None and len(text[: hit.start()].split()) <= 1


def trade_word(text: str) -> bool:
    return bool(_TRADE.search(text))


def title(text: str) -> bool:
    """Whether the text is a heading or a label that stands where names stand, such as TAX INVOICE."""
    return bool(_TITLE.search(text)) or bool(_PHONE.match(text))


def is_label(text: str) -> bool:
    """Whether the line begins something else: a telephone number, a tax number, a table."""
    return bool(_LABEL.match(text)) or bool(_PHONE.match(text))


def street(text: str) -> bool:
    return bool(_STREET.search(text)) and any(c.isdigit() for c in text)


def postcode(text: str) -> bool:
    return bool(_POSTCODE.search(text.upper())) and sum(c.isalpha() for c in text) > 3


def looks_like_address(text: str) -> bool:
    """Whether a line may begin or continue an address."""
    return not is_label(text) and not legal_form(text) and len(text) < 90 and (bool(_STREET.search(text)) or postcode(text))


def looks_like_place_end(text: str) -> bool:
    """Whether the line holds what ends an address: a postcode, a state, a country."""
    return not is_label(text) and len(text) < 60 and (postcode(text) or bool(_PLACE.search(text)))


def without_number(text: str) -> str:
    """The text less a registration number at its end: "ACME SDN BHD (123456-X)" gives "ACME SDN BHD"."""
    return _REGISTRATION.sub("", text) or text

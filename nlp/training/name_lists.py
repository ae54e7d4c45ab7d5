"""Names of people, companies and places of many origins, to stand where others stood: what is learnt is not the list.

They come from packages that are needed for training alone: people, places and invented companies from Faker's locales
(MIT), real companies from the stock indices of pytickersymbols (MIT). Run as `python -m nlp.training.name_lists`, it
writes these companies where nlp.understanding.companies looks for them.
"""

from __future__ import annotations

import re
from pathlib import Path

from faker import Faker
from pytickersymbols import PyTickerSymbols

#: Locales of Faker that write Latin letters.
ORIGINS = (
    "en_US", "en_GB", "en_IN", "en_NG", "yo_NG", "zu_ZA", "ga_IE", "de_DE", "fr_FR", "it_IT", "es_ES", "es_MX", "pt_BR",
    "pt_PT", "nl_NL", "da_DK", "sv_SE", "no_NO", "fi_FI", "et_EE", "pl_PL", "cs_CZ", "sk_SK", "hu_HU", "ro_RO", "hr_HR",
    "sl_SI", "tr_TR", "az_AZ", "id_ID",
)  # fmt: skip
#: Locales whose cities are real ones.
CITIES = ("de_DE", "pl_PL", "it_IT", "sv_SE", "tr_TR", "nl_NL", "cs_CZ", "hu_HU", "id_ID", "pt_BR")
#: Locales whose companies have the legal forms of their country.
COMPANIES = ("de_DE", "fr_FR", "it_IT", "es_ES", "es_MX", "pt_BR", "nl_NL", "sv_SE", "no_NO", "da_DK", "fi_FI", "pl_PL",
    "cs_CZ", "sk_SK", "hu_HU", "ro_RO", "hr_HR", "tr_TR", "id_ID", "en_IN")  # fmt: skip
OF_EACH = 120
#: Enough to meet nearly all of a locale's family names.
_FAMILIES = 3000


#: A legal form at the end of a company's name, which newspapers leave out.
_FORM = re.compile(
    r"[,.]? (?:Inc|Corp|Corporation|Ltd|Limited|plc|PLC|AG|SE|SA|S\.A|NV|N\.V|Company|Co|& Co|Group|Holdings?)\.?$"
)
TARGET = Path(__file__).parent.parent / "understanding" / "listed_companies.txt"
#: Under this name, beside those of labels, lists have companies as newspapers call them.
LISTED = "listed"


def as_papers_say(company: str) -> str:
    """The name without its legal form: Tesco for Tesco PLC."""
    short = _FORM.sub("", company)
    return short if short == company else as_papers_say(short)


def listed_companies() -> set[str]:
    """Companies of the stock indices, by their full names."""
    return {" ".join(str(stock["name"]).split()) for stock in PyTickerSymbols().get_all_stocks()}


def of_several_words() -> list[str]:
    """Listed companies by all their names that are no single word, which might be anything."""
    names = listed_companies()
    return sorted(name for name in names | set(map(as_papers_say, names)) if " " in name)


def name_lists(seed: int) -> dict[str, set[str]]:
    """PERSON, ORG, LOCATION and LISTED, some thousand names of each: the same for a seed, whatever the process."""
    people, places = set(), set()
    for origin in ORIGINS:
        fake = _seeded(origin, seed)
        people |= {f"{fake.first_name()} {fake.last_name()}" for _ in range(OF_EACH)}
        places |= {fake.city() for _ in range(OF_EACH)} if origin in CITIES else set()
    world = _seeded("en_US", seed)
    places |= {world.location_on_land()[2] for _ in range(10 * OF_EACH)} | {world.country() for _ in range(5 * OF_EACH)}
    listed = listed_companies()
    companies = set(listed)
    for origin in COMPANIES:
        fake = _seeded(origin, seed)
        invented = {fake.company() for _ in range(OF_EACH)}
        families = {fake.last_name() for _ in range(_FAMILIES)}
        # A family name alone, "Silva" or "Dos Santos", is not told from a person.
        companies |= {name for name in invented if " " in name and name not in families}
    return {"PERSON": people, "ORG": companies, "LOCATION": places, LISTED: set(map(as_papers_say, listed))}


def _seeded(locale: str, seed: int) -> Faker:
    fake = Faker(locale)
    fake.seed_instance(seed)
    for provider in fake.get_providers():
        if hasattr(provider, "cities"):  # Italy's were a set once, whose order is another in each process
            provider.cities = sorted(provider.cities)
    return fake


if __name__ == "__main__":
    TARGET.write_text("".join(f"{name}\n" for name in of_several_words()), "utf-8")

"""Rules of the labels other than dates and amounts: where a hit begins and ends, and what is left alone."""

from __future__ import annotations

import time

import pytest

from nlp.understanding import rules
from nlp.understanding.entities import Candidate, resolve


def found(text: str, label: str) -> list[str]:
    hits = [
        Candidate(h.start, h.end, h.label, h.value, h.confidence, "rule", h.validated) for h in rules.load().find(text)
    ]
    return [text[hit.start : hit.end] for hit in resolve(hits) if hit.label == label]


@pytest.mark.parametrize(
    ("before", "address", "after"),
    [
        ("offices at ", "300 Park Avenue, 2nd Floor, New York, NY 10022", ' ("Buyer")'),
        ("", "2525E Market Street, P.O. Box 21688, Greensboro, North Carolina 27420", " Attn"),
        ("", "P.O. Box 21688, Greensboro, North Carolina 27420 1688", "\nVIA FACSIMILE"),
        ("    Sheaf Ltd    ", "12 Main St, Troy, NY 12180", "    Order 7"),
        ("", "26905 West 11 Mile Road\nSouthfield, MI 48037", " Advertiser"),
        ("", "One Market Plaza, Menlo\nPark, CA 94025-1234, USA", "\nFax: 1"),
        ("Ltd, ", "10 Downing Street, London SW1A 2AA, United Kingdom", "."),
        ("", "Suite 3000, 79 Wellington Street West, Toronto, ON M5K 1N2", ""),
        ("", "Hauptstraße 12\n10115 Berlin", "\n\nRechnung"),
        ("", "8 rue de la Ville l’Évêque 75008 Paris", " - TVA"),
        ("to ", "Keizersgracht 12, 1015 AB Amsterdam", ", the"),
        ("ACME SDN BHD\n", "NO.53, JALAN SAGU 18,\nTAMAN DAYA,\n81100 JOHOR BAHRU,\nJOHOR", ".\nTEL: 07-1"),
    ],
)
def test_an_address_is_found_from_its_number_to_its_postcode_or_country(before: str, address: str, after: str) -> None:
    assert found(before + address + after, "ADDRESS") == [address]


def test_the_value_of_an_address_is_one_line() -> None:
    (hit,) = (h for h in rules.load().find("12 Main Street,\nSuite 4\nReno, NV 89501") if h.label == "ADDRESS")
    assert hit.value == {"kind": "text", "text": "12 Main Street, Suite 4, Reno, NV 89501"}


@pytest.mark.parametrize(
    "text",
    ["711 3rd Ave\n3rd Floor Billing Calendar Broadcast\nNew York, NY 10017", "12 Main Street", "Reno, NV 89501",
     "3 items Street of which 89501",
     "481 Schuylkill Road   1999 Mt Read Blvd Phoenixville, PA 19460   Building 3 ATTN: Jo   Rochester, NY. 14615",
     "55 Broad Street, 26th Floor       555 Broadway New York, New York, 10004      Redwood City, California 94063"],
)  # fmt: skip
def test_columns_that_mix_and_parts_alone_are_no_address(text: str) -> None:
    assert found(text, "ADDRESS") == []


def test_addresses_side_by_side_are_two() -> None:
    both = ["12 Main St, Troy, NY 12180", "14 Elm St, Troy, NY 12181"]
    assert found("    " + "    ".join(both), "ADDRESS") == both


def test_long_rows_of_capitalised_words_cost_little() -> None:
    text = "12 Alpha Beta Gamma Delta, " + "Epsilon Zeta Eta Theta, Iota Kappa " * 2_000 + "7  Main  Street " * 2_000
    started = time.perf_counter()
    found(text, "ADDRESS")
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize(
    ("text", "label", "hits"),
    [
        ("BILL#:\nV015- 673381\nPAX", "INVOICE_NUMBER", ["V015- 673381"]),
        ("TAX INVOICE NO.\n223894\nTHANK", "INVOICE_NUMBER", ["223894"]),
        ("TAX INVOICE NO.\nRM8.25\nx", "INVOICE_NUMBER", []),
        ("Alt Order #\n5000 Riverside Dr", "ORDER_NUMBER", []),
        ("Opinion and Order No. 8079", "ORDER_NUMBER", []),
        ("TAX\n9556641320027\n", "TAX_ID", []),
        ("Tax ID 899.999.068- 1, by", "TAX_ID", ["899.999.068- 1"]),
        ("GST\n002017808384\n", "TAX_ID", ["002017808384"]),
        ("TEL: 03-9201 6281/6920\n", "PHONE", ["03-9201 6281"]),
        ("Tel: 030/901820", "PHONE", ["030/901820"]),
        ("FAX 5.3 2343532 CITY", "PHONE", []),
        ("DFARS 252.227-7013", "PHONE", []),
        ("pager (888.916.7184), home", "PHONE", ["888.916.7184"]),
        ("K:\\CLIENTS\\FACTS.COM", "URL", []),
        ("SOFTWARE.NET CORPORATION", "URL", []),
        ("SHAREWARE.COM/DOWNLOAD.COM", "URL", ["SHAREWARE.COM"]),
        ("20.1%\n-0.4% of 10-15%", "PERCENT", ["20.1%", "-0.4%", "15%"]),
        ("split 50%/50% (1- 1/ 2%) (9. 50%)\n285\n%", "PERCENT", ["50%"]),
    ],
)
def test_where_numbers_begin_and_end(text: str, label: str, hits: list[str]) -> None:
    assert found(text, label) == hits


def test_a_share_keeps_its_sign() -> None:
    (hit,) = rules.load().find("down -19,6%")
    assert hit.value == {"kind": "percent", "percent": "-19.6"}

"""What people may choose from, and how a text becomes a value before it is kept."""

from __future__ import annotations

import httpx
import pytest

V1 = "/api/v1"


def test_types_fields_and_labels_are_those_of_the_rules_and_the_model(client: httpx.Client) -> None:
    told = client.get(f"{V1}/vocabulary").json()
    types = {known["name"]: {field["name"]: field["kind"] for field in known["fields"]} for known in told["types"]}
    assert types["invoice"]["total"] == "money"
    assert types["contract"].items() >= {"effective_date": "date", "party": "party"}.items()
    assert types["other"] == {}
    groups = {field["name"]: field["group"] for known in told["types"] for field in known["fields"]}
    assert (groups["amount"], groups["party"], groups["total"]) == ("items", "parties", None)
    labels = {label["name"]: label["kind"] for label in told["labels"]}
    assert labels.items() >= {"ORG": "text", "PERSON": "text", "DATE": "date", "MONEY": "money", "IBAN": "iban"}.items()


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        ({"label": "DATE", "text": "03/04/2025"}, {"kind": "date", "iso": "2025-04-03", "ambiguous": True}),
        ({"field": "total", "text": "GBP 1,250.00"}, {"kind": "money", "amount": "1250.00", "currency": "GBP"}),
        ({"field": "total", "text": "none"}, None),
        ({"field": "vendor", "text": " Acme\n Ltd "}, {"kind": "text", "text": "Acme Ltd"}),
        ({"label": "TAX_ID", "text": "002043319040"}, {"kind": "id", "id": "002043319040"}),
        ({"label": "TAX_ID", "text": "FR60 421 938 861"}, {"kind": "id", "id": "FR60421938861"}),
        ({"label": "OWN_LABEL", "text": "x y"}, {"kind": "text", "text": "x y"}),
    ],
)
def test_a_text_is_worth_what_a_correction_would_keep(
    client: httpx.Client, asked: dict[str, str], value: dict[str, object] | None
) -> None:
    answer = client.get(f"{V1}/values", params=asked).json()
    assert (answer["text"], answer["value"]) == (asked["text"], value)

"""What is said in labels, letter by letter."""

from __future__ import annotations

import pytest

from frontend import wording


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("AT&amp;T &copy;.pdf", r"AT\&amp\;T \&copy\;\.pdf"),
        ("1. +a\n- b", r"1\. \+a \- b"),
        (r"![x](y) *a* `b` $c$ ~d~ <e> :red[f]", r"\!\[x\]\(y\) \*a\* \`b\` \$c\$ \~d\~ \<e\> \:red\[f\]"),
        ("Übergröße 発票", "Übergröße 発票"),
    ],
)
def test_markdown_in_a_name_is_only_text(name: str, label: str) -> None:
    assert wording.plain(name) == label


@pytest.mark.parametrize("name", ["A -> C", "A <-> C", "<- C", "A --", "a >= b", ":smile: a", ":material/home: a"])
def test_signs_that_streamlit_would_draw_are_parted(name: str) -> None:
    """Escaping alone does not help against them: tests/frontend/test_browser.py shows it."""
    label = wording.plain(name)
    assert "\u2060" in label
    assert label.replace("\\", "").replace("\u2060", "") == name


@pytest.mark.parametrize(
    ("name", "title"),
    [("vendor_address", "Vendor address"), ("ORG", "Organisation"), ("iban", "IBAN"), ("resume", "Résumé")],
)
def test_names_are_written_as_people_write_them(name: str, title: str) -> None:
    assert wording.title(name) == title

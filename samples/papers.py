"""Layouts of a report with tables, a filled-in form and an account statement. Companies and persons are invented."""

from __future__ import annotations

from samples.sheet import A4, LETTER, Cell, Sheet, signature
from samples.truth import Truth, date, money

NAVY = "#22406b"


def report() -> tuple[Sheet, Truth]:
    sheet = Sheet(A4, "Quarterly report on river quality")
    sheet.box(0, 0, A4[0], 120, fill=NAVY, stroke=0)
    sheet.text(60, 64, "River Quality Report", "wide-bold", 22, ink="#ffffff")
    sheet.text(60, 88, "First quarter 2026 · River Tavy catchment", "wide", 11, ink="#ffffff")
    sheet.text(60, 150, "Published by the Moorland Rivers Trust on 16 April 2026", "wide", 9.5)
    y = sheet.text(60, 186, "Summary", "wide-bold", 13, ink=NAVY) + 4
    for paragraph in [
        "Water quality in the catchment improved for the third quarter in a row. Ammonia fell at four of five "
        "stations, and dissolved oxygen stayed above the target everywhere. Phosphate remains a concern below the "
        "works at Hollow Bridge.",
        "The field programme was led by Dr Anselm Whitcombe with volunteers from Tavistock and Plymouth. It cost "
        "£18,450.00, of which the Wyvern Foundation paid £12,000.00.",
    ]:
        y = sheet.paragraph(60, y, 475, paragraph, "wide", 9.5, 1.5)
    y = sheet.text(60, y + 8, "Results", "wide-bold", 13, ink=NAVY) + 4
    method = "Samples were taken on 14 January, 11 February and 18 March 2026. Table 1 gives the mean of three samples."
    y = sheet.paragraph(60, y, 475, method, "wide", 9.5, 1.5)
    y = sheet.text(60, y + 6, "Table 1: Mean values by station, January to March 2026", "wide-bold", 9) + 6
    columns = [(66, "left"), (240, "right"), (330, "right"), (430, "right"), (529, "right")]
    table = [
        ("Station", "Oxygen mg/l", "Ammonia mg/l", "Phosphate mg/l", "Change"),
        ("Mary Tavy", "11.2", "0.04", "0.02", "-12 %"),
        ("Hollow Bridge", "9.8", "0.11", "0.19", "+3 %"),
        ("Abbey Weir", "10.4", "0.08", "0.09", "-8 %"),
        ("Denham", "10.9", "0.06", "0.07", "-15 %"),
        ("Lopwell", "10.1", "0.07", "0.08", "-6 %"),
    ]
    for at, row in enumerate(table):
        if at % 2 == 0:
            sheet.box(60, y - 11, 475, 17, fill="#d5dfec" if at == 0 else "#f2f5f9", stroke=0)
        cells: list[Cell] = [
            (x, cell, "right" if side == "right" else "left") for (x, side), cell in zip(columns, row, strict=True)
        ]
        sheet.row(y, cells, "wide-bold" if at == 0 else "wide", 8.5)
        y += 17
    sheet.rule(60, y - 11, 535, y - 11)
    y = sheet.paragraph(
        60,
        y + 14,
        475,
        "The rise at Hollow Bridge follows two overflows in February, reported by Westcombe Utilities plc to the "
        "regulator.",
        "wide",
        9.5,
        1.5,
    )
    sheet.text(535, 806, "1", "wide", 8, "right")
    sheet.next_page()
    y = sheet.text(60, 70, "Findings and next steps", "wide-bold", 13, ink=NAVY) + 4
    for paragraph in [
        "The improvement at Denham is the largest since monitoring began. It coincides with the fencing of three "
        "kilometres of bank, which keeps cattle out of the water.",
        "At Hollow Bridge the phosphate target of 0.10 mg/l was missed for the second year. We recommend continuous "
        "sampling there from 1 May 2026 and have asked Westcombe Utilities plc to share its own data.",
        "The next report covers April to June and will be published in July 2026.",
    ]:
        y = sheet.paragraph(60, y, 475, paragraph, "wide", 9.5, 1.5)
    y = sheet.text(60, y + 8, "Conclusion", "wide-bold", 13, ink=NAVY) + 4
    closing = "The catchment is on course to reach good status by 2028 if phosphate below the works can be halved."
    y = sheet.paragraph(60, y, 475, closing, "wide", 9.5, 1.5)
    sheet.text(
        60, y + 14, "Contact: Priya Venkataraman, data@moorlandrivers.example, www.moorlandrivers.example", "wide", 8.5
    )
    sheet.text(535, 806, "2", "wide", 8, "right")
    names = {
        "ORG": ["Moorland Rivers Trust", "Wyvern Foundation", "Westcombe Utilities plc"],
        "PERSON": ["Anselm Whitcombe", "Priya Venkataraman"],
        "LOCATION": [
            "River Tavy",
            "Hollow Bridge",
            "Tavistock",
            "Plymouth",
            "Mary Tavy",
            "Abbey Weir",
            "Denham",
            "Lopwell",
        ],
        "DATE": ["16 April 2026", "18 March 2026", "1 May 2026", "July 2026"],
        "MONEY": ["£18,450.00", "£12,000.00"],
        "EMAIL": ["data@moorlandrivers.example"],
        "URL": ["www.moorlandrivers.example"],
    }
    return sheet, Truth("report", [("date", "16 April 2026", date("2026-04-16"))], names)


def form() -> tuple[Sheet, Truth]:
    sheet = Sheet(LETTER, "Application for a stall permit")
    sheet.text(306, 56, "TOWNSHIP OF ELM HOLLOW", "sans-bold", 13, "centre")
    sheet.text(306, 76, "APPLICATION FOR A MARKET STALL PERMIT", "sans-bold", 15, "centre")
    sheet.text(306, 92, "Form MS-12 · Please print clearly in ink", "sans", 8.5, "centre")
    y = 112.0
    sections = [
        (
            "1. Applicant",
            [
                [("Last name", "Abernathy", 250), ("First name", "Cornelius", 238)],
                [("Street address", "77 Willow Bend Road", 330), ("Apt.", "2B", 158)],
                [("City", "Elm Hollow", 250), ("State", "VT", 80), ("ZIP code", "05000", 158)],
                [("Phone", "(555) 555-0133", 200), ("E-mail", "c.abernathy@mail.example", 288)],
            ],
        ),
        (
            "2. Business",
            [
                [("Business name", "Abernathy Honey & Wax LLC", 330), ("Tax ID", "00-0000417", 158)],
                [("Goods to be sold", "Honey, candles, soap", 488)],
                [
                    ("First market day", "05/02/2026", 160),
                    ("Last market day", "10/31/2026", 160),
                    ("Fee paid", "$140.00", 168),
                ],
            ],
        ),
    ]
    for heading, rows in sections:
        sheet.box(62, y, 488, 16, fill="#cccccc")
        sheet.text(68, y + 12, heading, "sans-bold", 9.5)
        y += 16
        for row in rows:
            x = 62.0
            for _, _, width in row:
                sheet.box(x, y, width, 34)
                x += width
            starts = [62.0 + sum(width for _, _, width in row[:at]) for at in range(len(row))]
            sheet.row(y + 9, [(x + 4, label, "left") for x, (label, _, _) in zip(starts, row, strict=True)], "sans", 7)
            sheet.row(
                y + 27, [(x + 10, answer, "left") for x, (_, answer, _) in zip(starts, row, strict=True)], "mono", 12
            )
            y += 34
        y += 12
    sheet.box(62, y, 488, 16, fill="#cccccc")
    sheet.text(68, y + 12, "3. Declarations", "sans-bold", 9.5)
    y += 36
    for mark, question in [
        ("X", "I need electric power at the stall."),
        ("", "I will cook or heat food at the stall."),
        ("X", "I have read the rules of the market and agree to keep them."),
    ]:
        sheet.box(68, y - 10, 12, 12)
        sheet.row(y, [(71, mark, "left"), (90, question, "left")], "sans", 10)
        y += 22
    y += 26
    signature(sheet, 96, y - 2, 0.43)
    sheet.rule(68, y, 330, y)
    sheet.rule(380, y, 545, y)
    sheet.text(400, y - 5, "03/24/2026", "mono", 12)
    sheet.row(y + 11, [(68, "Signature of applicant", "left"), (380, "Date", "left")], "sans", 7.5)
    y += 40
    sheet.box(62, y, 488, 62, fill="#eeeeee")
    sheet.text(68, y + 14, "FOR OFFICE USE ONLY", "sans-bold", 9)
    sheet.row(
        y + 34,
        [(68, "Received by: ____________________", "left"), (320, "Permit no. ________________", "left")],
        "sans",
        9,
    )
    sheet.row(
        y + 52, [(68, "Approved:  [ ] yes   [ ] no", "left"), (320, "Stall no. _________________", "left")], "sans", 9
    )
    names = {
        "ORG": ["TOWNSHIP OF ELM HOLLOW", "Abernathy Honey & Wax LLC"],
        "LOCATION": ["Willow Bend Road", "Elm Hollow", "VT"],
        "DATE": ["05/02/2026", "10/31/2026", "03/24/2026"],
        "MONEY": ["$140.00"],
        "PHONE": ["(555) 555-0133"],
        "EMAIL": ["c.abernathy@mail.example"],
        "TAX_ID": ["00-0000417"],
    }
    return sheet, Truth("form", [("date", "03/24/2026", date("2026-03-24"))], names)


def statement() -> tuple[Sheet, Truth]:
    sheet = Sheet(A4, "Account statement")
    sheet.text(56, 62, "Lighthouse Savings Bank", "helvetica-bold", 17, ink=NAVY)
    sheet.text(56, 78, "2 Beacon Street, Dundee DD1 9ZZ", "helvetica", 9)
    sheet.text(539, 62, "Account statement", "helvetica", 15, "right")
    sheet.block(56, 124, ["Ms Yolanda Ferreira", "8 Tannery Wynd", "Dundee DD2 9ZZ"], "helvetica", 10)
    facts = [
        ("Statement date", "31 March 2026"),
        ("Statement period", "1 March to 31 March 2026"),
        ("IBAN", "GB33BUKB20201555555555"),
        ("Opening balance", "£1,204.66"),
        ("Closing balance", "£1,877.31"),
    ]
    for at, (label, fact) in enumerate(facts):
        sheet.row(124 + at * 15, [(330, label, "left"), (539, fact, "right")], "helvetica", 9.5)
    y = 234.0
    sheet.box(56, y - 13, 483, 19, fill="#dde5f0", stroke=0)
    head: list[Cell] = [(62, "Date", "left"), (130, "Details", "left"), (370, "Paid out", "right")]
    sheet.row(y, [*head, (450, "Paid in", "right"), (533, "Balance", "right")], "helvetica-bold", 9)
    y += 20
    rows = [
        ("02 Mar 2026", "Rent, Tannery Wynd Lettings", "745.00", "", "459.66"),
        ("04 Mar 2026", "Card payment, Corner Grocer", "38.12", "", "421.54"),
        ("09 Mar 2026", "Direct debit, Northlight Energy", "96.40", "", "325.14"),
        ("13 Mar 2026", "Cash machine, Market Gate", "60.00", "", "265.14"),
        ("18 Mar 2026", "Card payment, Harbour Books", "22.95", "", "242.19"),
        ("25 Mar 2026", "Salary, Quillfeather Press Ltd", "", "1,690.00", "1,932.19"),
        ("28 Mar 2026", "Standing order, Bicycle club", "15.00", "", "1,917.19"),
        ("30 Mar 2026", "Card payment, Rail tickets", "39.88", "", "1,877.31"),
    ]
    for day, what, out, paid_in, balance in rows:
        cells: list[Cell] = [(62, day, "left"), (130, what, "left"), (370, out, "right"), (450, paid_in, "right")]
        sheet.row(y, [*cells, (533, balance, "right")], "helvetica", 9)
        sheet.rule(56, y + 6, 539, y + 6, 0.25)
        y += 19
    note = "Deposits are protected up to £85,000.00. If a transaction is not yours call us at once on 020 7946 0660."
    sheet.paragraph(56, y + 20, 483, note, "helvetica", 8.5)
    sheet.text(539, 806, "Page 1 of 1", "helvetica", 8, "right")
    fields = [
        ("date", "31 March 2026", date("2026-03-31")),
        ("closing_balance", "£1,877.31", money("1877.31", "GBP")),
        ("iban", "GB33BUKB20201555555555", {"kind": "iban", "iban": "GB33BUKB20201555555555"}),
    ]
    names = {
        "ORG": ["Lighthouse Savings Bank", "Tannery Wynd Lettings", "Northlight Energy", "Quillfeather Press Ltd"],
        "PERSON": ["Yolanda Ferreira"],
        "LOCATION": ["Beacon Street", "Dundee", "Tannery Wynd"],
        "DATE": ["31 March 2026", *(row[0] for row in rows)],
        "MONEY": ["£1,204.66", "£1,877.31", "£85,000.00"],
        "PHONE": ["020 7946 0660"],
        "IBAN": ["GB33BUKB20201555555555"],
    }
    return sheet, Truth("statement", fields, names)

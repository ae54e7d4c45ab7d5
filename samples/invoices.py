"""Layouts of three invoices: British, German (two pages, two languages) and American. All names are invented."""

from __future__ import annotations

from samples.sheet import A4, LETTER, Cell, Sheet
from samples.truth import Truth, date, money, text


def british() -> tuple[Sheet, Truth]:
    sheet = Sheet(A4, "Invoice KW-2026-0417")
    sheet.box(0, 0, A4[0], 14, fill="#1f4e5f", stroke=0)
    sheet.text(48, 62, "Kestrel Works Ltd", "helvetica-bold", 20, ink="#1f4e5f")
    sheet.block(48, 80, ["Unit 7, Foundry Lane", "Bristol BS1 4QT", "United Kingdom"], "helvetica", 9)
    sheet.block(48, 118, ["accounts@kestrelworks.example", "+44 20 7946 0182"], "helvetica", 9)
    sheet.text(547, 66, "INVOICE", "helvetica-bold", 24, "right")
    facts = [
        ("Invoice number", "KW-2026-0417"),
        ("Invoice date", "14 April 2026"),
        ("Due date", "14 May 2026"),
        ("VAT number", "GB999999973"),
    ]
    for step, (label, fact) in enumerate(facts):
        sheet.row(92 + step * 14, [(390, label, "left"), (547, fact, "right")], "helvetica", 9)
    sheet.text(48, 176, "Bill to", "helvetica-bold", 9, ink="#1f4e5f")
    bill_to = ["Larkspur Housing Association", "Ms Imogen Thackeray", "22 Cathedral Row", "Exeter EX1 9ZZ"]
    sheet.block(48, 190, bill_to, "helvetica", 10)
    sheet.box(48, 262, 499, 20, fill="#1f4e5f", stroke=0)
    head: list[Cell] = [(56, "Description", "left"), (340, "Qty", "right"), (430, "Unit price", "right")]
    sheet.row(276, [*head, (539, "Amount", "right")], "helvetica-bold", 9, ink="#ffffff")
    items = [
        ("Survey of stair rails, blocks A to D", "4", "£185.00", "£740.00"),
        ("Galvanised handrail, 3 m lengths", "26", "£48.50", "£1,261.00"),
        ("Fitting, two persons, per day", "5", "£420.00", "£2,100.00"),
        ("Disposal of old rails", "1", "£135.00", "£135.00"),
    ]
    y = 300.0
    for what, count, price, amount in items:
        cells: list[Cell] = [(56, what, "left"), (340, count, "right"), (430, price, "right"), (539, amount, "right")]
        sheet.row(y, cells, "helvetica", 9.5)
        sheet.rule(48, y + 8, 547, y + 8, 0.3)
        y += 24
    y += 8
    for label, amount, face in (
        ("Subtotal", "£4,236.00", "helvetica"),
        ("VAT 20%", "£847.20", "helvetica"),
        ("Total due", "£5,083.20", "helvetica-bold"),
    ):
        sheet.row(y, [(390, label, "left"), (539, amount, "right")], face, 10.5)
        y += 18
    sheet.text(48, 640, "Payment", "helvetica-bold", 9, ink="#1f4e5f")
    payment = (
        "Please pay by bank transfer to Kestrel Works Ltd, IBAN GB29 NWBK 6016 1331 9268 19, quoting KW-2026-0417."
    )
    sheet.paragraph(48, 654, 499, payment, "helvetica", 9)
    sheet.text(
        48, 682, "Questions: Owen Pritchard, accounts@kestrelworks.example, www.kestrelworks.example", "helvetica", 9
    )
    sheet.text(297, 806, "Kestrel Works Ltd, registered in England and Wales no. 00000417", "helvetica", 7.5, "centre")
    address = "Unit 7, Foundry Lane\nBristol BS1 4QT\nUnited Kingdom"
    fields = [
        ("vendor", "Kestrel Works Ltd", text("Kestrel Works Ltd")),
        ("vendor_address", address, text(address.replace("\n", ", "))),
        ("customer", "Larkspur Housing Association", text("Larkspur Housing Association")),
        ("number", "KW-2026-0417", {"kind": "id", "id": "KW-2026-0417"}),
        ("date", "14 April 2026", date("2026-04-14")),
        ("due_date", "14 May 2026", date("2026-05-14")),
        ("net", "£4,236.00", money("4236.00", "GBP")),
        ("tax", "£847.20", money("847.20", "GBP")),
        ("total", "£5,083.20", money("5083.20", "GBP")),
    ]
    names = {
        "ORG": ["Kestrel Works Ltd", "Larkspur Housing Association"],
        "PERSON": ["Imogen Thackeray", "Owen Pritchard"],
        "LOCATION": ["Foundry Lane", "Bristol", "United Kingdom", "Cathedral Row", "Exeter", "England", "Wales"],
        "DATE": ["14 April 2026", "14 May 2026"],
        "MONEY": [*(amount for item in items for amount in item[2:]), "£4,236.00", "£847.20", "£5,083.20"],
        "EMAIL": ["accounts@kestrelworks.example"],
        "PHONE": ["+44 20 7946 0182"],
        "URL": ["www.kestrelworks.example"],
        "IBAN": ["GB29 NWBK 6016 1331 9268 19"],
        "INVOICE_NUMBER": ["KW-2026-0417"],
        "TAX_ID": ["GB999999973"],
    }
    return sheet, Truth("invoice", fields, names)


def _euros(cents: int) -> str:
    return f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"


GERMAN_ITEMS = [
    (f"{name} {size}", 2 + (at * 7) % 23, 1190 + (at * 3170) % 28900)
    for at, (name, size) in enumerate(
        (name, size)
        for name in ("Kugellager / ball bearing", "Dichtring / sealing ring", "Keilriemen / V-belt", "Welle / shaft")
        for size in ("6204", "6206", "6208", "6210", "6302", "6304", "6306", "6308", "6310")
    )
]


def german() -> tuple[Sheet, Truth]:
    sheet = Sheet(A4, "Rechnung 2026-10553")
    net = sum(count * price for _, count, price in GERMAN_ITEMS)
    tax = round(net * 0.19)
    sheet.text(297, 52, "Brandmeier Antriebstechnik GmbH", "sans-bold", 17, "centre")
    sheet.text(297, 68, "Getriebe · Lager · Wellen", "sans", 9, "centre")
    sheet.rule(56, 78, 539, 78, 1.2)
    sender = "Brandmeier Antriebstechnik GmbH · Ahornweg 12 · 99999 Musterstadt"
    sheet.text(56, 122, sender, "sans", 7)
    recipient = ["Vandersloot Maritiem B.V.", "Inkoop / Purchasing", "Kade 88", "1000 ZZ Voorbeeldhaven", "Nederland"]
    sheet.block(56, 140, recipient, "sans", 10.5)
    facts = [
        ("Rechnung Nr. / Invoice no.", "2026-10553"),
        ("Datum / Date", "03.03.2026"),
        ("Fällig / Due", "02.04.2026"),
        ("Bestellung / Order", "PO 77120"),
        ("USt-IdNr. / VAT ID", "DE136695976"),
    ]
    for step, (label, fact) in enumerate(facts):
        sheet.row(140 + step * 14, [(330, label, "left"), (539, fact, "right")], "sans", 9)
    sheet.text(56, 252, "RECHNUNG / INVOICE", "sans-bold", 14)
    y = _table_head(sheet, 276)
    for number, (what, count, price) in enumerate(GERMAN_ITEMS, start=1):
        if y > 745:
            sheet.text(539, y + 6, "Fortsetzung Seite 2 / continued on page 2", "sans-italic", 8.5, "right")
            _foot(sheet, 1)
            sheet.next_page()
            sheet.row(52, [(56, "Rechnung / Invoice 2026-10553", "left"), (539, "03.03.2026", "right")], "sans", 9)
            y = _table_head(sheet, 76)
        cells: list[Cell] = [(74, str(number), "right"), (86, what, "left"), (340, str(count), "right")]
        sheet.row(y, [*cells, (430, _euros(price), "right"), (539, _euros(count * price), "right")], "sans", 9.5)
        y += 18
    sheet.rule(56, y - 8, 539, y - 8)
    y += 10
    for label, cents, face in (
        ("Nettobetrag / Net amount", net, "sans"),
        ("MwSt. 19 % / VAT 19 %", tax, "sans"),
        ("Gesamtbetrag / Total amount", net + tax, "sans-bold"),
    ):
        sheet.row(y, [(300, label, "left"), (539, f"{_euros(cents)} EUR", "right")], face, 10.5)
        y += 18
    y = sheet.paragraph(
        56, y + 16, 483, "Zahlbar innerhalb von 30 Tagen ohne Abzug. Payable within 30 days.", "sans", 9.5
    )
    sheet.paragraph(
        56, y, 483, "Ihre Ansprechpartnerin / your contact: Frau Annelie Großkopf, +49 30 23125 104", "sans", 9.5
    )
    _foot(sheet, 2)
    amounts = [f"{_euros(cents)} EUR" for cents in (net, tax, net + tax)]
    fields = [
        ("vendor", "Brandmeier Antriebstechnik GmbH", text("Brandmeier Antriebstechnik GmbH")),
        ("vendor_address", "Ahornweg 12 · 99999 Musterstadt", text("Ahornweg 12 · 99999 Musterstadt")),
        ("customer", "Vandersloot Maritiem B.V.", text("Vandersloot Maritiem B.V.")),
        ("number", "2026-10553", {"kind": "id", "id": "2026-10553"}),
        ("date", "03.03.2026", date("2026-03-03")),
        ("due_date", "02.04.2026", date("2026-04-02")),
        *(
            (name, shown, money(f"{cents / 100:.2f}", "EUR"))
            for name, shown, cents in zip(("net", "tax", "total"), amounts, (net, tax, net + tax), strict=True)
        ),
    ]
    names = {
        "ORG": ["Brandmeier Antriebstechnik GmbH", "Vandersloot Maritiem B.V."],
        "PERSON": ["Annelie Großkopf"],
        "LOCATION": ["Ahornweg", "Musterstadt", "Voorbeeldhaven", "Nederland"],
        "DATE": ["03.03.2026", "02.04.2026"],
        "MONEY": amounts,
        "EMAIL": ["rechnung@brandmeier.example"],
        "PHONE": ["+49 30 23125 104"],
        "IBAN": ["DE89 3704 0044 0532 0130 00"],
        "INVOICE_NUMBER": ["2026-10553"],
        "TAX_ID": ["DE136695976"],
    }
    return sheet, Truth("invoice", fields, names)


def _table_head(sheet: Sheet, y: float) -> float:
    head: list[Cell] = [(74, "Pos.", "right"), (86, "Artikel / Item", "left"), (340, "Menge / Qty", "right")]
    sheet.row(y, [*head, (430, "Preis / Price", "right"), (539, "Betrag / Amount", "right")], "sans-bold", 9)
    sheet.rule(56, y + 5, 539, y + 5, 0.8)
    return y + 22


def _foot(sheet: Sheet, number: int) -> None:
    sheet.rule(56, 788, 539, 788, 0.4)
    sheet.text(56, 800, "IBAN DE89 3704 0044 0532 0130 00 · rechnung@brandmeier.example", "sans", 7.5)
    sheet.text(56, 812, f"Geschäftsführer: siehe Handelsregister · Seite / Page {number} von / of 2", "sans", 7.5)


def american() -> tuple[Sheet, Truth]:
    sheet = Sheet(LETTER, "Invoice 88213")
    sheet.text(54, 66, "HARBOR & PINE ELECTRIC, INC.", "mono-bold", 15)
    sheet.block(54, 84, ["4410 Quarry Road, Suite 3", "Springvale, OH 45000", "(555) 555-0148"], "mono", 10)
    sheet.row(66, [(558, "INVOICE", "right")], "mono-bold", 18)
    facts = [("Invoice #", "88213"), ("Date", "02/19/2026"), ("Terms", "Net 30"), ("Due date", "03/21/2026")]
    for step, (label, fact) in enumerate(facts):
        sheet.box(380, 84 + step * 17, 178, 17)
        sheet.rule(456, 84 + step * 17, 456, 101 + step * 17)
        sheet.row(96 + step * 17, [(386, label, "left"), (552, fact, "right")], "mono", 9.5)
    sheet.box(54, 178, 250, 84)
    sheet.text(60, 191, "Bill To:", "mono-bold", 9)
    bill_to = ["Delgado Family Dental", "Attn: Rosalind Delgado", "917 Mercer Street", "Springvale, OH 45000"]
    sheet.block(60, 206, bill_to, "mono", 10)
    columns = [54, 370, 420, 488, 558]
    sheet.box(54, 290, 504, 20, fill="#dddddd")
    head: list[Cell] = [(60, "DESCRIPTION", "left"), (414, "QTY", "right"), (482, "RATE", "right")]
    sheet.row(304, [*head, (552, "AMOUNT", "right")], "mono-bold", 9.5)
    items = [
        ("Replace panel board, 200 A", "1", "1,850.00", "1,850.00"),
        ("Copper cable 4/0, per foot", "60", "7.25", "435.00"),
        ("Labor, master electrician, hours", "14", "95.00", "1,330.00"),
        ("City permit, at cost", "1", "120.00", "120.00"),
    ]
    y = 326.0
    for what, count, rate, amount in items:
        cells: list[Cell] = [(60, what, "left"), (414, count, "right"), (482, rate, "right"), (552, amount, "right")]
        sheet.row(y, cells, "mono", 9.5)
        y += 19
    for x in columns:
        sheet.rule(x, 290, x, 520)
    sheet.rule(54, 520, 558, 520)
    y = 540
    for label, amount, face in (
        ("Subtotal", "$3,735.00", "mono"),
        ("Sales tax 6.5%", "$242.78", "mono"),
        ("BALANCE DUE", "$3,977.78", "mono-bold"),
    ):
        sheet.row(y, [(370, label, "left"), (552, amount, "right")], face, 10.5)
        y += 19
    sheet.text(54, 640, "Make checks payable to Harbor & Pine Electric, Inc.", "mono", 9.5)
    sheet.text(54, 656, "Thank you for your business!", "mono", 9.5)
    address = "4410 Quarry Road, Suite 3\nSpringvale, OH 45000"
    fields = [
        ("vendor", "HARBOR & PINE ELECTRIC, INC.", text("HARBOR & PINE ELECTRIC, INC.")),
        ("vendor_address", address, text(address.replace("\n", ", "))),
        ("customer", "Delgado Family Dental", text("Delgado Family Dental")),
        ("number", "88213", {"kind": "id", "id": "88213"}),
        ("date", "02/19/2026", date("2026-02-19")),
        ("due_date", "03/21/2026", date("2026-03-21")),
        ("net", "$3,735.00", money("3735.00", "USD")),
        ("tax", "$242.78", money("242.78", "USD")),
        ("total", "$3,977.78", money("3977.78", "USD")),
    ]
    names = {
        "ORG": ["HARBOR & PINE ELECTRIC, INC.", "Harbor & Pine Electric, Inc.", "Delgado Family Dental"],
        "PERSON": ["Rosalind Delgado"],
        "LOCATION": ["Quarry Road", "Springvale", "OH", "Mercer Street"],
        "DATE": ["02/19/2026", "03/21/2026"],
        "MONEY": ["$3,735.00", "$242.78", "$3,977.78"],
        "PHONE": ["(555) 555-0148"],
        "INVOICE_NUMBER": ["88213"],
    }
    return sheet, Truth("invoice", fields, names)

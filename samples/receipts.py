"""Layouts of three till receipts on narrow paper, drawn as the printer would; ageing them is left to scan.py."""

from __future__ import annotations

from collections.abc import Sequence

from samples.sheet import Sheet
from samples.truth import Truth, date, money, text

WIDTH = 226.0  # 80 mm of thermal paper, in points


def _pairs(sheet: Sheet, y: float, pairs: Sequence[tuple[str, str]], face: str, size: float) -> float:
    for left, right in pairs:
        sheet.row(y, [(12, left, "left"), (WIDTH - 12, right, "right")], face, size)
        y += size * 1.45
    return y


def _dashes(sheet: Sheet, y: float) -> float:
    sheet.rule(12, y - 4, WIDTH - 12, y - 4, 0.7, (3, 2))
    return y + 8


def cafe() -> tuple[Sheet, Truth]:
    sheet = Sheet((WIDTH, 400), "Receipt")
    middle = WIDTH / 2
    y = sheet.text(middle, 34, "The Copper Kettle", "till-bold", 13, "centre")
    y = sheet.block(middle, y + 2, ["18 Mill Street", "Durham DH1 9ZZ"], "till", 8.5, "centre")
    y = sheet.text(middle, y, "Tel 020 7946 0315", "till", 8.5, "centre")
    y = sheet.text(middle, y, "VAT No GB 999 9999 73", "till", 8.5, "centre")
    y = _pairs(sheet, y + 8, [("Receipt no: 004512", "Table 6"), ("21/02/2026", "13:47")], "till", 8.5)
    y = _dashes(sheet, y)
    items = [
        ("2 Flat white", "6.80"),
        ("1 Leek & potato soup", "7.25"),
        ("1 Cheese scone", "3.10"),
        ("1 Apple juice", "2.95"),
    ]
    y = _dashes(sheet, _pairs(sheet, y, items, "till", 8.5))
    y = _pairs(sheet, y, [("Subtotal", "20.10"), ("VAT 20% incl.", "3.35")], "till", 8.5)
    y = _pairs(sheet, y + 4, [("TOTAL", "£20.10")], "till-bold", 12)
    y = _pairs(sheet, y + 2, [("Cash", "25.00"), ("Change", "4.90")], "till", 8.5)
    y = _dashes(sheet, y + 4)
    y = sheet.text(middle, y + 4, "You were served by Bronwen", "till", 8.5, "centre")
    sheet.text(middle, y, "Thank you, see you soon!", "till", 8.5, "centre")
    address = "18 Mill Street\nDurham DH1 9ZZ"
    fields = [
        ("vendor", "The Copper Kettle", text("The Copper Kettle")),
        ("vendor_address", address, text(address.replace("\n", ", "))),
        ("number", "004512", {"kind": "id", "id": "004512"}),
        ("date", "21/02/2026", date("2026-02-21")),
        ("tax", "3.35", money("3.35", "GBP")),
        ("total", "£20.10", money("20.10", "GBP")),
    ]
    names = {
        "ORG": ["The Copper Kettle"],
        "PERSON": ["Bronwen"],
        "LOCATION": ["Mill Street", "Durham"],
        "DATE": ["21/02/2026"],
        "MONEY": ["£20.10"],
        "PHONE": ["020 7946 0315"],
        "INVOICE_NUMBER": ["004512"],
        "TAX_ID": ["GB 999 9999 73"],
    }
    return sheet, Truth("receipt", fields, names)


def hardware() -> tuple[Sheet, Truth]:
    sheet = Sheet((WIDTH, 430), "Tax invoice")
    middle = WIDTH / 2
    y = sheet.text(middle, 32, "SINAR JAYA HARDWARE SDN BHD", "sans-bold", 11.5, "centre")
    y = sheet.text(middle, y, "(000417-X)", "sans", 9, "centre")
    y = sheet.block(middle, y, ["NO. 27, JALAN CONTOH 3/5,", "TAMAN CONTOH, 99999 KOTA CONTOH"], "sans", 9, "centre")
    y = sheet.text(middle, y, "GST ID : 000099990000", "sans", 9, "centre")
    y = sheet.text(middle, y + 6, "TAX INVOICE", "sans-bold", 10.5, "centre")
    y = _pairs(sheet, y + 4, [("Invoice No. : CS-118204", ""), ("Date : 09-01-2026", "Time : 10:22:41")], "sans", 9)
    y = _dashes(sheet, y + 2)
    y = _pairs(sheet, y, [("Item", "Amount (RM)")], "sans-bold", 9)
    items = [
        ("HINGE 3IN STEEL   6 x 4.50", "27.00"),
        ("WOOD SCREW BOX   2 x 8.90", "17.80"),
        ("SANDPAPER 120   10 x 1.20", "12.00"),
        ("PAINT BRUSH 2IN   1 x 6.40", "6.40"),
    ]
    y = _dashes(sheet, _pairs(sheet, y, items, "sans", 9) + 2)
    sums = [("Total Excl. GST", "63.20"), ("GST @ 6%", "3.79"), ("Rounding", "0.01")]
    y = _pairs(sheet, y, sums, "sans", 9)
    y = _pairs(sheet, y + 3, [("TOTAL RM", "67.00")], "sans-bold", 13)
    y = _pairs(sheet, y, [("CASH", "70.00"), ("CHANGE", "3.00")], "sans", 9)
    y = _dashes(sheet, y + 4)
    y = sheet.text(middle, y + 2, "GOODS SOLD ARE NOT RETURNABLE", "sans", 8.5, "centre")
    sheet.text(middle, y, "THANK YOU, PLEASE COME AGAIN", "sans", 8.5, "centre")
    address = "NO. 27, JALAN CONTOH 3/5,\nTAMAN CONTOH, 99999 KOTA CONTOH"
    fields = [
        ("vendor", "SINAR JAYA HARDWARE SDN BHD", text("SINAR JAYA HARDWARE SDN BHD")),
        ("vendor_address", address, text(address.replace(",\n", ", "))),
        ("number", "CS-118204", {"kind": "id", "id": "CS-118204"}),
        ("date", "09-01-2026", date("2026-01-09")),
        ("net", "63.20", money("63.20", "MYR")),
        ("tax", "3.79", money("3.79", "MYR")),
        ("total", "67.00", money("67.00", "MYR")),
    ]
    names = {
        "ORG": ["SINAR JAYA HARDWARE SDN BHD"],
        "LOCATION": ["JALAN CONTOH", "TAMAN CONTOH", "KOTA CONTOH"],
        "DATE": ["09-01-2026"],
        "MONEY": ["RM 67.00"],
        "INVOICE_NUMBER": ["CS-118204"],
        "TAX_ID": ["000099990000"],
    }
    return sheet, Truth("receipt", fields, names)


def pharmacy() -> tuple[Sheet, Truth]:
    sheet = Sheet((WIDTH, 392), "Receipt")
    y = sheet.text(12, 34, "MAPLE HILL PHARMACY", "mono-bold", 13)
    y = sheet.block(12, y, ["2205 Lakeview Avenue", "Northbrook, ON K0K 0K0", "(555) 555-0176"], "mono", 9)
    y = _pairs(sheet, y + 8, [("Trans# 7731-0092", "Reg 02"), ("Mar 7, 2026", "6:05 PM")], "mono", 9)
    y = _dashes(sheet, y + 2)
    items = [
        ("VITAMIN D 1000IU", "11.49"),
        ("BANDAGE ROLL 5CM", "4.29"),
        ("SALINE SPRAY", "8.99"),
        ("HAND CREAM 75ML", "6.79"),
    ]
    y = _dashes(sheet, _pairs(sheet, y, items, "mono", 9) + 2)
    y = _pairs(sheet, y, [("SUBTOTAL", "$31.56"), ("HST 13%", "$4.10")], "mono", 9)
    y = _pairs(sheet, y + 3, [("TOTAL CAD", "$35.66")], "mono-bold", 13)
    y = _pairs(sheet, y + 2, [("DEBIT ****0000", "$35.66"), ("APPROVED", "000417")], "mono", 9)
    y = _dashes(sheet, y + 4)
    y = sheet.text(WIDTH / 2, y + 4, "KEEP THIS RECEIPT FOR RETURNS", "mono", 8.5, "centre")
    sheet.text(WIDTH / 2, y, "www.maplehill.example", "mono", 8.5, "centre")
    address = "2205 Lakeview Avenue\nNorthbrook, ON K0K 0K0"
    fields = [
        ("vendor", "MAPLE HILL PHARMACY", text("MAPLE HILL PHARMACY")),
        ("vendor_address", address, text(address.replace("\n", ", "))),
        ("number", "7731-0092", {"kind": "id", "id": "7731-0092"}),
        ("date", "Mar 7, 2026", date("2026-03-07")),
        ("net", "$31.56", money("31.56", "CAD")),
        ("tax", "$4.10", money("4.10", "CAD")),
        ("total", "$35.66", money("35.66", "CAD")),
    ]
    names = {
        "ORG": ["MAPLE HILL PHARMACY"],
        "LOCATION": ["Lakeview Avenue", "Northbrook", "ON"],
        "DATE": ["Mar 7, 2026"],
        "MONEY": ["$31.56", "$4.10", "$35.66"],
        "PHONE": ["(555) 555-0176"],
        "URL": ["www.maplehill.example"],
        "INVOICE_NUMBER": ["7731-0092"],
    }
    return sheet, Truth("receipt", fields, names)

"""Layout of a consultancy agreement over three pages, as a law office would send it. All names are invented."""

from __future__ import annotations

from samples.sheet import A4, Sheet, signature
from samples.truth import Truth, date

LEFT, RIGHT, WIDTH = 72.0, 523.0, 451.0

PARTIES = [
    "THIS AGREEMENT is made on 1 June 2026 (the “Effective Date”) by and between Tamarind Analytics Limited, a company "
    "with its registered office at 31 Orchard Parade, Leeds LS1 9ZZ (the “Client”), and Fjordlys Consulting AS, a "
    "company with its registered office at Havnegata 12, 9999 Eksempelvik, Norway (the “Consultant”).",
    "WHEREAS the Client wishes to obtain certain advisory services and the Consultant has the skills to provide them, "
    "the parties agree as follows.",
]
CLAUSES = [
    (
        "Services",
        [
            "The Consultant shall advise the Client on the redesign of its measurement database and shall deliver the "
            "reports listed in Schedule A.",
            "The Consultant shall perform the Services with reasonable skill and care and shall assign Dr Solveig Aune "
            "as lead adviser. She may be replaced only with the prior written consent of the Client.",
            "The Client shall give the Consultant access to the data, premises and persons that the Services require.",
        ],
    ),
    (
        "Term",
        [
            "This Agreement begins on the Effective Date and continues until 31 May 2027 unless it is terminated "
            "earlier under clause 8.",
            "The parties may extend the term in writing at least one month before it ends.",
        ],
    ),
    (
        "Fees",
        [
            "The Client shall pay the Consultant a fee of £84,000.00, in twelve equal monthly instalments of "
            "£7,000.00, each within thirty days of a valid invoice.",
            "Travel agreed in advance is reimbursed at cost, up to £6,500.00 in total. All sums exclude value added "
            "tax.",
            "Interest on late payment accrues at four per cent a year above the base rate of the Bank of England.",
        ],
    ),
    (
        "Confidentiality",
        [
            "Each party shall keep the Confidential Information of the other secret, shall use it only for the purpose "
            "of this Agreement, and shall disclose it only to those of its staff who need to know it.",
            "The obligation does not extend to information that is public, was lawfully known before, or must be "
            "disclosed by law. It continues for five years after this Agreement ends.",
        ],
    ),
    (
        "Intellectual property",
        [
            "All reports made under this Agreement belong to the Client upon payment. The Consultant keeps the rights "
            "in methods and tools that existed before and grants the Client a perpetual licence to use them with the "
            "reports.",
        ],
    ),
    (
        "Data protection",
        [
            "Where the Consultant processes personal data on behalf of the Client it shall act only on documented "
            "instructions and shall take appropriate technical and organisational measures.",
            "The Consultant shall notify the Client without undue delay of any breach that affects such data.",
        ],
    ),
    (
        "Liability",
        [
            "Neither party excludes its liability for death, personal injury or fraud.",
            "Subject to clause 7.1 the total liability of either party under this Agreement shall not exceed "
            "£150,000.00.",
        ],
    ),
    (
        "Termination",
        [
            "Either party may terminate this Agreement by three months’ written notice, or at once if the other "
            "commits a material breach and does not remedy it within thirty days of notice.",
            "On termination the Consultant shall return all data and documents of the Client.",
        ],
    ),
    (
        "Notices",
        [
            "Notices shall be in writing and sent to legal@tamarind.example for the Client and to "
            "post@fjordlys.example for the Consultant.",
        ],
    ),
    (
        "Governing law",
        [
            "This Agreement is governed by the law of England and Wales, whose courts have exclusive jurisdiction.",
        ],
    ),
]


REPORTS = [
    ("A1", "Inventory of the present database and its users", "31 July 2026"),
    ("A2", "Design of the new database, with a plan for moving the data", "30 October 2026"),
    ("A3", "Report on the trial with two measuring stations", "26 February 2027"),
    ("A4", "Final report and training material", "14 May 2027"),
]


def consultancy() -> tuple[Sheet, Truth]:
    sheet = Sheet(A4, "Consultancy Agreement")
    sheet.text(A4[0] / 2, 92, "CONSULTANCY AGREEMENT", "times-bold", 16, "centre")
    sheet.rule(LEFT, 104, RIGHT, 104, 0.8)
    y = 132.0
    for paragraph in PARTIES:
        y = sheet.paragraph(LEFT, y, WIDTH, paragraph, "times", 11)
    page = 1
    for number, (heading, paragraphs) in enumerate(CLAUSES, start=1):
        if y > 690:
            page, y = _turn(sheet, page)
        y = sheet.text(LEFT, y + 6, f"{number}. {heading}", "times-bold", 11.5) + 4
        for at, paragraph in enumerate(paragraphs, start=1):
            if y > 720:
                page, y = _turn(sheet, page)
            y = sheet.paragraph(LEFT + 14, y, WIDTH - 14, f"{number}.{at} {paragraph}", "times", 11)
    if y > 560:
        page, y = _turn(sheet, page)
    witness = "IN WITNESS WHEREOF the parties have signed this Agreement on the dates below."
    y = sheet.paragraph(LEFT, y + 12, WIDTH, witness, "times", 11) + 44
    signature(sheet, LEFT + 10, y - 6, 0.37)
    signature(sheet, 330, y - 6, 0.61)
    sheet.rule(LEFT, y, 250, y)
    sheet.rule(320, y, RIGHT - 20, y)
    rows = [
        ("Nathaniel Okoro", "Solveig Aune"),
        ("for Tamarind Analytics Limited", "for Fjordlys Consulting AS"),
        ("28 May 2026", "30 May 2026"),
    ]
    for left, right in rows:
        y += 15
        sheet.row(y, [(LEFT, left, "left"), (320, right, "left")], "times", 10.5)
    _schedule(sheet, page)
    names = {
        "ORG": ["Tamarind Analytics Limited", "Fjordlys Consulting AS", "Bank of England"],
        "PERSON": ["Solveig Aune", "Nathaniel Okoro"],
        "LOCATION": ["Orchard Parade", "Leeds", "Havnegata", "Eksempelvik", "Norway", "England", "Wales"],
        "DATE": ["1 June 2026", "31 May 2027", "28 May 2026", "30 May 2026", *(due for _, _, due in REPORTS)],
        "MONEY": ["£84,000.00", "£7,000.00", "£6,500.00", "£150,000.00"],
        "EMAIL": ["legal@tamarind.example", "post@fjordlys.example"],
    }
    return sheet, Truth("contract", [("effective_date", "1 June 2026", date("2026-06-01"))], names)


def _schedule(sheet: Sheet, page: int) -> None:
    _, y = _turn(sheet, page)
    y = sheet.text(A4[0] / 2, y, "SCHEDULE A", "times-bold", 13, "centre")
    y = sheet.text(A4[0] / 2, y, "Reports", "times-bold", 12, "centre") + 14
    sheet.row(y, [(LEFT, "No.", "left"), (LEFT + 40, "Report", "left"), (RIGHT, "Due", "right")], "times-bold", 11)
    sheet.rule(LEFT, y + 6, RIGHT, y + 6)
    for number, what, due in REPORTS:
        y += 22
        sheet.row(y, [(LEFT, number, "left"), (LEFT + 40, what, "left"), (RIGHT, due, "right")], "times", 11)
    sheet.rule(LEFT, y + 8, RIGHT, y + 8)
    closing = (
        "Each report shall be delivered in English as an electronic document and presented to the Client in person."
    )
    sheet.paragraph(LEFT, y + 34, WIDTH, closing, "times", 11)
    _foot(sheet, page + 1)


def _turn(sheet: Sheet, page: int) -> tuple[int, float]:
    _foot(sheet, page)
    sheet.next_page()
    return page + 1, 84.0


def _foot(sheet: Sheet, page: int) -> None:
    sheet.row(800, [(LEFT, "Consultancy Agreement", "left"), (RIGHT, f"Page {page} of 3", "right")], "times", 9)

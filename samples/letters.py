"""Layouts of two letters and of a fax in two languages. Companies and persons are invented."""

from __future__ import annotations

from samples.sheet import A4, Sheet, signature
from samples.truth import Truth, date


def notice() -> tuple[Sheet, Truth]:
    sheet = Sheet(A4, "Notice of works")
    sheet.text(72, 70, "Alderney Water Cooperative", "serif-bold", 18, ink="#204a6b")
    sheet.text(72, 86, "Reservoir House, 5 Weir Lane, Shrewsbury SY1 9ZZ", "serif", 9.5)
    sheet.text(72, 98, "+44 20 7946 0447 · help@alderneywater.example · www.alderneywater.example", "serif", 9.5)
    sheet.rule(72, 108, 523, 108, 1)
    sheet.block(72, 150, ["Mr Tobias Lindqvist", "Flat 4, 61 Severn Terrace", "Shrewsbury SY2 9ZZ"], "serif", 11)
    sheet.text(523, 220, "9 February 2026", "serif", 11, "right")
    sheet.text(72, 256, "Re: Replacement of the water main in Severn Terrace", "serif-bold", 11.5)
    y = sheet.text(72, 284, "Dear Mr Lindqvist,", "serif", 11) + 6
    for paragraph in [
        "I am writing to let you know that we will replace the water main in your street. Work begins on 2 March 2026 "
        "and should be finished by 20 March 2026. The contractor is Gorse & Heather Civil Engineering Ltd.",
        "Your supply will be off for a few hours on two days; you will find a card from us in your letter box at least "
        "48 hours before. Please draw some water for drinking and keep taps closed while the supply is off.",
        "If you or anyone in your household depends on water for medical reasons, please tell us beforehand and we "
        "will bring bottled water to your door. As a small apology we will credit £25.00 to your account in April.",
        "Parking in Severn Terrace will be limited to one side while the trench is open. Shrewsbury Borough Council "
        "has agreed that residents may use the car park behind the library free of charge.",
        "Thank you for your patience.",
    ]:
        y = sheet.paragraph(72, y, 451, paragraph, "serif", 11)
    sheet.text(72, y + 8, "Yours sincerely,", "serif", 11)
    signature(sheet, 80, y + 48, 0.53)
    sheet.block(72, y + 72, ["Marguerite Oyelaran", "Head of Network Renewal"], "serif", 11)
    names = {
        "ORG": ["Alderney Water Cooperative", "Gorse & Heather Civil Engineering Ltd", "Shrewsbury Borough Council"],
        "PERSON": ["Tobias Lindqvist", "Lindqvist", "Marguerite Oyelaran"],
        "LOCATION": ["Weir Lane", "Shrewsbury", "Severn Terrace"],
        "DATE": ["9 February 2026", "2 March 2026", "20 March 2026"],
        "MONEY": ["£25.00"],
        "EMAIL": ["help@alderneywater.example"],
        "PHONE": ["+44 20 7946 0447"],
        "URL": ["www.alderneywater.example"],
    }
    return sheet, Truth("letter", [("date", "9 February 2026", date("2026-02-09"))], names)


def complaint() -> tuple[Sheet, Truth]:
    sheet = Sheet(A4, "Complaint", ink="#1a1a1a")
    sheet.block(340, 84, ["Henrietta Vasquez-Moore", "14 Lantern Close", "Norwich NR1 9ZZ"], "mono", 10.5)
    sheet.text(340, 142, "17 January 2026", "mono", 10.5)
    to = ["Peregrine Rail Services plc", "Customer Relations", "Terminus Road", "Birmingham B1 9ZZ"]
    sheet.block(76, 170, to, "mono", 10.5)
    y = sheet.text(76, 256, "Dear Sir or Madam,", "mono", 10.5) + 6
    for paragraph in [
        "On 8 January 2026 I travelled from Norwich to Birmingham on the 07:42 train. It left 96 minutes late and "
        "ended at Peterborough without notice.",
        "I paid £63.40 for the ticket and a further £38.00 for a taxi. Under your own charter I am entitled to a full "
        "refund of the fare. I wrote to you about this on 9 January and have had no answer.",
        "Copies of the ticket and the taxi receipt are enclosed. Please send the refund of £101.40 by cheque to the "
        "address above.",
        "I hope to hear from you within fourteen days; otherwise I shall take the matter to the Rail Ombudsman.",
    ]:
        y = sheet.paragraph(76, y, 446, paragraph, "mono", 10.5)
    sheet.text(76, y + 8, "Yours faithfully,", "mono", 10.5)
    signature(sheet, 86, y + 50, 0.29)
    sheet.block(76, y + 78, ["Henrietta Vasquez-Moore", "", "Encl."], "mono", 10.5)
    names = {
        "ORG": ["Peregrine Rail Services plc", "Rail Ombudsman"],
        "PERSON": ["Henrietta Vasquez-Moore"],
        "LOCATION": ["Lantern Close", "Norwich", "Terminus Road", "Birmingham", "Peterborough"],
        "DATE": ["17 January 2026", "8 January 2026"],
        "MONEY": ["£63.40", "£38.00", "£101.40"],
    }
    return sheet, Truth("letter", [("date", "17 January 2026", date("2026-01-17"))], names)


def fax() -> tuple[Sheet, Truth]:
    sheet = Sheet(A4, "Memorandum")
    sheet.text(60, 28, "05-MAR-2026 09:14 STEINBACH OPTIK +49 30 23125 771 P.01/02", "mono", 9)
    sheet.text(72, 92, "MEMORANDUM", "sans-bold", 20)
    lines = [
        ("TO:", "Laurent Castellan, Optique Verdier S.A., Lyon"),
        ("FROM:", "Friederike Amsel, Steinbach Optik GmbH, Potsdam"),
        ("DATE:", "5 March 2026"),
        ("SUBJECT:", "Change of delivery / Änderung der Lieferung"),
    ]
    y = 126.0
    for label, content in lines:
        sheet.row(y, [(72, label, "left"), (146, content, "left")], "sans", 11)
        y += 18
    sheet.rule(72, y, 523, y, 1)
    y += 28
    for paragraph in [
        "The lenses ordered on 11 February 2026 will leave our plant one week later than planned, because a coating "
        "machine has to be repaired. The new date of dispatch is 19 March 2026. Quantities and prices do not change; "
        "the amount remains 12.480,00 EUR.",
        "If the delay causes you difficulties we can send 200 of the 500 pieces at once by courier. Please let me know "
        "by telephone or by mail to amsel@steinbach-optik.example.",
        "The German text on the next page is for your customs agent.",
    ]:
        y = sheet.paragraph(72, y, 451, paragraph, "sans", 11.5)
    signature(sheet, 80, y + 30, 0.71)
    sheet.text(72, y + 56, "Friederike Amsel", "sans", 11)
    sheet.next_page()
    sheet.text(60, 28, "05-MAR-2026 09:15 STEINBACH OPTIK +49 30 23125 771 P.02/02", "mono", 9)
    y = sheet.text(72, 92, "Änderung der Lieferung", "sans-bold", 14) + 8
    for paragraph in [
        "Die am 11.02.2026 bestellten Linsen verlassen unser Werk eine Woche später als geplant, weil eine Anlage zur "
        "Beschichtung repariert werden muss. Neuer Versandtermin ist der 19.03.2026.",
        "Stückzahl und Preise bleiben unverändert. Wir bitten die Verzögerung zu entschuldigen.",
    ]:
        y = sheet.paragraph(72, y, 451, paragraph, "sans", 11.5)
    sheet.text(72, y + 10, "Steinbach Optik GmbH, Glasmacherweg 3, 99999 Potsdam", "sans", 10)
    names = {
        "ORG": ["Optique Verdier S.A.", "Steinbach Optik GmbH", "STEINBACH OPTIK"],
        "PERSON": ["Laurent Castellan", "Friederike Amsel"],
        "LOCATION": ["Lyon", "Potsdam", "Glasmacherweg"],
        "DATE": ["5 March 2026", "11 February 2026", "19 March 2026", "11.02.2026", "19.03.2026", "05-MAR-2026"],
        "MONEY": ["12.480,00 EUR"],
        "EMAIL": ["amsel@steinbach-optik.example"],
        "PHONE": ["+49 30 23125 771"],
    }
    return sheet, Truth("memo", [("date", "5 March 2026", date("2026-03-05"))], names)

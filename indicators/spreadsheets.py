"""Spreadsheets people fill: the sheet of one structure, and the figures of past years. What comes back is only read."""

import json
import unicodedata
from dataclasses import dataclass, field
from io import BytesIO

from django.core.exceptions import ValidationError
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from indicators.figures import Kind, packed, read_reply, unpacked
from indicators.models.sheet import WORD_LENGTH

SAND, BRICK = "FFF3E9DC", "FF7C3222"
HEADINGS = ["Code", "Indicateur", "Ce qui compte", "Unité", "Avant", "Votre réponse", "Sorte de réponse", "Un mot"]
CODE, REPLY, KIND, WORD = 0, 5, 6, 7  # columns
WIDTHS = [22, 38, 60, 14, 14, 16, 24, 50]
KINDS = {kind.label: kind for kind in Kind}
MEMORY = "portail"  # the hidden page where the workbook remembers what it had shown


def put(page, row, column, value):
    """Text stays text, even « =1+1 »: nothing typed by somebody becomes a formula on somebody else's machine."""
    cell = page.cell(row, column, ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def head(page, row, headings, widths):
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True), 1):
        cell = put(page, row, column, heading)
        cell.font = Font(bold=True, color=BRICK)
        cell.fill = PatternFill("solid", fgColor=SAND)
        page.column_dimensions[get_column_letter(column)].width = width
    page.freeze_panes = page.cell(row + 1, 3)


def in_bytes(workbook):
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()


def sheet_workbook(contents):
    """The questions asked of this structure, with its answers so far; to be filled and given back."""
    sheet, workbook = contents.sheet, Workbook()
    page = workbook.active
    page.title = "Fiche"
    put(page, 1, 1, f"{sheet.structure}, fiche d’indicateurs {sheet.campaign.year}").font = Font(bold=True, size=14)
    put(
        page,
        2,
        1,
        "Remplissez les colonnes F à H, puis déposez ce fichier sur le portail. Laissez la colonne A telle quelle.",
    )
    head(page, 4, HEADINGS, WIDTHS)
    for row, indicator in enumerate(contents.indicators, 5):
        write_question(page, row, indicator, contents)
    choices = DataValidation(type="list", formula1=f'"{",".join(KINDS)}"', allow_blank=True)
    page.add_data_validation(choices)
    choices.add(f"G5:G{4 + len(contents.indicators)}")
    memory = workbook.create_sheet(MEMORY)
    memory.sheet_state = "hidden"
    put(memory, 1, 1, str(sheet.campaign.year))
    put(memory, 1, 2, str(sheet.structure_id))
    for row, code_and_reply in enumerate(packed(contents.replies).items(), 2):
        put(memory, row, 1, json.dumps(code_and_reply))
    return in_bytes(workbook)


def write_question(page, row, indicator, contents):
    reply, before = contents.replies.get(indicator.code), contents.previous.get(indicator.code)
    label = f"    dont {indicator.label}" if indicator.breakdown_id else indicator.label
    explained = " ".join(filter(None, [indicator.definition, indicator.excluded]))
    for column, text in enumerate([indicator.code, label, explained, indicator.unit], 1):
        put(page, row, column, text).alignment = Alignment(wrap_text=True, vertical="top")
    put(page, row, 5, str(before.reply) if before else "")
    if reply is not None:
        put(page, row, REPLY + 1, None if reply.value is None else float(reply.value))
        put(page, row, KIND + 1, Kind(reply.kind).label)
        put(page, row, WORD + 1, reply.word)


@dataclass
class Filled:
    """A spreadsheet as read: what is meant, what it had shown, and what cannot be read, cell by cell."""

    meant: dict = field(default_factory=dict)
    seen: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)  # (cell or "", sentence)

    def refuse(self, sentence, row=None, column=None):
        self.problems.append((f"{get_column_letter(column + 1)}{row}" if row else "", sentence))


def at(row, column):
    return (row[column] or "").strip() if column < len(row) else ""


def read_sheet_workbook(pages, contents):
    """`pages`: {title: rows of texts} of a workbook. Nothing is meant by a file that has a problem."""
    filled = Filled()
    rows = pages.get("Fiche") or next(iter(pages.values()), [])
    start = next((number for number, row in enumerate(rows, 1) if at(row, CODE) == "Code"), None)
    if start is None:
        filled.refuse("Ce classeur n’est pas celui de la fiche : la ligne qui commence par « Code » manque.")
        return filled
    remember(pages.get(MEMORY, []), contents.sheet, filled)
    asked = {indicator.code: indicator for indicator in contents.asked}
    for number, row in enumerate(rows[start:], start + 1):
        if at(row, CODE):
            read_row(row, number, asked, filled)
    return filled


def remember(rows, sheet, filled):
    """Another structure's file, or another year's, is refused; a file that remembers nothing has seen nothing."""
    if not rows:
        return
    if (at(rows[0], 0), at(rows[0], 1)) != (str(sheet.campaign.year), str(sheet.structure_id)):
        filled.refuse(
            f"Ce classeur est celui d’une autre fiche : ici, il faut celui de {sheet.structure} pour "
            f"{sheet.campaign.year}."
        )
        return
    try:
        filled.seen = unpacked(dict(json.loads(at(row, 0)) for row in rows[1:] if at(row, 0)))
    except (ValueError, TypeError, RecursionError):
        filled.seen = {}


def read_row(row, number, asked, filled):
    indicator = asked.get(at(row, CODE))
    if indicator is None:
        return filled.refuse(f"« {at(row, CODE)} » n’est pas un code de cette fiche.", number, CODE)
    if indicator in filled.meant:
        return filled.refuse(f"« {at(row, CODE)} » est déjà plus haut : gardez une seule ligne.", number, CODE)
    kind = KINDS.get(at(row, KIND).lower()) if at(row, KIND) else Kind.COUNTED
    if kind is None:
        return filled.refuse(f"« {at(row, KIND)} » : écrivez {', '.join(KINDS)}, ou rien.", number, KIND)
    word = " ".join(at(row, WORD).split())
    if len(word) > WORD_LENGTH:
        return filled.refuse(f"Ce mot est trop long : {WORD_LENGTH} caractères au plus.", number, WORD)
    try:
        filled.meant[indicator] = read_reply(at(row, REPLY), kind, word)
    except ValidationError as problem:
        filled.refuse(problem.message, number, REPLY)
    return None


PAST_HEADINGS = ["Structure", "Indicateur", "Année", "Valeur"]


def past_workbook(structures, indicators, year):
    """An empty one to fill, with the names and codes it understands on a second page."""
    workbook = Workbook()
    page = workbook.active
    page.title = "Chiffres"
    head(page, 1, PAST_HEADINGS, [40, 40, 10, 16])
    names = workbook.create_sheet("Noms et codes")
    head(names, 1, ["Structures du réseau", "Code", "Indicateur", "Unité"], [40, 26, 44, 16])
    for row, structure in enumerate(structures, 2):
        put(names, row, 1, structure.name)
    for row, indicator in enumerate(indicators, 2):
        for column, text in enumerate([indicator.code, indicator.label, indicator.unit], 2):
            put(names, row, column, text)
    return in_bytes(workbook)


def folded(text):
    """Names are compared without capitals, accents or double spaces."""
    bare = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return " ".join("".join(letter for letter in bare if not unicodedata.combining(letter)).split())


@dataclass
class Names:
    """What the words of a past spreadsheet may stand for."""

    structures: dict  # folded name or SIRET -> Structure, or None when two share it
    indicators: dict  # code or folded label -> code
    collected: set  # (structure id, year) that answered in the portal

    @classmethod
    def of(cls, structures, indicators, collected):
        by_name = {}
        for structure in structures:
            for name in filter(None, [folded(structure.name), structure.siret]):
                by_name[name] = None if name in by_name else structure
        codes = {folded(indicator.label): indicator.code for indicator in indicators if not indicator.breakdown_id}
        return cls(by_name, codes | {indicator.code: indicator.code for indicator in indicators}, set(collected))


def read_past(rows, names, this_year):
    """`meant` is {(structure, year, code): Reply}; each cell that cannot be read is told, all at once."""
    filled = Filled()
    if not rows or [folded(at(rows[0], column)) for column in range(4)] != [folded(h) for h in PAST_HEADINGS]:
        filled.refuse(f"La première ligne doit porter : {', '.join(PAST_HEADINGS)}.", 1, 0)
        return filled
    for number, row in enumerate(rows[1:], 2):
        if any(at(row, column) for column in range(4)):
            read_past_row(row, number, names, this_year, filled)
    return filled


def read_past_row(row, number, names, this_year, filled):
    before = len(filled.problems)
    structure = structure_named(row, number, names, filled)
    code = names.indicators.get(at(row, 1)) or names.indicators.get(folded(at(row, 1)))
    if code is None:
        filled.refuse(f"« {at(row, 1)} » n’est ni un code ni un intitulé d’indicateur.", number, 1)
    year = int(at(row, 2)) if at(row, 2).isascii() and at(row, 2).isdigit() and len(at(row, 2)) == 4 else 0
    if not 2000 <= year < this_year:
        filled.refuse(f"« {at(row, 2)} » : écrivez une année passée, par exemple {this_year - 2}.", number, 2)
    try:
        reply = read_reply(at(row, 3))
    except ValidationError as problem:
        filled.refuse(problem.message, number, 3)
    if len(filled.problems) == before and reply is not None:
        keep_past(filled, (structure, year, code), reply, number, names)


def structure_named(row, number, names, filled):
    name = at(row, 0)
    structure = names.structures.get(folded(name)) or names.structures.get(name.replace(" ", ""))
    if structure is None:
        two = folded(name) in names.structures
        problem = (
            "deux structures portent ce nom : écrivez le SIRET" if two else "aucune structure du réseau ne porte ce nom"
        )
        filled.refuse(f"« {name} » : {problem}.", number, 0)
    return structure


def keep_past(filled, key, reply, number, names):
    structure, year, _ = key
    if (structure.pk, year) in names.collected:
        filled.refuse(
            f"{structure} a répondu sur le portail pour {year} : ce chiffre-là ne se remplace pas.", number, 3
        )
    elif key in filled.meant and filled.meant[key] != reply:
        filled.refuse("Ce chiffre est déjà plus haut, avec une autre valeur : gardez une seule ligne.", number, 3)
    else:
        filled.meant[key] = reply

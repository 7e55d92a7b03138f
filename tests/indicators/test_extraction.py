import io
import json
import re
import resource
from pathlib import Path

import pikepdf
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from indicators.extraction import extract, limited
from indicators.extraction.catalogue import read_catalogue
from indicators.extraction.finding import is_contents
from indicators.extraction.layout import cells_of, joined, paragraphs_of, without_repeated
from indicators.extraction.limited import extract_limited
from indicators.extraction.pages import read_pages
from indicators.extraction.proposing import propose
from indicators.extraction.values import figures_in, number_in_words
from indicators.extraction.words import stem
from indicators.extraction.years import BEFORE, report_year, years_in
from lemans_solidaire.network.pdf import render_pdf
from lemans_solidaire.network.untrusted import MB, RefusedFile

REPAS = {
    "code": "REP",
    "label": "Repas distribués",
    "unit": "repas",
    "decimals": 0,
    "min": 0,
    "max": 1e6,
    "keywords": [],
}
PERSONNES = {**REPAS, "code": "PER", "label": "Personnes accueillies", "unit": "personnes"}
DOUCHES = {**REPAS, "code": "DOU", "label": "Douches", "unit": "douches"}
HEURES = {**REPAS, "code": "HEU", "label": "Heures de bénévolat", "unit": "heures"}
TAUX = {**REPAS, "code": "OCC", "label": "Taux d’occupation", "unit": "%", "decimals": 1, "max": 100}
CATALOGUE = [REPAS, PERSONNES, DOUCHES, HEURES, TAUX]


def pdf_of(body, style=""):
    sheets = f'<link rel="stylesheet" href="portail:print.css"><style>{style}</style>'
    head = f'<html lang="fr"><head><title>Rapport</title>{sheets}</head>'
    return render_pdf(f"<!doctype html>{head}<body>{body}</body></html>", "ab" * 32)


def given_by(body, style="", catalogue=CATALOGUE, year=2024):
    return {found.code: found.value for found in extract(pdf_of(body, style), catalogue, year)}


def plain_pdf(*streams, size=(595, 842), **options):
    """A PDF made by hand: one page for each content stream."""
    document = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for stream in streams:
        document.add_blank_page(page_size=size)
        document.pages[-1].Contents = document.make_stream(stream.encode("latin-1"))
        document.pages[-1].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    written = io.BytesIO()
    document.save(written, **options)
    return written.getvalue()


def at(x, y, text, size=10):
    return f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n"


# Values


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1 187", 1187, ""),
        ("1\u202f187", 1187, ""),
        ("1\u00a0187", 1187, ""),
        ("1’187", 1187, ""),
        ("12.345.678", 12345678, ""),
        ("12 345,67 €", 12345.67, "€"),
        ("154 ,84 m3", 154.84, "m3"),
        ("97,78%", 97.78, "%"),
        ("0,08 ‰", 0.08, "‰"),
        ("3 k€", 3000, "€"),
        ("1,2 M€", 1_200_000, "€"),
        ("1,2 million d’euros", 1_200_000, "€"),
        ("0,0008 €/m³", 0.0008, "€/m3"),
        ("4.92 € H.T./m3", 4.92, "€/m3"),
        ("35 heures", 35, "h"),
        ("4,8 ETP", 4.8, "etp"),
        ("_0_", 0, ""),
        ("quatre-vingt-seize", 96, ""),
        ("une centaine de familles", 100, ""),
        ("deux douzaines", 24, ""),
        ("75/120", 75, ""),
    ],
)
def test_values_are_read_as_french_writes_them(text, value, unit):
    (figure,) = figures_in(text.replace("_", " "))
    assert (figure.value, figure.unit) == (pytest.approx(value), unit)


@pytest.mark.parametrize(
    "text",
    [
        "en 2024",
        "31/12/2024",
        "le 3 octobre 2022",
        "1er janvier 2022",
        "la saison 2023-2024",
        "tél. 02 43 00 11 22",
        "+33 6 12 34 56 78",
        "72000 Le Mans",
        "12 rue du Port",
        "3 bis avenue Foch",
        "SIRET 775 123 456 00012",
        "indicateur P103.2",
        "l’article L1331-10",
        "article 30",
        "page 12",
        "1.10.2.",
        "la 3e édition",
        "de 9h à 12h",
        "14h30",
        "DBO5 et CO2",
        "année N-1",
        "une équipe, un lieu",
    ],
)
def test_what_looks_like_a_value_and_is_none(text):
    assert figures_in(text) == []


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("près de 1 200", "approximate"),
        ("environ 50", "approximate"),
        ("une trentaine", "approximate"),
        ("de 18 à 25 ans", "range"),
        ("entre 30 et 50 %", "range"),
        ("+ 12 %", "signed"),
    ],
)
def test_what_is_not_exact_is_marked(text, mark):
    assert all(mark in figure.marks for figure in figures_in(text))
    assert figures_in(text)


def test_two_cells_are_two_values():
    assert [figure.value for figure in figures_in("118\u2003131")] == [118, 131]


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("deux", 2),
        ("vingt et un", 21),
        ("soixante et onze", 71),
        ("quatre-vingts", 80),
        ("quatre-vingt-un", 81),
        ("nonante-neuf", 99),
        ("cent", 100),
        ("deux cents", 200),
        ("deux mille trois cents", 2300),
        ("quatre cent quatre-vingt mille", 480_000),
        ("un million deux cent mille", 1_200_000),
        ("une", None),
    ],
)
def test_numbers_in_words(words, number):
    assert number_in_words(words) == number


@given(st.integers(0, 9_999_999), st.sampled_from(" \u00a0\u202f"))
def test_any_number_is_read_back(number, space):
    written = f"{number:,}".replace(",", space)
    figures = figures_in(f"soit {written} repas")
    assert [figure.value for figure in figures] == [number] or 1900 <= number < 2100


@given(st.text())
def test_any_text_is_read_without_error(text):
    for figure in figures_in(text):
        assert 0 <= figure.start < figure.end <= len(text) + 10


# Words and years


def test_stems_bring_together_and_tell_apart():
    assert stem("servis") == stem("servies")
    assert stem("Distribués") == stem("distribution")
    assert stem("personnes") != stem("personnel")


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Exercice 2021", 2021),
        ("31/12/2020", 2020),
        ("Au 01/01/2022", 2021),
        ("1er janvier 2022", 2021),
        ("Montant au 01/01/23", 2022),
        ("saison 2023-2024", 2024),
        ("N-1", BEFORE),
        ("l’année précédente", BEFORE),
    ],
)
def test_the_year_of_a_column(text, year):
    assert [found for found, _, _ in years_in(text)] == [year]


def test_the_year_of_a_report_is_in_its_title():
    assert report_year(["Rapport d’activité 2023, présenté le 12 mai 2024", "En 2022, puis en 2022"]) == 2023


# Reading


def cells(pdf):
    return without_repeated([cells_of(page) for page in read_pages(pdf)])


def test_near_figures_of_two_columns_are_not_one_number():
    pdf = plain_pdf(at(50, 700, "Douches") + at(200, 700, "118") + at(224, 700, "131") + at(50, 600, "1 187 repas"))
    assert [cell.text for cell in cells(pdf)[0]] == ["Douches", "118", "131", "1 187 repas"]


def test_every_word_knows_its_characters_and_its_box():
    (page,) = read_pages(plain_pdf(at(50, 700, "Douches 131")))
    word = page.words[1]
    assert page.quote(word.start, word.end) == "131"
    left, top, right, bottom = word.box
    assert 90 < left < right < 120
    assert 842 - 700 - 12 < top < bottom < 842 - 700 + 5


def test_the_words_of_a_turned_page_stand_where_they_are_shown():
    document = pikepdf.open(io.BytesIO(plain_pdf(at(50, 700, "Douches"))))
    document.pages[0].Rotate = 90
    turned = io.BytesIO()
    document.save(turned)
    (page,) = read_pages(turned.getvalue())
    assert (page.width, page.height) == (842, 595)


def test_headers_and_footers_are_left_out():
    pages = [
        at(50, 820, "Association Le Pont") + at(50, 400, f"Texte {'abcde'[n]}") + at(300, 20, str(n)) for n in range(5)
    ]
    assert [[cell.text for cell in page] for page in cells(plain_pdf(*pages))] == [
        [f"Texte {letter}"] for letter in "abcde"
    ]


def test_a_cut_word_and_a_cut_sentence_are_whole_again():
    pdf = pdf_of(
        "<p>Les bénévoles ont accompagné 45 personnes vers des hébergements.</p>", "p { width: 5em; hyphens: auto }"
    )
    text = " ".join(paragraph.text for paragraph in paragraphs_of(cells(pdf)[0]))
    assert "accompagné 45 personnes vers des hébergements" in text


def test_a_sentence_goes_on_over_the_page():
    pdf = pdf_of(
        "<p>Nous avons reçu au cours de cette année<br style='break-after: page'>845 personnes accueillies.</p>"
    )
    assert {found.code: found.page for found in extract(pdf, CATALOGUE, 2024)} in ({"PER": 1}, {"PER": 2})


def test_letters_of_formulas_are_letters():
    (page,) = read_pages(plain_pdf(at(50, 700, "= 96,8 %")))
    assert joined(page.words) == "= 96,8 %"


def test_contents_pages_are_known():
    lines = "\n".join(f"{n}. Un chapitre ............ {n}" for n in range(1, 7))
    assert is_contents(lines, 10)
    assert not is_contents("Repas ...... 12\nColis ...... 4\nDouches ..... 9\nLessives .... 2", 10)


# From a report to proposals


def test_the_right_year_among_columns():
    rows = "<tr><td><th>2023<th>2024<th>Évolution<tr><td>Repas distribués<td>1 100<td>1 250<td>+ 13,6 %"
    assert given_by(f"<table>{rows}</table>") == {"REP": 1250}
    assert given_by(f"<table>{rows}</table>", year=2023) == {"REP": 1100}
    assert given_by(f"<table>{rows}</table>", year=2022) == {}


def test_years_may_be_rows():
    rows = "<tr><th>Année<th>Repas distribués<th>Douches<tr><td>2023<td>900<td>40<tr><td>2024<td>980<td>55"
    assert given_by(f"<table>{rows}</table>", "td, th { border: 1px solid }") == {"REP": 980, "DOU": 55}


def test_a_total_is_preferred_to_its_parts():
    rows = "<tr><th><th>Nord<th>Sud<th>Total<tr><td>Repas distribués<td>100<td>250<td>350"
    assert given_by(f"<table>{rows}</table>", "td, th { border: 1px solid }") == {"REP": 350}


@pytest.mark.parametrize(
    "sentence",
    [
        "L’objectif est de 1 300 personnes accueillies.",
        "La capacité est de 40 personnes accueillies.",
        "En 2022, 1 300 personnes accueillies.",
        "En France, 180 000 personnes ont été accueillies.",
        "Entre 100 et 200 personnes accueillies.",
        "Nous servons 50 repas distribués par jour.",
        "Chaque mois, environ 200 repas sont distribués.",
        "Les repas distribués ont progressé de 12 %.",
        "Les personnes accueillies ont entre 18 et 25 ans.",
        "Le taux varie entre 0 et 100.",
    ],
)
def test_what_warns_against_a_figure(sentence):
    assert given_by(f"<p>{sentence}</p>") == {}


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("Nous avons accueilli 1 187 personnes, contre 1 102 en 2023.", 1187),
        ("1 187 personnes accueillies (1 102 en 2023).", 1187),
        ("Personnes accueillies : 1 187", 1187),
        ("Le nombre de personnes accueillies s’élève à 1 187.", 1187),
        ("Le nombre de personnes accueillies est passé de 1 102 à 1 187.", 1187),
        ("Près de mille deux cents personnes ont été accueillies.", 1200),
        ("Aucune personne n’a été accueillie.", 0),
    ],
)
def test_what_states_a_figure(sentence, value):
    assert given_by(f"<p>{sentence}</p>") == {"PER": value}


def test_a_big_number_goes_with_the_words_beside_it():
    body = (
        "<p class=v>1 250</p><p>repas distribués</p><p class=v>96,4 %</p><p>d’occupation</p><p>Texte.</p><p>Texte.</p>"
    )
    assert given_by(body, ".v { font-size: 28pt; margin-bottom: 0 } p { margin-top: 0 }") == {"REP": 1250, "OCC": 96.4}


def test_a_proposal_shows_where_it_was_read():
    pdf = pdf_of("<p>Nous avons accueilli 1 187 personnes.</p><p>En 2024, 3 150 heures de bénévolat.</p>")
    page = next(iter(read_pages(pdf)))
    for found in extract(pdf, CATALOGUE, 2024):
        assert found.page == 1
        assert found.quote in " ".join(page.text.split())
        assert all(0 <= left < right <= page.width and 0 <= top < bottom for left, top, right, bottom in found.boxes)
        assert 0.5 <= found.confidence <= 1


@pytest.mark.parametrize(
    ("body", "named_by", "matched"),
    [
        (
            "<p>En 2024, nous avons accueilli 1 187 personnes, contre 1 102.</p>",
            "accueilli personnes",
            "Personnes accueillies",
        ),
        ("<p>Notre file active s’élève à 1 187 personnes.</p>", "file active s’élève à personnes", "file active"),
        ("<table><tr><td>File active de l’année<td>1 187</table>", "File active de l’année", "file active"),
        ("<p>Personnes accueillies : 1 187</p>", "Personnes accueillies", "Personnes accueillies"),
    ],
)
def test_a_proposal_says_which_words_named_it(body, named_by, matched):
    (found,) = extract(pdf_of(body), [{**PERSONNES, "keywords": ["file active"]}], 2024)
    assert (found.named_by, found.matched) == (named_by, matched)


@pytest.mark.parametrize("keyword", [r"b[ée]n[ée]ficiaires?", r"public\s+re[cç]u", "accueilli|aidé"])
def test_a_keyword_may_be_a_regular_expression(keyword):
    body = "<p>Bénéficiaires : 1 187</p><p>Public reçu : 1 187</p><p>Publics aidés : 1 187</p>"
    (found,) = extract(pdf_of(body), [{**PERSONNES, "label": "FA", "keywords": [keyword]}], 2024)
    assert (found.value, found.matched) == (1187, keyword)


@pytest.mark.parametrize("keyword", ["[", "(a+)+b", r"(\w+\s?)*!", ".*.*.*x", "a{9}{9}", r"(a)\1", "x?" * 60])
def test_a_wrong_or_slow_pattern_is_ignored(keyword):
    (indicator,) = read_catalogue([{**PERSONNES, "keywords": [keyword]}])
    assert all(phrase.pattern is None for phrase in indicator.phrases)


@pytest.mark.parametrize(("last_year", "value"), [(1187, 1102), (1102, 1187)])
def test_last_year_s_figure_is_not_taken_for_this_year_s(last_year, value):
    body = "<table><tr><td>Personnes accueillies<td>1 187</table><p>Nous avons accueilli 1 102 personnes.</p>"
    found = propose(pdf_of(body), [PERSONNES], 2024, {"PER": last_year}, threshold=0)
    assert found[0].value == value


def test_what_is_as_last_year_is_surer_and_a_jump_less():
    pdf = pdf_of("<p>Nous avons accueilli 1 187 personnes.</p>")
    wild, unknown, near, same = (
        extract(pdf, [PERSONNES], 2024, {"PER": last_year})[0].confidence for last_year in (50, None, 1102, 1187)
    )
    assert wild < unknown < near == same


def test_a_catalogue_of_codes_alone_is_read():
    (found,) = extract(pdf_of("<p>Indice (P202.2) : 85</p>"), [{"code": "P202.2", "label": "–"}], 2024)
    assert (found.value, found.matched) == (85, "–")


def test_other_values_are_given_in_order():
    (found,) = extract(pdf_of("<p>Douches : 131</p><p>Nous avons compté 118 douches.</p>"), [DOUCHES], 2024) or [None]
    assert found is None or found.others[0].confidence <= found.confidence


def test_one_proposal_at_most_for_each_code():
    found = extract(pdf_of("<p>Douches : 131</p><p>Repas distribués : 12</p><p>Douches : 131</p>"), CATALOGUE, 2024)
    assert sorted(proposal.code for proposal in found) == ["DOU", "REP"]


def test_codes_of_indicators_are_known_with_or_without_their_last_letter():
    (indicator,) = read_catalogue([{"code": "P202.2B", "label": "Indice"}])
    assert all(indicator.code_pattern.search(text) for text in ("P202.2B", "(P202.2)", "P.202.2"))
    assert not indicator.code_pattern.search("P202.24")


def test_the_catalogue_of_the_portal_is_read():
    indicators = read_catalogue(json.loads(Path("indicators/catalogue.json").read_text(encoding="utf-8")))
    assert {"repas", "benevoles"} <= {indicator.code for indicator in indicators}


# Files that mean harm, and the command


def refusal(data):
    with pytest.raises(RefusedFile) as refused:
        extract_limited(io.BytesIO(data), CATALOGUE)
    return str(refused.value)


def test_the_limited_process_gives_the_same():
    pdf = pdf_of("<h1>Rapport 2024</h1><p>Nous avons accueilli 1 187 personnes.</p>")
    assert extract_limited(io.BytesIO(pdf), CATALOGUE).proposals == extract(pdf, CATALOGUE)


def test_files_that_cannot_be_read_get_a_sentence():
    assert "n’est pas un PDF" in refusal(b"bonjour")
    assert "vide" in refusal(b"")
    assert "abîmé" in refusal(plain_pdf(at(50, 700, "a"))[:300])
    assert "mot de passe" in refusal(plain_pdf("", encryption=pikepdf.Encryption(owner="o", user="u")))


@pytest.mark.parametrize("limit", [(resource.RLIMIT_CPU, 1), (resource.RLIMIT_AS, 40 * MB)], ids=["time", "memory"])
def test_what_takes_too_much_is_stopped(monkeypatch, limit):
    monkeypatch.setitem(limited.LIMITS, *limit)
    pages = ["".join(at(n % 40 * 14, n // 40 * 30, "1 234 repas " * 8) for n in range(800))] * 8
    assert re.search("trop de temps|n’a pas pu|abîmé", refusal(plain_pdf(*pages)))


@pytest.mark.parametrize(
    "pdf",
    [
        plain_pdf(at(0, 400, "1 " * 20_000, 1)),
        plain_pdf("".join(f"{n % 590} {n // 590 * 3} 0.5 30 re f\n" for n in range(30_000))),
        plain_pdf(at(50, 700, "1 187 repas"), size=(14_400, 14_400)),
        plain_pdf("".join(at(100, 400, "12 repas") for _ in range(2000))),
    ],
    ids=["long line", "rules", "huge page", "same place"],
)
def test_odd_files_are_read_to_the_end(pdf):
    assert isinstance(extract_limited(io.BytesIO(pdf), CATALOGUE).proposals, list)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "catalogue.json").write_text(json.dumps(CATALOGUE), encoding="utf-8")
    (tmp_path / "rapport.pdf").write_bytes(pdf_of("<h1>Rapport 2024</h1><p>Nous avons accueilli 1 187 personnes.</p>"))
    (tmp_path / "autre.pdf").write_bytes(b"bonjour")
    return tmp_path


def test_the_command_prints_json(files, capsys):
    call_command("extract_report", files / "rapport.pdf", catalogue=files / "catalogue.json")
    (proposal,) = json.loads(capsys.readouterr().out)["rapport.pdf"]
    assert list(proposal) == ["code", "value", "unit", "page", "quote", "confidence"]
    assert (proposal["code"], proposal["value"], proposal["page"]) == ("PER", 1187, 1)
    assert "accueilli 1 187 personnes" in proposal["quote"]


def test_the_command_names_the_file_it_could_not_read_and_gives_the_others(files, capsys):
    with pytest.raises(CommandError, match=r"autre.pdf : Ce fichier n’est pas un PDF"):
        call_command("extract_report", files / "autre.pdf", files / "rapport.pdf", catalogue=files / "catalogue.json")
    assert list(json.loads(capsys.readouterr().out)) == ["rapport.pdf"]


@pytest.mark.parametrize(
    ("content", "says"), [(None, "ouvert"), ("{", "JSON"), ("[1]", "liste"), ('{"a": 1}', "liste")]
)
def test_the_command_refuses_a_catalogue_in_french(files, content, says):
    path = files / "indicateurs.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=says):
        call_command("extract_report", files / "rapport.pdf", catalogue=path)

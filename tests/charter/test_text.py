"""Markdown in, clauses out: whole, with identifiers that stay; what is not a charter is refused in plain words."""

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from charter.document import parts_of
from charter.models import Draft, Version
from charter.text import MOST_BYTES, NotACharter, as_html, decoded, digest_of, in_words, read
from charter.writing import as_markdown
from tests.charter.texts import FIRST, adopted

REAL = Path("../shared/charte/charte.md")
real = pytest.mark.skipif(not REAL.exists(), reason="the real charter is not beside the project")


def words(text):
    return "".join(text.replace("*", " ").split())


def keys(text, kind):
    return [clause.key for clause in text.clauses if clause.kind == kind]


def test_what_a_charter_is_made_of():
    text = read(FIRST)
    assert text.title == "Charte d’essai"
    assert in_words(text) == "2 chapitres, 2 articles, 2 engagements, 2 valeurs"
    assert [(one.kind, one.heading) for one in text.clauses if one.heading] == [
        ("preface", "Avant-propos"),
        ("chapter", "1. Des valeurs"),
        ("chapter", "2. Avec les personnes"),
        ("article", "Article 1\u202f: Accueillir chacun"),
        ("article", "Article 2\u202f: Garder la mesure"),
    ]
    assert [one.text for one in text.clauses if one.kind == "commitment"] == [
        "À demander seulement ce qui sert.",
        "À montrer son dossier à la personne.",
    ]


@real
def test_the_real_charter_imports_whole():
    source = REAL.read_text(encoding="utf-8")
    text = read(source)
    assert in_words(text) == "3 chapitres, 4 articles, 4 engagements, 6 valeurs"
    assert keys(text, "commitment") == [f"article-4-engagement-{number}" for number in (1, 2, 3, 4)]
    assert len(keys(text, "value")) == 6
    kept = words("".join(f"{one.number} {one.title} {one.text}" for one in text.clauses))
    for line in filter(None, (line.strip(" -#") for line in source.splitlines()[1:])):
        told = re.sub(r"^(\d) [–-] |^Article (\d) : ", r"\1\2 ", line)
        assert words(told) in kept, line
    assert read(as_markdown(text), text).digest == text.digest


def test_written_again_it_says_the_same():
    lists = FIRST + "\n- Une liste qui suit.\n\n## 3 – Fin\n\n### Une partie\n\n1) Un.\n2) Deux.\n"
    for source in (FIRST, lists, FIRST.replace("# Charte d’essai\n\n", "")):
        text = read(source)
        assert read(as_markdown(text)).as_data() == text.as_data()


def test_the_digest_depends_on_every_word():
    text = read(FIRST)
    assert text.digest == read(FIRST.replace("\n", "\r\n")).digest == digest_of(text.as_data())
    assert text.digest != read(FIRST.replace("ouverte", "fermée")).digest


def test_keys_stay_when_an_article_is_inserted_moved_reworded_or_removed():
    before = read(FIRST)
    article = "### Article 1 : Accueillir chacun\n\nLa porte est ouverte, sans condition.\n\n"
    inserted = FIRST.replace(
        article,
        "### Article 1 : Dire bonjour\n\nChaque matin.\n\n" + article.replace("Article 1", "Article 2"),
    ).replace("Article 2 : Garder", "Article 3 : Garder")
    text = read(inserted, before)
    assert keys(text, "article") == ["article-1-2", "article-1", "article-2"]
    assert [one.number for one in text.clauses if one.kind == "article"] == ["1", "2", "3"]
    assert keys(text, "commitment") == keys(before, "commitment")
    moved = FIRST.replace(article, "") + "\n" + article
    assert keys(read(moved, before), "article") == ["article-2", "article-1"]
    reworded = FIRST.replace("Accueillir chacun", "Accueillir chacun et chacune")
    assert [one.key for one in read(reworded, before).clauses] == [one.key for one in before.clauses]
    removed = read(FIRST.replace(article, ""), before)
    assert keys(removed, "article") == ["article-2"]
    again = read(FIRST.replace("Accueillir chacun", "Tout autre chose"), removed)
    assert keys(again, "article") == ["article-1", "article-2"]


def test_a_list_without_first_item_keeps_the_keys_of_the_others():
    before = read(FIRST)
    text = read(FIRST.replace("- À demander seulement ce qui sert.\n", ""), before)
    assert keys(text, "commitment") == ["article-2-engagement-2"]
    longer = read(FIRST.replace("- À demander", "- À écouter d’abord, longuement.\n- À demander"), before)
    assert keys(longer, "commitment") == [
        "article-2-engagement-1-2",
        "article-2-engagement-1",
        "article-2-engagement-2",
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "chapitre"),
        ("Bonjour, un mot.", "chapitre"),
        ("# Titre\n\n## 1 – Un chapitre\n\nSans article.", "article"),
        (FIRST + "\n<script>alert(1)</script>\n", "HTML"),
        (FIRST.replace("ouverte", "<b>ouverte</b>"), "HTML"),
        (FIRST.replace("Article 2", "Article 1"), "deux fois"),
        (FIRST.replace("## 2 –", "## 1 –"), "deux fois"),
        (FIRST + "\n".join(f"### Article {n} : Un\n" for n in range(3, 600)), "parties"),
        ("é" * (MOST_BYTES // 2 + 1), "long"),
    ],
)
def test_what_is_not_a_charter_is_refused(text, why):
    with pytest.raises(NotACharter, match=why):
        read(text)


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"\x89PNG\r\n\x1a\n\0", "UTF-8"), (b"a\0b", "pas du texte"), (b"a" * 5_000_000, "trop lourd")],
)
def test_bytes_that_are_not_text(content, why):
    with pytest.raises(NotACharter, match=why):
        decoded(content)


def test_html_of_a_clause_is_safe():
    html = as_html("**Oui** [clic](javascript:alert(1)) ![x](http://x.test/a.png) <http://x.test> & <i>")
    assert "<strong>Oui</strong>" in html
    assert not {"<a", "<img", "<i>"} & {tag for tag in ("<a", "<img", "<i>") if tag in html}


def test_the_parts_of_a_page():
    summaries = {"article-1": "Venez.", "article-2-engagement-2": "Il est à vous."}
    preface, values, persons = parts_of(read(FIRST), summaries)
    assert [block.kind for block in values.blocks] == ["text", "value"]
    assert [part.clause.key for part in persons.articles] == ["article-1", "article-2"]
    assert persons.parts[0].explanations[0][1] == "Venez."
    assert [plain for _, plain in persons.parts[1].explanations] == ["Il est à vous."]
    assert [block.kind for block in preface.blocks] == ["text"]
    before_all = parts_of(read("Un mot.\n\n### Article 1 : Seul\n\n## 1 – Un"), {})
    assert [part.clause and part.clause.key for part in before_all] == [None, "chapitre-1"]


def test_the_command_says_what_it_understood(cast, tmp_path, capsys):
    file = tmp_path / "charte.md"
    file.write_text(FIRST)
    call_command("import_charter", file)
    assert capsys.readouterr().out.startswith("Charte d’essai : 2 chapitres, 2 articles")
    assert Draft.objects.get().text == FIRST
    call_command("import_charter", file, "--by", cast.ccas.email, "--replace")
    assert Draft.objects.get().version == 2
    for content, by, why in ((b"\0", None, "texte"), (FIRST.encode(), "personne@essai.test", "compte")):
        file.write_bytes(content)
        with pytest.raises(CommandError, match=why):
            call_command("import_charter", file, by=by, replace=True)
    with pytest.raises(CommandError, match=r"absent\.md"):
        call_command("import_charter", tmp_path / "absent.md")


@real
def test_the_real_charter_is_imported_then_adopted(cast):
    call_command("import_charter", REAL)
    version = adopted(cast.ccas, Draft.objects.get().text)
    assert Version.objects.get() == version
    assert version.is_exact

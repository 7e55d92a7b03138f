"""Markdown in, clauses out: whole, with identifiers that stay; what is not a charter is refused in plain words."""

import random
import re
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from charter.actions import NewerDraft, save_draft
from charter.document import parts_of
from charter.identity import keep_keys
from charter.models import Draft, Version
from charter.reading import MOST_BYTES, NotACharter, decoded, read
from charter.text import as_html, digest_of, in_words
from charter.writing import as_markdown
from lemans_solidaire.network.models import Event
from tests.charter.texts import FIRST, SECOND, adopted

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
    ruled = FIRST.replace("engageons :\n", "engageons :\n\n---\n")
    for source in (FIRST, lists, ruled, FIRST.replace("# Charte d’essai\n\n", "")):
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
        (FIRST.replace("- À demander seulement ce qui sert.", "-"), "pas de mots"),
        (FIRST + "\n- Une ligne." * 3000, "parties"),
        (FIRST + "\n<!-- caché -->\n", "HTML"),
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


def at(text, key):
    return next(clause for clause in text.clauses if clause.key == key)


def key_of(text, words):
    return next(clause.key for clause in text.clauses if words in clause.words)


def charter_with(body, title="# Charte d’essai"):
    return f"{title}\n\n## 1 – Un chapitre\n\n### Article 1 : Un article\n\n{body}\n"


def test_a_key_that_somebody_had_is_never_given_again():
    first = read(FIRST)
    article = "### Article 1 : Accueillir chacun\n\nLa porte est ouverte, sans condition.\n\n"
    second = read(FIRST.replace(article, ""), first)
    other = FIRST.replace(article, "### Article 1 : Se retrouver en plein air\n\nChaque été.\n\n")
    third = read(other, second, first)
    assert keys(third, "article") == ["article-1-2", "article-2"]
    assert not {"article-1", "article-1-texte-1"} & {clause.key for clause in third.clauses}
    again = read(FIRST, second, first)
    assert [clause.key for clause in again.clauses] == [clause.key for clause in first.clauses]


def test_the_most_alike_keeps_the_key_whatever_comes_first():
    items = "Nous nous engageons :\n\n- À écouter chaque personne sans jamais la juger.\n- À fermer la porte à clé.\n"
    before = read(charter_with(items))
    nearly = "- À écouter chaque personne sans la presser.\n- À écouter chaque personne sans jamais la juger ici.\n"
    after = read(charter_with(f"Nous nous engageons :\n\n{nearly}"), before)
    assert key_of(after, "juger ici") == "article-1-engagement-1"


def test_what_stands_under_a_heading_follows_it():
    one, two = "### Article {} : Accueillir\n\n{}", "### Article {} : Se retrouver\n\n{}"
    same = "Nous nous engageons :\n\n- À le dire."
    start = "# C\n\n## 1 – Un\n\n"
    before = read(start + one.format(1, same) + "\n\n" + two.format(2, same))
    swapped = read(start + two.format(1, same) + "\n\n" + one.format(2, same), before)
    assert [clause.key for clause in swapped.clauses if clause.kind != "chapter"] == [
        *("article-2", "article-2-texte-1", "article-2-engagement-1"),
        *("article-1", "article-1-texte-1", "article-1-engagement-1"),
    ]


def test_articles_without_a_title_are_known_by_what_they_say():
    start = "# C\n\n## 1 – Un\n\n"
    first, second = "La porte est ouverte à tous.", "Nos comptes se lisent chaque année."
    before = read(f"{start}### Article 1\n\n{first}\n\n### Article 2\n\n{second}")
    swapped = read(f"{start}### Article 1\n\n{second}\n\n### Article 2\n\n{first}", before)
    assert keys(swapped, "article") == ["article-2", "article-1"]
    titled = read(f"{start}### Article 1 : La porte\n\n{first}\n\n### Article 2\n\n{second}", before)
    assert keys(titled, "article") == ["article-1", "article-2"]


def test_no_line_is_lost_whatever_ends_it():
    assert read(FIRST.replace("\n", "\r")).digest == read(FIRST).digest == read(FIRST.replace("\n", "\r\n")).digest
    assert decoded(FIRST.replace("\n", "\r").encode()) == FIRST


def test_a_list_is_read_in_a_moment():
    for words in (f"engageons{' ' * 3000}x", "valeurs " * 12_000):
        start = time.perf_counter()
        read(charter_with(f"{words}\n\n- Un"))
        assert time.perf_counter() - start < 1


@pytest.mark.parametrize("mark", ["![", "[", "[a\n", "x <![CDATA[", "](", "- a\n", "1. a\n", "> a\n\n", "<!--"])
def test_nothing_takes_long_to_be_read_or_refused(mark):
    start = time.perf_counter()
    for size in (MOST_BYTES - 500, 480_000):
        with suppress(NotACharter):
            read(charter_with(mark * (size // len(mark))))
    assert time.perf_counter() - start < 3


def test_clauses_with_nothing_in_common_are_compared_in_a_moment():
    chance = random.Random(8)
    words = [f"m{number}" for number in range(3000)]
    long = [read(charter_with(" ".join(chance.choices(words, k=18_000)))) for _ in range(2)]
    few, start = words[:60], time.perf_counter()
    keep_keys(long[1], long[0])
    lists = ["\n".join(f"- {' '.join(chance.choices(few, k=20))}" for _ in range(480)) for _ in range(2)]
    first, second = (charter_with(f"Nous nous engageons :\n\n{items}") for items in lists)
    found = read(second, read(first))
    assert len({clause.key for clause in found.clauses}) == len(found.clauses)
    assert time.perf_counter() - start < 3


def test_every_word_of_the_text_is_on_the_page():
    text = read(charter_with("[note]: le-conseil 'dit ceci'\n\nUn [lien][note] ici."))
    html = "".join(as_html(clause.text) for clause in text.clauses)
    assert "le-conseil" in html
    assert "dit ceci" in html
    for fence in ("```caché\nMot\n```", "- Un\n\n  ~~~ caché\n  Mot\n  ~~~"):
        with pytest.raises(NotACharter, match="bloc de code"):
            read(charter_with(fence))


def test_the_paragraphs_of_an_item_are_paragraphs():
    source = charter_with(
        "Nous nous engageons :\n\n-   À un.\n\n    Deuxième.\n-   À deux :\n    - le jour,\n    - la nuit."
    )
    text = read(source)
    assert at(text, "article-1-engagement-1").text == "À un.\n\nDeuxième."
    assert "<code>" not in as_html(at(text, "article-1-engagement-1").text)
    assert as_html(at(text, "article-1-engagement-2").text).count("<li>") == 2
    assert read(as_markdown(text)).as_data() == text.as_data()


def test_numbered_commitments_are_commitments():
    text = read(charter_with("Nous nous engageons à :\n\n1. À un.\n2. À deux."))
    assert [at(text, key).text for key in keys(text, "commitment")] == ["À un.", "À deux."]
    assert read(as_markdown(text)).as_data() == text.as_data()


def test_headings_are_understood_or_refused():
    bold = read(FIRST.replace("Article 1 : Accueillir chacun", "**Article 1 : Accueillir *bien***"))
    assert at(bold, "article-1").title == "Accueillir bien"
    untitled = read(FIRST.replace("# Charte d’essai\n", "").replace("## ", "# "))
    assert (untitled.title, untitled.count("chapter")) == ("Avant-propos", 2)
    chapters = read("# 1 – Valeurs\n\nUn.\n\n# 2 – Liens\n\n### Article 1 : Un\n")
    assert (chapters.title, keys(chapters, "chapter")) == ("", ["chapitre-1", "chapitre-2"])
    for heading in ("Article 2 Garder la mesure", "Article ２ : Garder", "Article 2 bis : Garder", "Article ２"):
        with pytest.raises(NotACharter, match="ne se comprend pas"):
            read(FIRST.replace("Article 2 : Garder la mesure", heading))
    with pytest.raises(NotACharter, match="chiffres ordinaires"):
        read(FIRST.replace("## 1 – Des", "## ı – Des"))


def test_a_title_is_words_on_one_line():
    text = read(FIRST.replace("# Charte d’essai", "Charte *d’essai*\nsur deux lignes\n===="))
    assert text.title == "Charte d’essai sur deux lignes"
    odd = read(FIRST.replace("Accueillir chacun", r"A &amp; B, \*c\*, &amp;lt; et C \#"))
    assert at(odd, "article-1").title == "A & B, *c*, &lt; et C #"
    assert read(as_markdown(odd)).as_data() == odd.as_data()


def test_the_words_of_a_clause_without_its_signs():
    text = read(charter_with("Nous nous engageons :\n\n- À **dire** `oui`,\n  &amp; à *écouter*.\n"))
    assert at(text, "article-1-engagement-1").plain == "À dire oui, & à écouter."
    assert at(text, "article-1").plain == "Un article"


def test_the_command_never_takes_the_place_of_a_draft_unsaid(cast, tmp_path, monkeypatch):
    file = tmp_path / "charte.md"
    file.write_text(SECOND)
    save_draft(text=FIRST, version=0, by=cast.ccas)
    with pytest.raises(CommandError, match="--replace"):
        call_command("import_charter", file)
    assert Draft.objects.get().text == FIRST
    call_command("import_charter", file, replace=True)
    assert Draft.objects.get().text == SECOND
    assert Event.objects.get(verb="charter_draft_replaced").changes == {"text": FIRST}
    monkeypatch.setattr("charter.actions.replace_draft", meanwhile)
    with pytest.raises(CommandError, match="Recommencez"):
        call_command("import_charter", file, replace=True)
    with file.open("wb") as opened:
        opened.truncate(40_000_000_000)  # would not fit in memory
    with pytest.raises(CommandError, match="trop lourd"):
        call_command("import_charter", file, replace=True)


def meanwhile(**kwargs):
    raise NewerDraft(None)

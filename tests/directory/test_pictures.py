"""The entrance in pictures: every word in every language, each picture opens on something."""

import re
import unicodedata

import pytest

from directory import languages
from directory.models import EmergencyCall
from directory.search.answers import search
from directory.search.asking import Asked
from tests.databases import PROJECT

FRENCH = languages.language("fr")
CODES = list(languages.languages())
FROM_RIGHT = {"ar", "prs", "ps"}
ALPHABETS = {"ar": "ARABIC", "prs": "ARABIC", "ps": "ARABIC", "uk": "CYRILLIC"}
LETTERS = {  # of their own: they tell one language from its neighbour
    "prs": "گپ",
    "ps": "ښړځ",
    "uk": "ії",
}


def page(client, code):
    return client.get("/annuaire/images/", {"langue": code}).content.decode()


def shown(page):
    """What is read, without tags, one space between the words."""
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]*>", " ", page[page.index("<main") :]))


def test_eight_other_languages_than_french():
    assert CODES[0] == "fr"
    assert len(CODES) == 9


@pytest.mark.parametrize("code", CODES)
def test_no_word_is_missing_in_any_language(code):
    language = languages.language(code)
    assert list(language.words) == list(FRENCH.words)
    assert list(language.calls) == list(FRENCH.calls)
    told = [language.name, *language.words.values(), *language.calls.values()]
    assert all(text == text.strip() and text for text in told)
    assert all("TODO" not in text and "!" not in text for text in told)


@pytest.mark.parametrize("code", CODES)
def test_the_words_are_written_in_the_letters_of_the_language(code):
    language = languages.language(code)
    for text in (language.name, *language.words.values(), *language.calls.values()):
        letters = [unicodedata.name(letter).split()[0] for letter in text.replace("SMS", "") if letter.isalpha()]
        assert set(letters) == {ALPHABETS.get(code, "LATIN")}, text
    everything = "".join((*language.words.values(), *language.calls.values()))
    assert all(letter in everything for letter in LETTERS.get(code, ""))


@pytest.mark.parametrize("code", [code for code in CODES if code != "fr"])
def test_nothing_was_left_in_french(code):
    told = languages.words(code)
    same = {key for key, text in told.items() if text == FRENCH.words[key]}
    assert same <= {"papiers", "participer", "dormir", "free"}  # the same in a neighbour language


def test_french_has_its_narrow_spaces():
    for text in (*FRENCH.words.values(), *FRENCH.calls.values()):
        assert not re.search(r"(?<!\u202f)[:;?»]", text), text
        assert "'" not in text


def test_two_words_of_a_language_are_never_the_same():
    """Two doors with one word would be one door."""
    for code in CODES:
        told = [languages.words(code)[door.code] for door in languages.doors()]
        assert len(set(told)) == 8


@pytest.mark.parametrize("code", CODES)
def test_the_page_tells_the_eight_doors_in_the_language_and_in_french(client, db, code):
    language, written = languages.language(code), page(client, code)
    container = f'<div lang="{language.lang}" dir="{"rtl" if code in FROM_RIGHT else "ltr"}">'
    assert container in written
    read = shown(written)
    for door in languages.doors():
        assert language.words[door.code] in read
        assert FRENCH.words[door.code] in read
    assert language.words["question"] in read
    assert language.words["emergency"] in read
    assert FRENCH.words["question"] in read
    assert ("pas encore été relus" in read) is (not language.is_checked)


@pytest.mark.parametrize("code", CODES)
def test_each_language_is_called_by_its_own_name(client, db, code):
    written = page(client, code)
    for other in languages.languages().values():
        told = rf'lang="{other.lang}"\s+dir="{other.direction}"'
        found = re.search(rf'<a href="\?langue={other.code}"\s+{told}\s*([^>]*)>{other.name}</a>', written)
        assert found, other
        assert ("aria-current" in found[1]) is (other.code == code)


@pytest.mark.parametrize("code", ["", "xx", "AR", "fr-simple", "<script>", "ar" * 500])
def test_another_language_is_answered_in_french(client, db, code):
    assert page(client, code) == page(client, "fr")
    assert "<script>" not in page(client, code)[page(client, code).index("<main") :]


def test_french_is_not_told_twice(client, db):
    assert shown(page(client, "fr")).count("Choisissez une image") == 1
    assert "in-french" not in page(client, "fr")


@pytest.mark.parametrize("door", languages.doors(), ids=lambda door: door.code)
def test_each_picture_opens_on_something(network, client, door):
    written = page(client, "ar")
    assert f'href="/annuaire/?q={door.typed.replace(" ", "%20")}&amp;lit=ar"' in written
    found = search(Asked(q=door.typed))
    assert found.answers
    assert not found.corrected
    assert not found.is_loose


def test_the_pictures_are_drawn_in_one_colour_and_hidden_from_screen_readers(client, db):
    drawings = re.findall(r"<svg.*?</svg>", page(client, "fr"), re.DOTALL)
    assert len(set(drawings)) == 8
    for drawing in drawings:
        assert 'aria-hidden="true"' in drawing
        assert 'focusable="false"' in drawing
        assert 'stroke="currentColor"' in drawing
        assert "style=" not in drawing
        assert "#" not in drawing


def test_numbers_to_call_are_links_and_told_in_the_language(client, db):
    EmergencyCall.objects.create(number="116 117", label="Médecin de garde", words="garde")
    written = page(client, "ar")
    assert 'href="tel:115"' in written
    assert 'href="sms:114"' in written
    for call in EmergencyCall.objects.all():
        assert f">{call.number}</a>" in written
        assert call.label in written
        assert languages.language("ar").calls.get(call.number, "") in written


def test_every_number_of_the_first_days_is_told_in_every_language(db):
    numbers = {call.number for call in EmergencyCall.objects.filter(rank__lt=200)}
    assert all(set(language.calls) == numbers for language in languages.languages().values())


def test_without_numbers_there_is_no_empty_frame(client, db):
    EmergencyCall.objects.all().delete()
    assert 'class="urgent"' not in page(client, "ar")


def test_the_search_and_the_home_page_lead_to_it(client, db):
    for url in ("/", "/annuaire/"):
        assert 'href="/annuaire/images/"' in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("français", "fr"), ("Francais", "fr"), ("langue française", "fr"), ("English", "en"), ("العربية", "ar"),
        ("arabe", "ar"), ("Arabe dialectal", "ar"), ("en arabe", "ar"), ("la langue arabe", "ar"), ("darija", "ar"),
        ("dari", "prs"), ("Dari (persan)", "prs"), ("persan", "fa"), ("farsi", "fa"), ("persan (farsi)", "fa"),
        ("Persan / Farsi", "fa"), ("pachto", "ps"), ("pashto", "ps"), ("Pachtou", "ps"), ("پښتو", "ps"),
        ("kurde", "ku"), ("kurmandji", "ku"), ("sorani", "ku"), ("tigrigna", "ti"), ("érythréen", "ti"),
        ("soninke", "snk"), ("Sarakolé", "snk"), ("peulh", "ff"), ("ourdou", "ur"), ("mandarin", "zh"),
        ("langue des signes", "fsl"), ("LSF", "fsl"), ("langue des signes française (LSF)", "fsl"),
        ("on parle la langue des signes", "fsl"), ("turc", "tr"), ("Türkçe", "tr"), ("RUSSE", "ru"), ("rromani", "rom"),
        ("un peu d’anglais", "en"), ("l’anglais", "en"), ("uk", "uk"),
        ("", None), ("   ", None), ("klingon", None), ("français et arabe", None), ("langue", None), ("...", None),
        ("un peu", None), ("日", None),
    ],
)  # fmt: skip
def test_the_code_of_a_language_as_it_is_typed(typed, code):
    assert languages.code_of(typed) == code


def test_each_language_spoken_is_found_by_every_name_it_has():
    spoken = languages.spoken()
    assert len(spoken) >= 40
    for code, name in spoken.items():
        assert languages.code_of(name) == code
        assert languages.code_of(name.upper()) == code
        assert languages.code_of(languages.own_name(code)) == code
        assert languages.spoken_label(code) == name
        for other in languages.TOLD["spoken"][code]["also"]:
            assert languages.code_of(other) == code, other


def test_the_languages_of_slips_are_among_the_languages_spoken():
    for code, language in languages.languages().items():
        assert languages.own_name(code) == language.name


def test_a_language_that_is_not_ours_keeps_its_code():
    assert languages.spoken_label("xx") == languages.own_name("xx") == "xx"


def test_the_file_of_words_is_composed_letters():
    """One way of writing « é » only, whatever the keyboard it was typed on."""
    text = (PROJECT / "directory/languages.json").read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)

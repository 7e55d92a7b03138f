"""The guides: every picture, link and part that is named exists; their words are the portal's."""

import re
from pathlib import Path

import pytest
from django.urls import resolve
from PIL import Image

from lemans_solidaire.guides import DENSITY, FOLDER, GUIDES, PICTURES, markdown
from tests.project.test_words import BANNED, TEMPLATES

HEAVIEST = 30_000  # octets of a picture
LONGEST = 14  # words of an easy line
HELP = re.compile(r'include "guides/_help.html" with guide="([\w-]+)" anchor="([\w-]+)" about="([^"]+)"')
guides = pytest.mark.parametrize("guide", GUIDES.values(), ids=GUIDES)


def source(guide):
    return (FOLDER / f"{guide.slug}.md").read_text(encoding="utf-8")


def words(guide):
    """Without what is written as code, nor addresses."""
    return re.sub(r"`[^`]*`|\]\([^)]*\)", " ", source(guide))


def test_every_file_is_a_guide_and_every_guide_a_file():
    assert {path.stem for path in FOLDER.glob("*.md")} == set(GUIDES)


def test_anybody_reads_the_list_without_a_question_to_the_database(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        page = client.get("/aide/").content.decode()
    assert all(guide.page.title in page and guide.sentence in page for guide in GUIDES.values())


@guides
def test_anybody_reads_it(client, db, django_assert_num_queries, guide):
    with django_assert_num_queries(0):
        page = client.get(guide.get_absolute_url()).content.decode()
    assert all(f'id="{anchor}"' in page and f'href="#{anchor}"' in page for anchor in guide.page.anchors)
    assert page.count("<h1") == 1


def test_there_is_nothing_under_another_name(client, db):
    assert client.get("/aide/cuisine/").status_code == 404
    assert client.get("/aide/../settings/").status_code == 404


def test_the_html_of_an_author_is_only_text():
    html = markdown(breaks=False).render("<script>alert(1)</script> [x](javascript:alert(1))")
    assert "<script" not in html
    assert "href" not in html


def test_the_guide_of_the_person_does_not_name_the_network(client, db):
    page = client.get("/aide/la-personne/").content.decode()
    assert "Le Mans Solidaire" not in page
    assert "Quitter vite" in page


@guides
def test_its_parts_have_names_of_their_own(guide):
    headings = re.findall(r"^#{2,3} ", source(guide), re.MULTILINE)
    assert len(guide.page.anchors) == len(headings) > 2


@guides
def test_its_links_lead_somewhere(guide):
    for link in guide.page.links:
        path, _, anchor = link.partition("#")
        match = resolve(path)
        if match.view_name == "guide":
            other = GUIDES[match.kwargs["guide"]]
            assert not anchor or anchor in other.page.anchors, link


def test_each_picture_is_there_and_none_is_left_behind():
    named = [name for guide in GUIDES.values() for name in guide.page.pictures]
    assert len(named) > 10
    assert sorted(named) == sorted(path.name for path in PICTURES.iterdir())


def test_pictures_are_light_and_say_what_they_show():
    for path in PICTURES.iterdir():
        with Image.open(path) as picture:
            assert picture.format == "WEBP"
            assert 300 < picture.width / DENSITY < 900
        assert path.stat().st_size < HEAVIEST, path
    shown = [alt for guide in GUIDES.values() for alt in re.findall(r"!\[(.*?)\]", source(guide))]
    assert all(len(alt) > 40 for alt in shown)


@guides
def test_a_picture_comes_when_it_is_scrolled_to_and_keeps_its_room(guide):
    images = re.findall(r"<img[^>]*>", f"{guide.page.introduction}{guide.page.html}")
    assert len(images) == len(guide.page.pictures)
    for image in images:
        assert re.search(r'width="\d+" height="\d+" loading="lazy"', image), image


def test_every_page_that_offers_help_leads_to_a_part_of_a_guide():
    texts = [template.read_text() for template in TEMPLATES]
    asked = [found for text in texts for found in HELP.findall(text)]
    assert len(asked) == sum(text.count('include "guides/_help.html"') for text in texts) > 10
    for slug, anchor, _ in asked:
        assert anchor in GUIDES[slug].page.anchors, (slug, anchor)


@guides
def test_its_words_are_those_of_the_portal(guide):
    text = words(guide)
    found = [match.group() for banned in BANNED for match in re.finditer(banned, text, re.IGNORECASE)]
    assert not found
    assert "!" not in text.replace("![", "")
    assert not re.search(r"\w'\w", text)
    assert not re.search(r"\w [:;?»](\s|$)|« \w", text)


def test_an_easy_line_is_one_short_idea():
    lines = [line for line in words(GUIDES["la-personne"]).splitlines() if line and not line.startswith("!")]
    assert len(lines) > 60
    for line in lines:
        assert len(line.split()) <= LONGEST, line
        assert len(re.findall(r"[.?](?:\s|$)", re.sub(r"«.*?»|^\d+\.", "", line))) <= 1, line


def test_the_files_show_their_pictures_too():
    """Read as files, with the pictures beside."""
    for guide in GUIDES.values():
        for target in re.findall(r"!\[.*?\]\((.*?)\)", source(guide)):
            assert (FOLDER / target).exists(), target
    assert Path("docs/guides").is_dir()

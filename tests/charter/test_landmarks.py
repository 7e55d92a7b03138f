"""Repères: a structure's own, read by nobody else; the network's picture tells no one's answer."""

import json
from collections import Counter
from datetime import date
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone

from charter.landmarks import FEWEST, Said, asked, parts_of, picture, said_by
from charter.models import Landmark
from charter.summary import chapters
from lemans_solidaire.network import registry
from lemans_solidaire.network.models import Event, Structure
from tests.charter.texts import FIRST, SECOND, adopted

THIS = timezone.localdate().year
LAST = THIS - 1


@pytest.fixture
def version(cast):
    return adopted(cast.ccas)


def address(structure, year=THIS):
    return reverse("charter:landmarks_of", args=[structure.pk, year])


def said(structure, by, year=LAST, **levels):
    """Written straight away: a year that is over takes no more posts."""
    for key, level in levels.items():
        told = {"structure": structure, "year": year, "key": key.replace("_", "-"), "level": level, "saved_by": by}
        Landmark.objects.create(**told)


def network(cast, *levels, key="article-1", year=LAST):
    for number, level in enumerate(levels):
        structure = Structure.objects.create(name=f"Structure {number}")
        said(structure, cast.ccas, year, **{key: level})


def post(client, structure, seen=None, **typed):
    data = {name.replace("__", "-"): value for name, value in typed.items()}
    return client.post(address(structure), data | {"seen": json.dumps(seen or {})})


def text_of(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def test_what_is_looked_at_is_each_commitment_and_each_article_that_has_none(version):
    keys = [clause.key for clause in asked(version)]
    assert keys == ["article-1", "article-2-engagement-1", "article-2-engagement-2"]
    assert asked(None) == []


def test_a_level_a_word_and_an_action_are_kept(cast, version, as_user):
    client = as_user(cast.teammate)
    typed = {
        "article-1-niveau": 2,
        "article-1-note": "Le soir",
        "article-1-action": "Un accueil",
        "article-1-date": "2030-06-30",
    }
    response = client.post(address(cast.panier), typed | {"seen": "{}"})
    assert response.status_code == 302
    assert said_by(cast.panier)[THIS] == {"article-1": Said(2, "Le soir", "Un accueil", "2030-06-30")}
    page = text_of(client.get(address(cast.panier)))
    assert 'value="Un accueil"' in page
    assert Event.objects.get(verb="landmarks_saved").changes == {"year": THIS}  # not a word of what was said


def test_emptied_it_goes(cast, version, as_user):
    client = as_user(cast.owner)
    post(client, cast.panier, **{"article-1-note": "Un mot"})
    post(client, cast.panier, seen={"article-1": [None, "Un mot", "", ""]}, **{"article-1-note": ""})
    assert not Landmark.objects.exists()


def test_what_cannot_be_read_is_said_and_stays(cast, version, as_user):
    response = post(as_user(cast.owner), cast.panier, **{"article-1-note": "Un mot", "article-1-date": "demain"})
    page = text_of(response)
    assert response.status_code == 422
    assert "Choisissez un jour, ou laissez vide." in page
    assert 'value="Un mot"' in page
    assert not Landmark.objects.exists()


def test_two_people_on_one_page_both_see_both(cast, version, as_user):
    post(as_user(cast.owner), cast.panier, **{"article-1-niveau": 4})
    response = post(as_user(cast.teammate), cast.panier, **{"article-1-niveau": 1, "article-2-engagement-1-niveau": 3})
    page = text_of(response)
    assert response.status_code == 409
    assert "L’autre personne a enregistré : C’est notre habitude" in page
    assert said_by(cast.panier)[THIS] == {"article-1": Said(4)}
    seen = {"article-1": [4, "", "", ""]}
    again = post(as_user(cast.teammate), cast.panier, seen=seen, **{"article-1-niveau": 1})
    assert (again.status_code, said_by(cast.panier)[THIS]["article-1"]) == (302, Said(1))


@pytest.mark.parametrize("seen", ["[]", "{", '{"article-1": 3}', '{"article-1": [1]}', "[" * 5000])
def test_a_forged_memory_of_the_page_is_no_memory(cast, version, as_user, seen):
    post(as_user(cast.owner), cast.panier, **{"article-1-niveau": 4})
    response = as_user(cast.owner).post(address(cast.panier), {"article-1-niveau": 1, "seen": seen})
    assert response.status_code == 409


def test_nobody_else_reads_them(cast, version, as_user):
    said(cast.panier, cast.owner, THIS, article_1=1)
    for user in (cast.stranger, cast.nobody, cast.ccas):
        assert as_user(user).get(address(cast.panier)).status_code == 404


@pytest.mark.parametrize("year", [LAST, THIS + 1, 1990])
def test_a_year_without_anything_or_to_come_is_not_there(cast, version, as_user, year):
    assert as_user(cast.owner).get(address(cast.panier, year)).status_code == 404


def test_two_years_show_the_way_made(cast, version, as_user):
    said(cast.panier, cast.owner, LAST, article_1=1)
    client = as_user(cast.owner)
    post(client, cast.panier, **{"article-1-niveau": 3})
    page = text_of(client.get(address(cast.panier)))
    assert f"En {LAST} : Nous n’y sommes pas encore" in page
    assert "Le chemin parcouru" in page
    assert address(cast.panier, LAST) in page


def test_a_year_that_is_over_is_read_and_no_longer_written(cast, version, as_user):
    said(cast.panier, cast.owner, LAST, article_1=1)
    assert "L’année est finie" in text_of(as_user(cast.owner).get(address(cast.panier, LAST)))


@pytest.mark.parametrize("has_answers", [True, False])
def test_what_was_typed_before_midnight_is_given_back(cast, version, as_user, has_answers):
    if has_answers:
        said(cast.panier, cast.owner, LAST, article_1=1)
    typed = {"article-1-niveau": 4, "article-1-note": "Le soir aussi", "seen": "{}"}
    response = as_user(cast.owner).post(address(cast.panier, LAST), typed)
    page = text_of(response)
    assert response.status_code == 409
    assert f"L’année {LAST} est finie : rien n’est enregistré." in page
    assert 'value="Le soir aussi"' in page or "<li>Le soir aussi</li>" in page
    assert Landmark.objects.count() == has_answers


def test_a_text_adopted_while_one_writes_loses_nothing(cast, version, as_user):
    adopted(cast.ccas, FIRST.replace("- À montrer son dossier à la personne.\n", ""))
    typed = {"article-2-engagement-2-note": "Au guichet", "article-1-niveau": 2}
    response = post(as_user(cast.owner), cast.panier, **typed)
    assert response.status_code == 409
    assert "<li>Au guichet</li>" in text_of(response)
    assert not Landmark.objects.exists()


def test_what_was_said_of_a_commitment_that_is_gone_is_still_read(cast, version, as_user):
    said(cast.panier, cast.owner, LAST, **{"article_2_engagement_2": 3})
    adopted(cast.ccas, FIRST.replace("- À montrer son dossier à la personne.\n", ""))
    page = text_of(as_user(cast.owner).get(address(cast.panier, LAST)))
    assert "À montrer son dossier à la personne." in page


def test_a_level_chosen_by_mistake_is_taken_back(cast, version, as_user):
    client = as_user(cast.owner)
    post(client, cast.panier, **{"article-1-niveau": 4})
    assert "Pas encore regardé" in text_of(client.get(address(cast.panier)))
    post(client, cast.panier, seen={"article-1": [4, "", "", ""]}, **{"article-1-niveau": ""})
    assert not Landmark.objects.exists()


def test_the_other_s_date_is_shown(cast, version, as_user):
    post(as_user(cast.owner), cast.panier, **{"article-1-date": "2030-06-30"})
    page = text_of(post(as_user(cast.teammate), cast.panier, **{"article-1-date": "2030-07-01"}))
    assert "d’ici le 30 juin 2030" in page


def test_last_year_s_action_comes_back(cast, version, as_user):
    said(cast.panier, cast.owner, LAST, article_1=1)
    Landmark.objects.update(action="Un accueil le soir", action_on=date(LAST, 12, 1))
    page = text_of(as_user(cast.owner).get(address(cast.panier)))
    assert f"Vous vouliez : Un accueil le soir, d’ici le 1er décembre {LAST}" in page


def test_a_commitment_keeps_its_answers_from_one_version_to_the_next(cast, version, as_user):
    said(cast.panier, cast.owner, LAST, article_1=1)
    adopted(cast.ccas, SECOND)
    assert f"En {LAST} : Nous n’y sommes pas encore" in text_of(as_user(cast.owner).get(address(cast.panier)))


class TestPicture:
    def test_no_part_is_small_and_none_holds_everybody(self):
        for counts in product(range(6), repeat=4):
            told = parts_of(Counter(dict(enumerate(counts, 1))))
            if told is not None:
                assert len(told) > 1
                assert min(count for _, count in told) >= FEWEST
                assert sum(count for _, count in told) == sum(counts)

    def test_the_finest_way_is_told(self, cast, version):
        network(cast, 1, 1, 1, 2, 2, 2, 4, 4, 4)
        [(words, structures, parts)] = picture(LAST)
        assert (words, structures) == ("Accueillir chacun", 9)
        assert [count for _, count in parts] == [3, 3, 3]
        assert parts[1][0] == "Nous avons commencé, ou nous le faisons souvent"

    @pytest.mark.parametrize("levels", [[1, 1, 4, 4, 4], [2] * 9, [1, 1, 1, 1, 4, 4]], ids=str)
    def test_under_the_threshold_nothing_is(self, cast, version, levels):
        network(cast, *levels)
        assert picture(LAST) == []
        assert list(chapters(LAST)) == []

    def test_it_reaches_the_summary_of_a_year_that_is_over(self, cast, version):
        network(cast, 1, 1, 1, 4, 4, 4)
        network(cast, 1, 1, 1, 4, 4, 4, year=THIS)
        [chapter] = [one for one in registry.chapters.ask(LAST) if one.title == "La charte au quotidien"]
        assert chapter.is_told_in("public")
        assert chapter.is_told_in("network")
        assert chapter.rows[0][:2] == ["Accueillir chacun", "6"]
        assert list(chapters(THIS)) == []  # it could be watched as it changes

    def test_the_ccas_sees_it_and_no_name(self, cast, version, as_user):
        network(cast, 1, 1, 1, 4, 4, 4)
        page = text_of(as_user(cast.ccas).get(reverse("charter:landmarks")))
        assert "Accueillir chacun" in page
        assert "Structure 1" not in page

    def test_the_members_do_not(self, cast, version, as_user):
        network(cast, 1, 1, 1, 4, 4, 4)
        response = as_user(cast.owner).get(reverse("charter:landmarks"))
        assert (response.status_code, response.url) == (302, address(cast.panier))


def test_their_space_offers_them_once_there_is_a_charter(cast):
    assert "Nos repères" not in [place.label for place in registry.places.ask(cast.owner)]
    adopted(cast.ccas)
    assert "Nos repères" in [place.label for place in registry.places.ask(cast.owner)]
    assert "Nos repères" not in [place.label for place in registry.places.ask(cast.nobody)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_grow_with_the_years(cast, version, as_user, count, django_assert_num_queries):
    for year in range(THIS - count, THIS):
        said(cast.panier, cast.owner, year, article_1=2)
    client = as_user(cast.owner)
    with django_assert_num_queries(9):
        client.get(address(cast.panier))

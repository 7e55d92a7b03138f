"""What is asked beside the words: near what, open when, with whom; and what is not known is never a no."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from directory.models import Closure, MissedSearch, Place, Service
from directory.openings import refresh_openings, write_openings
from directory.questions import QUESTIONS
from directory.search.answers import search
from directory.search.asking import Asked
from directory.search.near import point_of
from directory.search.understanding import understand
from directory.templatetags.directory import away, marked
from lemans_solidaire.network.models import Structure

PARIS = ZoneInfo("Europe/Paris")
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=PARIS)


@pytest.fixture
def at(monkeypatch):
    """The moment that it is."""

    def set_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_to(TUESDAY)
    return set_to


@pytest.fixture
def structure(db):
    return Structure.objects.create(name="La Tablée", city="Le Mans")


def add(structure, name, **fields):
    service = Service.objects.create(structure=structure, name=name, **{"description": "Un repas.", **fields})
    write_openings([service])
    return service


def names(**asked):
    return [str(one.found) for one in search(Asked(**asked)).answers]


def services(**asked):
    return [name for name in names(**asked) if name != "La Tablée"]


class TestOpen:
    def test_now_the_open_ones_come_first_and_the_unknown_after(self, at, structure):
        add(structure, "Fermé", hours="Tu 14:00-16:00")
        add(structure, "Inconnu")
        add(structure, "Ouvert", hours="Tu 09:00-12:00")
        found = search(Asked(q="repas", opened="maintenant"))
        assert [str(one.found) for one in found.answers] == ["Ouvert", "Inconnu"]
        assert (found.total, found.open_total) == (2, 1)

    def test_on_a_day(self, at, structure):
        add(structure, "Mardi", hours="Tu 09:00-12:00")
        add(structure, "Jeudi", hours="Th 09:00-12:00")
        assert services(q="repas", opened="2026-11-26") == ["Jeudi"]
        assert services(q="repas", opened="2026-11-24") == ["Mardi"]

    def test_a_closure_closes(self, at, structure):
        service = add(structure, "Mardi", hours="Tu 09:00-12:00")
        Closure.objects.create(
            structure=structure, first_day=date(2026, 11, 20), last_day=date(2026, 11, 30), reason="travaux"
        )
        assert services(q="repas", opened="maintenant") == ["Mardi"]  # not told again yet: not known, never closed
        assert search(Asked(q="repas", opened="maintenant")).open_total == 0
        write_openings([service])
        assert services(q="repas", opened="maintenant") == []
        assert services(q="repas", opened="2026-12-01") == ["Mardi"]

    def test_hours_that_changed_are_not_known_until_they_are_told_again(self, at, structure):
        service = add(structure, "Mardi", hours="Tu 09:00-12:00")
        Service.objects.filter(pk=service.pk).update(hours="We 09:00-12:00")
        assert search(Asked(q="repas", opened="maintenant")).open_total == 0
        assert services(q="repas", opened="maintenant") == ["Mardi"]
        refresh_openings()
        assert services(q="repas", opened="maintenant") == []
        assert services(q="repas", opened="2026-11-25") == ["Mardi"]

    def test_a_public_holiday_of_which_nothing_is_said_is_not_known(self, at, structure):
        at(datetime(2026, 12, 24, 10, 0, tzinfo=PARIS))
        add(structure, "Vendredi", hours="Fr 09:00-12:00")
        add(structure, "Fermé les jours fériés", hours="Fr 09:00-12:00; PH off")
        found = search(Asked(q="repas", opened="2026-12-25"))
        assert [str(one.found) for one in found.answers] == ["Vendredi"]
        assert found.open_total == 0

    def test_the_night_of_the_change_of_hour(self, at, structure):
        at(datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=1))
        add(structure, "Nuit", hours="Sa 22:00-03:00")
        assert search(Asked(q="repas", opened="maintenant")).open_total == 1
        at(datetime(2026, 10, 25, 3, 30, tzinfo=PARIS))
        assert services(q="repas", opened="maintenant") == []

    def test_what_is_too_far_is_not_known(self, at, structure):
        add(structure, "Fermé", hours="Tu 14:00-16:00")
        at(TUESDAY + timedelta(days=60))  # no night was told since
        assert services(q="repas", opened="maintenant") == ["Fermé"]

    @pytest.mark.parametrize("given", ["hier", "2020-01-01", "2026-13-45", "2027-11-24", "'", "٣"])
    def test_what_is_no_day_is_left_out(self, at, given):
        assert Asked.of({"ouvert": given}).opened == ""


class TestNear:
    @pytest.fixture
    def around(self, structure):
        add(structure, "Loin", latitude=47.70, longitude=-0.07)
        add(structure, "Tout près", latitude=47.9957, longitude=0.1930)
        add(structure, "À Coulaines", city="Coulaines")
        add(structure, "Nulle part")
        Structure.objects.update(city="")

    def test_the_nearest_first_and_what_has_no_place_after(self, around):
        assert services(q="repas", near="gare") == ["Tout près", "À Coulaines", "Loin", "Nulle part"]

    def test_distances_are_right(self, around):
        found = {str(one.found): one for one in search(Asked(q="repas", near="47.9955,0.1925")).answers}
        assert found["Tout près"].distance == pytest.approx(0.043, abs=0.002)
        assert found["Loin"].distance == pytest.approx(38.3, abs=0.5)
        assert found["À Coulaines"].is_near_only
        assert found["Nulle part"].distance is None

    @pytest.mark.parametrize(
        ("given", "name"),
        [
            ("gare", "Gare"),
            ("la gare du Mans", "Gare"),
            ("Sablons", "Les Sablons"),
            ("les sablons", "Les Sablons"),
            ("St Calais", "Saint-Calais"),
            ("72300", "Sablé-sur-Sarthe"),
            ("12 rue des Acacias, 72700 Allonnes", "Allonnes"),
            ("LA CHAPELLE ST AUBIN", "La Chapelle-Saint-Aubin"),
        ],
    )
    def test_places_as_people_write_them(self, db, given, name):
        assert point_of(given).name == name

    @pytest.mark.parametrize("given", ["Zanzibar", "99.0,400.0", "1,2", "'; --", "", "😀"])
    def test_what_nobody_knows(self, db, given):
        assert point_of(given) is None

    def test_an_unknown_place_is_said_and_hides_nothing(self, around):
        found = search(Asked(q="repas", near="Zanzibar"))
        assert found.is_lost
        assert found.total == 4

    def test_a_confidential_place_is_at_no_distance(self, around, structure):
        hidden = add(structure, "Refuge", latitude=47.9956, longitude=0.1926, city="Le Mans", is_address_hidden=True)
        answer = next(one for one in search(Asked(q="repas", near="gare")).answers if one.found == hidden)
        assert answer.distance is None
        assert answer.latitude is None

    def test_a_town_that_is_moved_moves_what_is_there(self, around):
        Place.objects.filter(name="Coulaines").update(latitude=10, longitude=10)
        Place.objects.get(name="Coulaines").save()
        assert services(q="repas", near="gare")[-2:] == ["À Coulaines", "Nulle part"]

    def test_said_in_words(self):
        assert [away(0.02), away(0.63), away(1.04), away(2.55), away(12.4)] == [
            "50\u202fm", "650\u202fm", "1\u202fkm", "2,5\u202fkm", "12\u202fkm",
        ]  # fmt: skip


class TestQuestions:
    @pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
    def test_yes_first_then_not_known_and_never_no(self, structure, question):
        add(structure, "Oui", **{question.field: True})
        add(structure, "Non", **{question.field: False})
        add(structure, "Peut-être")
        found = search(Asked(answers={question.name: "oui"}))
        assert [str(one.found) for one in found.answers] == ["Oui", "Peut-être"]
        assert [one.unknown for one in found.answers] == [[], [question.name]]
        assert search(Asked(q="repas")).facets[f"{question.name}=oui"] == 1

    def test_languages_and_price(self, structure):
        add(structure, "Dari", languages=["prs"], fees="gratuit")
        add(structure, "Anglais", languages=["en"], fees="payant")
        add(structure, "Silence")
        assert services(answers={"langue": "prs"}) == ["Dari", "Silence"]
        assert services(answers={"frais": "gratuit"}) == ["Dari", "Silence"]

    def test_a_family_of_themes(self, structure):
        add(structure, "Ordinateur", themes=["numerique--acceder-a-du-materiel"])
        add(structure, "Autre", themes=["mobilite--acceder-a-un-vehicule"])
        assert services(answers={"theme": "numerique"}) == ["Ordinateur"]

    def test_what_is_no_answer_is_left_out(self):
        asked = Asked.of(
            {"chien": "non", "theme": "zzz", "langue": "klingon", "frais": "'", "seul": "oui", "public": "x"}
        )
        assert asked.answers == {"seul": "oui"}


class TestWordsThatAsk:
    def test_one_sentence_is_understood(self, db, at):
        asked = understand(Asked(q="une personne qui parle dari, une douche et un repas près de la gare aujourd'hui"))
        assert asked.answers == {"langue": "prs"}
        assert asked.near == "Gare"
        assert asked.opened == "2026-11-24"
        assert asked.q == "une personne une douche et un repas"

    @pytest.mark.parametrize(
        ("typed", "q", "opened"),
        [
            ("repas demain", "repas", "2026-11-25"),
            ("repas ce jeudi", "repas", "2026-11-26"),
            ("soupe lundi", "soupe", "2026-11-30"),
            ("ouvert maintenant douche", "ouvert douche", "maintenant"),
            ("soupe", "soupe", ""),
            ("manger ce soir", "manger", "soir"),
            ("dormir ce soir", "dormir ce soir", ""),
            ("douche demain matin", "douche", "2026-11-25"),
        ],
    )
    def test_days(self, db, at, typed, q, opened):
        asked = understand(Asked(q=typed))
        assert (asked.q, asked.opened) == (q, opened)

    @pytest.mark.parametrize(
        ("typed", "q", "answers"),
        [
            ("une douche avec mon chien", "une douche", {"chien": "oui"}),
            ("repas gratuits avec mes enfants", "repas", {"frais": "gratuit", "enfants": "oui"}),
            ("douche à Coulaines", "douche", {"commune": "Coulaines"}),
            ("un médecin sans rendez-vous", "un medecin", {"sans_rdv": "oui"}),
            ("gratuit", "gratuit", {}),
            ("aide à la gare", "aide à la gare", {}),
        ],
    )
    def test_filters_said_in_words(self, db, typed, q, answers):
        asked = understand(Asked(q=typed))
        assert (asked.q, asked.answers) == (q, answers)

    def test_this_evening_is_after_six(self, at, structure):
        at(datetime(2026, 11, 24, 10, 0, tzinfo=PARIS))
        add(structure, "Midi", hours="Tu 11:00-14:00")
        add(structure, "Soir", hours="Tu 19:00-21:00")
        assert services(q="repas", opened="soir") == ["Soir"]

    def test_what_is_no_place_nor_language_stays_in_the_words(self, db):
        for typed in ("prêt de vélo", "parler de ses soucis", "qui parle aux enfants", "près de zanzibar"):
            assert understand(Asked(q=typed)).q == typed

    def test_as_typed_when_it_is_asked(self, db):
        typed = Asked.of({"q": "repas demain", "tel_quel": "oui"})
        assert understand(typed) == typed

    def test_what_was_chosen_stays(self, db, at):
        asked = understand(Asked(q="repas demain", opened="2026-11-27"))
        assert asked.opened == "2026-11-27"


class TestProfessionals:
    def test_only_members_find_what_is_for_them(self, cast, as_user, client):
        add(cast.panier, "Chambres gardées", is_for_professionals=True, description="Zwingli")
        key = Service.objects.get(name="Chambres gardées").pk
        for url in ("/annuaire/?q=zwingli", "/annuaire/?q=chambres", f"/annuaire/structures/{cast.panier.pk}/"):
            assert "Chambres gardées" not in client.get(url).content.decode()
            assert "Chambres gardées" in as_user(cast.stranger).get(url).content.decode()
            client.logout()
        assert client.get(f"/annuaire/services/{key}/").status_code == 404
        assert client.get(f"/annuaire/services/{key}/fiche.pdf").status_code == 404
        assert as_user(cast.nobody).get(f"/annuaire/services/{key}/").status_code == 404
        assert as_user(cast.ccas).get(f"/annuaire/services/{key}/").status_code == 200

    def test_its_words_are_proposed_to_nobody(self, cast, client):
        add(cast.panier, "Zwinglimaison", is_for_professionals=True)
        assert "zwinglimaison" not in client.get("/annuaire/?q=zwinglimason").content.decode()


class TestWhy:
    def test_the_words_are_marked_and_the_reason_told(self, structure):
        add(structure, "Le soir", themes=["mobilite--acceder-a-un-vehicule"])
        by_text = search(Asked(q="repas")).answers[0]
        assert marked(by_text.extract) == "Un <mark>repas</mark>."
        assert by_text.reason == ""
        by_theme = search(Asked(q="mobilité")).answers[0]
        assert by_theme.reason == "sa structure ou ses thèmes"

    def test_an_extract_is_text(self, structure):
        Service.objects.create(structure=structure, name="x", description="<script>alert(1)</script> repas & <b>")
        shown = marked(search(Asked(q="repas")).answers[0].extract)
        assert "<script" not in shown
        assert "<b>" not in shown

    def test_an_accent_is_marked_without_being_typed(self, structure):
        Service.objects.create(structure=structure, name="x", description="Une épicerie.")
        assert "<mark>épicerie</mark>" in marked(search(Asked(q="epicerie")).answers[0].extract)

    def test_what_was_confirmed_lately_comes_before(self, structure):
        add(structure, "Ancien", updated_on=date(2019, 1, 1))
        add(structure, "Récent", updated_on=timezone.localdate())
        assert services(q="repas") == ["Récent", "Ancien"]


class TestMissed:
    def test_words_are_kept_after_three_different_days(self, db, client, at):
        for day in range(3):
            at(TUESDAY + timedelta(days=day))
            for _ in range(2):
                client.get("/annuaire/", {"q": "Trampoline"})
            kept = MissedSearch.objects.get()
            assert kept.days == day + 1
            assert kept.words == ("trampoline" if day == 2 else "")
            assert "trampoline" not in kept.digest

    @pytest.mark.parametrize("typed", ["appeler 0612345678", "x" * 41, "!!!", ""])
    def test_neither_numbers_nor_long_texts(self, db, client, at, typed):
        client.get("/annuaire/", {"q": typed})
        assert not MissedSearch.objects.exists()

    def test_what_is_found_is_not_kept(self, structure, client):
        client.get("/annuaire/", {"q": "tablée"})
        assert not MissedSearch.objects.exists()


def test_the_address_holds_the_whole_search(db):
    given = {"q": "repas", "theme": "numerique", "chien": "oui", "pres_de": "gare", "ouvert": "demain", "page": "2"}
    asked = Asked.of(given)
    again = Asked.of(dict(pair.split("=") for pair in asked.url(page=2)[1:].removesuffix("#resultats").split("&")))
    assert again == asked
    assert asked.without("chien") == asked.url(answers={"theme": "numerique"})


def test_very_common_words_give_the_best_thousand(db, monkeypatch):
    monkeypatch.setattr("directory.search.reading.MOST", 3)
    monkeypatch.setattr("directory.search.answers.MOST", 3)
    structure = Structure.objects.create(name="La Tablée")
    for number in range(6):
        name = "Repas" if number == 0 else f"Atelier {number}"
        Service.objects.create(
            structure=structure, name=name, description="Un repas.", updated_on=date(2015 + number, 1, 1)
        )
    found = search(Asked(q="repas"))
    assert found.is_more is True
    assert str(found.answers[0].found) == "Repas"  # its name answers, old as it is
    assert {str(one.found) for one in found.answers} == {"Repas", "Atelier 5", "Atelier 4", "Atelier 3", "Atelier 2"}

"""« Mon espace »: what awaits each role, one next thing, what is new since last time, where to go."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from directory import actions as directory_actions
from directory.models import Service
from indicators import actions
from indicators.models import Edition
from lemans_solidaire.network import registry
from lemans_solidaire.network.models import UnsentMail, User
from lemans_solidaire.network.registry import Awaited
from tests.cast import PASSWORD
from tests.charter.texts import adopted
from tests.network.meetings import (
    answer_problem,
    make_group,
    make_meeting,
    make_problem,
    passed,
    publish,
    text_of,
)
from tests.network.people import second_administrator

URL = "/mon-espace/"
LONG_AGO = timedelta(days=14)


def page_of(as_user, user):
    return text_of(as_user(user).get(URL))


def news_of(user, since=None):
    return [item.label for item in registry.newest(user, since or timezone.now() - LONG_AGO)]


def test_one_thing_first_then_the_others(cast, as_user):
    page = page_of(as_user, cast.owner)
    assert page.count('class="next-step"') == 1
    assert page.index("Remplir la fiche d’indicateurs 2025") < page.index("Aller à")


def test_what_is_beyond_four_things_is_folded(cast, as_user, monkeypatch):
    items = [Awaited(f"Chose {number}", f"/{number}/") for number in range(7)]
    monkeypatch.setattr(registry.awaiting, "providers", [lambda user: items])
    page = page_of(as_user, cast.owner)
    assert page.index("Chose 3") < page.index("Encore 3 choses") < page.index("Chose 4")


def test_without_structure_one_is_told_what_to_do(cast, as_user):
    page = page_of(as_user, cast.nobody)
    assert "lié à aucune structure" in page
    assert reverse("charter:charter") in page
    assert "Nouveau depuis" not in page


def test_nothing_awaits(cast, as_user):
    second_administrator()
    page = page_of(as_user, cast.ccas)
    assert "Rien ne vous attend" in page


def test_places_are_gathered(cast, as_user):
    page = page_of(as_user, cast.ccas)
    for group in ("Le réseau", "La charte", "L’annuaire", "Les dossiers"):
        assert f"<h3>{group}</h3>" in page
    assert page.index("<h3>La charte</h3>") < page.index("Écrire la charte") < page.index("Les signatures de la charte")


def test_mails_that_failed_await_the_ccas_alone(cast, as_user):
    fields = {"subject": "Objet", "to": ["a@essai.test"], "problem": "…"}
    UnsentMail.objects.create(**fields)
    assert "n’est pas parti" not in page_of(as_user, cast.ccas)  # the portal still tries
    UnsentMail.objects.create(**fields, gave_up_at=timezone.now())
    assert "Un courriel n’est pas parti" in page_of(as_user, cast.ccas)
    assert "n’est pas parti" not in page_of(as_user, cast.owner)


def test_news_of_the_meetings_are_the_network_s(cast):
    meeting = make_meeting(cast, make_group(cast))
    assert "Une rencontre est prévue" in news_of(cast.stranger)
    publish(cast, passed(meeting))
    problem = make_problem(cast)
    assert {"Un compte rendu est publié", "Une difficulté nouvelle"} <= set(news_of(cast.stranger))
    answer_problem(cast, problem)
    assert "Une difficulté a sa réponse" in news_of(cast.stranger)
    assert not {"Un compte rendu est publié", "Une difficulté a sa réponse"} & set(news_of(cast.nobody))


def test_a_draft_of_minutes_is_no_news(cast):
    passed(make_meeting(cast, make_group(cast)))
    assert not [label for label in news_of(cast.stranger) if "compte rendu" in label]


def test_what_one_did_oneself_is_no_news(cast):
    problem = make_problem(cast)
    assert "Une difficulté nouvelle" not in news_of(cast.owner)
    assert "Une difficulté nouvelle" in news_of(cast.teammate)
    answer_problem(cast, problem)
    assert "Une difficulté a sa réponse" in news_of(cast.owner)


def test_news_of_a_sheet_are_its_structure_s(cast):
    cast.reviewed(repas=5)
    assert "Votre fiche 2025 est relue" in news_of(cast.owner)
    assert "Votre fiche 2025 est relue" in news_of(cast.teammate)
    assert not [label for label in news_of(cast.stranger) if "Votre fiche" in label]


def test_a_sheet_sent_back_is_news(cast):
    sheet = cast.submitted(repas=5)
    actions.reopen_sheet(sheet=sheet, reason="Un chiffre à revoir", by=cast.ccas)
    assert "Votre fiche 2025 est ouverte de nouveau" in news_of(cast.owner)


def test_campaigns_editions_and_the_charter(cast):
    assert "La campagne 2025 est ouverte" in news_of(cast.owner)
    assert "La campagne 2025 est ouverte" not in news_of(cast.owner, timezone.now() - timedelta(days=3))
    Edition.objects.create(campaign=cast.campaign, number=1, audience="public", snapshot="{}", digest="0" * 64)
    Edition.objects.create(campaign=cast.campaign, number=1, audience="network", snapshot="{}", digest="0" * 64)
    adopted(cast.ccas)
    for user in (cast.owner, cast.nobody):  # both are public
        assert news_of(user).count("La synthèse 2025 est publiée") == 1
        assert "La charte a une nouvelle version, la 1" in news_of(user)
    assert "La charte a une nouvelle version, la 1" not in news_of(cast.ccas)


def test_pages_of_the_directory_that_another_changed(cast):
    service = Service.objects.create(structure=cast.panier, name="Repas", description="Le soir.")
    directory_actions.save_service(
        service=service, typed={"name": "Repas chauds"}, seen={"name": "Repas"}, by=cast.ccas
    )
    changed = "Une page de l’annuaire est changée"
    assert changed in news_of(cast.owner)
    assert changed not in news_of(cast.stranger)
    assert changed not in news_of(cast.ccas)


def test_at_most_eight_the_latest_first(cast):
    for number in range(10):
        make_problem(cast, text=f"Difficulté {number}")
    items = registry.newest(cast.stranger, timezone.now() - LONG_AGO)
    assert len(items) == 8
    assert items[0].detail == "Difficulté 9"


@pytest.mark.parametrize(
    ("last_visit", "is_new"),
    [(timedelta(days=5), True), (timedelta(days=2), False), (None, True)],
    ids=["came before", "came since", "never came"],
)
def test_since_the_last_visit(cast, monkeypatch, last_visit, is_new):
    now = timezone.now()
    User.objects.filter(pk=cast.stranger.pk).update(last_login=last_visit and now - last_visit)
    with monkeypatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: now - timedelta(days=3))
        make_problem(cast)
    client = Client()
    client.post(reverse("account_login"), {"login": cast.stranger.email, "password": PASSWORD})
    for _ in range(2):  # looking changes nothing
        assert ("Une difficulté nouvelle" in text_of(client.get(URL))) is is_new


def test_what_is_of_today_stays_until_tomorrow(cast):
    make_problem(cast)
    for _ in range(2):
        client = Client()
        client.post(reverse("account_login"), {"login": cast.stranger.email, "password": PASSWORD})
        assert "Une difficulté nouvelle" in text_of(client.get(URL))


@pytest.mark.parametrize(("role", "most"), [("owner", 27), ("nobody", 16), ("ccas", 23)])
def test_it_costs_the_same_with_one_and_with_three(cast, as_user, role, most):
    client = as_user(getattr(cast, role))
    group = make_group(cast)

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        assert not written
        return len(queries)

    def more(number):
        make_meeting(cast, group, title=f"Rencontre {number}")
        passed(make_meeting(cast, group, title=f"Passée {number}"))
        make_problem(cast, text=f"Difficulté {number}")
        service = Service.objects.create(structure=cast.panier, name=f"Repas {number}", description="Le soir.")
        typed = {"name": f"Repas chauds {number}"}
        directory_actions.save_service(service=service, typed=typed, seen={"name": service.name}, by=cast.ccas)
        UnsentMail.objects.create(subject="Objet", to=["a@essai.test"], problem="…", gave_up_at=timezone.now())

    more(1)
    one = count()
    more(2)
    more(3)
    assert count() == one
    assert one <= most + 4  # meetings, problems and pages of the news

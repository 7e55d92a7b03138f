"""Questions, answers, review, reopening, sheets typed by the CCAS, reminders: between the structure and the CCAS."""

import logging
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from indicators import actions, tasks
from indicators.contents import Contents
from indicators.figures import counted
from indicators.models import ConfirmationLink, Question, Reminder, Sheet
from lemans_solidaire.logs import Discreet
from lemans_solidaire.network.models import Event, Structure

SUIVI = "/indicateurs/2025/suivi/"


@pytest.fixture
def sheet(cast):
    return cast.submitted(passages=100, personnes=20)


@pytest.fixture
def url(sheet):
    return sheet.get_absolute_url()


def ask(client, url, version, **questions):
    data = {"version": version} | {f"question-{code}": text for code, text in questions.items()}
    return client.post(f"{url}questions/", data, follow=True)


def state_of(sheet):
    return Sheet.objects.get(pk=sheet.pk).state


# Question, answer, review


def test_a_question_is_answered_by_keeping_the_figure_with_a_word(cast, as_user, sheet, url):
    ask(as_user(cast.ccas), url, sheet.version, passages="Moins que l’an dernier ?")
    assert state_of(sheet) == "questioned"
    assert "Répondre à une question" in as_user(cast.owner).get("/mon-espace/").content.decode()
    page = as_user(cast.owner).get(f"{url}reponses/").content.decode()
    assert "Moins que l’an dernier ?" in page
    question = Question.objects.get()
    answer = {"passages": "100", "passages-sorte": "counted", f"reponse-{question.pk}": "Deux mois de travaux."}
    page = as_user(cast.owner).post(f"{url}reponses/", answer, follow=True).content.decode()
    assert state_of(sheet) == "answered"
    assert "100 maintenu. Deux mois de travaux." in page
    as_user(cast.ccas).post(f"{url}relire/", {"version": Sheet.objects.get().version})
    page = as_user(cast.owner).get(url).content.decode()
    assert state_of(sheet) == "reviewed"
    told = [
        line for line in ("a envoyé la fiche", "a posé une question", "a répondu", "a relu la fiche") if line in page
    ]
    assert len(told) == 4


def test_a_question_is_answered_by_changing_the_figure(cast, as_user, sheet, url):
    ask(as_user(cast.ccas), url, sheet.version, passages="Un zéro de trop ?")
    answer = {"passages": "10", "passages-sorte": "estimated"}
    page = as_user(cast.owner).post(f"{url}reponses/", answer, follow=True).content.decode()
    assert Contents(Sheet.objects.get()).replies["passages"].kind == "estimated"
    assert Question.objects.get().outcome == "changed"
    assert "100 devient environ 10" in page


def test_a_figure_kept_without_a_word_is_asked_again_and_nothing_is_lost(cast, as_user, sheet, url):
    ask(as_user(cast.ccas), url, sheet.version, passages="Sûr ?", personnes="Et là ?")
    first, second = Question.objects.order_by("indicator__position")
    answer = {"passages": "100", "personnes": "quelques", f"reponse-{second.pk}": "Recompté."}
    response = as_user(cast.owner).post(f"{url}reponses/", answer)
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="quelques"' in page
    assert "Recompté." in page
    answer["personnes"] = "21"
    page = as_user(cast.owner).post(f"{url}reponses/", answer).content.decode()
    assert "dites d’un mot pourquoi" in page
    assert state_of(sheet) == "questioned"
    assert first.answered_at is None


def test_a_teammate_reads_the_question_and_the_responsable_answers(cast, as_user, sheet, url):
    ask(as_user(cast.ccas), url, sheet.version, passages="Sûr ?")
    assert "Sûr ?" in as_user(cast.teammate).get(url).content.decode()
    assert as_user(cast.teammate).get(f"{url}reponses/").status_code == 302
    as_user(cast.teammate).post(f"{url}reponses/", {"passages": "1"})
    assert Contents(Sheet.objects.get()).replies["passages"] == counted(100)


def test_a_question_too_long_is_given_back(cast, as_user, sheet, url):
    response = as_user(cast.ccas).post(f"{url}questions/", {"version": sheet.version, "question-passages": "é" * 301})
    assert response.status_code == 422
    assert "é" * 301 in response.content.decode()
    assert state_of(sheet) == "submitted"


def test_no_question_is_not_a_question(cast, as_user, sheet, url):
    assert as_user(cast.ccas).post(f"{url}questions/", {"version": sheet.version}).status_code == 422
    assert state_of(sheet) == "submitted"


@pytest.mark.parametrize("version", ["²", "9" * 5000, "", "-1", "1e3", "0"])
def test_a_forged_version_neither_reviews_nor_asks(cast, as_user, sheet, url, version):
    as_user(cast.ccas).post(f"{url}relire/", {"version": version})
    ask(as_user(cast.ccas), url, version, passages="Sûr ?")
    assert state_of(sheet) == "submitted"


def test_the_same_question_sent_twice_is_asked_once(cast, as_user, sheet, url):
    for _ in range(2):
        ask(as_user(cast.ccas), url, sheet.version, passages="Sûr ?")
    assert Question.objects.count() == 1
    assert Event.objects.filter(verb="sheet_questioned").count() == 1


def test_a_question_awaiting_its_answer_stops_the_review(cast, as_user, sheet, url):
    ask(as_user(cast.ccas), url, sheet.version, passages="Sûr ?")
    as_user(cast.ccas).post(f"{url}relire/", {"version": sheet.version})
    assert state_of(sheet) == "questioned"


def test_nobody_reviews_or_questions_a_sheet_they_answer_for(cast, as_user, sheet, url):
    cast.ccas.memberships.create(structure=cast.panier, role="responsable", status="professional")
    page = as_user(cast.ccas).get(url).content.decode()
    assert "La fiche est relue" not in page
    assert "Poser une question" not in page
    as_user(cast.ccas).post(f"{url}relire/", {"version": sheet.version})
    ask(as_user(cast.ccas), url, sheet.version, passages="Sûr ?")
    assert state_of(sheet) == "submitted"


def test_reviewing_twice_changes_nothing(cast, as_user, url):
    sheet = Sheet.objects.get()
    for _ in range(2):
        page = as_user(cast.ccas).post(f"{url}relire/", {"version": sheet.version}, follow=True).content.decode()
    assert "Rien n’a changé" in page
    assert Event.objects.filter(verb="sheet_reviewed").count() == 1


def test_a_page_of_answers_that_is_older_answers_no_newer_question(cast, as_user, sheet, url):
    ask(as_user(cast.ccas), url, sheet.version, passages="Sûr ?")
    first = Question.objects.get()
    actions.answer_questions(sheet=sheet, answers={first: (counted(150), "")}, by=cast.owner)
    ask(as_user(cast.ccas), url, Sheet.objects.get().version, passages="Et maintenant ?")
    older = {"passages": "100", "passages-sorte": "counted", f"reponse-{first.pk}": "Deux mois de travaux."}
    assert as_user(cast.owner).post(f"{url}reponses/", older).status_code == 422
    assert Contents(Sheet.objects.get()).replies["passages"] == counted(150)
    assert state_of(sheet) == "questioned"


def test_a_colleague_s_question_on_the_same_figure_is_given_back(cast, as_user, sheet, url):
    ask(as_user(cast.ccas), url, sheet.version, passages="Sûr ?")
    response = ask(as_user(cast.ccas), url, sheet.version, passages="Pourquoi si peu ?")
    assert response.status_code == 409
    assert "Pourquoi si peu ?" in response.content.decode()
    assert Question.objects.get().text == "Sûr ?"


def test_a_question_that_came_meanwhile_is_not_passed_over(cast, sheet):
    actions.ask_questions(
        sheet=sheet, questions={cast.indicator("passages"): "Sûr ?"}, version=sheet.version, by=cast.ccas
    )
    answers = {Question.objects.get(): (counted(90), "")}
    actions.ask_questions(
        sheet=sheet, questions={cast.indicator("personnes"): "Et là ?"}, version=sheet.version, by=cast.ccas
    )
    with pytest.raises(actions.NewerSave):
        actions.answer_questions(sheet=sheet, answers=answers, by=cast.owner)
    assert Contents(Sheet.objects.get()).replies["passages"] == counted(100)


# Reopening


def test_a_closed_structure_is_not_left_with_a_draft_that_nobody_can_write(cast, as_user, sheet, url):
    Structure.objects.filter(pk=cast.panier.pk).update(closed_on=timezone.localdate())
    as_user(cast.ccas).post(f"{url}rouvrir/", {"reason": "Un oubli."})
    assert state_of(sheet) == "submitted"


def test_nothing_is_typed_for_a_structure_once_the_campaign_is_closed(cast, as_user):
    cast.campaign.closes_on = cast.campaign.due_on = cast.campaign.opens_on
    cast.campaign.save()
    as_user(cast.ccas).post(f"/indicateurs/2025/fiche/{cast.halte.pk}/saisie/", {"how": "paper"})
    assert not Sheet.objects.exists()


def test_the_ccas_reopens_with_a_reason_even_when_the_campaign_is_closed(cast, as_user):
    sheet = cast.reviewed(passages=100)
    cast.campaign.closes_on = cast.campaign.due_on = cast.campaign.opens_on
    cast.campaign.save()
    url = sheet.get_absolute_url()
    assert as_user(cast.ccas).post(f"{url}rouvrir/", {"reason": " "}).status_code == 422
    as_user(cast.ccas).post(f"{url}rouvrir/", {"reason": "Un chiffre oublié."})
    page = as_user(cast.owner).get(url).content.decode()
    assert "Un chiffre oublié." in page
    assert as_user(cast.owner).post(f"{url}chiffres/activite/", {"passages": "90", "seen": "{}"}).status_code == 409
    seen = '{"passages": ["counted", "100", ""]}'
    assert as_user(cast.owner).post(f"{url}chiffres/activite/", {"passages": "90", "seen": seen}).status_code == 302


def test_the_responsable_takes_a_sheet_back_until_it_is_reviewed(cast, as_user, sheet, url):
    as_user(cast.teammate).post(f"{url}rouvrir/", {"reason": "Je voudrais."})
    assert state_of(sheet) == "submitted"
    as_user(cast.owner).post(f"{url}rouvrir/", {"reason": "Une faute de frappe."})
    assert state_of(sheet) == "draft"
    sheet = actions.submit_sheet(sheet=sheet, by=cast.owner)
    actions.review_sheet(sheet=sheet, version=sheet.version, by=cast.ccas)
    as_user(cast.owner).post(f"{url}rouvrir/", {"reason": "Trop tard."})
    assert state_of(sheet) == "reviewed"


def test_an_open_question_goes_when_the_sheet_is_reopened(cast, as_user, sheet, url):
    ask(as_user(cast.ccas), url, sheet.version, passages="Sûr ?")
    as_user(cast.owner).post(f"{url}rouvrir/", {"reason": "Tout est à revoir."})
    assert not Question.objects.exists()
    assert "Sûr ?" in str(Event.objects.get(verb="sheet_questioned").changes)


# Typed by the CCAS, confirmed by the structure


def typed_by_ccas(cast, as_user, structure):
    url = f"/indicateurs/2025/fiche/{structure.pk}/"
    client = as_user(cast.ccas)
    client.post(f"{url}saisie/", {"how": "phone"})
    client.post(f"{url}chiffres/activite/", {"passages": "77", "seen": "{}"})
    client.post(f"{url}envoi/", {"shared_with": "network"})
    return Sheet.objects.get(structure=structure), url


def test_a_telephone_answer_is_typed_marked_and_confirmed_by_link(cast, as_user, client):
    Structure.objects.filter(pk=cast.halte.pk).update(email="halte@essai.test")
    sheet, url = typed_by_ccas(cast, as_user, cast.halte)
    assert (sheet.on_behalf, sheet.state, sheet.awaits_confirmation) == ("phone", "submitted", True)
    as_user(cast.ccas).post(f"{url}relire/", {"version": sheet.version})
    assert state_of(sheet) == "submitted"  # not before the structure has spoken
    as_user(cast.ccas).post(f"{url}confirmation/")
    tasks.send_confirmation_link(ConfirmationLink.objects.get().pk)
    assert mail.outbox[0].to == ["halte@essai.test"]
    link = mail.outbox[0].body.split("http://127.0.0.1:8000")[1].split()[0]
    client.logout()
    page = client.get(link).content.decode()
    assert ">77<" in page
    assert client.post(link, {"name": " "}).status_code == 422
    client.post(link, {"name": "Jeanne, présidente"})
    sheet.refresh_from_db()
    assert sheet.confirmed_name == "Jeanne, présidente"
    assert Event.objects.get(verb="sheet_confirmed").actor == "link"
    assert "C’est confirmé" in client.post(link, {"name": "Encore"}).content.decode()
    assert ">77<" not in client.get(link).content.decode()  # a link that has served shows nothing more
    as_user(cast.ccas).post(f"{url}relire/", {"version": sheet.version})
    assert state_of(sheet) == "reviewed"


def test_a_link_brings_a_correction_back_to_the_ccas(cast, as_user, client):
    sheet, url = typed_by_ccas(cast, as_user, cast.halte)
    page = as_user(cast.ccas).post(f"{url}confirmation/").content.decode()  # no address: the link is for paper
    link = page.split("http://testserver")[1].split("<")[0]
    client.logout()
    assert client.post(link, {"name": "Jeanne", "contests": "on"}).status_code == 422
    client.post(link, {"name": "Jeanne", "contests": "on", "text": "C’était 78."})
    sheet.refresh_from_db()
    assert (sheet.state, sheet.reopened_because) == ("draft", "Jeanne : C’était 78.")
    assert "C’était 78." in as_user(cast.ccas).get(url).content.decode()


def test_an_old_or_unknown_link_says_nothing(cast, as_user, client):
    _, url = typed_by_ccas(cast, as_user, cast.halte)
    page = as_user(cast.ccas).post(f"{url}confirmation/").content.decode()
    link = page.split("http://testserver")[1].split("<")[0]
    client.logout()
    ConfirmationLink.objects.update(made_at=timezone.now() - timedelta(days=31))
    page = client.get(link).content.decode()
    assert "ne sert plus" in page
    assert ">77<" not in page
    assert client.get("/indicateurs/confirmer/nimporte-quoi/").status_code == 404


def test_the_responsable_confirms_with_an_account(cast, as_user):
    sheet, url = typed_by_ccas(cast, as_user, cast.halte)
    assert "Confirmer les chiffres" in as_user(cast.stranger).get("/mon-espace/").content.decode()
    as_user(cast.stranger).post(f"{url}confirmation/")
    sheet.refresh_from_db()
    assert sheet.confirmed_name == "Nadia Stranger"


def test_the_ccas_does_not_type_over_a_draft_that_the_structure_began(cast, as_user):
    cast.sheet(cast.halte, passages=1)
    page = as_user(cast.ccas).post(f"/indicateurs/2025/fiche/{cast.halte.pk}/saisie/", {"how": "paper"}, follow=True)
    assert "elle lui appartient" in page.content.decode()
    assert as_user(cast.ccas).get(f"/indicateurs/2025/fiche/{cast.halte.pk}/").status_code == 404


def test_the_token_is_kept_nowhere(cast, as_user):
    Structure.objects.filter(pk=cast.halte.pk).update(email="halte@essai.test")
    _, url = typed_by_ccas(cast, as_user, cast.halte)
    as_user(cast.ccas).post(f"{url}confirmation/")
    tasks.send_confirmation_link(ConfirmationLink.objects.get().pk)
    token = mail.outbox[0].body.split("/confirmer/")[1].split("/")[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT string_agg(args::text, '') FROM procrastinate_jobs)")
        assert token not in cursor.fetchone()[0]
    assert token not in str(list(ConfirmationLink.objects.values())) + str(list(Event.objects.values()))


def test_a_figure_the_ccas_changes_after_the_confirmation_is_confirmed_again(cast, as_user):
    sheet, url = typed_by_ccas(cast, as_user, cast.halte)
    sheet = actions.confirm_sheet(sheet=sheet, name="Nadia", by=cast.stranger)
    ask(as_user(cast.ccas), url, sheet.version, passages="Sûr ?")
    as_user(cast.ccas).post(f"{url}reponses/", {"passages": "999", "passages-sorte": "counted"})
    sheet.refresh_from_db()
    assert (sheet.state, sheet.awaits_confirmation) == ("answered", True)
    as_user(cast.ccas).post(f"{url}relire/", {"version": sheet.version})
    assert state_of(sheet) == "answered"
    assert "Confirmer les chiffres" in as_user(cast.stranger).get("/mon-espace/").content.decode()


def test_a_link_does_not_confirm_figures_typed_after_it(cast, as_user, client):
    sheet, url = typed_by_ccas(cast, as_user, cast.halte)
    page = as_user(cast.ccas).post(f"{url}confirmation/").content.decode()
    link = page.split("http://testserver")[1].split("<")[0]
    actions.reopen_sheet(sheet=sheet, reason="Une faute.", by=cast.ccas)
    seen = '{"passages": ["counted", "77", ""]}'
    as_user(cast.ccas).post(f"{url}chiffres/activite/", {"passages": "777", "seen": seen})
    as_user(cast.ccas).post(f"{url}envoi/", {"shared_with": "ccas"})
    client.logout()
    assert "ne sert plus" in client.post(link, {"name": "Jeanne"}).content.decode()
    sheet.refresh_from_db()
    assert sheet.awaits_confirmation


def test_a_sheet_the_structure_takes_back_is_its_own_draft(cast, as_user):
    _, url = typed_by_ccas(cast, as_user, cast.halte)
    as_user(cast.stranger).post(f"{url}rouvrir/", {"reason": "Nous préférons la remplir."})
    assert as_user(cast.ccas).get(url).status_code == 404
    assert as_user(cast.stranger).get(url).status_code == 200


def test_the_link_shows_words_and_sharing_and_is_kept_by_no_cache(cast, as_user, client):
    sheet, url = typed_by_ccas(cast, as_user, cast.halte)
    Sheet.objects.filter(pk=sheet.pk).update(missions="Ouvrir la porte.")
    page = as_user(cast.ccas).post(f"{url}confirmation/").content.decode()
    client.logout()
    response = client.get(page.split("http://testserver")[1].split("<")[0])
    assert "Ouvrir la porte." in response.content.decode()
    assert "qui pourra la lire" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_a_reason_that_comes_too_late_is_given_back(cast, as_user, sheet, url):
    actions.reopen_sheet(sheet=sheet, reason="Un autre motif.", by=cast.ccas)
    response = as_user(cast.owner).post(f"{url}rouvrir/", {"reason": "Deux chiffres inversés."})
    assert response.status_code == 409
    assert "Deux chiffres inversés." in response.content.decode()


def test_the_log_never_opens_a_link():
    line = logging.LogRecord("django", 30, "x", 1, "Forbidden: /indicateurs/confirmer/abcDEF-123/", None, None)
    assert "abcDEF" not in Discreet("{message}", style="{").format(line)


# Follow-up, reminders, calls


def test_two_reminders_then_the_telephone(cast, as_user):
    client = as_user(cast.ccas)
    for number in (1, 2):
        client.post(f"{SUIVI}rappels/envoi/", {"structure": [f"{cast.panier.pk}-{number - 1}"]})
        tasks.send_reminder(Reminder.objects.order_by("-pk").first().pk)
        assert len(mail.outbox) == number
    assert mail.outbox[0].to == ["owner@essai.test"]
    assert f"/indicateurs/2025/fiche/{cast.panier.pk}/" in mail.outbox[0].body
    client.post(f"{SUIVI}rappels/envoi/", {"structure": [f"{cast.panier.pk}-2"]})
    assert Reminder.objects.count() == 2
    page = client.get(f"{SUIVI}rappels/").content.decode()
    assert 'href="tel:0243000001"' in page
    client.post(f"{SUIVI}appels/{cast.panier.pk}/")
    client.post(f"{SUIVI}appels/{cast.panier.pk}/")
    assert Reminder.objects.filter(kind="call").count() == 1
    assert "appelée" in client.get(f"{SUIVI}rappels/").content.decode()


def test_two_clicks_on_the_same_page_send_one_mail(cast, as_user):
    for _ in range(2):
        as_user(cast.ccas).post(f"{SUIVI}rappels/envoi/", {"structure": [f"{cast.panier.pk}-0"]})
    assert [reminder.kind for reminder in Reminder.objects.all()] == ["first"]


def test_a_reminder_made_twice_is_the_next_one_and_leaves_once(cast):
    for _ in range(2):
        made = actions.remind(campaign=cast.campaign, structures=[cast.panier], by=cast.ccas)
        tasks.send_reminder(made[0].pk)
        tasks.send_reminder(made[0].pk)
    assert [reminder.kind for reminder in Reminder.objects.all()] == ["first", "second"]
    assert len(mail.outbox) == 2


def test_a_structure_that_answered_meanwhile_is_not_written_to(cast):
    reminder = actions.remind(campaign=cast.campaign, structures=[cast.panier], by=cast.ccas)[0]
    cast.submitted(passages=1)
    tasks.send_reminder(reminder.pk)
    assert not mail.outbox


def test_a_reminder_does_not_leave_once_the_campaign_is_closed_or_the_ccas_types_the_sheet(cast):
    by_structure = actions.remind(campaign=cast.campaign, structures=[cast.panier, cast.halte], by=cast.ccas)
    actions.type_for_structure(campaign=cast.campaign, structure=cast.panier, how="phone", by=cast.ccas)
    tasks.send_reminder(by_structure[0].pk)
    cast.campaign.closes_on = cast.campaign.due_on = cast.campaign.opens_on
    cast.campaign.save()
    tasks.send_reminder(by_structure[1].pk)
    assert not mail.outbox
    assert not Reminder.objects.filter(problem="").exists()


def test_a_link_does_not_leave_once_the_structure_has_confirmed(cast, as_user):
    Structure.objects.filter(pk=cast.halte.pk).update(email="halte@essai.test")
    sheet, url = typed_by_ccas(cast, as_user, cast.halte)
    as_user(cast.ccas).post(f"{url}confirmation/")
    actions.confirm_sheet(sheet=sheet, name="Nadia", by=cast.stranger)
    tasks.send_confirmation_link(ConfirmationLink.objects.get().pk)
    assert not mail.outbox


def test_a_structure_that_answered_or_whom_nobody_knows_is_not_reminded(cast, as_user):
    cast.submitted(passages="non compté")
    as_user(cast.ccas).post(f"{SUIVI}rappels/envoi/", {"structure": [f"{cast.panier.pk}-0", "999999", "x", "²"]})
    assert not Reminder.objects.exists()


def test_without_an_address_the_structure_is_to_be_called(cast, as_user):
    cast.panier.memberships.all().delete()
    reminder = actions.remind(campaign=cast.campaign, structures=[cast.panier], by=cast.ccas)[0]
    tasks.send_reminder(reminder.pk)
    page = as_user(cast.ccas).get(f"{SUIVI}rappels/").content.decode()
    assert "Aucune adresse connue" in page
    assert "C’est fait" in page


def test_the_follow_up_shows_states_completeness_and_remarks(cast, as_user):
    cast.sheet(cast.halte, passages=4)
    sheet = cast.submitted(passages="99999999", personnes="non compté")
    assert sheet.remarks == 1
    page = as_user(cast.ccas).get(SUIVI).content.decode()
    assert "2 sur 12" in page
    assert "1 sur 12" in page
    assert "à relire" in page
    lines = as_user(cast.ccas).get(f"{SUIVI}?etat=remarques").context["lines"]
    assert [(line.name, line.remarks) for line in lines] == [("Le Panier d’essai", 1)]
    assert as_user(cast.ccas).get(f"{SUIVI}?q=HALTE").context["lines"][0].name == "La Halte d’essai"
    assert "Aucune fiche ne correspond" in as_user(cast.ccas).get(f"{SUIVI}?q=zzz&etat=forgé").content.decode()


def test_the_follow_up_costs_the_same_with_one_and_with_three_structures(cast, as_user, django_assert_num_queries):
    client = as_user(cast.ccas)
    cast.submitted(passages=5)
    with django_assert_num_queries(10):
        client.get(SUIVI)
    for name in ("Deux", "Trois"):
        cast.submitted(Structure.objects.create(name=name), passages=5, contacts="non compté")
    with django_assert_num_queries(10):
        client.get(SUIVI)


def test_nothing_outside_the_ccas_says_who_has_not_answered(cast, as_user):
    actions.remind(campaign=cast.campaign, structures=[cast.panier], by=cast.ccas)
    for user in (cast.owner, cast.stranger, None):
        for page in ("/", "/indicateurs/", "/indicateurs/2025/rapports/", "/mon-espace/"):
            text = as_user(user).get(page).content.decode()
            assert "rappel" not in text
            assert user == cast.owner or "Panier" not in text

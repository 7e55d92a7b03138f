"""A structure fills its sheet: pages of figures, of words, automatic saves, two people at once, sending."""

import json
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators import actions
from indicators.contents import Contents, replies_of, words_of
from indicators.figures import NOT_ASKED, NOT_COUNTED, Kind, Reply, counted
from indicators.models import PastFigure, Sheet
from lemans_solidaire.network.models import Event, Structure
from lemans_solidaire.network.permissions import structures_of
from tests.cast import sign_in

AUTOMATIC = {"HX-Request": "true"}


class Page(HTMLParser):
    """What a browser would send back from a page of the sheet: its fields, as they stand."""

    def __init__(self, response):
        super().__init__()
        self.status, self.html = response.status_code, response.content.decode()
        self.fields, self.text, self.listed = {}, None, None
        self.feed(self.html)

    def handle_starttag(self, tag, attributes):
        got = dict(attributes)
        name, value = got.get("name"), got.get("value", "")
        if tag == "textarea":
            self.text, self.fields[name] = name, ""
        elif tag == "select":
            self.listed = name
        elif tag == "option" and ("selected" in got or self.listed not in self.fields):
            self.fields[self.listed] = value
        elif tag == "input" and got.get("type") == "radio":
            self.fields |= {name: value} if "checked" in got else {}
        elif tag == "input" and got.get("type") == "checkbox":
            self.fields.setdefault(name, [])
            self.fields[name] += [value] if "checked" in got else []
        elif tag == "input" and name != "csrfmiddlewaretoken":
            self.fields[name] = value

    def handle_data(self, data):
        if self.text:
            self.fields[self.text] += data.removeprefix("\n") if not self.fields[self.text] else data

    def handle_endtag(self, tag):
        self.text = None if tag == "textarea" else self.text


class Browser:
    """Somebody with one page of the sheet open."""

    def __init__(self, client, url):
        self.client, self.url = client, url
        self.load()

    def load(self):
        self.page = Page(self.client.get(self.url))
        self.fields = self.page.fields

    def autosave(self, **typed):
        """What htmx does: all the fields are sent, and only the hidden « seen » and the notes are changed."""
        self.fields |= named(typed)
        response = self.client.post(self.url, self.fields, headers=AUTOMATIC)
        page = Page(response)
        if page.status == 200:
            self.fields["seen"] = page.fields["seen"]
        return page

    def save(self, **typed):
        """The button « Enregistrer »: the page is drawn again when it is refused."""
        self.fields |= named(typed)
        page = Page(self.client.post(self.url, self.fields))
        if page.status != 302:
            self.page, self.fields = page, page.fields
        return page


def named(typed):
    """passages_mot, personnes_sorte -> the names of the page."""
    return {name.replace("_mot", "-mot").replace("_sorte", "-sorte"): value for name, value in typed.items()}


@pytest.fixture
def base(cast):
    return reverse("indicators:sheet", args=[2025, cast.panier.pk])


@pytest.fixture
def open_page(base):
    """open_page(user, "chiffres/activite/") in a browser of their own."""

    def opened(user, page="chiffres/activite/"):
        client = Client()
        sign_in(client, user)
        return Browser(client, f"{base}{page}")

    return opened


@pytest.fixture
def stored(cast):
    """stored() is {code: Reply} of the Panier's sheet, as it is now."""

    def now():
        sheet = Sheet.objects.filter(structure=cast.panier, campaign=cast.campaign).first()
        return replies_of(sheet) if sheet else {}

    return now


@pytest.fixture
def words(cast):
    def now():
        return words_of(Sheet.objects.get(structure=cast.panier, campaign=cast.campaign))

    return now


def estimated(value, word=""):
    return Reply(Kind.ESTIMATED, Decimal(value), word)


def save_as(cast, user, **figures):
    """As somebody else would, elsewhere, having just read the sheet."""
    contents = Contents(Sheet.objects.get(structure=cast.panier, campaign=cast.campaign))
    typed = {cast.indicator(code): reply for code, reply in figures.items()}
    return actions.save_answers(contents=contents, typed=typed, seen=contents.replies, by=user)


def close(campaign):
    campaign.opens_on = campaign.due_on = campaign.closes_on = timezone.localdate() - timedelta(days=1)
    campaign.save()


# Figures as people type them


def test_a_volunteer_types_figures_and_finds_them_again(cast, open_page, stored):
    marcel = open_page(cast.teammate)
    typed = {"accueils": "1 200", "passages": "1187,5", "contacts": "1\u202f200\u202f000"}
    assert marcel.save(**typed).status == 302
    assert stored() == {"accueils": counted(1200), "passages": counted("1187.5"), "contacts": counted(1200000)}
    odile = open_page(cast.owner)
    assert odile.fields["accueils"] == "1\u202f200"
    assert odile.fields["passages"] == "1\u202f187,5"
    assert odile.fields["contacts"] == "1\u202f200\u202f000"


def test_the_four_kinds_of_answers_are_four_things(cast, open_page, stored):
    marcel = open_page(cast.teammate, "chiffres/publics/")
    marcel.save(
        personnes="environ 600",
        nouvelles_personnes="12",
        nouvelles_personnes_sorte="estimated",
        menages="non compté",
        personnes_age_0_17="0",
        personnes_age_18_25="non demandé",
        personnes_age_26_59="environ 80",
    )
    kept = {
        "personnes": estimated(600),
        "nouvelles_personnes": estimated(12),
        "menages": NOT_COUNTED,
        "personnes_age_0_17": counted(0),
        "personnes_age_18_25": NOT_ASKED,
        "personnes_age_26_59": estimated(80),
    }
    assert stored() == kept
    marcel.load()
    assert (marcel.fields["personnes"], marcel.fields["personnes-sorte"]) == ("600", "estimated")
    assert (marcel.fields["menages"], marcel.fields["menages-sorte"]) == ("", "not_counted")
    assert marcel.fields["personnes_age_26_59"] == "environ 80"
    assert marcel.save().status == 302
    assert stored() == kept


def test_a_kind_chosen_is_an_answer_by_itself(cast, open_page, stored):
    marcel = open_page(cast.teammate, "chiffres/publics/")
    marcel.save(personnes_sorte="not_asked", menages_sorte="not_counted", nouvelles_personnes_sorte="estimated")
    assert stored() == {"personnes": NOT_ASKED, "menages": NOT_COUNTED}


def test_a_figure_and_no_figure_together_ask_for_a_choice(cast, open_page, stored):
    page = open_page(cast.teammate).save(passages="12", passages_sorte="not_counted", contacts="7")
    assert page.status == 422
    assert "gardez l’un des deux" in page.html
    assert (page.fields["passages"], page.fields["passages-sorte"]) == ("12", "not_counted")
    assert page.fields["contacts"] == "7"
    assert stored() == {}


def test_a_word_is_kept_with_its_figure(cast, open_page, stored):
    marcel = open_page(cast.teammate)
    marcel.save(passages="30", passages_mot="  Fermés\tdeux mois. ")
    assert stored()["passages"] == Reply(Kind.COUNTED, Decimal(30), "Fermés deux mois.")
    marcel.load()
    assert marcel.fields["passages-mot"] == "Fermés deux mois."
    marcel.save(passages_mot="")
    assert stored()["passages"] == counted(30)


def test_the_word_of_a_part_survives_a_save_of_its_page(cast, open_page, stored):
    """Written elsewhere, in a spreadsheet or in answer to a question."""
    sheet = cast.sheet(personnes=100)
    kept = Reply(Kind.COUNTED, Decimal(12), "Le club du mercredi.")
    save_as(cast, cast.owner, personnes_age_0_17=kept)
    marcel = open_page(cast.teammate, "chiffres/publics/")
    marcel.autosave(menages="60")
    marcel.save(personnes_age_18_25="30")
    assert stored()["personnes_age_0_17"] == kept
    assert Sheet.objects.get(pk=sheet.pk).version == 4


def test_an_answer_can_be_taken_back(cast, open_page, stored):
    cast.sheet(passages=30, contacts=12)
    open_page(cast.teammate).save(passages="")
    assert stored() == {"contacts": counted(12)}


def test_a_page_sent_as_it_was_found_changes_nothing(cast, open_page):
    sheet = cast.sheet(passages="1187,5", accueils="environ 30", contacts="non compté")
    assert open_page(cast.teammate).save().status == 302
    assert Sheet.objects.get().version == sheet.version
    assert Event.objects.about(sheet).count() == 1


def test_a_button_pressed_twice_saves_once(cast, as_user, base):
    client = as_user(cast.teammate)
    for _ in range(2):
        assert client.post(f"{base}chiffres/activite/", {"passages": "12", "seen": "{}"}).status_code == 302
    assert Sheet.objects.get().version == 1
    assert Event.objects.filter(verb="sheet_saved").count() == 1


def test_a_save_is_told_in_the_history(cast, open_page):
    sheet = cast.sheet(passages="10.5")
    open_page(cast.teammate).save(passages="12", contacts="environ 30", contacts_mot="De mémoire.")
    newest = Event.objects.about(sheet).first()
    assert (newest.user, newest.structure) == (cast.teammate, cast.panier)
    assert newest.changes == {"passages": ["10,5", "12"], "contacts": [None, "environ 30 (De mémoire.)"]}


def test_a_page_says_when_it_was_saved_or_leads_to_the_next(cast, as_user, base):
    client = as_user(cast.teammate)
    assert "Enregistré à" in client.post(f"{base}chiffres/activite/", {"passages": "30"}, follow=True).content.decode()
    response = client.post(f"{base}chiffres/activite/", {"passages": "30", "then": "continue", "seen": "{}"})
    assert response.url == f"{base}chiffres/publics/"


@pytest.mark.parametrize("typed", ["beaucoup", "-3", "1.200", "12 13", "9" * 13, "1" * 61])
def test_a_figure_that_cannot_be_read_is_explained_and_nothing_typed_is_lost(cast, open_page, stored, typed):
    cast.sheet(accueils=5)
    others = {"accueils": "6", "contacts": "environ 30", "contacts_mot": "De mémoire."}
    page = open_page(cast.teammate).save(passages=typed, **others)
    assert page.status == 422
    assert "Ce que vous avez écrit est toujours là" in page.html
    assert 'aria-invalid="true"' in page.html
    assert page.fields["passages"] == typed
    assert (page.fields["contacts"], page.fields["contacts-mot"]) == ("environ 30", "De mémoire.")
    assert stored() == {"accueils": counted(5)}


def test_once_mended_the_page_is_saved_whole(cast, open_page, stored):
    marcel = open_page(cast.teammate)
    marcel.save(passages="beaucoup", contacts="30")
    assert marcel.save(passages="500").status == 302
    assert stored() == {"passages": counted(500), "contacts": counted(30)}


# Remarks: shown, never blocking


def test_surprising_figures_are_asked_about_and_kept(cast, open_page, stored):
    PastFigure.objects.create(
        structure=cast.panier, year=2024, code="menages", kind="counted", value=100, imported_by=cast.ccas
    )
    marcel = open_page(cast.teammate, "chiffres/publics/")
    page = marcel.autosave(personnes="100", personnes_age_0_17="101", nouvelles_personnes="9000", menages="151")
    for sentence in (
        "Par âge, vous en comptez 101, plus que les 100 du total.",
        "C’est rare au-dessus de 8\u202f000.",
        "Bien plus que l’an dernier (100).",
    ):
        assert sentence in page.html
    assert len(stored()) == 4
    assert Sheet.objects.get().remarks == 3
    marcel.load()
    assert marcel.page.html.count("dites-nous d’un mot pourquoi") == 3
    assert marcel.save(menages_mot="Un second local.").status == 302
    assert Sheet.objects.get().remarks == 2


def test_an_ordinary_figure_is_not_asked_about(cast, open_page):
    assert "dites-nous d’un mot" not in open_page(cast.teammate).autosave(passages="500").html


def test_surprises_are_recalled_before_sending_and_stop_nothing(cast, as_user, base):
    cast.sheet(passages=1)
    client = as_user(cast.owner)
    assert "un mot serait utile" in client.get(f"{base}envoi/").content.decode()
    client.post(f"{base}envoi/", {"shared_with": "network"})
    assert Sheet.objects.get().state == Sheet.State.SUBMITTED


# Last year's figure beside


def answered_last_year(cast, **figures):
    today = timezone.localdate()
    dates = {"opens_on": today, "due_on": today, "closes_on": today}
    campaign = actions.open_campaign(year=2024, **dates, by=cast.ccas, like=cast.campaign)
    contents = Contents(Sheet(campaign=campaign, structure=cast.panier))
    typed = {campaign.indicators.get(code=code): reply for code, reply in figures.items()}
    sheet = actions.save_answers(contents=contents, typed=typed, seen={}, by=cast.owner)
    actions.submit_sheet(sheet=sheet, by=cast.owner)


def taken_over(cast, structure=None, year=2024, **figures):
    for code, value in figures.items():
        PastFigure.objects.create(
            structure=structure or cast.panier, year=year, code=code, kind="counted", value=value, imported_by=cast.ccas
        )


def before_of(html):
    """[« en 2024 : 800 »…] as the page says it."""
    return [
        " ".join(piece.split("</p>")[0].replace("</span>", "").replace('<span class="before-figure">', "").split())
        for piece in html.split('<span class="before-year">')[1:]
    ]


def test_last_years_answer_is_shown_beside_and_wins_over_a_figure_taken_over(cast, open_page):
    taken_over(cast, passages=700, contacts=50)
    answered_last_year(cast, passages=counted(800), accueils=estimated(40))
    assert before_of(open_page(cast.teammate).page.html) == [
        "en 2024 : environ 40",
        "en 2024 : 800",
        "en 2024, repris : 50",
    ]


def test_only_ones_own_figures_of_the_very_year_before_are_shown(cast, open_page):
    taken_over(cast, structure=cast.halte, passages=700)
    taken_over(cast, year=2023, passages=600)
    assert before_of(open_page(cast.teammate).page.html) == []


def test_last_years_draft_is_nobodys_answer(cast, open_page):
    answered_last_year(cast, passages=counted(800))
    Sheet.objects.update(state="draft", submitted_at=None, submitted_by=None)
    assert before_of(open_page(cast.teammate).page.html) == []


# Two people at once


def test_a_save_over_somebody_elses_newer_figure_is_refused_with_both_values(cast, open_page, stored):
    cast.sheet(passages=600)
    marcel = open_page(cast.teammate)
    save_as(cast, cast.owner, passages=counted(640))
    page = marcel.save(passages="700")
    assert page.status == 409
    assert page.fields["passages"] == "700"
    assert "Odile Owner a enregistré <strong>640</strong>" in page.html
    assert page.html.count('class="note-other"') == 1
    assert stored()["passages"] == counted(640)


def test_sending_again_what_was_refused_keeps_it_knowingly(cast, open_page, stored):
    cast.sheet(passages=600)
    marcel = open_page(cast.teammate)
    save_as(cast, cast.owner, passages=counted(640))
    marcel.save(passages="700", contacts="12")
    assert marcel.save().status == 302
    assert stored() == {"passages": counted(700), "contacts": counted(12)}
    assert Event.objects.about(Sheet.objects.get()).first().changes["passages"] == ["640", "700"]


def test_confirming_is_refused_again_when_a_third_value_came_meanwhile(cast, open_page, stored):
    cast.sheet(passages=600)
    marcel = open_page(cast.teammate)
    save_as(cast, cast.owner, passages=counted(640))
    marcel.save(passages="700")
    save_as(cast, cast.owner, passages=counted(650))
    page = marcel.save()
    assert page.status == 409
    assert "<strong>650</strong>" in page.html
    assert stored()["passages"] == counted(650)


def test_two_first_saves_of_one_sheet_meet_too(cast, open_page, stored):
    marcel, odile = open_page(cast.teammate), open_page(cast.owner)
    odile.save(passages="640")
    page = marcel.save(passages="700")
    assert page.status == 409
    assert stored()["passages"] == counted(640)


def test_the_same_figure_typed_by_both_is_no_conflict(cast, open_page, stored):
    marcel, odile = open_page(cast.teammate), open_page(cast.owner)
    odile.save(passages="640")
    assert marcel.save(passages="640", contacts="3").status == 302
    assert stored() == {"passages": counted(640), "contacts": counted(3)}


def test_different_figures_of_one_page_are_both_kept(cast, open_page, stored):
    marcel, odile = open_page(cast.teammate), open_page(cast.owner)
    odile.save(passages="640")
    assert marcel.save(contacts="30").status == 302
    assert stored() == {"passages": counted(640), "contacts": counted(30)}


def test_a_figure_taken_back_by_somebody_else_is_told(cast, open_page, stored):
    cast.sheet(passages=600)
    marcel = open_page(cast.teammate)
    save_as(cast, cast.owner, passages=None)
    page = marcel.save(passages="700")
    assert page.status == 409
    assert "<strong>sans réponse</strong>" in page.html
    assert stored() == {}


def test_taking_back_a_figure_that_somebody_else_changed_is_refused(cast, open_page, stored):
    cast.sheet(passages=600)
    marcel = open_page(cast.teammate)
    save_as(cast, cast.owner, passages=counted(640))
    page = marcel.save(passages="")
    assert page.status == 409
    assert "<strong>640</strong>" in page.html
    assert stored()["passages"] == counted(640)


def test_after_a_refusal_the_page_shows_the_newer_figures_left_untouched(cast, open_page, stored):
    cast.sheet(passages=600, contacts=50, accueils=40)
    marcel = open_page(cast.teammate)
    save_as(cast, cast.owner, passages=counted(640), contacts=NOT_COUNTED, accueils=estimated(45, "De mémoire."))
    page = marcel.save(passages="700")
    assert page.fields["passages"] == "700"
    assert (page.fields["contacts"], page.fields["contacts-sorte"]) == ("", "not_counted")
    assert [page.fields[f"accueils{end}"] for end in ("", "-sorte", "-mot")] == ["45", "estimated", "De mémoire."]
    marcel.save()
    assert stored() == {"passages": counted(700), "contacts": NOT_COUNTED, "accueils": estimated(45, "De mémoire.")}


def test_an_untouched_figure_never_overwrites_a_newer_one(cast, open_page, stored):
    cast.sheet(passages=600)
    marcel = open_page(cast.teammate)
    save_as(cast, cast.owner, passages=counted(640))
    assert marcel.save(contacts="30").status == 302
    assert stored() == {"passages": counted(640), "contacts": counted(30)}


def test_an_untouched_figure_never_overwrites_a_newer_one_across_automatic_saves(cast, open_page, stored):
    """« seen » only moves for what the page shows: 600 stays in Marcel's field, and 640 was never before his eyes."""
    cast.sheet(passages=600)
    marcel = open_page(cast.teammate)
    save_as(cast, cast.owner, passages=counted(640))
    for contacts in ("30", "31", "32"):
        assert "Enregistré à" in marcel.autosave(contacts=contacts).html
    assert stored() == {"passages": counted(640), "contacts": counted(32)}
    assert json.loads(marcel.fields["seen"])["passages"] == ["counted", "600", ""]
    assert "Pas enregistré" in marcel.autosave(passages="610").html
    assert stored()["passages"] == counted(640)
    assert marcel.save().status == 409


def test_ones_own_automatic_saves_are_never_in_the_way(cast, open_page, stored):
    marcel = open_page(cast.teammate)
    for passages in ("1", "12", "120", "", "environ 120", "120"):
        assert "Enregistré à" in marcel.autosave(passages=passages).html
    assert marcel.save(passages="121").status == 302
    assert stored() == {"passages": counted(121)}


def test_two_people_saved_automatically_take_turns_on_what_they_see(cast, open_page, stored):
    marcel, odile = open_page(cast.teammate), open_page(cast.owner)
    marcel.autosave(passages="600")
    odile.autosave(contacts="30")
    assert "Pas enregistré" in odile.autosave(passages="640").html
    odile.save()
    assert odile.save().status == 302
    marcel.autosave(contacts="")
    assert stored() == {"passages": counted(640), "contacts": counted(30)}


# Automatic saves


def test_an_automatic_save_answers_with_what_changed_on_the_page(cast, open_page, stored):
    page = open_page(cast.teammate).autosave(passages="1200")
    assert "Enregistré à" in page.html
    assert "<html" not in page.html
    assert stored() == {"passages": counted(1200)}


def test_an_automatic_save_keeps_the_good_figures_when_another_is_unreadable(cast, open_page, stored):
    cast.sheet(accueils=40)
    marcel = open_page(cast.teammate)
    page = marcel.autosave(accueils="quarante", passages="600")
    assert "Une case est à revoir" in page.html
    assert "pas un nombre que nous savons lire" in page.html
    assert stored() == {"accueils": counted(40), "passages": counted(600)}
    assert "Une case est à revoir" not in marcel.autosave(accueils="41").html
    assert stored()["accueils"] == counted(41)


def test_an_unreadable_figure_does_not_hide_a_newer_one(cast, open_page, stored):
    cast.sheet(accueils=40)
    marcel = open_page(cast.teammate)
    save_as(cast, cast.owner, accueils=counted(45))
    marcel.autosave(accueils="quarante")
    assert "Pas enregistré" in marcel.autosave(accueils="41").html
    assert stored()["accueils"] == counted(45)


def test_an_automatic_save_over_a_newer_figure_says_so_and_writes_nothing(cast, open_page, stored):
    cast.sheet(passages=600)
    marcel = open_page(cast.teammate)
    save_as(cast, cast.owner, passages=counted(640))
    page = marcel.autosave(passages="700", contacts="30")
    assert "Pas enregistré" in page.html
    assert "Odile Owner" in page.html
    assert "Enregistré à" not in page.html
    assert stored() == {"passages": counted(640)}


def test_an_automatic_save_of_a_page_left_as_it_was_writes_no_history(cast, open_page):
    sheet = cast.sheet(passages=600)
    marcel = open_page(cast.teammate)
    for _ in range(3):
        marcel.autosave()
    assert Event.objects.about(sheet).count() == 1


# Sent or closed meanwhile: the text comes back


@pytest.mark.parametrize("headers", [{}, AUTOMATIC])
def test_a_save_over_a_sheet_sent_meanwhile_gives_the_text_back(cast, as_user, base, stored, headers):
    cast.submitted(passages=600)
    typed = {"passages": "777", "contacts": "environ 30", "contacts-mot": "De mémoire.", "seen": "{}"}
    response = as_user(cast.teammate).post(f"{base}chiffres/activite/", typed, headers=headers)
    page = response.content.decode()
    assert response.status_code == 409
    for text in ("777", "environ 30", "De mémoire.", "Passages", "Contacts", "Elle a été envoyée", "Odile Owner"):
        assert text in page
    assert stored() == {"passages": counted(600)}


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("chiffres/activite/", {"passages": "777"}),
        ("cadre/", {"period": "calendar", "territory": "commune", "blocks": ["repas", "777"]}),
        ("recit/", {"missions": "777 repas", "emploi": "Rien"}),
        ("envoi/", {"shared_with": "777"}),
    ],
)
def test_a_closed_campaign_gives_the_text_back(cast, as_user, base, page, typed):
    close(cast.campaign)
    response = as_user(cast.owner).post(f"{base}{page}", typed)
    assert response.status_code == 409
    assert "777" in response.content.decode()
    assert "La campagne est fermée" in response.content.decode()
    assert not Sheet.objects.exists()


def test_a_sheet_that_was_sent_takes_no_more_of_anything(cast):
    sheet = cast.submitted(passages=600)
    typed = {cast.indicator("passages"): counted(700)}
    with pytest.raises(actions.NotInThisState):
        actions.save_answers(contents=Contents(sheet), typed=typed, seen=replies_of(sheet), by=cast.owner)
    with pytest.raises(actions.NotInThisState):
        actions.save_words(sheet=sheet, typed={"missions": "Aider."}, seen={}, by=cast.owner)
    with pytest.raises(actions.NotInThisState):
        actions.submit_sheet(sheet=sheet, by=cast.owner)


def test_a_sheet_sent_between_the_page_and_the_save_is_refused_under_lock(cast, open_page, monkeypatch, stored):
    """The view had found a draft; the other person sent it before the save took its turn."""
    sheet = cast.sheet(passages=600)
    marcel = open_page(cast.teammate)
    save = actions.save_answers

    def sent_meanwhile(**arguments):
        actions.submit_sheet(sheet=sheet, by=cast.owner)
        return save(**arguments)

    monkeypatch.setattr(actions, "save_answers", sent_meanwhile)
    page = marcel.save(passages="777")
    assert page.status == 409
    assert "777" in page.html
    assert stored()["passages"] == counted(600)


@pytest.mark.parametrize("page", ["chiffres/activite/", "cadre/", "recit/", "envoi/"])
def test_a_closed_campaign_leads_to_the_sheet_to_read(cast, as_user, base, page):
    close(cast.campaign)
    assert as_user(cast.owner).get(f"{base}{page}").url == base


def test_a_sheet_opened_again_may_be_finished_after_the_campaign(cast, open_page, stored):
    sheet = cast.submitted(passages=600)
    close(cast.campaign)
    actions.reopen_sheet(sheet=sheet, reason="Un chiffre à revoir.", by=cast.ccas)
    assert open_page(cast.teammate).save(passages="610").status == 302
    assert stored()["passages"] == counted(610)


def test_a_closed_structure_writes_no_more(cast, as_user, base, stored):
    cast.sheet(passages=600)
    Structure.objects.filter(pk=cast.panier.pk).update(closed_on=timezone.localdate())
    response = as_user(cast.owner).post(f"{base}chiffres/activite/", {"passages": "6"})
    assert response.status_code == 409
    assert stored()["passages"] == counted(600)
    assert cast.panier not in structures_of(cast.owner)


@pytest.mark.parametrize("page", ["", "chiffres/activite/", "cadre/", "recit/", "envoi/"])
def test_a_draft_of_another_structure_looks_like_none(cast, as_user, base, page):
    cast.sheet(passages=600)
    nowhere = base.replace(str(cast.panier.pk), "999999")
    for user in (cast.stranger, cast.nobody, cast.ccas):
        client = as_user(user)
        assert client.get(f"{base}{page}").status_code == client.get(f"{nowhere}{page}").status_code == 404
        if page:
            assert client.post(f"{base}{page}", {"passages": "1", "missions": "x"}).status_code == 404


# What was forged or lost


@pytest.mark.parametrize(
    "seen",
    [
        "{",
        "[]",
        "3",
        "null",
        '"passages"',
        '{"passages": 3}',
        '{"passages": ["counted", "cinq", ""]}',
        '{"passages": ["inventé", "600", ""]}',
        '{"passages": ["counted", {}, []]}',
        '{"passages": {"passages": {}}}',
        '{"' + "x" * 500_000 + '": ["counted", "5", ""]}',
        '{"passages": ["counted", ' + "9" * 5000 + ', ""]}',
        "",
    ],
)
def test_a_forged_seen_overwrites_nothing(cast, as_user, base, stored, seen):
    cast.sheet(passages=600)
    client = as_user(cast.teammate)
    for headers in ({}, AUTOMATIC):
        response = client.post(f"{base}chiffres/activite/", {"passages": "700", "seen": seen}, headers=headers)
        assert response.status_code == (200 if headers else 409)
        assert "600" in response.content.decode()
        assert stored()["passages"] == counted(600)


@pytest.mark.parametrize("seen", ["{", "[]", '{"missions": 3}', '{"missions": ["Aider."]}', "null", ""])
@pytest.mark.parametrize("headers", [{}, AUTOMATIC])
def test_a_forged_seen_overwrites_no_words(cast, as_user, base, words, seen, headers):
    as_user(cast.owner).post(f"{base}recit/", {"missions": "Aider."})
    response = as_user(cast.teammate).post(f"{base}recit/", {"missions": "Nourrir.", "seen": seen}, headers=headers)
    assert response.status_code == (200 if headers else 409)
    assert words()["missions"] == "Aider."


@pytest.mark.parametrize("seen", ['{"passages": ["counted", "sNaN", ""]}', "[" * 100_000])
def test_a_monstrous_seen_overwrites_nothing(cast, as_user, base, stored, seen):
    cast.sheet(passages=600)
    response = as_user(cast.teammate).post(f"{base}chiffres/activite/", {"passages": "700", "seen": seen})
    assert response.status_code == 409


def test_a_short_seen_has_a_short_answer(cast, as_user, base):
    seen = '{"passages": ["counted", "1e200000", ""]}'
    client = as_user(cast.teammate)
    response = client.post(f"{base}chiffres/activite/", {"contacts": "7", "seen": seen}, headers=AUTOMATIC)
    assert len(response.content) < 20_000


def test_a_forged_kind_is_refused_and_the_figure_comes_back(cast, open_page, stored):
    page = open_page(cast.teammate).save(passages="600", passages_sorte="inventé")
    assert page.status == 422
    assert page.fields["passages"] == "600"
    assert stored() == {}


@pytest.mark.parametrize("part", ["inconnu", "bloc-inconnu", "bloc-repas", "bloc-", "recit"])
def test_an_unknown_part_or_a_block_not_ticked_leads_back_to_the_sheet(cast, as_user, base, part):
    client = as_user(cast.teammate)
    assert client.get(f"{base}chiffres/{part}/").url == base


@pytest.mark.parametrize("part", ["inconnu", "bloc-inconnu"])
def test_nothing_is_written_on_an_unknown_part(cast, as_user, base, part):
    assert as_user(cast.teammate).post(f"{base}chiffres/{part}/", {"passages": "5"}).url == base
    assert not Sheet.objects.exists()


@pytest.mark.parametrize("part", ["frame", "story", "report", "sending"])
def test_a_part_without_figures_is_no_page_of_figures(cast, as_user, base, part):
    response = as_user(cast.teammate).get(f"{base}chiffres/{part}/")
    assert response.status_code == 302
    assert response.url == base


def test_a_figure_of_another_page_is_left_alone(cast, as_user, base, stored):
    cast.sheet(personnes=50)
    as_user(cast.teammate).post(f"{base}chiffres/activite/", {"passages": "600", "personnes": "51", "repas": "9"})
    assert stored() == {"personnes": counted(50), "passages": counted(600)}


# Blocks


def test_a_block_ticked_has_its_page_and_unticked_has_none(cast, open_page, as_user, base, words):
    frame = open_page(cast.teammate, "cadre/")
    assert frame.save(blocks=["hygiene", "repas"], territory="commune", period="school").status == 302
    assert (words()["blocks"], words()["territory"], words()["period"]) == ("hygiene repas", "commune", "school")
    client = as_user(cast.teammate)
    assert "Repas" in client.get(f"{base}chiffres/bloc-repas/").content.decode()
    assert f"{base}chiffres/bloc-hygiene/" in client.get(base).content.decode()
    frame.load()
    assert frame.fields["blocks"] == ["repas", "hygiene"]
    frame.save(blocks=["repas"])
    assert words()["blocks"] == "repas"
    assert client.get(f"{base}chiffres/bloc-hygiene/").url == base


def test_unticking_every_block_is_an_edit_too(cast, open_page, words):
    open_page(cast.teammate, "cadre/").save(blocks=["repas"])
    open_page(cast.teammate, "cadre/").save(blocks=[])
    assert "blocks" not in words()


def test_unticking_a_block_loses_none_of_its_figures(cast, open_page, stored):
    cast.sheet(repas=4000)
    frame = open_page(cast.teammate, "cadre/")
    frame.save(blocks=["repas"])
    frame.load()
    frame.save(blocks=[])
    assert stored() == {"repas": counted(4000)}
    assert open_page(cast.teammate, "chiffres/bloc-repas/").fields["repas"] == "4\u202f000"


def test_a_figure_typed_in_a_block_unticked_meanwhile_is_kept(cast, open_page, stored):
    open_page(cast.owner, "cadre/").save(blocks=["repas"])
    marcel = open_page(cast.teammate, "chiffres/bloc-repas/")
    open_page(cast.owner, "cadre/").save(blocks=[])
    assert marcel.save(repas="4000").status == 302
    assert stored() == {"repas": counted(4000)}


def test_a_figure_mistyped_in_a_block_unticked_meanwhile_comes_back(cast, open_page):
    open_page(cast.owner, "cadre/").save(blocks=["repas"])
    marcel = open_page(cast.teammate, "chiffres/bloc-repas/")
    open_page(cast.owner, "cadre/").save(blocks=[])
    page = marcel.save(repas="beaucoup", colis="12")
    assert page.status == 422
    assert (page.fields["repas"], page.fields["colis"]) == ("beaucoup", "12")
    assert "Des repas et des colis" in page.html


# Words: the frame and the story


def test_the_frame_left_as_it_was_found_disturbs_nobody(cast, open_page, words):
    open_page(cast.owner, "cadre/").save(blocks=["repas"], territory="commune")
    marcel = open_page(cast.teammate, "cadre/")
    open_page(cast.owner, "cadre/").save(blocks=["hygiene"], territory="quartier")
    for _ in range(2):
        assert "Enregistré à" in marcel.autosave(period="winter").html
    assert (words()["blocks"], words()["territory"], words()["period"]) == ("hygiene", "quartier", "winter")


def test_the_frame_over_a_newer_one_is_refused_then_confirmed(cast, open_page, words):
    open_page(cast.owner, "cadre/").save(blocks=["repas"], territory="commune")
    marcel = open_page(cast.teammate, "cadre/")
    open_page(cast.owner, "cadre/").save(blocks=["repas", "hygiene"], territory="quartier")
    page = marcel.save(blocks=["soins"], period="winter")
    assert page.status == 409
    assert page.fields["blocks"] == ["soins"]
    assert page.fields["territory"] == "quartier"
    assert "Des repas et des colis, Se laver, laver son linge" in page.html
    assert words()["blocks"] == "hygiene repas"
    assert marcel.save().status == 302
    assert (words()["blocks"], words()["territory"], words()["period"]) == ("soins", "quartier", "winter")


@pytest.mark.parametrize(
    "wrong", [{"period": "siècle"}, {"territory": "lune"}, {"blocks": ["repas", "fusée"]}, {"period": []}]
)
def test_a_frame_that_was_forged_is_refused_and_writes_nothing(cast, open_page, wrong):
    frame = open_page(cast.teammate, "cadre/")
    page = frame.save(**{"period": "school", "territory": "commune", "blocks": ["repas"]} | wrong)
    assert page.status == 422
    assert "choisissez de nouveau" in page.html
    assert page.fields["blocks"] == ["repas"]
    assert not Sheet.objects.exists()


def test_the_story_is_kept_and_found_again(cast, open_page, words):
    story = open_page(cast.teammate, "recit/")
    story.save(missions="Aider.\nNourrir.", emploi="Peu d’offres.", **{"emploi-new": ["oui"]}, mobilite="Un seul bus.")
    kept = {
        "missions": "Aider.\nNourrir.",
        "emploi": "Peu d’offres.",
        "emploi-new": "oui",
        "mobilite": "Un seul bus.",
        "period": "calendar",
    }
    assert words() == kept
    story.load()
    assert story.fields["missions"] == "Aider.\nNourrir."
    assert (story.fields["emploi-new"], story.fields["mobilite-new"]) == (["oui"], [])
    assert story.save().status == 302
    assert words() == kept
    assert Sheet.objects.get().version == 1
    story.save(emploi="", **{"emploi-new": []})
    assert "emploi" not in words()


def test_the_ends_of_lines_of_a_browser_change_nothing(cast, as_user, open_page, base, words):
    story = open_page(cast.teammate, "recit/")
    story.save(missions="Aider.\r\nNourrir.\r\n")
    assert words()["missions"] == "Aider.\nNourrir."
    version = Sheet.objects.get().version
    story.load()
    story.save(missions=story.fields["missions"].replace("\n", "\r\n"))
    assert Sheet.objects.get().version == version


def test_a_text_too_long_is_given_back(cast, open_page):
    page = open_page(cast.teammate, "recit/").save(missions="é" * 2001, highlights="Un déménagement.")
    assert page.status == 422
    assert page.fields["missions"] == "é" * 2001
    assert page.fields["highlights"] == "Un déménagement."
    assert not Sheet.objects.exists()


def test_ends_of_lines_count_for_one_character(cast, open_page, words):
    text = "Une ligne.\n" * 181 + "Fin."
    assert len(text) <= 2000
    page = open_page(cast.teammate, "recit/").save(missions=text.replace("\n", "\r\n"))
    assert page.status == 302
    assert words()["missions"] == text


def test_words_over_newer_words_are_refused_with_both_then_confirmed(cast, open_page, words):
    open_page(cast.owner, "recit/").save(missions="Aider.", emploi="Rien.")
    marcel = open_page(cast.teammate, "recit/")
    open_page(cast.owner, "recit/").save(missions="Aider mieux.", highlights="Dix ans.", emploi="Peu.")
    page = marcel.save(missions="Nourrir.")
    assert page.status == 409
    assert page.fields["missions"] == "Nourrir."
    assert (page.fields["highlights"], page.fields["emploi"]) == ("Dix ans.", "Peu.")
    assert "Odile Owner avait écrit" in page.html
    assert "Aider mieux." in page.html
    assert page.html.count('class="note-other"') == 1
    assert words()["missions"] == "Aider mieux."
    assert marcel.save().status == 302
    assert words() == {"missions": "Nourrir.", "highlights": "Dix ans.", "emploi": "Peu.", "period": "calendar"}


def test_untouched_words_never_overwrite_newer_ones_across_automatic_saves(cast, open_page, words):
    open_page(cast.owner, "recit/").save(missions="Aider.")
    marcel = open_page(cast.teammate, "recit/")
    open_page(cast.owner, "recit/").save(missions="Aider mieux.")
    for text in ("Dix", "Dix ans", "Dix ans."):
        assert "Enregistré à" in marcel.autosave(highlights=text).html
    assert (words()["missions"], words()["highlights"]) == ("Aider mieux.", "Dix ans.")
    page = marcel.autosave(missions="Nourrir.")
    assert "Pas enregistré" in page.html
    assert words()["missions"] == "Aider mieux."
    assert marcel.save().status == 409


def test_words_saved_automatically_one_after_the_other_are_kept(cast, open_page, words):
    story = open_page(cast.teammate, "recit/")
    for text in ("A", "Ai", "", "Aider."):
        assert "Enregistré à" in story.autosave(missions=text).html
    assert story.save().status == 302
    assert words()["missions"] == "Aider."


def test_a_text_written_anew_keeps_its_tick(cast, open_page, words):
    story = open_page(cast.teammate, "recit/")
    story.save(emploi="Peu.", **{"emploi-new": ["oui"]})
    story.load()
    story.autosave(emploi="")
    story.autosave(emploi="Peu d’offres.")
    assert story.fields["emploi-new"] == ["oui"]
    assert words()["emploi-new"] == "oui"


def test_a_tick_without_text_writes_no_history(cast, open_page):
    story = open_page(cast.teammate, "recit/")
    for _ in range(3):
        story.autosave(**{"emploi-new": ["oui"]})
    assert Sheet.objects.get().version == 1


def test_words_over_a_sheet_sent_meanwhile_are_given_back(cast, open_page, words):
    sheet = cast.sheet(passages=5)
    story = open_page(cast.teammate, "recit/")
    actions.submit_sheet(sheet=sheet, by=cast.owner)
    page = story.save(missions="Nourrir.", emploi="Peu d’offres.")
    assert page.status == 409
    assert "Nourrir." in page.html
    assert "Peu d’offres." in page.html
    assert "missions" not in words()


def test_words_given_back_have_the_names_of_the_page(cast, as_user, base):
    close(cast.campaign)
    typed = {"highlights": "Dix ans.", "emploi": "Peu."}
    page = as_user(cast.owner).post(f"{base}recit/", typed).content.decode()
    assert "Ce qui a marqué l’année" in page
    assert "Travailler, se former" in page
    assert ">highlights<" not in page


# Nothing typed is lost: where it still is


def test_not_asked_may_be_typed_for_any_figure_and_stays(cast, open_page, stored):
    """The list beside the figure has to offer it too: otherwise the next save, untouched, would erase it."""
    marcel = open_page(cast.teammate)
    assert marcel.save(passages="non demandé").status == 302
    marcel.load()
    assert marcel.save().status == 302
    assert stored() == {"passages": NOT_ASKED}


def test_a_word_that_somebody_else_wrote_is_shown_before_it_is_replaced(cast, open_page):
    cast.sheet(passages=600)
    marcel = open_page(cast.teammate)
    save_as(cast, cast.owner, passages=Reply(Kind.COUNTED, Decimal(600), "Fermés deux mois."))
    page = marcel.save(passages="610")
    assert page.status == 409
    assert "Fermés deux mois." in page.html


@pytest.mark.parametrize("kind", ["counted", "estimated"])
def test_a_word_without_a_figure_is_kept_or_refused(cast, open_page, kind):
    marcel = open_page(cast.teammate)
    page = marcel.save(passages_mot="Notre cahier a brûlé.", passages_sorte=kind)
    if page.status == 302:
        marcel.load()
    assert marcel.fields["passages-mot"] == "Notre cahier a brûlé."


def test_a_word_too_long_erases_nothing_automatically(cast, open_page, stored):
    open_page(cast.teammate).save(passages="600", passages_mot="Fermés deux mois.")
    open_page(cast.teammate).autosave(passages_mot="é" * 301)
    assert stored()["passages"].word == "Fermés deux mois."


def test_a_kind_chosen_is_given_back_too(cast, as_user, base):
    close(cast.campaign)
    page = as_user(cast.owner).post(f"{base}chiffres/activite/", {"passages": "", "passages-sorte": "not_counted"})
    assert "Les cases étaient vides" not in page.content.decode()


# The sheet's own page, and sending


def test_nothing_is_singular_in_french(cast, as_user, base):
    assert "0 réponse sur 12" in as_user(cast.teammate).get(base).content.decode()


def test_the_sheet_says_where_one_stands_and_what_comes_next(cast, as_user, base):
    client = as_user(cast.teammate)
    page = client.get(base).content.decode()
    assert "Commencer" in page
    client.post(f"{base}cadre/", {"period": "calendar", "territory": "commune", "blocks": ["repas"]})
    client.post(f"{base}chiffres/activite/", {"accueils": "5", "passages": "100", "contacts": "non compté"})
    page = client.get(base).content.decode()
    assert "3 réponses sur 15" in page
    assert "3 sur 3, complet" in page
    assert f'href="{base}chiffres/publics/">Continuer' in page


def test_each_page_leads_to_the_next_until_sending(cast, as_user, base):
    client = as_user(cast.teammate)
    figures = [f"chiffres/{part}/" for part in ("activite", "publics", "services", "fonctionnement")]
    leads_to = {"cadre/": "rapport/"} | dict(pairwise([*figures, "recit/", "envoi/"]))
    for page, following in leads_to.items():
        response = client.post(f"{base}{page}", {"period": "calendar", "then": "continue"})
        assert response.url == f"{base}{following}"
    assert f'href="{base}{figures[0]}"' in client.get(f"{base}rapport/").content.decode()


def test_the_responsable_sends(cast, as_user, base):
    cast.sheet(passages=600)
    client = as_user(cast.owner)
    assert "Envoyer la fiche au CCAS" in client.get(f"{base}envoi/").content.decode()
    page = client.post(f"{base}envoi/", {"shared_with": "ccas"}, follow=True).content.decode()
    assert "La fiche est envoyée" in page
    sheet = Sheet.objects.get()
    assert (sheet.state, sheet.submitted_by, sheet.shared_with) == ("submitted", cast.owner, "ccas")


def test_a_teammate_reads_everything_over_but_does_not_send(cast, as_user, base):
    cast.sheet(passages=600)
    client = as_user(cast.teammate)
    assert "Votre responsable envoie la fiche" in client.get(f"{base}envoi/").content.decode()
    page = client.post(f"{base}envoi/", {"shared_with": "network"}).content.decode()
    assert "Seule la personne responsable" in page
    assert Sheet.objects.get().is_draft


@pytest.mark.parametrize("shared_with", ["", "tout le monde"])
def test_who_may_read_is_chosen_before_sending(cast, as_user, base, shared_with):
    cast.sheet(passages=600)
    response = as_user(cast.owner).post(f"{base}envoi/", {"shared_with": shared_with})
    assert "Choisissez qui pourra lire" in response.content.decode()
    assert Sheet.objects.get().is_draft


def test_an_untouched_sheet_may_be_sent(cast, as_user, base):
    page = as_user(cast.owner).post(f"{base}envoi/", {"shared_with": "network"}, follow=True).content.decode()
    assert "La fiche est envoyée" in page
    sheet = Sheet.objects.get()
    assert (sheet.state, sheet.saved_by, sheet.answers.count()) == ("submitted", cast.owner, 0)


def test_sending_twice_sends_once(cast, as_user, base, monkeypatch):
    sheet = cast.sheet(passages=600)
    submit = actions.submit_sheet

    def sent_meanwhile(**arguments):
        submit(sheet=sheet, by=cast.owner)
        return submit(**arguments)

    monkeypatch.setattr(actions, "submit_sheet", sent_meanwhile)
    page = as_user(cast.owner).post(f"{base}envoi/", {"shared_with": "network"}, follow=True).content.decode()
    assert "La fiche était déjà envoyée" in page
    assert Event.objects.about(sheet).filter(verb="sheet_submitted").count() == 1


def test_sending_an_untouched_sheet_that_was_sent_meanwhile(cast, as_user, base, monkeypatch):
    save = actions.save_answers

    def sent_meanwhile(**arguments):
        monkeypatch.setattr(actions, "save_answers", save)
        cast.submitted(passages=5)
        return save(**arguments)

    monkeypatch.setattr(actions, "save_answers", sent_meanwhile)
    page = as_user(cast.owner).post(f"{base}envoi/", {"shared_with": "network"}, follow=True).content.decode()
    assert "La fiche était déjà envoyée" in page


# What a page costs


def fill_everything(cast):
    sheet = Sheet.objects.get()
    sheet.blocks.set(cast.campaign.blocks.all())
    for indicator in cast.campaign.indicators.asked().exclude(answers__sheet=sheet):
        sheet.answers.create(indicator=indicator, kind="counted", value=7, word="Un mot.")
        taken_over(cast, **{indicator.code: 100})
    for theme in ("emploi", "famille", "langue"):
        sheet.difficulties.create(theme=theme, text="Un essai.")


PAGES = [
    "",
    "chiffres/activite/",
    "chiffres/publics/",
    "chiffres/services/",
    "chiffres/fonctionnement/",
    "chiffres/bloc-repas/",
    "cadre/",
    "recit/",
    "envoi/",
]


def queries_of(act):
    """How many, without the two savepoints that stand for the transaction of a request in a test."""
    with CaptureQueriesContext(connection) as queries:
        act()
    return sum("SAVEPOINT" not in query["sql"] for query in queries)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_costs_the_same_with_one_and_with_all_answers(cast, as_user, base, page):
    client = as_user(cast.owner)
    cast.sheet(repas=5)
    with_one = queries_of(lambda: client.get(f"{base}{page}"))
    fill_everything(cast)
    assert queries_of(lambda: client.get(f"{base}{page}")) == with_one <= 15
    assert "Panier" in client.get(f"{base}{page}").content.decode()


# Words: see BUG 15, they are read three times over.
SAVES = [
    ("chiffres/activite/", "passages", ["12", "13"], 12),
    ("chiffres/publics/", "personnes_age_0_17", ["12", "13"], 12),
    ("chiffres/bloc-repas/", "colis", ["12", "13"], 12),
    ("cadre/", "territory", ["commune", "quartier"], 15),
    ("recit/", "missions", ["Aider.", "Nourrir."], 14),
    ("recit/", "mobilite", ["Un bus.", "Deux bus."], 16),
]


@pytest.mark.parametrize(("page", "name", "texts", "most"), SAVES)
def test_an_automatic_save_costs_the_same_with_one_and_with_all_answers(cast, open_page, page, name, texts, most):
    cast.sheet(repas=5)
    costs = []
    for text in texts:
        browser = open_page(cast.teammate, page)
        costs.append(queries_of(lambda: browser.autosave(**{name: text})))  # noqa: B023  called at once
        if text == texts[0]:
            fill_everything(cast)
    assert costs[0] == costs[1] <= most
    assert Event.objects.filter(verb="sheet_saved", user=cast.teammate).count() == 2


def test_the_very_first_save_costs_little_more(cast, open_page):
    browser = open_page(cast.teammate)
    assert queries_of(lambda: browser.autosave(passages="12")) <= 16

"""What decisions teach of the words of reports: proposed to the CCAS, learnt only when it says so."""

import pytest

from indicators import actions
from indicators.catalogues import as_entries
from indicators.contents import Contents
from indicators.figures import counted
from indicators.learning import lessons
from indicators.models import Indicator, Proposal, WordsVerdict
from tests.indicators.reports import attach, has_read, passage

URL = "/indicateurs/2025/suivi/mots/"


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"


def decided(cast, structure, by, *, keeps, named_by="entrées au comptoir", matched="venues", sends=True):
    """A sheet whose report named its passages so, kept or rejected."""
    sheet = cast.sheet(structure, contacts=5)
    attach(sheet, by)
    one = has_read(sheet, {"passages": [passage(12, named_by=named_by, matched=matched)]}).proposals.get()
    if keeps:
        actions.keep_figure(contents=Contents(sheet), proposal=one, chosen=0, reply=counted(12), seen={}, by=by)
    else:
        actions.reject_proposal(sheet=sheet, proposal=one, by=by)
    if sends:
        actions.submit_sheet(sheet=sheet, by=by)
    return Proposal.objects.get(pk=one.pk)


def told(found):
    return [(one.indicator.code, one.words, len(one.kept), len(one.rejected)) for one in found]


def synonyms():
    return Indicator.objects.get(code="passages", campaign__year=2025).synonyms.splitlines()


def answer(client, words, verdict, code="passages"):
    return client.post(URL, {"indicator": code, "words": words, "verdict": verdict}, follow=True)


def text_of(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def test_words_that_named_a_kept_figure_are_proposed(cast):
    decided(cast, cast.panier, cast.owner, keeps=True)
    new, misleading = lessons(cast.campaign)
    assert (told(new), misleading) == ([("passages", "entrées au comptoir", 1, 0)], [])


@pytest.mark.parametrize("known", ["Passages", "VENUES", " venues : ", "Passages : passages", "environ passages"])
def test_words_already_known_teach_nothing(cast, known):
    decided(cast, cast.panier, cast.owner, keeps=True, named_by=known)
    assert lessons(cast.campaign)[0] == []


def test_a_draft_teaches_nothing_to_the_ccas(cast):
    decided(cast, cast.panier, cast.owner, keeps=True, sends=False)
    assert lessons(cast.campaign) == ([], [])


def test_a_synonym_that_led_to_rejected_figures_is_doubted(cast):
    decided(cast, cast.panier, cast.owner, keeps=False)
    decided(cast, cast.halte, cast.stranger, keeps=False)
    assert told(lessons(cast.campaign)[1]) == [("passages", "venues", 0, 2)]


def test_not_when_as_many_kept_it(cast):
    decided(cast, cast.panier, cast.owner, keeps=False)
    decided(cast, cast.halte, cast.stranger, keeps=True)
    assert lessons(cast.campaign)[1] == []


def test_nothing_is_learnt_until_the_ccas_says_so(cast, as_user):
    decided(cast, cast.panier, cast.owner, keeps=True)
    client = as_user(cast.ccas)
    assert "« entrées au comptoir »" in text_of(client.get(URL))
    assert "entrées au comptoir" not in synonyms()
    answer(client, "entrées au comptoir", "taken")
    assert synonyms()[-1] == "entrées au comptoir"
    assert lessons(cast.campaign)[0] == []
    passages = next(one for one in as_entries(cast.campaign)["indicators"] if one["code"] == "passages")
    assert "entrées au comptoir" in passages["synonyms"]  # what the next reading is given


def test_words_left_aside_do_not_come_back(cast, as_user):
    decided(cast, cast.panier, cast.owner, keeps=True)
    before = synonyms()
    answer(as_user(cast.ccas), "entrées au comptoir", "left")
    assert (synonyms(), lessons(cast.campaign)[0]) == (before, [])


def test_a_synonym_that_misleads_is_removed(cast, as_user):
    decided(cast, cast.panier, cast.owner, keeps=False)
    assert "venues" in synonyms()
    answer(as_user(cast.ccas), "venues", "removed")
    assert "venues" not in synonyms()
    assert WordsVerdict.objects.get().given_by == cast.ccas


def test_a_synonym_that_is_kept_stays_and_is_not_doubted_again(cast, as_user):
    decided(cast, cast.panier, cast.owner, keeps=False)
    answer(as_user(cast.ccas), "venues", "kept")
    assert "venues" in synonyms()
    assert lessons(cast.campaign)[1] == []


@pytest.mark.parametrize(
    ("words", "verdict", "code"),
    [
        ("n’importe quoi", "taken", "passages"),
        ("entrées au comptoir", "x", "passages"),
        ("entrées au comptoir", "removed", "passages"),
        ("entrées au comptoir", "taken", "lieux"),
    ],
)
def test_only_what_is_proposed_is_answered(cast, as_user, words, verdict, code):
    decided(cast, cast.panier, cast.owner, keeps=True)
    page = text_of(answer(as_user(cast.ccas), words, verdict, code))
    assert "n’attendent plus de réponse" in page
    assert not WordsVerdict.objects.exists()


def test_with_nothing_to_learn_the_page_says_when_words_come(cast, as_user):
    page = text_of(as_user(cast.ccas).get(URL))
    assert "Rien de nouveau pour l’instant" in page
    assert "Aucun mot ne trompe la lecture" in page

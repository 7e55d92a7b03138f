"""What the portal read in a report, decided figure by figure, and the proof that stays."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from indicators import actions
from indicators.contents import Contents, replies_of
from indicators.figures import Reply, counted, read_reply
from indicators.models import Proposal, ReportReading, Sheet
from indicators.proposals import pages_of_figures, proofs_of
from indicators.summary import Reading, gather, snapshots
from indicators.views.proposals import in_ranges
from lemans_solidaire.network import registry
from lemans_solidaire.network.models import Event
from tests.indicators.reports import attach, blank_pdf, has_read, passage


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture
def sheet(cast):
    """The Panier's draft, whose report says three things."""
    sheet = cast.sheet(contacts=5)
    attach(sheet, cast.owner)
    found = {
        "passages": [passage(1187, page=2), passage(1050, page=3)],
        "personnes": [passage(600, quote="Environ 600 personnes sont venues.", is_approximate=True)],
        "repas": [passage(24800, quote="24 800 repas servis")],
    }
    has_read(sheet, found)
    return sheet


def address(sheet, name, *more):
    return reverse(f"indicators:{name}", args=[2025, sheet.structure_id, *more])


def seen(sheet, code):
    reply = replies_of(sheet).get(code)
    return json.dumps({code: [reply.kind, f"{reply.value:f}", reply.word]} if reply else {})


def decide(client, sheet, code, decision, **more):
    shown = Proposal.objects.filter(reading__sheet=sheet, indicator__code=code).first()
    data = {"decision": decision, "seen": seen(sheet, code), "shown": shown.mark if shown else ""} | more
    return client.post(address(sheet, "proposal", code), data)


def proposal(sheet, code):
    digest = Sheet.objects.get(pk=sheet.pk).report.digest
    return Proposal.objects.get(reading__sheet=sheet, reading__digest=digest, indicator__code=code)


def reply(sheet, code):
    return replies_of(sheet).get(code)


def text_of(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def read_anew(sheet, found):
    """The report that replaced the first one was read too."""
    ReportReading.objects.exclude(digest=Sheet.objects.get(pk=sheet.pk).report.digest).update(digest="0" * 64)
    reading = ReportReading.objects.exclude(digest="0" * 64).get()
    ReportReading.objects.filter(pk=reading.pk).update(state="read", finished_at=timezone.now(), pages=2)
    for code, passages in found.items():
        indicator = sheet.campaign.indicators.get(code=code)
        Proposal.objects.create(reading=reading, indicator=indicator, passages=passages)


def keep(sheet, code, value, by, chosen=0):
    one = proposal(sheet, code)
    now = reply(sheet, code)
    decided = {"chosen": chosen, "reply": read_reply(str(value)), "seen": {code: now} if now else {}}
    return actions.keep_figure(contents=Contents(sheet), proposal=one, by=by, **decided)


class TestDeciding:
    def test_nothing_is_in_the_sheet_before_somebody_decides(self, sheet):
        assert set(replies_of(sheet)) == {"contacts"}

    def test_a_figure_that_is_kept_enters_the_sheet_and_leads_to_the_next_one(self, cast, sheet, as_user):
        response = decide(as_user(cast.owner), sheet, "passages", "accept-0")
        assert (response.status_code, response.url) == (302, address(sheet, "proposal", "personnes"))
        assert reply(sheet, "passages") == counted(1187)
        one = proposal(sheet, "passages")
        assert (one.state, one.chosen, one.kept, one.decided_by) == ("accepted", 0, 1187, cast.owner)

    def test_another_passage_may_be_the_right_one(self, cast, sheet, as_user):
        decide(as_user(cast.owner), sheet, "passages", "accept-1")
        assert reply(sheet, "passages") == counted(1050)
        assert proofs_of(sheet, replies_of(sheet))["passages"].page == 3

    def test_about_is_an_estimate(self, cast, sheet, as_user):
        decide(as_user(cast.owner), sheet, "personnes", "accept-0")
        assert reply(sheet, "personnes") == Reply("estimated", 600)

    def test_a_corrected_figure_keeps_the_passage_and_says_so(self, cast, sheet, as_user):
        decide(as_user(cast.owner), sheet, "passages", "correct", figure="1 200")
        assert reply(sheet, "passages") == counted(1200)
        proof = proofs_of(sheet, replies_of(sheet))["passages"]
        assert (proposal(sheet, "passages").state, proof.read, proof.page) == ("corrected", 1187, 2)

    def test_writing_what_another_passage_says_is_choosing_it(self, cast, sheet, as_user):
        decide(as_user(cast.owner), sheet, "passages", "correct", figure="1050")
        one = proposal(sheet, "passages")
        assert (one.state, one.chosen) == ("accepted", 1)

    @pytest.mark.parametrize("typed", ["", "beaucoup", "-4", "non compté"])
    def test_what_cannot_be_a_figure_is_said_and_stays_in_the_field(self, cast, sheet, as_user, typed):
        response = decide(as_user(cast.owner), sheet, "passages", "correct", figure=typed)
        assert response.status_code == 422
        assert 'id="figure-problem"' in text_of(response)
        assert f'value="{typed}"' in text_of(response)
        assert proposal(sheet, "passages").is_open

    def test_a_rejected_one_changes_nothing_in_the_sheet(self, cast, sheet, as_user):
        before = replies_of(sheet)
        decide(as_user(cast.owner), sheet, "passages", "reject")
        assert (proposal(sheet, "passages").state, replies_of(sheet)) == ("rejected", before)

    def test_one_may_change_ones_mind(self, cast, sheet, as_user):
        client = as_user(cast.owner)
        decide(client, sheet, "passages", "reject")
        decide(client, sheet, "passages", "accept-0")
        assert (proposal(sheet, "passages").state, reply(sheet, "passages")) == ("accepted", counted(1187))
        decide(client, sheet, "passages", "reject")
        assert "passages" not in proofs_of(sheet, replies_of(sheet))

    def test_the_last_one_leads_back_to_the_list(self, cast, sheet, as_user):
        client = as_user(cast.owner)
        for code in ("repas", "personnes"):
            decide(client, sheet, code, "reject")
        response = decide(client, sheet, "passages", "accept-0")
        assert response.url == address(sheet, "reading")
        assert "Tout est vérifié" in text_of(client.get(response.url))

    def test_a_word_written_on_the_same_figure_stays(self, cast, sheet, as_user):
        cast.sheet()
        typed = {cast.indicator("passages"): Reply("counted", 1187, "Un café de plus.")}
        actions.save_answers(contents=Contents(sheet), typed=typed, seen={}, by=cast.owner)
        decide(as_user(cast.owner), sheet, "passages", "accept-0")
        assert reply(sheet, "passages").word == "Un café de plus."

    def test_a_double_click_decides_once(self, cast, sheet, as_user):
        client, before, shown = as_user(cast.owner), seen(sheet, "passages"), proposal(sheet, "passages").mark
        for _ in range(2):
            response = decide(client, sheet, "passages", "accept-0", seen=before, shown=shown)
            assert response.status_code == 302
        assert reply(sheet, "passages") == counted(1187)
        assert Event.objects.filter(verb="figure_decided").count() == 1

    def test_a_figure_of_another_report_than_the_one_shown_is_not_kept(self, cast, sheet, as_user):
        """A colleague replaced the report, and the new one was read, while the page was open."""
        shown = proposal(sheet, "passages").mark
        attach(sheet, cast.teammate, content=blank_pdf(2))
        read_anew(sheet, {"passages": [passage(42)]})
        response = decide(as_user(cast.owner), sheet, "passages", "accept-0", shown=shown)
        assert response.status_code == 409
        assert "Ce n’est plus ce que vous aviez sous les yeux" in text_of(response)
        assert reply(sheet, "passages") is None

    def test_what_a_colleague_decided_meanwhile_is_seen_before_it_is_undone(self, cast, sheet, as_user):
        shown = proposal(sheet, "passages").mark
        decide(as_user(cast.owner), sheet, "passages", "accept-0")
        response = decide(as_user(cast.teammate), sheet, "passages", "reject", shown=shown)
        assert response.status_code == 409
        assert proposal(sheet, "passages").state == "accepted"
        assert decide(as_user(cast.teammate), sheet, "passages", "reject").status_code == 302

    def test_this_very_moment_too(self, cast, sheet):
        """After the view has looked, before the lock is taken."""
        older = proposal(sheet, "passages")
        keep(sheet, "passages", 1187, cast.owner)
        with pytest.raises(actions.AnotherProposal) as refusal:
            actions.reject_proposal(sheet=sheet, proposal=older, by=cast.teammate)
        assert refusal.value.proposal.state == "accepted"
        Proposal.objects.filter(pk=older.pk).delete()
        with pytest.raises(actions.AnotherProposal) as refusal:
            actions.reject_proposal(sheet=sheet, proposal=older, by=cast.teammate)
        assert refusal.value.proposal is None

    def test_a_sent_sheet_keeps_its_proofs(self, cast, sheet):
        keep(sheet, "passages", 1187, cast.owner)
        actions.submit_sheet(sheet=sheet, by=cast.owner)
        with pytest.raises(actions.NotInThisState):
            actions.reject_proposal(sheet=sheet, proposal=proposal(sheet, "passages"), by=cast.owner)

    def test_the_next_page_says_what_was_done(self, cast, sheet, as_user):
        client = as_user(cast.owner)
        response = decide(client, sheet, "passages", "accept-0")
        assert "Passages : 1 187, gardé dans la fiche." in text_of(client.get(response.url))
        response = decide(client, sheet, "passages", "reject")
        assert "La fiche garde 1 187" in text_of(client.get(response.url))

    def test_what_somebody_else_saved_meanwhile_is_shown_and_not_written_over(self, cast, sheet, as_user):
        opened = seen(sheet, "passages")
        cast.sheet(passages=900)
        response = decide(as_user(cast.teammate), sheet, "passages", "correct", figure="1 200", seen=opened)
        page = text_of(response)
        assert response.status_code == 409
        assert "Entre-temps, la fiche a reçu <strong>900</strong>" in page
        assert '<details class="annex" open' in " ".join(page.split())
        assert 'value="1 200"' in page
        assert (reply(sheet, "passages"), proposal(sheet, "passages").is_open) == (counted(900), True)
        knowing = decide(as_user(cast.teammate), sheet, "passages", "correct", figure="1 200")
        assert (knowing.status_code, reply(sheet, "passages")) == (302, counted(1200))

    @pytest.mark.parametrize("decision", ["", "accept-9", "accept-99999999999", "publish"])
    def test_a_forged_decision_decides_nothing(self, cast, sheet, as_user, decision):
        assert decide(as_user(cast.owner), sheet, "passages", decision).status_code == 422
        assert proposal(sheet, "passages").is_open

    def test_a_block_that_was_not_ticked_joins_the_sheet_with_its_figure(self, cast, sheet, as_user):
        client = as_user(cast.owner)
        assert "ajoute à la fiche la page « Des repas et des colis »" in text_of(
            client.get(address(sheet, "proposal", "repas"))
        )
        decide(client, sheet, "repas", "accept-0")
        assert "bloc-repas" in [part.name for part in Contents(sheet).parts]

    def test_once_sent_nothing_is_decided_and_what_was_typed_is_given_back(self, cast, sheet, as_user):
        actions.submit_sheet(sheet=sheet, by=cast.owner)
        response = decide(as_user(cast.owner), sheet, "passages", "correct", figure="1 234")
        assert response.status_code == 409
        assert "1 234" in text_of(response)
        assert proposal(sheet, "passages").is_open

    def test_the_history_tells_it_in_one_line(self, cast, sheet, as_user):
        client = as_user(cast.owner)
        for code in ("passages", "personnes"):
            decide(client, sheet, code, "accept-0")
        decided = Event.objects.about(sheet).filter(verb="figure_decided")
        assert {event.changes["indicator"] for event in decided} == {"passages", "personnes"}
        actions.submit_sheet(sheet=sheet, by=cast.owner)
        assert text_of(client.get(address(sheet, "sheet"))).count("a vérifié des chiffres du rapport") == 1


class TestPages:
    def test_the_figure_is_shown_with_its_words_its_page_and_last_year(self, cast, sheet, as_user):
        page = text_of(as_user(cast.owner).get(address(sheet, "proposal", "passages")))
        assert "Nous avons compté <mark>1187</mark> passages." in page
        assert "Page 2 de votre rapport" in page
        assert "Plutôt 1 050" in page
        assert '<h2 id="passage-1">' in page
        assert '<h3 id="passage-2">' in page

    def test_what_is_not_proposed_leads_back_to_the_list(self, cast, sheet, as_user):
        client = as_user(cast.owner)
        assert client.get(address(sheet, "proposal", "contacts")).url == address(sheet, "reading")
        assert client.get(address(sheet, "proposal", "rien")).status_code == 404

    def test_a_proposal_that_went_away_gives_back_what_was_typed(self, cast, sheet, as_user):
        client = as_user(cast.owner)
        proposal(sheet, "passages").delete()
        response = client.post(address(sheet, "proposal", "passages"), {"decision": "correct", "figure": "1 234"})
        assert response.url == address(sheet, "reading")
        assert "Vous aviez écrit « 1 234 »" in text_of(client.get(response.url))

    def test_so_does_a_report_taken_away_while_the_page_was_open(self, cast, sheet, as_user):
        client = as_user(cast.owner)
        actions.remove_report(sheet=sheet, digest=sheet.report.digest, by=cast.teammate)
        response = client.post(address(sheet, "proposal", "passages"), {"decision": "correct", "figure": "1 234"})
        assert response.url == address(sheet, "report")
        assert "Vous aviez écrit « 1 234 »" in text_of(client.get(response.url))

    def test_the_page_that_looks_again_by_itself_leaves_when_there_is_nothing_to_see(self, cast, sheet, as_user):
        client, asks = as_user(cast.owner), {"HX-Request": "true"}
        actions.remove_report(sheet=sheet, digest=sheet.report.digest, by=cast.owner)
        assert client.get(address(sheet, "reading"), headers=asks)["HX-Redirect"] == address(sheet, "report")
        actions.submit_sheet(sheet=sheet, by=cast.owner)
        assert client.get(address(sheet, "reading"), headers=asks)["HX-Redirect"] == address(sheet, "sheet")

    def test_a_rejected_figure_says_where_to_write_the_right_one(self, cast, sheet, as_user):
        client = as_user(cast.owner)
        decide(client, sheet, "passages", "reject")
        page = text_of(client.get(address(sheet, "reading")))
        assert f'href="{address(sheet, "figures", "activite")}"' in page
        assert "Ce que le portail n’a pas trouvé" in page

    def test_the_list_says_what_was_not_found_and_what_could_not_be_read(self, cast, sheet, as_user):
        ReportReading.objects.update(unread=[2, 5], by_ocr=[7])
        page = text_of(as_user(cast.owner).get(address(sheet, "reading")))
        assert "3 chiffres à vérifier" in page
        assert "Les pages 2 et 5 sont des images" in page
        assert "La page 7 est numérisée" in page
        assert "Jours d’ouverture" not in page  # its block is not ticked: it is not asked

    def test_a_page_read_from_an_image_says_so_beside_its_figure(self, cast, sheet, as_user):
        ReportReading.objects.update(by_ocr=[2])
        page = text_of(as_user(cast.owner).get(address(sheet, "proposal", "passages")))
        assert "numérisée : comparez le chiffre avec l’image" in page

    @pytest.mark.parametrize("view", ["extrait", "page"])
    def test_the_passage_is_shown_as_it_is_printed(self, cast, sheet, as_user, view):
        response = as_user(cast.owner).get(address(sheet, "passage_image", "passages", 0, view))
        assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
        assert response.content.startswith(b"\xff\xd8")
        assert "no-store" in response["Cache-Control"]

    @pytest.mark.parametrize(
        ("code", "rank", "view"), [("passages", 2, "page"), ("passages", 0, "x"), ("lieux", 0, "page")]
    )
    def test_there_is_no_other_image(self, cast, sheet, as_user, code, rank, view):
        assert as_user(cast.owner).get(address(sheet, "passage_image", code, rank, view)).status_code == 404

    def test_nobody_else_sees_what_a_draft_s_report_says(self, cast, sheet, as_user):
        keep(sheet, "passages", 1187, cast.owner)
        assert as_user(cast.owner).get(address(sheet, "evidence", "passages")).status_code == 200
        for user in (cast.stranger, cast.nobody, cast.ccas):
            client = as_user(user)
            for name, more in [("reading", ()), ("proposal", ("passages",)), ("evidence", ("passages",))]:
                assert client.get(address(sheet, name, *more)).status_code == 404
            assert client.get(address(sheet, "passage_image", "passages", 0, "page")).status_code == 404

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_queries_of_a_list_do_not_depend_on_its_length(self, cast, as_user, count, django_assert_num_queries):
        sheet = cast.sheet(contacts=5)
        attach(sheet, cast.owner)
        has_read(sheet, {code: [passage(7)] for code in ["passages", "lieux", "repas"][:count]})
        client = as_user(cast.owner)
        with django_assert_num_queries(11):
            client.get(address(sheet, "reading"))


class TestBeside:
    def test_the_sheet_shows_what_the_report_says_until_it_is_decided(self, cast, sheet, as_user):
        client = as_user(cast.owner)
        page = text_of(client.get(address(sheet, "figures", "activite")))
        assert "Le portail en trouve 1 187, à la page 2 de votre rapport d’activité." in page
        assert address(sheet, "proposal", "passages") in page
        decide(client, sheet, "passages", "reject")
        assert "Le portail en trouve" not in text_of(client.get(address(sheet, "figures", "activite")))

    def test_it_is_one_source_among_others(self, cast, sheet):
        facts = registry.facts.ask(cast.panier, 2025)
        assert {(fact.code, fact.value) for fact in facts} >= {("passages", 1187), ("personnes", 600)}
        assert registry.facts.ask(cast.panier, 2024) == []

    def test_their_space_says_that_figures_await(self, cast, sheet):
        labels = {one.label for one in registry.awaiting.ask(cast.teammate)}
        assert "Vérifier 3 chiffres du rapport 2025" in labels
        assert not [one for one in registry.awaiting.ask(cast.stranger) if "rapport" in one.label]


class TestProof:
    def test_the_ccas_reading_over_goes_to_the_page_in_one_click(self, cast, sheet, as_user):
        keep(sheet, "passages", 1187, cast.owner)
        actions.submit_sheet(sheet=sheet, by=cast.owner)
        client = as_user(cast.ccas)
        url = address(sheet, "evidence", "passages")
        assert f'href="{url}">p. 2' in text_of(client.get(address(sheet, "sheet")))
        page = text_of(client.get(url))
        assert "Ce chiffre vient du rapport d’activité, page 2." in page
        assert "<mark>1187</mark>" in page
        assert address(sheet, "report_pdf") in page
        assert sheet.report.digest in page

    def test_a_figure_changed_by_hand_afterwards_is_no_longer_proven(self, cast, sheet):
        keep(sheet, "passages", 1187, cast.owner)
        typed = {cast.indicator("passages"): counted(1200)}
        actions.save_answers(contents=Contents(sheet), typed=typed, seen={"passages": counted(1187)}, by=cast.owner)
        assert proofs_of(sheet, replies_of(sheet)) == {}

    def test_the_report_that_came_back_is_the_proof_again(self, cast, sheet):
        first = sheet.report.digest
        keep(sheet, "passages", 1187, cast.owner)
        attach(sheet, cast.owner, content=blank_pdf(2))
        read_anew(sheet, {"passages": [passage(1187, page=1)]})
        keep(sheet, "passages", 1187, cast.owner)
        ReportReading.objects.filter(digest="0" * 64).update(digest=first)
        sheet.report.__class__.objects.update(digest=first)
        sheet = Sheet.objects.get(pk=sheet.pk)
        proof = proofs_of(sheet, replies_of(sheet))["passages"]
        assert (proof.page, proof.is_served) == (2, True)
        assert pages_of_figures(cast.campaign) == {(sheet.pk, "passages"): (1187, 2)}

    def test_a_corrected_figure_is_not_what_the_page_says(self, cast, sheet, as_user):
        keep(sheet, "passages", 1200, cast.owner)
        assert pages_of_figures(cast.campaign) == {}
        page = text_of(as_user(cast.owner).get(address(sheet, "evidence", "passages")))
        assert "Le portail y a lu 1 187, page 2 ; la structure a retenu 1 200." in page

    def test_another_report_keeps_the_words_but_not_the_link(self, cast, sheet, as_user):
        keep(sheet, "passages", 1187, cast.owner)
        attach(sheet, cast.owner, content=blank_pdf(2))
        sheet = Sheet.objects.get(pk=sheet.pk)
        proof = proofs_of(sheet, replies_of(sheet))["passages"]
        assert (proof.page, proof.is_served) == (2, False)
        assert as_user(cast.owner).get(address(sheet, "evidence", "passages")).status_code == 404
        actions.submit_sheet(sheet=sheet, by=cast.owner)
        assert "p. 2 du rapport d’alors" in text_of(as_user(cast.owner).get(address(sheet, "sheet")))

    def test_the_network_sees_the_page_and_not_who_decided(self, cast, sheet, as_user):
        keep(sheet, "passages", 1187, cast.owner)
        sent = actions.submit_sheet(sheet=sheet, by=cast.owner)
        actions.review_sheet(sheet=sent, version=sent.version, by=cast.ccas)
        page = text_of(as_user(cast.stranger).get(address(sheet, "evidence", "passages")))
        assert "page 2" in page
        assert "Odile" not in page

    def test_a_part_of_a_breakdown_is_proven_to_its_own_alone(self, cast, as_user):
        sheet = cast.sheet(personnes=100)
        attach(sheet, cast.owner)
        has_read(sheet, {"personnes_sex_femmes": [passage(40)]})
        keep(sheet, "personnes_sex_femmes", 40, cast.owner)
        sent = actions.submit_sheet(sheet=sheet, by=cast.owner)
        actions.review_sheet(sheet=sent, version=sent.version, by=cast.ccas)
        url = address(sheet, "evidence", "personnes_sex_femmes")
        image = address(sheet, "passage_image", "personnes_sex_femmes", 0, "page")
        assert [as_user(cast.teammate).get(one).status_code for one in (url, image)] == [200, 200]
        assert [as_user(cast.stranger).get(one).status_code for one in (url, image)] == [404, 404]

    def test_the_network_edition_tells_the_page_and_the_public_one_nothing(self, cast, sheet):
        keep(sheet, "passages", 1187, cast.owner)
        sent = actions.submit_sheet(sheet=sheet, by=cast.owner)
        actions.review_sheet(sheet=sent, version=sent.version, by=cast.ccas)
        written = snapshots(gather(cast.campaign), cast.campaign.closes_on)
        told = {
            audience: {answer["code"]: answer.get("page") for answer in snapshot["annexes"][0]["answers"]}
            for audience, snapshot in written.items()
        }
        assert told["network"] == {"passages": 2, "contacts": None}
        assert set(told["public"].values()) == {None}
        proofs = [answer.get("proof") for answer in written["network"]["annexes"][0]["answers"]]
        assert address(sheet, "evidence", "passages") in proofs
        assert Reading(json.dumps(written["network"])).annex(sheet.structure_id)


class TestTakingAway:
    def test_the_report_goes_and_the_figures_stay(self, cast, sheet, as_user):
        keep(sheet, "passages", 1187, cast.owner)
        client = as_user(cast.owner)
        response = client.post(address(sheet, "report"), {"then": "remove", "digest": sheet.report.digest})
        assert response.url == address(sheet, "report")
        sheet = Sheet.objects.get(pk=sheet.pk)
        assert not hasattr(sheet, "report")
        assert reply(sheet, "passages") == counted(1187)
        assert [one.indicator.code for one in Proposal.objects.all()] == ["passages"]
        assert registry.facts.ask(cast.panier, 2025) == []

    def test_taking_away_what_is_not_there_changes_nothing(self, cast, as_user):
        sheet = cast.sheet(contacts=5)
        assert as_user(cast.owner).post(address(sheet, "report"), {"then": "remove"}).status_code == 302

    def test_the_same_file_coming_back_is_read_again(self, cast, sheet, as_user):
        """What was still to check would otherwise be lost; what was decided stays."""
        keep(sheet, "passages", 1187, cast.owner)
        actions.remove_report(sheet=sheet, digest=sheet.report.digest, by=cast.owner)
        attach(Sheet.objects.get(pk=sheet.pk), cast.owner)
        reading = ReportReading.objects.get()
        assert (reading.state, reading.proposals.get().state) == ("waiting", "accepted")

    def test_the_newer_report_of_a_colleague_is_not_taken_away(self, cast, sheet, as_user):
        shown = sheet.report.digest
        attach(sheet, cast.teammate, content=blank_pdf(2))
        client = as_user(cast.owner)
        response = client.post(address(sheet, "report"), {"then": "remove", "digest": shown}, follow=True)
        assert "Ce n’est plus le même rapport" in text_of(response)
        assert hasattr(Sheet.objects.get(pk=sheet.pk), "report")


@pytest.mark.parametrize(
    ("pages", "told"), [([], ""), ([4], "4"), ([1, 2, 3], "1 à 3"), ([9, 1, 3, 2, 7], "1 à 3, 7 et 9")]
)
def test_pages_in_words(pages, told):
    assert in_ranges(pages) == told

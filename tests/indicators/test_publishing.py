"""From reviewed sheets to an edition: pages to the structures, words, a proof, publication."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from indicators import actions, tasks
from indicators.models import Annex, Edition, EditionFile, Highlight, Proof, ProofFile, Sheet, SummaryText
from indicators.publication import readiness
from lemans_solidaire.network.models import Event
from lemans_solidaire.network.pdf import RenderingProblem
from tests.databases import as_owner
from tests.indicators.publishing import (
    fake_files,
    proof_of,
    published,
    reviewed_network,
    time_is_over,
    write_text,
)


@pytest.fixture(autouse=True)
def quick_files(monkeypatch):
    fake_files(monkeypatch)


def jobs(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [f"indicators.{name}"])
        return cursor.fetchone()[0]


# The page of each structure


def test_each_reviewed_structure_receives_its_page_once(cast):
    cast.reviewed(passages=1)
    cast.submitted(cast.halte, passages=1)
    assert len(actions.send_annexes(campaign=cast.campaign, by=cast.ccas)) == 1
    assert actions.send_annexes(campaign=cast.campaign, by=cast.ccas) == []
    annex = Annex.objects.get()
    assert annex.until == timezone.localdate() + timedelta(days=15)
    assert jobs("send_annex") == 1


def test_a_structure_that_will_have_no_page_receives_none_until_it_shares_its_sheet(cast):
    sheet = cast.reviewed(passages=1)
    actions.share_sheet(sheet=sheet, shared_with="ccas", by=cast.owner)
    assert actions.send_annexes(campaign=cast.campaign, by=cast.ccas) == []
    assert not readiness(cast.campaign).first
    actions.share_sheet(sheet=sheet, shared_with="network", by=cast.owner)
    assert readiness(cast.campaign).first == ["1 structure à qui envoyer sa page."]


def test_the_structure_is_told_by_mail_once(cast):
    cast.reviewed(passages=1)
    [annex] = actions.send_annexes(campaign=cast.campaign, by=cast.ccas)
    for _ in range(2):
        tasks.send_annex(annex.pk)
    [message] = mail.outbox
    assert message.to == ["owner@essai.test"]
    assert f"/indicateurs/2025/fiche/{cast.panier.pk}/synthese/" in message.body
    assert "hors de l’édition publique" in message.body


def test_a_structure_without_address_is_told_to_the_ccas(cast, as_user):
    cast.reviewed(passages=1)
    cast.panier.memberships.all().delete()
    [annex] = actions.send_annexes(campaign=cast.campaign, by=cast.ccas)
    tasks.send_annex(annex.pk)
    annex.refresh_from_db()
    assert (annex.mailed_at, annex.problem) == (None, "Aucune adresse connue.")
    page = as_user(cast.ccas).get(reverse("indicators:preparation", args=[2025])).content.decode()
    assert "Le Panier d’essai n’a pas pu être prévenue" in page
    assert 'href="tel:0243000001"' in page


def test_nothing_is_published_while_a_structure_reads_its_page(cast):
    reviewed_network(cast)
    Annex.objects.filter(sheet__structure=cast.panier).update(until=timezone.localdate())
    proof = proof_of(cast)
    with pytest.raises(actions.NotYet, match="1 structure a encore du temps"):
        actions.publish(campaign=cast.campaign, digest=proof.digest, by=cast.ccas)
    annex = Annex.objects.get(sheet__structure=cast.panier)
    actions.answer_annex(annex=annex, by=cast.owner, agrees=annex.sheet.version)
    assert actions.publish(campaign=cast.campaign, digest=proof.digest, by=cast.ccas)


def test_the_responsable_corrects_a_figure_while_the_page_is_read(cast, as_user):
    sheet = cast.reviewed(passages=1)
    actions.send_annexes(campaign=cast.campaign, by=cast.ccas)
    client, url = as_user(cast.owner), sheet.get_absolute_url()
    assert "Rouvrez la fiche" in client.get(f"{url}synthese/").content.decode()
    client.post(f"{url}rouvrir/", {"reason": "Un chiffre est faux."})
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.DRAFT


def test_a_sheet_opened_again_has_its_page_to_be_read_again(cast):
    sheet = cast.reviewed(passages=1)
    [annex] = actions.send_annexes(campaign=cast.campaign, by=cast.ccas)
    actions.answer_annex(annex=annex, by=cast.owner, agrees=sheet.version)
    actions.reopen_sheet(sheet=sheet, reason="Un chiffre.", by=cast.ccas)
    annex.refresh_from_db()
    assert annex.is_being_read


def test_a_sheet_read_over_again_gives_its_structure_as_many_days(cast):
    sheet, *_ = reviewed_network(cast)
    actions.answer_annex(annex=sheet.annex, by=cast.owner, keeps_out=True)
    Annex.objects.update(mailed_at=timezone.now())
    before = jobs("send_annex")
    resent = actions.submit_sheet(sheet=actions.reopen_sheet(sheet=sheet, reason="Faux.", by=cast.ccas), by=cast.owner)
    actions.review_sheet(sheet=resent, version=resent.version, by=cast.ccas)
    annex = Annex.objects.get(sheet=sheet)
    assert (annex.until, annex.mailed_at) == (timezone.localdate() + timedelta(days=15), None)
    assert annex.is_kept_out
    assert jobs("send_annex") == before + 1
    assert readiness(cast.campaign).being_read == [annex]


def test_a_page_is_found_right_as_it_was_read(cast, as_user):
    sheet, *_ = reviewed_network(cast)
    client, url = as_user(cast.owner), f"{sheet.get_absolute_url()}synthese/"
    assert f'name="version" value="{sheet.version}"' in client.get(url).content.decode()
    for forged in (sheet.version + 1, "x", "9" * 5000):
        page = client.post(url, {"answer": "juste", "version": forged}, follow=True).content.decode()
        assert "Les chiffres ont changé pendant que vous lisiez" in page
        assert not Annex.objects.filter(agreed_at__isnull=False).exists()
    client.post(url, {"answer": "juste", "version": sheet.version})
    assert Annex.objects.get(sheet=sheet).agreed_by == cast.owner


def test_after_publication_an_answer_is_about_the_next_edition(cast, as_user):
    sheet, *_ = reviewed_network(cast)
    public, _ = published(cast)
    client, url = as_user(cast.owner), f"{sheet.get_absolute_url()}synthese/"
    assert "Votre page y figure" in client.get(url).content.decode()
    page = client.post(url, {"answer": "garder"}, follow=True).content.decode()
    assert "ne seront dans la prochaine édition publique. L’édition 1 et ses répartitions, déjà publiées" in page
    assert "Votre page y figure" in page
    write_text(cast, SummaryText.Place.CORRECTION, "Une structure se retire.")
    second, _ = published(cast)
    assert cast.panier.name in public.snapshot
    assert cast.panier.name not in second.snapshot


def test_a_mail_that_did_not_leave_is_told_to_the_ccas_after_a_day(cast):
    cast.reviewed(passages=1)
    actions.send_annexes(campaign=cast.campaign, by=cast.ccas)
    assert readiness(cast.campaign).unreachable == []
    Annex.objects.update(sent_at=timezone.now() - timedelta(days=2))
    assert readiness(cast.campaign).unreachable == [cast.panier]


def test_a_year_is_not_published_after_a_later_one(cast):
    reviewed_network(cast)
    published(cast)
    dates = {name: timezone.localdate() for name in ("opens_on", "due_on", "closes_on")}
    before = actions.open_campaign(year=2024, by=cast.ccas, like=cast.campaign, **dates)
    [reason] = [reason for reason in readiness(before).first if "déjà publiée" in reason]
    assert "La synthèse 2025" in reason


def test_afterwards_only_the_ccas_reopens(cast, as_user):
    sheet = cast.reviewed(passages=1)
    actions.send_annexes(campaign=cast.campaign, by=cast.ccas)
    time_is_over()
    as_user(cast.owner).post(f"{sheet.get_absolute_url()}rouvrir/", {"reason": "Trop tard."})
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.REVIEWED


def test_a_page_kept_out_leaves_the_public_edition_alone(cast, as_user):
    sheet, *_ = reviewed_network(cast)
    client, url = as_user(cast.owner), f"{sheet.get_absolute_url()}synthese/"
    client.post(url, {"answer": "garder"})
    public, network = published(cast)
    assert cast.panier.name not in public.snapshot
    assert cast.panier.name in network.snapshot
    page = client.get(url).content.decode()
    assert "Gardée hors de l’édition publique" in page
    assert "Votre page n’y figure pas" in page  # it is published by now
    client.post(url, {"answer": "remettre"})
    assert not Annex.objects.get(sheet=sheet).is_kept_out


def test_keeping_a_page_out_after_the_proof_asks_for_a_new_proof(cast):
    sheet, *_ = reviewed_network(cast)
    proof = proof_of(cast)
    actions.answer_annex(annex=sheet.annex, by=cast.owner, keeps_out=True)
    with pytest.raises(actions.NotYet, match="ont changé depuis cette épreuve"):
        actions.publish(campaign=cast.campaign, digest=proof.digest, by=cast.ccas)
    assert not Edition.objects.exists()


def test_the_structure_finds_its_page_in_its_space(cast, as_user):
    sheet = cast.reviewed(passages=1, personnes_age_0_17=4)
    actions.send_annexes(campaign=cast.campaign, by=cast.ccas)
    assert "Relire votre page dans la synthèse 2025" in as_user(cast.owner).get("/mon-espace/").content.decode()
    sheet.difficulties.create(theme="logement", text="Trop de demandes.")
    page = as_user(cast.owner).get(f"{sheet.get_absolute_url()}synthese/").content.decode()
    assert "Passages" in page
    assert "Trop de demandes." in page  # the network will read it: its author sees so
    assert "Moins de 18 ans" not in page


def test_a_page_that_will_not_be_says_why(cast, as_user):
    sheet = cast.reviewed(passages=1)
    actions.share_sheet(sheet=sheet, shared_with="ccas", by=cast.owner)
    assert "n’est lue que du CCAS" in as_user(cast.owner).get(f"{sheet.get_absolute_url()}synthese/").content.decode()
    other = cast.submitted(cast.halte, passages=1)
    assert "paraîtra ici" in as_user(cast.stranger).get(f"{other.get_absolute_url()}synthese/").content.decode()


# Words


def text_url(place="foreword"):
    return reverse("indicators:summary_text", args=[2025, place])


def test_a_text_is_signed(cast, as_user):
    client = as_user(cast.ccas)
    refused = client.post(text_url(), {"text": "Merci.", "name": "", "function": "", "version": 0})
    assert refused.status_code == 422
    assert "Écrivez qui signe ce texte" in refused.content.decode()
    assert "Merci." in refused.content.decode()
    client.post(text_url(), {"text": "Merci.", "name": "Claire", "function": "agente", "version": 0})
    stored = SummaryText.objects.get()
    assert (stored.text, stored.name, stored.version) == ("Merci.", "Claire", 1)
    assert 'value="Claire"' in client.get(text_url("key")).content.decode()  # the signature is offered again


def test_two_people_on_one_text_both_see_both(cast, as_user):
    client = as_user(cast.ccas)
    write_text(cast, text="Celui de l’autre.")
    answer = client.post(text_url(), {"text": "Le mien.", "name": "Claire", "function": "agente", "version": 0})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Celui de l’autre." in page
    assert "Le mien." in page
    again = {"text": "Le mien.", "name": "Claire", "function": "agente", "version": 1}
    assert client.post(text_url(), again).status_code == 302
    assert SummaryText.objects.get().text == "Le mien."


def test_an_empty_text_is_removed_and_an_unknown_place_is_not_found(cast, as_user):
    client = as_user(cast.ccas)
    write_text(cast)
    client.post(text_url(), {"text": "", "name": "", "function": "", "version": 1})
    assert not SummaryText.objects.exists()
    assert client.get(text_url("ailleurs")).status_code == 404


def test_a_version_that_is_not_a_number_loses_nothing(cast, as_user):
    fields = {"text": "Merci.", "name": "Claire", "function": "agente", "version": "x"}
    answer = as_user(cast.ccas).post(text_url(), fields)
    assert answer.status_code == 422
    assert "Merci." in answer.content.decode()


def test_difficulties_say_where_they_are(cast, as_user):
    sheet = cast.reviewed(passages=1)
    sheet.difficulties.create(theme="logement", text="Trop de demandes.")
    client, url = as_user(cast.ccas), reverse("indicators:problem_states", args=[2025])
    refused = client.post(url, {"logement-state": "ailleurs", "logement-words": "Un groupe."})
    assert refused.status_code == 422
    assert "Un groupe." in refused.content.decode()
    client.post(url, {"logement-state": "studied", "logement-words": "Un groupe  de travail."})
    state = cast.campaign.problem_states.get()
    assert (state.theme, state.state, state.words) == ("logement", "studied", "Un groupe de travail.")
    assert "Un groupe de travail." in client.get(reverse("indicators:summary_preview", args=[2025])).content.decode()


def test_an_extract_keeps_the_words_of_its_author_and_waits_for_them(cast, as_user):
    sheet = cast.reviewed(passages=1)
    Sheet.objects.filter(pk=sheet.pk).update(highlights="Le café du mardi.\r\nUne équipe mêlée.")
    client, url = as_user(cast.ccas), reverse("indicators:highlights", args=[2025])
    refused = client.post(url, {f"extrait-{sheet.pk}": "Le café du jeudi."})
    assert refused.status_code == 422
    assert "sans les changer" in refused.content.decode()
    client.post(url, {f"extrait-{sheet.pk}": "Une équipe mêlée."})
    assert not Highlight.objects.get().is_agreed
    owner = as_user(cast.owner)
    assert "Dire si un extrait peut paraître" in owner.get("/mon-espace/").content.decode()
    owner.post(f"{sheet.get_absolute_url()}fait-marquant/", {"answer": "oui", "text": "Une équipe mêlée."})
    assert Highlight.objects.get().is_agreed


def test_an_answer_is_about_the_extract_that_was_shown(cast, as_user):
    sheet = cast.reviewed(passages=1)
    actions.choose_highlight(sheet=sheet, text="Le nouveau.", by=cast.ccas)
    url = f"{sheet.get_absolute_url()}fait-marquant/"
    page = as_user(cast.owner).post(url, {"answer": "oui", "text": "L’ancien."}, follow=True)
    assert "un autre extrait entre-temps" in page.content.decode()
    assert not Highlight.objects.get().is_agreed


# The proof


def test_asking_twice_for_the_same_proof_makes_one_job(cast):
    reviewed_network(cast)
    for _ in range(2):
        actions.make_proof(campaign=cast.campaign, by=cast.ccas)
    assert Proof.objects.count() == 1
    assert jobs("render_proof") == 1


def test_a_proof_of_other_figures_replaces_the_one_before(cast):
    sheet, *_ = reviewed_network(cast)
    first = proof_of(cast)
    actions.answer_annex(annex=sheet.annex, by=cast.owner, keeps_out=True)
    second = proof_of(cast)
    assert second.digest != first.digest
    assert Proof.objects.get() == second
    assert ProofFile.objects.count() == 8


def test_a_failed_or_stalled_proof_can_be_asked_again(cast, as_user):
    reviewed_network(cast)
    client, url = as_user(cast.ccas), reverse("indicators:proof", args=[2025])
    client.post(url)
    for state in ({"state": "failed"}, {"state": "rendering", "started_at": timezone.now() - timedelta(minutes=11)}):
        Proof.objects.update(**state)
        page = client.get(url).content.decode()
        assert "s’est arrêté en route" in page
        assert "Essayer encore" in page
        client.post(url)
        assert Proof.objects.get().state == Proof.State.WAITING
    assert jobs("render_proof") == 3


@pytest.mark.parametrize(
    ("state", "says"),
    [("waiting", "Elle commencera"), ("rendering", "étape 3 sur 20"), ("failed", "Essayer"), ("ready", "est prête")],
)
def test_the_page_says_how_far_the_proof_is(cast, as_user, state, says):
    reviewed_network(cast)
    client, url = as_user(cast.ccas), reverse("indicators:proof", args=[2025])
    client.post(url)
    Proof.objects.update(state=state, step=3, started_at=timezone.now(), finished_at=timezone.now())
    assert says in client.get(url).content.decode()
    fragment = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert says in fragment
    assert "<html" not in fragment
    assert ("hx-trigger" in fragment) == (state in ("waiting", "rendering"))


def test_the_job_does_nothing_twice(cast, monkeypatch):
    reviewed_network(cast)
    proof = proof_of(cast)
    before = sorted(ProofFile.objects.values_list("pk", flat=True))
    tasks.make_files(proof.pk)
    assert sorted(ProofFile.objects.values_list("pk", flat=True)) == before


def test_a_job_that_fails_is_told_on_its_page(cast, as_user, monkeypatch):
    def fail(text, on_step):
        raise RenderingProblem("Essai d’échec.")

    reviewed_network(cast)
    monkeypatch.setattr(tasks, "files_of", fail)
    assert proof_of(cast).state == Proof.State.FAILED
    assert "Essai d’échec." in as_user(cast.ccas).get(reverse("indicators:proof", args=[2025])).content.decode()


def test_a_proof_replaced_while_it_is_made_leaves_nothing(cast, monkeypatch):
    reviewed_network(cast)
    proof = actions.make_proof(campaign=cast.campaign, by=cast.ccas)

    def replaced(text, on_step):
        Proof.objects.all().delete()
        return {"pdf": b"%PDF"}

    monkeypatch.setattr(tasks, "files_of", replaced)
    tasks.make_files(proof.pk)
    assert not ProofFile.objects.exists()


# Publication


def publish_url():
    return reverse("indicators:publication", args=[2025])


def test_the_summary_is_published_from_the_page(cast, as_user):
    reviewed_network(cast)
    proof, client = proof_of(cast), as_user(cast.ccas)
    page = client.get(reverse("indicators:preparation", args=[2025])).content.decode()
    assert f'value="{proof.digest}"' in page
    answer = client.post(publish_url(), {"digest": proof.digest}, follow=True)
    assert "L’édition 1 de la synthèse 2025 est publiée." in answer.content.decode()
    assert {edition.audience for edition in Edition.objects.all()} == {"public", "network"}
    assert EditionFile.objects.count() == 8
    assert [event.verb for event in Event.objects.about(cast.campaign)][0] == "summary_published"


def test_what_is_published_is_what_the_proof_had(cast):
    reviewed_network(cast)
    proof = proof_of(cast)
    made = {(file.audience, file.format): bytes(file.content) for file in proof.files.all()}
    editions = actions.publish(campaign=cast.campaign, digest=proof.digest, by=cast.ccas)
    kept = {(e.audience, file.format): bytes(file.content) for e in editions for file in e.files.all()}
    assert kept == made
    for edition in editions:
        assert edition.digest == hashlib.sha256(edition.snapshot.encode()).hexdigest()
        for file in edition.files.all():
            assert file.digest == hashlib.sha256(file.content).hexdigest()


def test_a_double_click_publishes_once(cast, as_user):
    reviewed_network(cast)
    proof, client = proof_of(cast), as_user(cast.ccas)
    for _ in range(2):
        assert client.post(publish_url(), {"digest": proof.digest}).status_code == 302
    assert Edition.objects.count() == 2


@pytest.mark.parametrize("digest", ["", "0" * 64])
def test_an_old_page_or_a_forged_digest_publishes_nothing(cast, as_user, digest):
    reviewed_network(cast)
    proof_of(cast)
    answer = as_user(cast.ccas).post(publish_url(), {"digest": digest})
    assert answer.status_code == 409
    assert "n’a pas été publiée" in answer.content.decode()
    assert not Edition.objects.exists()


def test_nothing_to_publish_and_pages_not_sent_are_said(cast):
    assert readiness(cast.campaign).first == ["Aucune fiche n’est relue : il n’y a rien à publier."]
    cast.reviewed(passages=1)
    assert readiness(cast.campaign).first == ["1 structure à qui envoyer sa page."]


def test_what_is_worth_a_look_is_said_and_stops_nothing(cast):
    reviewed_network(cast)
    Sheet.objects.filter(structure=cast.halte).update(territory="")
    found = readiness(cast.campaign)
    assert not found.first
    assert "1 fiche sans territoire : chiffres comptés à part." in found.worth
    assert "L’avant-propos n’est pas écrit." in found.worth


def test_a_correction_is_a_new_edition_and_the_old_one_stays_to_the_byte(cast):
    sheet, *_ = reviewed_network(cast)
    first, _ = published(cast)
    bytes_before = {file.format: bytes(file.content) for file in first.files.all()}
    reopened = actions.reopen_sheet(sheet=sheet, reason="Un chiffre.", by=cast.ccas)
    assert "plus dans la suivante" in readiness(cast.campaign).worth[0]
    resent = actions.submit_sheet(sheet=reopened, by=cast.owner)
    actions.review_sheet(sheet=resent, version=resent.version, by=cast.ccas)
    with pytest.raises(actions.NotYet, match="1 structure a encore du temps"):
        published(cast)
    time_is_over()
    with pytest.raises(actions.NotYet, match="ce que la nouvelle édition corrige"):
        published(cast)
    write_text(cast, SummaryText.Place.CORRECTION, "Les passages du Panier.")
    second, _ = published(cast)
    assert (first.number, second.number) == (1, 2)
    assert "Les passages du Panier." in second.snapshot
    first.refresh_from_db()
    assert {file.format: bytes(file.content) for file in first.files.all()} == bytes_before
    assert json.loads(first.snapshot)["edition"] == 1


def test_each_new_edition_says_what_it_corrects(cast, as_user):
    reviewed_network(cast)
    published(cast)
    write_text(cast, SummaryText.Place.CORRECTION, "Une virgule.")
    published(cast)
    with pytest.raises(actions.NotYet, match="ce que la nouvelle édition corrige"):
        published(cast)


def test_the_words_of_a_correction_are_not_in_a_first_edition(cast):
    reviewed_network(cast)
    write_text(cast, SummaryText.Place.CORRECTION, "Rien encore.")
    assert "Rien encore." not in published(cast)[0].snapshot


@pytest.mark.parametrize("table", ["indicators_edition", "indicators_editionfile"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_an_edition_never_changes(fresh_database, cast, table, change):
    reviewed_network(cast)
    published(cast)
    statement = change.format(table)
    with pytest.raises(Exception, match="permission denied|droit refusé"), connection.cursor() as cursor:
        cursor.execute(statement)
    with as_owner(fresh_database) as owner, pytest.raises(Exception, match="ne se modifie pas"):
        owner.execute(statement)


def test_the_database_numbers_an_edition_once(cast):
    reviewed_network(cast)
    public, _ = published(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.create(campaign=cast.campaign, number=1, audience="public", snapshot="{}", digest="0" * 64)


def test_the_command_publishes_and_says_the_digests(cast, capsys):
    reviewed_network(cast)
    call_command("publish_summary", "2025", "--by", cast.ccas.email)
    told = capsys.readouterr().out
    assert all(edition.digest in told for edition in Edition.objects.all())
    assert Edition.objects.first().published_by == cast.ccas


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["1999"], "Aucune campagne"),
        (["2025", "--by", "owner@essai.test"], "pas un compte d’administration"),
        (["2025"], "structure à qui envoyer sa page"),
    ],
)
def test_the_command_says_why_it_does_not_publish(cast, arguments, says):
    cast.reviewed(passages=1)
    with pytest.raises(CommandError, match=says):
        call_command("publish_summary", *arguments)
    assert not Edition.objects.exists()

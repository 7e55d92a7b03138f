"""What the CCAS keeps: lists, notices, openings, conventions; structures of health stay out."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from consent import kept
from consent.forms.dossiers import EntryForm, NewDossierForm
from consent.models import Notice, StructureOpening, Term
from consent.texts import blocks
from lemans_solidaire.network.models import Event
from tests.cast import sign_in
from tests.consent.people import agent, make_dossier, open_the_part, share
from tests.databases import PROJECT

NOTICES = sorted((PROJECT / "consent/notices").glob("*.md"))


def text(response):
    return response.content.decode()


# Notices


def test_nine_notices_are_offered_and_say_which_were_not_checked(client, db):
    page = text(client.get("/mon-dossier/information/"))
    for language in Notice.Language.labels:
        assert language in page
    assert "Relue par" in text(client.get("/mon-dossier/information/fr/"))
    arabic = text(client.get("/mon-dossier/information/ar/"))
    assert 'dir="rtl"' in arabic
    assert "pas encore été relue" in arabic
    assert 'class="large-print"' in text(client.get("/mon-dossier/information/ar/?gros"))
    assert client.get("/mon-dossier/information/zz/").status_code == 404


@pytest.mark.parametrize("path", NOTICES, ids=lambda path: path.stem)
def test_each_notice_says_the_same_in_the_same_order(path):
    french = [kind for kind, _ in blocks((PROJECT / "consent/notices/fr.md").read_text())]
    kinds = [kind for kind, _ in blocks(path.read_text())]
    if path.stem == "fr-simple":
        french, kinds = french.count("heading"), kinds.count("heading")
    assert kinds == french
    assert "cnil.fr" in path.read_text()


def test_sentences_of_the_notices_are_short():
    for name, most in (("fr", 15), ("fr-simple", 10)):
        lines = [content for _, content in blocks((PROJECT / f"consent/notices/{name}.md").read_text())]
        told = [line for content in lines for line in ([content] if isinstance(content, str) else content)]
        sentences = [sentence for line in told for sentence in line.replace("cnil.fr", "cnil").split(". ")]
        words = [len(sentence.split()) for sentence in sentences]
        assert sum(words) / len(words) <= most


def test_a_new_version_is_written_and_the_one_before_stays(as_user, cast):
    ccas = as_user(cast.ccas)
    add = reverse("admin:consent_notice_add")
    assert "Votre dossier, vos droits" in text(ccas.get(f"{add}?language=fr"))
    ccas.post(add, {"language": "fr", "text": "# Nouveau texte", "checked_by": "", "is_offered": "on"})
    assert list(Notice.objects.filter(language="fr").values_list("version", flat=True)) == [2, 1]
    assert "Nouveau texte" in text(Client().get("/mon-dossier/information/fr/"))
    last = Notice.objects.get(language="fr", version=2)
    change = reverse("admin:consent_notice_change", args=[last.pk])
    assert "Écrire une nouvelle version" in text(ccas.get(change))
    ccas.post(change, {"text": "# Volé", "checked_by": "Ana, interprète"})
    last.refresh_from_db()
    assert (last.text, last.checked_by, last.is_offered) == ("# Nouveau texte", "Ana, interprète", False)
    assert Client().get("/mon-dossier/information/fr/").status_code == 404  # the CCAS no longer offers it


def test_the_database_keeps_the_text_of_a_notice(db):
    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.update(text="# Volé")
    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.all().delete()


def test_a_recording_is_played_on_its_page_alone(client, db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    assert client.get("/mon-dossier/information/ro/son/").status_code == 404
    Notice.objects.create(language="ro", text="# Notice", sound=SimpleUploadedFile("notice.mp3", b"ID3"))
    page = client.get("/mon-dossier/information/ro/")
    assert "<audio" in text(page)
    assert "media-src 'self'" in page["Content-Security-Policy"]
    sound = client.get("/mon-dossier/information/ro/son/")
    assert sound["Content-Type"] == "audio/mpeg"
    assert b"".join(sound) == b"ID3"
    assert "media-src" not in client.get("/mon-dossier/information/")["Content-Security-Policy"]


# Lists


def test_what_the_ccas_takes_off_its_list_is_no_longer_asked(db):
    assert {"contact", "birth_year", "adults", "children"} <= set(NewDossierForm().fields)
    Term.objects.of("donnee").filter(code__in=["foyer", "naissance", "note"]).update(is_offered=False)
    fields = NewDossierForm().fields
    assert "contact" in fields
    assert not {"birth_year", "adults", "children"} & set(fields)
    assert fields["contact"].help_text == Term.objects.get(list="donnee", code="contact").why
    assert "note" not in dict(EntryForm().fields["kind"].choices)


def test_words_of_the_lists_are_changed_in_gestion_but_not_their_codes(as_user, cast):
    ccas = as_user(cast.ccas)
    term = Term.objects.get(list="motif", code="relais")
    change = reverse("admin:consent_term_change", args=[term.pk])
    ccas.post(change, {"code": "volé", "label": "passer la main", "why": "", "rank": 5, "is_offered": "on"})
    term.refresh_from_db()
    assert (term.code, term.label) == ("relais", "passer la main")
    assert "passer la main" in Term.objects.labels("motif").values()
    with pytest.raises(DatabaseError), transaction.atomic():
        Term.objects.filter(pk=term.pk).update(code="volé")
    add = text(ccas.get(reverse("admin:consent_term_add")))
    assert 'value="motif"' in add
    assert 'value="donnee"' not in add


def test_a_reason_that_is_on_no_list_opens_nothing(fresh_database, cast):
    open_the_part(cast)
    dossier = make_dossier(cast.owner, cast.panier)
    with agent(cast.owner, cast.panier):
        assert kept.open_dossier(dossier, "un texte libre") is None
        assert kept.open_dossier(dossier, None) is None
        assert kept.open_dossier(dossier, "demande")


# Structures


def mark_sensitive(structure):
    structure.is_sensitive = True
    structure.save()


def test_a_structure_of_health_receives_nothing(people):
    dossier = make_dossier(people.owner, people.panier)
    mark_sensitive(people.halte)
    assert not share(people.owner, people.panier, dossier, people.halte)


def test_a_structure_of_health_holds_nothing(people, as_user):
    mark_sensitive(people.panier)
    with pytest.raises(AssertionError):
        make_dossier(people.owner, people.panier)
    client = Client()
    sign_in(client, people.owner)
    assert client.get("/dossiers/").status_code == 404
    StructureOpening.objects.all().delete()
    sent = {"structure": people.panier.pk, "signed_on": "01/01/2026", "opens_on": "01/01/2026"}
    refused = as_user(people.ccas).post(reverse("admin:consent_structureopening_add"), sent)
    assert "ne tient ni ne reçoit de dossier" in text(refused)


def test_the_duties_of_a_structure_are_said_before_the_person_agrees(people):
    StructureOpening.objects.filter(structure=people.panier).update(duties="Les reçus d’aide, dix ans.")
    client = Client()
    sign_in(client, people.owner)
    assert "Les reçus d’aide, dix ans." in text(client.get("/dossiers/nouveau/"))


def test_the_convention_is_a_pdf_for_the_ccas_and_the_structure(people):
    client = Client()
    sign_in(client, people.ccas)
    assert "Convention" in text(client.get("/dossiers/suivi/"))
    answer = client.get(f"/dossiers/convention/{people.panier.pk}.pdf")
    assert answer.content.startswith(b"%PDF")
    assert client.get("/dossiers/convention/999999.pdf").status_code == 404


def test_help_without_a_dossier_is_counted_and_nothing_else_is_kept(people):
    client = Client()
    sign_in(client, people.owner)
    events = Event.objects.count()
    assert "compter seulement" in text(client.get("/dossiers/nouveau/"))
    for _ in range(2):
        client.post("/dossiers/sans-dossier/")
    assert "2 personnes ce mois-ci" in text(client.get("/dossiers/"))
    other = Client()
    sign_in(other, people.stranger)
    assert "ce mois-ci" not in text(other.get("/dossiers/"))
    assert Event.objects.count() == events


# Words


def sentences(path):
    """Those that the person may read on a page, whatever the case: a variable counts for a word."""
    page = re.sub(r"\{#.*?#\}|\{%.*?%\}", " ", path.read_text(), flags=re.DOTALL)
    page = re.sub(r"\{\{.*?\}\}", "mot", page, flags=re.DOTALL)
    lines = re.sub(r"</?(?:p|h\d|li|button|label|summary|a|strong|div|span)\b[^>]*>", "\n", page)
    lines = re.sub(r"<[^>]+>", " ", lines).split("\n\n")
    found = [part.strip() for line in lines for part in re.split(r"[.!?](?:\s|$)|\u202f[:;]", line)]
    return [sentence for sentence in found if len(sentence.split()) > 2]


@pytest.mark.parametrize("path", sorted((PROJECT / "templates/consent/own").glob("*.html")), ids=lambda path: path.stem)
def test_sentences_of_the_person_s_pages_are_short(path):
    lengths = [len(sentence.split()) for sentence in sentences(path)] or [0]
    assert sum(lengths) / len(lengths) <= 15
    assert max(lengths) <= 20

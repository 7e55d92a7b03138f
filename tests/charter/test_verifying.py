"""Certificates, and whether they are true: for the structure, for anybody, and for whoever keeps the portal."""

import io
from datetime import date

import pikepdf
import pypdfium2
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from charter import actions
from charter.certificate import certificate
from charter.models import Act
from charter.verifying import version_faults
from tests.charter.signatures import paper_of
from tests.charter.texts import SECOND, adopted, signed
from tests.databases import as_owner


@pytest.fixture
def version(cast):
    return adopted(cast.ccas)


def text_of(response):
    return response.content.decode()


def page_of(client, act):
    return text_of(client.get(reverse("charter:verification", args=[act.code])))


def printed(content):
    document = pypdfium2.PdfDocument(content)
    return " ".join(page.get_textpage().get_text_bounded() for page in document).replace("\r\n", " ")


def test_a_certificate_says_everything_and_its_bytes_are_always_the_same(cast, version):
    act = signed(version, cast.panier, cast.owner, article_1="Sauf l’été.")
    first = certificate(Act.objects.get())
    signed(version, cast.panier, cast.owner)
    cast.panier.name = "Un autre nom"
    cast.panier.save()
    assert certificate(Act.objects.get(pk=act.pk)) == first
    with pikepdf.open(io.BytesIO(first)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == "fr"
    words = printed(first)
    for told in ("Le Panier d’essai", act.code, "Sauf l’été.", "Odile Owner", "présidente", "conseil d’administration"):
        assert told in words
    for told in (act.seal, version.digest, reverse("charter:verification", args=[act.code])):
        assert told in words.replace(" ", "")


def test_the_certificate_of_a_paper_has_its_day_and_digest(cast, version):
    paper = paper_of(cast.panier, cast.ccas)
    words = printed(certificate(actions.confirm_paper(paper=paper, by=cast.owner)))
    assert "2 mars 2025" in words
    assert paper.scan_digest in words.replace(" ", "")


@pytest.mark.parametrize(
    "change", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code.replace('-', ' ')} "]
)
def test_a_code_is_understood_however_it_is_typed(cast, client, version, change):
    act = signed(version, cast.panier, cast.owner)
    url = reverse("charter:verification", args=[act.code])
    assert client.get(reverse("charter:verify"), {"code": change(act.code)}).url == url
    assert client.get(reverse("charter:verification", args=[change(act.code)])).url == url


@pytest.mark.parametrize("code", ["AAAA-AAAA-AAAA", "x", "é" * 90, "AAAA-AAAA-AAAA-B"])
def test_an_unknown_code_has_its_own_page(cast, client, version, code):
    signed(version, cast.panier, cast.owner)
    for response in (
        client.get(reverse("charter:verification", args=[code])),
        client.get(reverse("charter:verify"), {"code": code}),
    ):
        assert response.status_code == 404
        assert "n’est pas dans le registre" in text_of(response)


def test_a_stranger_reads_what_was_signed_and_no_name(cast, client, version):
    act = signed(version, cast.panier, cast.owner, article_1="Sauf l’été.")
    page = page_of(client, act)
    for told in ("Le Panier d’essai", "Sauf l’été.", version.digest, act.seal, "tient toujours", "recalculé"):
        assert told in page
    assert "Odile" not in page


def test_whether_it_still_stands(cast, client, version):
    first = signed(version, cast.panier, cast.owner, article_1="Sauf l’été.")
    second = signed(version, cast.panier, cast.owner)
    assert f"/verifier/{second.code}/" in page_of(client, first)
    assert "a pris sa place" in page_of(client, first)
    told = {"structure": cast.panier, "signer": ("O", "p"), "by": cast.owner}
    (gone,) = actions.withdraw(version=version, keys=["article-1"], **told)
    assert "sauf pour ce qui a été retiré" in page_of(client, second)
    assert "a retiré une signature" in page_of(client, gone)
    adopted(cast.ccas, SECOND)
    assert "La version 2 est en vigueur" in page_of(client, second)
    actions.withdraw_all(**told)
    assert "Cette signature a été retirée depuis" in page_of(client, second)


def test_a_part_is_not_told_as_the_whole(cast, client, version):
    told = {"signer": ("O", "p"), "power": ("CA", date(2025, 1, 1)), "by": cast.owner}
    act = actions.sign(version=version, structure=cast.panier, positions={"article-1": ""}, **told)
    assert "a signé une partie de la charte" in page_of(client, act)
    assert "a signé une partie de" in printed(certificate(act))
    whole = signed(version, cast.panier, cast.owner)
    assert "une partie" not in page_of(client, whole)
    assert "une partie" not in printed(certificate(whole))


def verified():
    """(exit code, what is printed)."""
    out = io.StringIO()
    try:
        call_command("verify_signatures", stdout=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


def test_all_is_well(cast, version):
    signed(version, cast.panier, cast.owner)
    signed(version, cast.halte, cast.stranger)
    code, words = verified()
    assert (code, "2 actes relus" in words) == (0, True)


TAMPERED = {
    'UPDATE charter_act SET positions = \'{"article-1": ""}\' WHERE number = 2': ("Acte 2", "sceau"),
    "UPDATE charter_act SET signer_name = 'Une autre' WHERE number = 2": ("Acte 2", "sceau"),
    "UPDATE charter_act SET at = at - interval '1 year' WHERE number = 2": ("Acte 2", "sceau"),
    "DELETE FROM charter_act WHERE number = 2": ("Acte 3", "manque"),
    "DELETE FROM charter_act WHERE number = 3": ("Acte 3", "effacé"),
    "DELETE FROM charter_papersignature; DELETE FROM charter_act": ("Acte 1", "effacé"),
    "UPDATE charter_papersignature SET scan = 'autre'": ("Acte 1", "remplacé"),
    "UPDATE charter_papersignature SET signed_on = '1999-01-01'": ("Acte 1", "noté"),
    "UPDATE charter_papersignature SET signer_name = 'Une autre'": ("Acte 1", "noté"),
    "DELETE FROM charter_papersignature": ("Acte 1", "papier a été effacé"),
    "UPDATE charter_version SET adopted_on = '1999-01-01'": ("Version 1", "le jour"),
    "UPDATE charter_version SET adopted_body = 'Personne'": ("Version 1", "qui l’a adoptée"),
    "UPDATE charter_version SET number = 7": ("Version 7", "numéro"),
    "UPDATE charter_version SET summaries = '{}'": ("Version 1", "En clair"),
    "UPDATE charter_version SET change_note = 'Rien'": ("Version 1", "changements"),
    "UPDATE charter_version SET content = replace(content::text, 'condition', 'raison')::jsonb": ("Acte 1", "le texte"),
}


@pytest.mark.parametrize("statement", TAMPERED)
def test_what_the_owner_of_the_database_touches_is_named(fresh_database, cast, client, statement):
    version = adopted(cast.ccas, summaries={"article-1": "On entre."})
    actions.confirm_paper(paper=paper_of(cast.panier, cast.ccas), by=cast.owner)
    signed(version, cast.halte, cast.stranger)
    signed(version, cast.panier, cast.owner, article_1="Sauf l’été.")
    connection.close()
    with as_owner(fresh_database) as owner:
        for table in ("charter_act", "charter_version", "charter_papersignature"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner.execute(statement)
    code, words = verified()
    named, fault = TAMPERED[statement]
    assert code == 1
    assert any(line.startswith(named) and fault in line for line in words.splitlines()), words
    for act in Act.objects.filter(number=int(named[-1])) or Act.objects.filter(structure=cast.panier):
        page = page_of(client, act)
        assert "a été touchée" in page
        assert "tient toujours" not in page


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE charter_act SET signer_name = 'x'",
        "DELETE FROM charter_act",
        "TRUNCATE charter_act CASCADE",
        "UPDATE charter_version SET adopted_body = 'x'",
        "DELETE FROM charter_version",
    ],
)
def test_the_web_role_changes_nothing(cast, version, statement):
    signed(version, cast.panier, cast.owner)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE charter_papersignature SET scan = 'autre'",
        "UPDATE charter_papersignature SET act_id = NULL",
        "DELETE FROM charter_papersignature",
        "TRUNCATE charter_papersignature",
    ],
)
def test_a_confirmed_paper_stays_as_it_is(cast, version, statement):
    waiting = paper_of(cast.halte, cast.ccas)
    actions.confirm_paper(paper=paper_of(cast.panier, cast.ccas), by=cast.owner)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert actions.take_paper_back(paper=waiting, by=cast.ccas).cancelled_at


def test_what_the_history_of_the_first_versions_did_not_say_is_not_held_against_them(cast, version):
    told = {version.pk: {"number": 1, "digest": version.digest}}
    assert version_faults(version, told) == version_faults(version, {}) == []

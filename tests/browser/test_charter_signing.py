"""The charter signed in three ways, then a changed article with a reservation, and its code verified by a stranger."""

import io

import pypdfium2
import pytest
from django.core import mail
from playwright.sync_api import expect

from charter.models import Act, SigningLink
from charter.tasks import send_signing_link
from lemans_solidaire.network.models import Structure
from tests.cast import belongs
from tests.charter.signatures import picture
from tests.charter.texts import SECOND, adopted


@pytest.fixture
def look(axe_complaints):
    found = []

    def look_at(page, heading):
        expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        found.extend(axe_complaints(page))

    yield look_at
    assert not found, "\n".join(found)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def sign_everything(page, *, reservation=""):
    """All the pieces; a reservation on the article 1."""
    for group in page.locator("fieldset.choices").all():
        group.get_by_label("Nous le signons", exact=True).check()
    if reservation:
        page.locator("fieldset.choices", has_text="Article 1").get_by_label("avec une réserve").check()
        page.get_by_label("Votre réserve, Article 1").fill(reservation)


def say_who(page, name, function, body="le bureau", day="2025-02-03"):
    page.get_by_label("Prénom et nom").fill(name)
    page.get_by_label("En qualité de").fill(function)
    page.get_by_label("Qui lui a donné pouvoir").fill(body)
    page.get_by_label("Quel jour").fill(day)


def test_three_ways_then_a_new_version_a_certificate_and_a_stranger(open_page, look, cast):
    adopted(cast.ccas)
    marmite = Structure.objects.create(name="La Marmite d’essai")
    belongs(cast.nobody, marmite, role="responsable")
    owner, ccas = open_page(cast.owner, phone=True, bypass_csp=True), open_page(cast.ccas, bypass_csp=True)

    # With an account, by a telephone.
    owner.goto("/mon-espace/")
    owner.get_by_role("link", name="Lire la charte, version 1").or_(
        owner.get_by_role("link", name="Lire la charte", exact=True)
    ).first.click()
    look(owner, "La charte et Le Panier d’essai")
    press(owner, "Relire avant de signer")
    look(owner, "La charte et Le Panier d’essai")
    expect(owner.get_by_text("Il manque quelque chose avant de relire")).to_be_visible()
    sign_everything(owner)
    say_who(owner, "Odile Owner", "présidente")
    press(owner, "Relire avant de signer")
    look(owner, "Voici exactement ce qui sera gardé")
    press(owner, "Changer quelque chose")
    owner.get_by_label("En qualité de").fill("présidente élue")
    press(owner, "Relire avant de signer")
    press(owner, "Signer")
    look(owner, "La charte, signée par Le Panier d’essai")

    # By a link, without an account and without JavaScript.
    ccas.goto("/charte/signatures/")
    look(ccas, "Les signatures")
    ccas.get_by_role("link", name="Lien : La Halte d’essai").click()
    say_who(ccas, "Paule Présidente", "présidente")
    ccas.get_by_label("Son adresse électronique").fill("paule@essai.test")
    look(ccas, "Faire signer par un lien")
    press(ccas, "Envoyer le lien")
    expect(ccas.get_by_text("Le lien part à paule@essai.test")).to_be_visible()
    send_signing_link(SigningLink.objects.get().pk)
    path = mail.outbox[-1].body.split("/charte/lien/")[1].split()[0]
    president = open_page(None, scripts=False)
    president.goto(f"/charte/lien/{path}")
    expect(president.get_by_text("La porte est ouverte, sans condition.").first).to_be_visible()
    sign_everything(president)
    press(president, "Relire avant de signer")
    press(president, "Signer")
    expect(president.get_by_role("heading", name="C’est signé")).to_be_visible()
    president.reload()
    expect(president.get_by_text("vous n’avez plus rien à faire")).to_be_visible()

    # On paper, entered by the CCAS, recognised by the structure.
    ccas.goto("/charte/signatures/")
    ccas.get_by_role("link", name="Papier : La Marmite d’essai").click()
    look(ccas, "Enregistrer un papier signé")
    sign_everything(ccas)
    say_who(ccas, "Roger Marmite", "président")
    ccas.get_by_label("Signé sur papier le").fill("2025-03-04")
    ccas.get_by_label("Le papier signé").set_input_files(
        {"name": "papier.png", "mimeType": "image/png", "buffer": picture()}
    )
    press(ccas, "Enregistrer le papier")
    look(ccas, "La charte signée sur papier")
    other = open_page(cast.nobody, bypass_csp=True)
    other.goto("/mon-espace/")
    other.get_by_role("link", name="Voir le papier").first.click()
    look(other, "La charte signée sur papier")
    press(other, "Confirmer")
    expect(other.get_by_text("C’est confirmé.")).to_be_visible()
    assert sorted(Act.objects.values_list("way", flat=True)) == ["account", "link", "paper"]

    # A changed article, read first, signed with a reservation.
    adopted(cast.ccas, SECOND)
    owner.goto("/charte/signer/")
    expect(owner.get_by_role("heading", name="Ce qui a changé depuis votre signature")).to_be_visible()
    expect(owner.locator("ins", has_text="à toute heure").first).to_be_visible()
    sign_everything(owner, reservation="Pas la nuit : nous dormons aussi.")
    say_who(owner, "Odile Owner", "présidente")
    press(owner, "Relire avant de signer")
    press(owner, "Signer")
    look(owner, "La charte, signée par Le Panier d’essai")
    act = Act.objects.last()
    with owner.expect_download() as download:
        owner.get_by_role("link", name="Attestation (PDF)").first.click()
    with open(download.value.path(), "rb") as file:
        printed = pypdfium2.PdfDocument(io.BytesIO(file.read()))
    assert act.code in printed[0].get_textpage().get_text_bounded()

    # A stranger verifies the code that is on the paper, and reads the register.
    stranger = open_page(None, phone=True, bypass_csp=True)
    stranger.goto("/charte/verifier/")
    look(stranger, "Vérifier une attestation")
    stranger.get_by_label("Code de vérification").fill(act.code.lower().replace("-", " "))
    press(stranger, "Vérifier")
    look(stranger, "Le Panier d’essai a signé la charte")
    expect(stranger.get_by_text("cette attestation est vraie")).to_be_visible()
    expect(stranger.get_by_text("Pas la nuit")).to_be_visible()
    assert "Odile" not in stranger.content()
    stranger.goto("/charte/signataires/")
    look(stranger, "Les signataires de la charte")
    expect(stranger.get_by_text("3 signataires")).to_be_visible()
    stranger.goto("/charte/verifier/AAAA-AAAA-AAAA/")
    look(stranger, "Ce code n’est pas dans le registre")


def test_a_withdrawal_and_a_text_that_changed_under_the_page(open_page, look, cast):
    adopted(cast.ccas)
    page = open_page(cast.owner, bypass_csp=True)
    page.goto("/charte/signer/")
    sign_everything(page, reservation="Pas la nuit.")
    say_who(page, "Odile Owner", "présidente")
    adopted(cast.ccas, SECOND)
    press(page, "Relire avant de signer")
    look(page, "Une nouvelle version de la charte est arrivée")
    expect(page.get_by_text("Pas la nuit.")).to_be_visible()
    press(page, "Reprendre avec ce texte")
    page.locator("fieldset.choices", has_text="Article 1").get_by_label("avec une réserve").check()
    press(page, "Relire avant de signer")
    press(page, "Signer")
    page.get_by_role("link", name="Retirer tout ou partie").click()
    look(page, "Retirer tout ou partie de votre signature")
    page.get_by_label("Article 1").check()
    press(page, "Relire avant de retirer")
    look(page, "Voici ce que vous retirez")
    press(page, "Retirer")
    expect(page.get_by_text("C’est retiré, à la date d’aujourd’hui.")).to_be_visible()
    look(page, "La charte, signée par Le Panier d’essai")

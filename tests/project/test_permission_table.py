import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from charter.actions import save_draft
from charter.models import Act, PaperSignature, SigningLink
from consent import kept
from consent.models import Notice
from directory import actions as directory_actions
from directory.models import Closure, Exchange, Service
from indicators import actions
from indicators.contents import Contents
from indicators.figures import read_reply
from indicators.models import ConfirmationLink, Edition, EditionFile, Proof, ProofFile, Sheet
from indicators.summary import as_text, gather, snapshots
from lemans_solidaire.network.mail.digest import signer
from lemans_solidaire.network.meetings.actions import invite
from lemans_solidaire.network.models import (
    AccountInvitation,
    Decision,
    Event,
    Group,
    Invitation,
    Meeting,
    Problem,
    UnsentMail,
)
from tests.charter import signatures
from tests.charter.texts import SECOND, adopted
from tests.consent.people import (
    PAPER,
    agent,
    ask_for_file,
    give_second_factor,
    make_dossier,
    number_of,
    open_in_emergency,
    open_the_part,
)
from tests.indicators.reports import attach, has_read, passage
from tests.network.meetings import make_decision, make_group, make_meeting, make_problem, passed
from tests.network.people import waiting_invitation
from tests.project.permission_table import ACCOUNT_PREFIX, DOSSIERS, EVERYONE, GESTION_PREFIX, SIGNED_IN, TABLE

TOKEN = "un-lien-de-confirmation"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@pytest.fixture(autouse=True)
def plain_paper(monkeypatch):
    """What is printed is looked at elsewhere: here, who gets it."""
    monkeypatch.setattr("directory.views.slip", lambda service, code: b"%PDF-")
    monkeypatch.setattr("charter.certificate.render_pdf", lambda *args, **kwargs: b"%PDF-")
    monkeypatch.setattr("consent.views.convention.render_pdf", lambda *args, **kwargs: b"%PDF-")
    monkeypatch.setattr("charter.paper.render_pdf", lambda *args, **kwargs: b"%PDF-")


def named_urls(resolver=None, prefix="", namespace=""):
    """(route, name with namespaces) of every address of the portal."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, f"{namespace}{pattern.name}"
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from named_urls(pattern, route, inner)


def own_urls():
    return {name: route for route, name in named_urls() if not route.startswith((ACCOUNT_PREFIX, GESTION_PREFIX))}


def test_every_url_has_its_row_and_every_row_its_url():
    assert set(own_urls()) == {*TABLE, *DOSSIERS}


def arguments(route, cast):
    known = {"year": cast.campaign.year, "structure_id": cast.panier.pk, "part": "activite", "token": TOKEN}
    known |= {"number": "0000-0000", "seq": 1, "entry_id": "00000000-0000-0000-0000-000000000000"}
    known |= {"part_id": 1, "emergency_id": 1, "agreement_id": 1, "language": "fr"}
    known |= {"service_id": Service.objects.values_list("pk", flat=True).first() or 1}
    known |= {"exchange_id": Exchange.objects.values_list("pk", flat=True).first() or 1}
    known |= {"closure_id": Closure.objects.values_list("pk", flat=True).first() or 1}
    known |= {"event_id": Event.objects.filter(verb="service_changed").values_list("pk", flat=True).first() or 1}
    known |= {"code": "passages", "rank": 0, "view": "extrait", "pk": 1}
    known |= {f"{model.__name__.lower()}_id": first_of(model) for model in (Group, Meeting, Decision, Problem)}
    known |= {"invitation_id": first_of(AccountInvitation), "membership_id": cast.owner.memberships.get().pk}
    known |= {"mail_id": first_of(UnsentMail)}
    known |= {"token": signer.sign(cast.owner.pk)} if route.startswith("courriels/") else {}
    known |= {"guide": "association"}
    known |= {"of_year": timezone.localdate().year}
    known |= {"of_year": timezone.localdate().year, "user_id": cast.ccas.pk}
    known |= {"key": "article-1", "version": 2, "before": 1, "after": 2}
    known |= {"place": "foreword", "audience": "public", "format": "csv" if route.startswith("annuaire/") else "pdf"}
    known |= signing_arguments() if route.startswith("charte/") else {}
    return {name: known[name] for name in re.findall(r"<\w+:(\w+)>", route)}


def first_of(model):
    return model.objects.order_by("pk").values_list("pk", flat=True).first() or 1


def signing_arguments():
    """A signature, a link and a paper of the Panier."""
    first = {model: model.objects.values_list("pk", flat=True).first() or 1 for model in (SigningLink, PaperSignature)}
    named = {"link_id": first[SigningLink], "paper_id": first[PaperSignature], "token": signatures.TOKEN}
    return named | {"code": Act.objects.values_list("code", flat=True).first() or "AAAA-AAAA-AAAA"}


def user_of(role, cast):
    return None if role == "anyone" else getattr(cast, role)


def rule(name, method, role):
    rows = (TABLE | DOSSIERS)[name]
    if method in rows:
        return rows[method][role]
    if method == "HEAD":
        return rows["GET"][role]
    allowed = rows["GET"][role]
    return allowed if allowed == "sign in" else "method"


def outcome(response):
    status = response.status_code
    if status == 302 and response.url.startswith("/compte/login/"):
        return "sign in"
    if status == 403:
        return "kept" if "reconnect" in response.content.decode().lower() else "refused"
    if status == 422:  # allowed, and something is missing in what was sent
        return "ok"
    return {404: "no", 405: "method", 409: "conflict"}.get(status, "ok" if status < 400 else f"{status}")


def release(response):
    """Closes a file that was being sent; response.close() would end the test's database connection too."""
    for close in response._resource_closers:
        close()


def make_what_addresses_name(cast):
    """The Panier's sheet, sent, with its report; the Halte's, typed by the CCAS, with a link to confirm it."""
    Exchange.objects.create(services_name="services.json", state="tried", requested_by=cast.ccas)
    service = Service.objects.create(structure=cast.panier, name="Repas chauds", description="Le soir.")
    directory_actions.save_service(
        service=service, typed={"name": "Repas"}, seen={"name": "Repas chauds"}, by=cast.owner
    )
    Closure.objects.create(structure=cast.panier, first_day=timezone.localdate(), reason="congés")
    proven_sheet(cast)
    typed = actions.type_for_structure(campaign=cast.campaign, structure=cast.halte, how="paper", by=cast.ccas)
    typed = actions.submit_sheet(sheet=typed, by=cast.ccas, confirms=False)
    digest = ConfirmationLink.digest_of(TOKEN)
    ConfirmationLink.objects.create(sheet=typed, digest=digest, made_by=cast.ccas)
    make_publication(cast)
    make_meetings(cast)
    UnsentMail.objects.create(subject="Une invitation", to=[cast.owner.email], problem="…", gave_up_at=timezone.now())
    make_charter(cast)
    waiting_invitation(cast.panier, by=cast.owner, token=TOKEN)
    signatures.sign_in_every_way(cast)


def proven_sheet(cast):
    """The Panier's, sent, one figure of which comes from its report."""
    sheet = cast.sheet(lieux=2)
    attach(sheet, cast.owner)
    proposal = has_read(sheet, {"passages": [passage(1)]}).proposals.get()
    decided = {"chosen": 0, "reply": read_reply("1"), "seen": {}}
    actions.keep_figure(contents=Contents(sheet), proposal=proposal, by=cast.owner, **decided)
    actions.submit_sheet(sheet=sheet, by=cast.owner)


def make_meetings(cast):
    """A meeting held, of a group that the Panier animates and the Halte is in; who was invited, what was said."""
    held = make_meeting(cast, make_group(cast))
    invite(meeting=held, emails=["amie@essai.test"], by=cast.owner)
    Invitation.objects.filter(email="amie@essai.test").update(digest=Invitation.digest_of(TOKEN))
    held = passed(held)
    make_decision(cast, held, cast.halte)
    make_problem(cast, held)


def make_charter(cast):
    """Two versions, and the draft of a third."""
    adopted(cast.ccas)
    adopted(cast.ccas, SECOND)
    save_draft(text=SECOND.replace("la mesure", "la juste mesure"), version=0, by=cast.ccas)


def make_publication(cast):
    """An edition that tells the Panier's page, and a proof of the next one."""
    sheet = cast.panier.sheets.get()
    reviewed = Sheet(campaign=cast.campaign, structure=cast.panier, pk=sheet.pk, state="reviewed")
    year = gather(cast.campaign)
    year.sheets = [reviewed]
    reviewed._state.fields_cache |= {"annex": None, "highlight": None}
    written = snapshots(year, date(2026, 1, 1))
    text = as_text(written["public"])
    edition = Edition.objects.create(
        campaign=cast.campaign, number=1, audience="public", snapshot=text, digest="0" * 64
    )
    EditionFile.objects.create(edition=edition, format="pdf", content=b"%PDF-", digest="0" * 64)
    proof = Proof.objects.create(
        campaign=cast.campaign, digest="1" * 64, public=text, network=text, state="ready", finished_at=timezone.now()
    )
    ProofFile.objects.create(proof=proof, audience="public", format="pdf", content=b"%PDF-")


@pytest.mark.parametrize("name", sorted(TABLE))
def test_each_role_gets_what_the_table_says(cast, as_user, name, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_what_addresses_name(cast)
    url = reverse(name, kwargs=arguments(own_urls()[name], cast))
    assert not list(differences(cast, as_user, name, url))


@pytest.mark.parametrize("name", sorted(DOSSIERS))
def test_each_role_gets_what_the_table_says_of_dossiers(fresh_database, cast, as_user, name, settings, tmp_path):
    """Committed to: the database knows who acts for one transaction."""
    settings.MEDIA_ROOT = tmp_path
    open_the_part(cast)
    for user in (cast.owner, cast.stranger):
        give_second_factor(user)
    known = arguments(own_urls()[name], cast)
    known |= {key: value for key, value in what_dossiers_name(cast, name).items() if key in known}
    url = reverse(name, kwargs=known)
    assert not list(differences(cast, as_user, name, url))


def what_dossiers_name(cast, name):
    """A dossier of the Panier agreed to on paper; a request; a recorded notice; an emergency where it is read over."""
    dossier = make_dossier(cast.owner, cast.panier, said=PAPER)
    number = number_of(cast.owner, cast.panier, dossier)
    if name == "consent:review":
        open_in_emergency(cast.stranger, cast.halte, number)
    ask_for_file(cast.panier)
    Notice.objects.create(language="fr", text="# Notice", sound=SimpleUploadedFile("notice.mp3", b"ID3"))
    with agent(cast.owner, cast.panier):
        return {
            "number": number,
            "part_id": kept.rows("consent_requests")[0]["id"],
            "emergency_id": max((one["id"] for one in kept.rows("consent_emergencies")), default=1),
            "agreement_id": kept.open_dossier(dossier, "rendez-vous")["agreements"][0]["id"],
        }


def differences(cast, as_user, name, url):
    for role in EVERYONE:
        for method in METHODS:
            response = as_user(user_of(role, cast)).generic(method, url)
            expected, got = rule(name, method, role), outcome(response)
            release(response)
            hidden_or_not_a_method = expected == "method" and got in (
                "no",
                "method",
                "ok" if method == "OPTIONS" else "no",
            )
            if got != expected and not hidden_or_not_a_method:
                yield f"{role} {method} {url}: {got}, the table says {expected}"


@pytest.mark.parametrize("name", sorted(name for name in TABLE if name.startswith("indicators:")))
def test_the_year_nobody_collected_is_not_found(cast, as_user, name):
    route = own_urls()[name]
    if "year" not in route:
        return
    url = reverse(name, kwargs=arguments(route, cast) | {"year": 1999})
    for role in SIGNED_IN:
        assert as_user(user_of(role, cast)).get(url).status_code in (404, 405)


def gestion_urls(cast):
    for route, name in named_urls():
        if route.startswith(GESTION_PREFIX) and name.startswith("admin:") and "<" not in route and "(" not in route:
            yield reverse(name)
    yield reverse("admin:network_structure_change", args=[cast.panier.pk])
    yield reverse("admin:network_user_change", args=[cast.ccas.pk])


def test_gestion_is_for_the_ccas_alone(cast, as_user):
    for url in gestion_urls(cast):
        for role in EVERYONE[:-1]:
            response = as_user(user_of(role, cast)).get(url, follow=True)
            assert not response.request["PATH_INFO"].startswith("/gestion/"), f"{role} {url}"


def test_gestion_opens_to_the_ccas(cast, as_user):
    for model in ("network_structure", "network_user", "network_membership", "indicators_campaign"):
        for page in ("changelist", "add"):
            assert as_user(cast.ccas).get(reverse(f"admin:{model}_{page}")).status_code == 200


def test_account_pages_show_nothing_of_others(cast, as_user):
    """Every parameterless page of /compte/: for anyone a public page or the sign-in page, never an account."""
    for route, name in named_urls():
        if not route.startswith(ACCOUNT_PREFIX) or "<" in route or "(?P" in route:
            continue
        for method in ("GET", "POST"):
            page = as_user(None).generic(method, reverse(name))
            assert page.status_code in (200, 302, 403, 405), (name, method)
            assert "@essai.test" not in page.content.decode(), (name, method)


def test_a_ccas_account_without_second_factor_goes_nowhere_else(cast, as_user):
    cast.ccas.authenticator_set.all().delete()
    for name in ("dashboard", "components", "indicators:campaigns", "admin:index"):
        response = as_user(cast.ccas).get(reverse(name))
        assert response.url == reverse("mfa_activate_totp"), name


def test_a_ccas_session_that_gave_no_code_is_asked_for_it(cast, client):
    client.force_login(cast.ccas)
    response = client.get(reverse("dashboard"))
    assert response.url.startswith(reverse("mfa_reauthenticate"))


def test_a_password_alone_reaches_no_page_that_gives_a_code(cast, client):
    """Whoever only knows the password cannot read or renew the recovery codes, nor unlink the application."""
    client.force_login(cast.ccas)
    for route, name in named_urls():
        if not route.startswith(ACCOUNT_PREFIX) or "<" in route or "(?P" in route:
            continue
        if name in ("mfa_reauthenticate", "account_logout"):
            continue
        assert client.get(reverse(name)).status_code == 302, name
        assert client.post(reverse(name)).status_code == 403, name


def test_the_second_factor_of_the_ccas_is_not_taken_off_by_itself(cast, as_user):
    as_user(cast.ccas).post(reverse("mfa_deactivate_totp"))
    assert cast.ccas.authenticator_set.exists()

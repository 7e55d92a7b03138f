"""axe finds nothing, on any page, for those who see it; nothing runs off a narrow screen."""

from datetime import timedelta

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from directory.models import Closure, Exchange, MissedSearch, Service
from indicators import actions
from indicators.contents import Contents
from indicators.figures import counted
from indicators.models import ConfirmationLink, Proposal, WaitingReport
from lemans_solidaire.network.actions import record
from lemans_solidaire.network.gestion.keeping import KeepsHistory
from lemans_solidaire.network.models import Structure, UnsentMail
from tests.charter.signatures import sign_in_every_way
from tests.indicators.reports import attach, has_read, passage
from tests.network.people import waiting_invitation
from tests.project.permission_table import DOSSIERS, TABLE
from tests.project.test_permission_table import (
    TOKEN,
    arguments,
    make_charter,
    make_meetings,
    make_publication,
    own_urls,
)
from tests.project.test_portal_state import make_job

NOT_PAGES = {
    "charter:cancel_link",
    "charter:certificate",
    "charter:certificate_by_link",
    "charter:paper_scan",
    "charter:register_csv",
    "charter:remind",
    "charter:current_pdf",
    "charter:data",
    "charter:pdf",
    "directory:close_service",
    "directory:confirm_exchange",
    "directory:drop_exchange",
    "directory:export",
    "directory:remove_closure",
    "directory:reopen_service",
    "directory:slip",
    "directory:undo_change",
    "directory_api:description",
    "directory_api:services",
    "directory_api:structures",
    "healthz",
    "readyz",
    "indicators:attach_report",
    "indicators:confirmation",
    "indicators:highlight",
    "indicators:note_call",
    "indicators:passage_image",
    "indicators:past_template",
    "indicators:questions",
    "indicators:remind",
    "indicators:reopen",
    "indicators:report_pdf",
    "indicators:review",
    "indicators:sharing",
    "indicators:proof_file",
    "indicators:publication",
    "indicators:send_annexes",
    "indicators:summary_file",
    "indicators:take_back_report",
    "indicators:workbook",
    "mail:send_again",
    "mail:settle",
    "network:add_decision",
    "network:answer",
    "network:calendar_file",
    "network:correct_minutes",
    "network:group_members",
    "network:meet_too",
    "network:publish_minutes",
    "network:tell_agenda",
    "network:withdraw_invitation",
    "people:cancel",
    "people:send_again",
    "people:act_for",
    "people:confirm_succession",
    "people:forget_devices",
    "people:stop_succession",
    "people:restore_second_factor",  # of another account: test_people_over_time
}
ACCOUNT_PAGES = [
    ("account_login", None),
    ("account_request_login_code", None),
    ("help_to_enter", None),
    ("account_reset_password", None),
    ("account_reset_password_done", None),
    ("account_reset_password_from_key_done", None),
    ("account_signup", None),
    ("account_inactive", None),
    ("account_logout", "owner"),
    ("account_email", "owner"),
    ("mail_rhythm", "owner"),
    ("account_change_password", "owner"),
    ("account_reauthenticate", "owner"),
    ("mfa_index", "owner"),
    ("mfa_index", "ccas"),
    ("mfa_reauthenticate", "ccas"),
    ("printed_codes", "owner"),
]
READ = ["passages", "contacts", "personnes_sex_femmes", "lieux"]


def reader_of(name, cast):
    """Who reads this page most: the responsable if allowed, else the CCAS, else anyone."""
    rules = TABLE[name]["GET"]
    if rules["anyone"] == "ok":
        return None
    return cast.owner if rules["owner"] == "ok" else cast.ccas


def test_the_pages_of_the_portal(visit, cast):
    """The Panier's sheet is a draft with something in it; the Halte's is typed by the CCAS and awaits a word."""
    typed = actions.type_for_structure(campaign=cast.campaign, structure=cast.halte, how="paper", by=cast.ccas)
    actions.submit_sheet(sheet=typed, by=cast.ccas, confirms=False)
    ConfirmationLink.objects.create(sheet=typed, digest=ConfirmationLink.digest_of(TOKEN), made_by=cast.ccas)
    cast.reviewed(Structure.objects.create(name="La Marmite d’essai"), passages=1200000, personnes="non compté")
    sheet = cast.sheet(passages=1, personnes="environ 6", personnes_age_0_17=9)
    attach(sheet, cast.owner)
    has_read(sheet, {code: [passage(12), passage(14, page=2)] for code in READ}, by_ocr=[2], unread=[3])
    proposal = Proposal.objects.get(indicator__code="passages")
    decided = {"proposal": proposal, "chosen": 1, "reply": counted(14), "seen": {"passages": counted(1)}}
    actions.keep_figure(contents=Contents(sheet), by=cast.owner, **decided)
    WaitingReport.objects.create(
        campaign=cast.campaign,
        content=b"%PDF-",
        name="Rapport reçu.pdf",
        pages=1,
        digest="1" * 64,
        uploaded_by=cast.ccas,
    )
    make_publication(cast)
    make_meetings(cast)
    given_up = {
        "task": "indicators.send_reminder",
        "gave_up_at": timezone.now(),
        "problem": "Cette adresse n’existe pas.",
    }
    UnsentMail.objects.create(subject="Votre fiche", to=[cast.owner.email, "amie@essai.test"], tries=1, **given_up)
    make_charter(cast)
    sign_in_every_way(cast)
    waiting_invitation(cast.panier, by=cast.owner, token=TOKEN)
    Service.objects.create(structure=cast.panier, name="Repas", description="Le soir.", hours="Mo-Fr 18:30-20:00")
    Closure.objects.create(structure=cast.panier, first_day=timezone.localdate(), reason="congés")
    Exchange.objects.create(services_name="services.json", state="tried", requested_by=cast.ccas)
    found = []
    for name, route in own_urls().items():
        if name not in {*NOT_PAGES, *DOSSIERS}:  # dossiers have their own walk: test_dossiers.py
            url = reverse(name, kwargs=arguments(route, cast))
            found += visit(reader_of(name, cast), url)
    assert not found, "\n".join(found)


def test_the_entrance_in_pictures_in_other_languages(visit, cast):
    """Letters from the right, and the longest words."""
    found = []
    for code in ("ar", "ps", "uk", "pt"):
        found += visit(None, f"{reverse('directory:pictures')}?langue={code}")
    assert not found, "\n".join(found)


def test_the_pages_of_the_account(visit, cast):
    found = []
    for name, role in ACCOUNT_PAGES:
        user = getattr(cast, role) if role else None
        found += visit(user, reverse(name))
    assert not found, "\n".join(found)


def pages_of_gestion(cast):
    """Every list, every form to add, one of each kind of thing, and its history."""
    for model, one in admin.site._registry.items():
        if isinstance(one, KeepsHistory):
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            yield reverse(f"{name}_changelist")
            if type(one).has_add_permission is KeepsHistory.has_add_permission:
                yield reverse(f"{name}_add")
            first = one.get_queryset(None).order_by("pk").first()
            if first and model is not MissedSearch:
                yield reverse(f"{name}_change", args=[first.pk])
                yield reverse(f"{name}_history", args=[first.pk])


def test_the_pages_of_gestion(visit, cast):
    Service.objects.create(structure=cast.panier, name="Repas", description="Le soir.")
    MissedSearch.objects.create(digest="1" * 64, days=4, last_day=timezone.localdate(), words="bouffe")
    make_job(invitation_id=1)
    make_job("todo", age=timedelta(hours=2), invitation_id=2)
    record(by=cast.ccas, verb="changed_in_admin", about=cast.panier, changes={"name": ["Avant", "Après"]})
    urls = ["/gestion/", "/gestion/etat/"]
    urls += [*pages_of_gestion(cast), f"{reverse('admin:network_structure_changelist')}?q=rien&ouverture=fermees"]
    found = [complaint for url in urls for complaint in visit(cast.ccas, url)]
    assert not found, "\n".join(found)


def test_two_officers_on_one_form(open_page, axe_complaints, cast):
    """The page that shows both; by keyboard alone, then what was typed after the session ended."""
    page = open_page(cast.ccas, bypass_csp=True)
    page.goto(f"/gestion/network/structure/{cast.panier.pk}/change/")
    Structure.objects.filter(pk=cast.panier.pk).update(phone="02 43 11 11 01")
    page.get_by_label("Téléphone").fill("02 43 11 11 02")
    page.keyboard.press("Enter")
    assert "02 43 11 11 01" in page.get_by_text("a écrit ici").first.inner_text()
    found = axe_complaints(page)
    page.context.clear_cookies()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    assert page.get_by_role("button", name="Le remettre dans le formulaire").is_visible()
    found += axe_complaints(page)
    assert not found, "\n".join(found)


def test_the_states_of_a_sheet(visit, cast):
    sheet = cast.submitted(passages=5)
    url = sheet.get_absolute_url()
    found = visit(cast.ccas, url)
    actions.ask_questions(
        sheet=sheet, questions={cast.indicator("passages"): "Si peu ?"}, version=sheet.version, by=cast.ccas
    )
    found += visit(cast.owner, url)
    found += visit(cast.owner, f"{url}reponses/")
    reviewed = cast.reviewed(cast.halte, passages=5)
    found += visit(cast.owner, reviewed.get_absolute_url())
    assert not found, "\n".join(found)


def test_refusals_and_problems(open_page, axe_complaints, cast):
    page = open_page(cast.owner, phone=True, bypass_csp=True)
    page.goto(f"/indicateurs/2025/fiche/{cast.panier.pk}/chiffres/activite/")
    page.get_by_label("Passages", exact=True).fill("beaucoup")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    found = axe_complaints(page)
    page.get_by_label("Passages", exact=True).fill("12")
    cast.sheet(passages=40)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    found += axe_complaints(page)
    page.context.clear_cookies()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    found += axe_complaints(page)
    page.goto("/nulle-part/")
    found += axe_complaints(page)
    assert not found, "\n".join(found)

"""What an account says of its person, how long it is kept, and how nothing of it stays once it is erased."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from consent.actions import give_right
from lemans_solidaire.network import tasks
from lemans_solidaire.network.meetings.actions import invite
from lemans_solidaire.network.models import AccountLife, Digest, Event, Invitation, UnsentMail, User
from lemans_solidaire.network.people.over_time import accounts, retention, succession
from lemans_solidaire.network.saving import NotPossible, mark_of
from tests.cast import PASSWORD, account, belongs, sign_in
from tests.network.comings import mails_leave, proposed, third_member, years_ago
from tests.network.meetings import make_group, make_meeting, passed, text_of
from tests.network.people import waiting_invitation

OWN, ERASE = "/personnes/moi/", "/personnes/moi/effacer/"


def details(user, **changes):
    now = accounts.Details(User.objects.get(pk=user.pk))
    form = {name: getattr(now, name) for name in accounts.DETAILS}
    return form | {"seen": mark_of(now, accounts.DETAILS)} | changes


def again(client, user):
    """Signed in, and confirmed a moment ago that it is really them."""
    client.force_login(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


# « Mes informations »


def test_ones_name_and_telephone(cast, as_user):
    page = text_of(as_user(cast.teammate).get(OWN))
    assert "teammate@essai.test" in page
    assert "Le Panier d’essai" in page
    form = details(cast.teammate, full_name="  Marcelle   Teammate ", phone="06 12 34 56 78")
    assert as_user(cast.teammate).post(OWN, form).status_code == 302
    assert User.objects.get(pk=cast.teammate.pk).full_name == "Marcelle Teammate"
    life = AccountLife.objects.get(user=cast.teammate)
    assert (life.phone, life.phone_shown_to) == ("06 12 34 56 78", "ccas")  # nobody else, unless it is said
    line = Event.objects.about(cast.teammate).get()
    assert "Marcel" not in str(line.changes)
    assert "06 12" not in str(line.changes)


@pytest.mark.parametrize("phone", ["appelez-moi", "12", "0" * 20])
def test_a_number_that_is_none_is_given_back(cast, as_user, phone):
    page = as_user(cast.teammate).post(OWN, details(cast.teammate, phone=phone))
    assert page.status_code == 422
    assert phone in text_of(page)


def test_a_name_needs_a_letter(cast, as_user):
    assert as_user(cast.teammate).post(OWN, details(cast.teammate, full_name=" - ")).status_code == 422


def test_two_windows_on_ones_own_page(cast, as_user):
    old = details(cast.teammate, full_name="Premier Nom")
    as_user(cast.teammate).post(OWN, details(cast.teammate, full_name="Autre Nom"))
    page = as_user(cast.teammate).post(OWN, old)
    assert page.status_code == 409
    assert "Premier Nom" in text_of(page)
    assert "Autre Nom" in text_of(page)


def test_a_telephone_is_shown_to_whom_it_was_given(cast):
    for user, to in ((cast.teammate, "ccas"), (cast.owner, "structures"), (cast.stranger, "ccas")):
        AccountLife.objects.create(user=user, phone="06 00 00 00 00", phone_shown_to=to)
    everybody = [cast.teammate.pk, cast.owner.pk]
    assert accounts.phones_shown(everybody) == {cast.owner.pk: "06 00 00 00 00"}
    assert set(accounts.phones_shown(everybody, to_ccas=True)) == set(everybody)


def test_no_public_page_nor_colleague_reads_a_telephone_kept_to_oneself(cast, as_user):
    number = "06 98 76 54 32"
    AccountLife.objects.create(user=cast.teammate, phone=number)
    pages = [
        (None, reverse("directory:structure", args=[cast.panier.pk])),
        (cast.owner, reverse("people:roll_call", args=[cast.panier.pk])),
        (cast.owner, reverse("people:succession", args=[cast.panier.pk])),
        (cast.stranger, reverse("directory:structure", args=[cast.panier.pk])),
    ]
    assert all(number not in text_of(as_user(user).get(url)) for user, url in pages)
    AccountLife.objects.update(phone_shown_to="structures")
    assert number in text_of(as_user(cast.owner).get(pages[1][1]))


# Erasing


def everything_written():
    """Every text of every table that names people, one string."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [name for (name,) in cursor.fetchall() if not name.startswith("consent_")]
        texts = []
        for table in tables:
            cursor.execute(f"SELECT string_agg(t::text, '\n') FROM \"{table}\" t")
            texts.append((table, cursor.fetchone()[0] or ""))
    return dict(texts)


def where(word):
    return {table for table, text in everything_written().items() if word.lower() in text.lower()}


def busy(cast):
    """Somebody who was in everything: meetings, a change, a telephone, two windows."""
    user = account("zoe.unique@essai.test", "Zoé Unique")
    belongs(user, cast.panier)
    third_member(cast)
    AccountLife.objects.create(user=user, phone="07 11 22 33 44")
    group = make_group(cast)
    group.members.add(user)
    held = make_meeting(cast, group)
    invite(meeting=held, emails=[], by=cast.owner)
    passed(held)
    invite(meeting=make_meeting(cast, group, title="Bientôt"), emails=[user.email], by=cast.owner)
    for one in (user, user.memberships.get()):
        told = {"content_type": ContentType.objects.get_for_model(one), "object_id": one.pk, "object_repr": str(one)}
        LogEntry.objects.create(user=cast.ccas, action_flag=CHANGE, **told)
    accounts.save_details(user=user, typed=details_typed(user, "Zoé Unique-Essai"), seen=details(user)["seen"])
    change = proposed(cast, by=user, key=uuid.uuid4())
    succession.Succession.objects.filter(pk=change.pk).update(word="Zoé Unique le peut.")
    Digest.objects.create(user=user, told={"Zoé Unique": "2026-01-01"})
    UnsentMail.objects.create(subject="Objet", to=[user.email], problem="?")
    UnsentMail.objects.create(subject="À deux", to=["autre@essai.test"], reached=[user.email], problem="?")
    return User.objects.get(pk=user.pk)


def details_typed(user, name):
    return {key: value for key, value in details(user, full_name=name).items() if key != "seen"}


def test_nothing_of_an_erased_account_is_left_but_its_number(cast, client):
    user = busy(cast)
    assert where("Zoé Unique") >= {"network_user", "django_admin_log"}
    assert where("Zoé Unique") >= {"network_succession", "network_digest"}
    assert where("zoe.unique") & {"network_user", "network_invitation", "account_emailaddress"}
    assert "network_unsentmail" in where("zoe.unique")
    again(client, user)
    page = text_of(client.get(ERASE))
    assert "Ce qui reste" in page
    assert client.post(ERASE).status_code == 422  # the box
    assert "Votre compte est effacé" in text_of(client.post(ERASE, {"sure": "1"}))
    assert client.get("/mon-espace/").status_code == 302
    told = mails_leave()
    assert "est effacé" in told["zoe.unique@essai.test"]
    assert not where("zoe.unique")
    assert not where("Zoé Unique")
    assert not where("07 11 22 33 44")
    assert UnsentMail.objects.get().subject == "À deux"
    user.refresh_from_db()
    assert (str(user), user.is_active, user.has_usable_password()) == ("compte effacé", False, False)
    assert user.memberships.get().until < timezone.localdate()
    assert Invitation.objects.filter(user=user, meeting__starts_at__gt=timezone.now()).count() == 0
    assert Event.objects.filter(user=user).exists()  # the number stays
    assert succession.Succession.objects.get().state == "stopped"


def test_erased_twice_changes_nothing(cast):
    accounts.erase(user=cast.teammate, by=cast.teammate)
    accounts.erase(user=cast.teammate, by=cast.teammate)
    assert Event.objects.filter(verb="account_erased").count() == 1


def test_an_administrator_is_not_erased(cast, client):
    sign_in(client, cast.ccas)
    with pytest.raises(NotPossible):
        accounts.erase(user=cast.ccas, by=cast.ccas)
    cast.ccas.refresh_from_db()
    assert cast.ccas.is_active


def test_erasing_asks_first_that_it_is_really_them(cast, as_user):
    assert as_user(cast.teammate).get(ERASE).url.startswith(reverse("account_reauthenticate"))
    as_user(cast.teammate).post(ERASE, {"sure": "1"})
    assert User.objects.get(pk=cast.teammate.pk).full_name == "Marcel Teammate"


def test_the_name_of_who_opened_dossiers_is_kept_with_the_readings(cast):
    give_right(user=cast.teammate, structure=cast.panier, signed_on=timezone.localdate(), by=cast.owner)
    life = accounts.erase(user=cast.teammate, by=cast.teammate)
    cast.teammate.refresh_from_db()
    assert cast.teammate.full_name == "Marcel Teammate"
    assert cast.teammate.email.endswith("@efface.invalid")
    assert life.name_kept_until > timezone.localdate() + timedelta(days=3 * 365 - 2)
    AccountLife.objects.update(name_kept_until=timezone.localdate())
    tasks.people_day_by_day(0)
    cast.teammate.refresh_from_db()
    assert cast.teammate.full_name == "compte effacé"


# How long


def silent(cast, days):
    """An account of nobody's structure, quiet for so many days."""
    then = timezone.now() - timedelta(days=days)
    User.objects.filter(pk=cast.nobody.pk).update(date_joined=then, last_login=then)
    return cast.nobody


def state_of(user):
    user.refresh_from_db()
    life = AccountLife.objects.filter(user=user).first() or AccountLife(user=user)
    return user.is_active, bool(life.first_notice_on), bool(life.last_notice_on), bool(life.erased_on)


def older(user, days):
    """As if so many days had passed."""
    life = AccountLife.objects.get(user=user)
    for name in ("first_notice_on", "last_notice_on", "closed_on"):
        if getattr(life, name):
            setattr(life, name, getattr(life, name) - timedelta(days=days))
    life.save()
    user.refresh_from_db()
    User.objects.filter(pk=user.pk).update(
        date_joined=user.date_joined - timedelta(days=days),
        last_login=user.last_login and user.last_login - timedelta(days=days),
    )


def test_a_silent_account_is_told_twice_then_closed_then_erased(cast):
    user = silent(cast, days=690)
    retention.day_by_day()
    assert state_of(user) == (True, False, False, False)
    user = silent(cast, days=700)
    retention.day_by_day()
    assert state_of(user) == (True, True, False, False)
    assert "sera fermé le" in mails_leave()[user.email]
    older(user, 22)
    retention.day_by_day()
    assert state_of(user) == (True, True, False, False)
    older(user, 1)
    retention.day_by_day()
    assert state_of(user) == (True, True, True, False)
    assert "dans une semaine" in mails_leave()[user.email]
    older(user, 6)
    retention.day_by_day()
    assert state_of(user)[0]
    older(user, 1)
    retention.day_by_day()
    assert state_of(user) == (False, True, True, False)
    older(user, 364)
    retention.day_by_day()
    assert not state_of(user)[3]
    older(user, 1)
    retention.day_by_day()
    assert state_of(user)[3]
    assert str(user) == "compte effacé"
    assert not mails_leave()  # a closed account is written to no more


def test_who_signs_in_again_is_left_alone(cast, client):
    user = silent(cast, days=700)
    retention.day_by_day()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    retention.day_by_day()
    assert state_of(user) == (True, False, False, False)
    assert not mails_leave()  # the first mail had not left: it is not sent for nothing


def test_a_membership_keeps_an_account(cast):
    user = silent(cast, days=900)
    belonging = belongs(user, cast.halte)
    belonging.since = years_ago(3)
    belonging.save()
    retention.day_by_day()
    assert state_of(user)[:2] == (True, False)
    belonging.until = timezone.localdate() - timedelta(days=30)  # left lately: two years from then
    belonging.save()
    retention.day_by_day()
    assert state_of(user)[:2] == (True, False)


def test_administrators_are_left_alone(cast):
    long_ago = timezone.now() - timedelta(days=2000)
    User.objects.filter(pk=cast.ccas.pk).update(date_joined=long_ago, last_login=long_ago)
    retention.day_by_day()
    assert state_of(cast.ccas)[:2] == (True, False)


def test_an_administrator_whose_account_is_closed_is_erased_like_anybody(cast):
    User.objects.filter(pk=cast.ccas.pk).update(is_active=False)
    retention.day_by_day()
    AccountLife.objects.update(closed_on=timezone.localdate() - timedelta(days=365))
    retention.day_by_day()
    assert state_of(cast.ccas)[3]
    assert (str(cast.ccas), cast.ccas.is_ccas_admin) == ("compte effacé", False)


def test_who_was_invited_again_keeps_the_account(cast):
    user = silent(cast, days=900)
    told = {"first_notice_on": timezone.localdate() - timedelta(days=31)}
    AccountLife.objects.create(user=user, last_notice_on=timezone.localdate() - timedelta(days=8), **told)
    invitation = waiting_invitation(cast.panier, by=cast.owner, token="lien", email=user.email)
    retention.day_by_day()
    assert state_of(user)[0]
    invitation.expires_at = timezone.now()
    invitation.save()
    retention.day_by_day()
    assert state_of(user)[:3] == (True, True, False)  # told from the start again


def test_sessions_that_are_over_are_forgotten(cast):
    for key, hours in (("finie", -1), ("ouverte", 1)):
        Session.objects.create(session_key=key, expire_date=timezone.now() + timedelta(hours=hours))
    tasks.people_day_by_day(0)
    assert Session.objects.get().session_key == "ouverte"


def test_an_account_closed_in_gestion_is_erased_a_year_later(cast):
    User.objects.filter(pk=cast.teammate.pk).update(is_active=False)
    retention.day_by_day()
    assert AccountLife.objects.get(user=cast.teammate).closed_on == timezone.localdate()
    User.objects.filter(pk=cast.teammate.pk).update(is_active=True)
    retention.day_by_day()
    assert AccountLife.objects.get(user=cast.teammate).closed_on is None
    User.objects.filter(pk=cast.teammate.pk).update(is_active=False)
    AccountLife.objects.update(closed_on=timezone.localdate() - timedelta(days=365))
    retention.day_by_day()
    assert state_of(cast.teammate)[3]


def test_an_address_that_does_not_answer_is_forgotten_all_the_same(cast):
    accounts.erase(user=cast.teammate, by=cast.teammate)
    AccountLife.objects.update(erased_on=timezone.localdate() - timedelta(days=7))
    UnsentMail.objects.create(subject="votre compte est effacé", to=[cast.teammate.email], problem="?")
    tasks.people_day_by_day(0)
    assert AccountLife.objects.get(user=cast.teammate).goodbye_to == ""
    assert cast.teammate.email not in mails_leave()
    assert not where(cast.teammate.email)


def test_the_last_mail_leaves_once_and_takes_the_address_with_it(cast):
    accounts.erase(user=cast.teammate, by=cast.teammate)
    assert list(mails_leave()) == ["teammate@essai.test"]
    assert not where("teammate@essai.test")


# A mobile number in the directory


@pytest.mark.parametrize(
    "number", ["06 12 34 56 78", "+33 6 12 34 56 78", "0033 7 12 34 56 78", "+33 (0)6.12.34.56.78"]
)
def test_a_mobile_is_asked_about_before_it_is_public(cast, as_user, number):
    url = reverse("directory:edit_structure", args=[cast.panier.pk])
    form = {"phone": number, "mission": "Des repas."}
    page = as_user(cast.owner).post(url, form)
    assert page.status_code == 422
    assert "c’est un téléphone portable" in text_of(page)
    assert "Des repas." in text_of(page)
    cast.panier.refresh_from_db()
    assert cast.panier.phone == "02 43 00 00 01"
    form |= {"seen": page.context["form"]["seen"].value() or "", "phone_is_public": "on"}
    assert as_user(cast.owner).post(url, form).status_code in (302, 409)


def test_a_mobile_that_was_there_is_not_asked_about_again(cast, as_user):
    cast.panier.phone = "06 12 34 56 78"
    cast.panier.save()
    url = reverse("directory:edit_structure", args=[cast.panier.pk])
    seen = as_user(cast.owner).get(url).context["form"]["seen"].value()
    form = {"seen": seen, "phone": "06 12 34 56 78", "mission": "Des repas."}
    assert as_user(cast.owner).post(url, form).status_code == 302


@pytest.mark.parametrize("number", ["02 43 00 00 09", "09 70 00 00 00", "", "115"])
def test_other_numbers_are_taken_as_they_are(cast, as_user, number):
    url = reverse("directory:edit_structure", args=[cast.panier.pk])
    seen = as_user(cast.owner).get(url).context["form"]["seen"].value()
    assert as_user(cast.owner).post(url, {"seen": seen, "phone": number}).status_code == 302


def test_the_number_of_a_service_is_asked_about_too(cast, as_user):
    url = reverse("directory:add_service", args=[cast.panier.pk])
    form = {"name": "Repas", "phone": "07 12 34 56 78", "key": str(uuid.uuid4())}
    page = as_user(cast.owner).post(url, form)
    assert page.status_code == 422
    assert "c’est un téléphone portable" in text_of(page)
    assert as_user(cast.owner).post(url, form | {"phone_is_public": "on"}).status_code == 302

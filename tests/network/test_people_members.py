"""The people of a structure: who reads, who changes, what a departure means."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consent.actions import give_right
from consent.models import DossierRight
from lemans_solidaire.network.models import AccountLife, Event, Membership, Structure, User
from lemans_solidaire.network.people import members
from lemans_solidaire.network.people.forms import MemberForm
from lemans_solidaire.network.saving import NotPossible
from tests.at_once import together
from tests.cast import account, belongs
from tests.network.people import invited, second_administrator, waiting_invitation


def text_of(response):
    return response.content.decode()


def people_url(structure):
    return reverse("people:people", args=[structure.pk])


def place_of(user):
    return Membership.objects.select_related("structure").get(user=user)


def url_of(name, user):
    place = place_of(user)
    return reverse(f"people:{name}", args=[place.structure_id, place.pk])


def change(client, user, **typed):
    place = place_of(user)
    form = {"role": place.role, "status": place.status, "seen": MemberForm.seen_of(place)}
    return client.post(url_of("member", user), form | typed)


def test_a_member_reads_names_only(cast, as_user):
    waiting_invitation(cast.panier, by=cast.owner, token="lien")
    page = text_of(as_user(cast.teammate).get(people_url(cast.panier)))
    assert "Odile Owner" in page
    for hidden in (cast.owner.email, "nouvelle@essai.test", "bénévole", "Inviter", "Retirer"):
        assert hidden not in page


def test_the_responsable_reads_all_of_it(cast, as_user):
    second_administrator()
    waiting_invitation(cast.panier, by=cast.owner, token="lien")
    page = text_of(as_user(cast.owner).get(people_url(cast.panier)))
    for told in (cast.teammate.email, "nouvelle@essai.test", "Membre, bénévole", "Renvoyer", "elle sert jusqu’au"):
        assert told in page


@pytest.mark.parametrize(("shown_to", "readers"), [("ccas", {"ccas"}), ("structures", {"ccas", "owner", "teammate"})])
def test_a_telephone_is_read_where_its_owner_chose(cast, as_user, shown_to, readers):
    AccountLife.objects.create(user=cast.owner, phone="06 98 76 54 32", phone_shown_to=shown_to)
    url = people_url(cast.panier)
    pages = {name: text_of(as_user(getattr(cast, name)).get(url)) for name in ("ccas", "owner", "teammate")}
    assert {name for name, page in pages.items() if "06 98 76 54 32" in page} == readers


@pytest.mark.parametrize("role", ["owner", "ccas"])
def test_a_list_costs_the_same_with_one_and_with_three(cast, as_user, role):
    def cost(url):
        client = as_user(getattr(cast, role))
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    waiting_invitation(cast.panier, by=cast.owner, token="1")
    urls = [people_url(cast.panier), *([reverse("people:structures")] if role == "ccas" else [])]
    before = [cost(url) for url in urls]
    for n in (2, 3):
        waiting_invitation(cast.panier, by=cast.ccas, token=str(n), email=f"autre{n}@essai.test")
        belongs(account(f"membre{n}@essai.test", f"Membre {n}"), cast.panier)
        belongs(account(f"ailleurs{n}@essai.test", f"Ailleurs {n}"), Structure.objects.create(name=f"Autre {n}"))
    assert [cost(url) for url in urls] == before


def test_the_ccas_finds_who_has_no_responsable_and_which_invitations_wait(cast, as_user):
    second_administrator()
    alone = Structure.objects.create(name="Épicerie d’essai", city="Allonnes")
    invited(alone, by=cast.ccas)
    url = reverse("people:structures")
    page = as_user(cast.ccas).get(url, {"etat": "sans-responsable"})
    assert [one.name for one in page.context["page"]] == ["Épicerie d’essai"]
    assert "1 invitation en attente" in text_of(page)
    assert [one.name for one in as_user(cast.ccas).get(url, {"q": "epicerie"}).context["page"]] == ["Épicerie d’essai"]
    assert "Aucune structure ne correspond" in text_of(as_user(cast.ccas).get(url, {"q": "zzz"}))
    assert [one.name for one in as_user(cast.ccas).get(url, {"etat": "en-attente"}).context["page"]] == [alone.name]


def test_each_is_led_to_their_own(cast, as_user):
    url = reverse("people:structures")
    assert as_user(cast.owner).get(url).url == people_url(cast.panier)
    assert "lié à aucune structure" in text_of(as_user(cast.nobody).get(url))
    belongs(cast.owner, cast.halte)
    assert len(as_user(cast.owner).get(url).context["structures"]) == 2


def test_a_role_and_a_status_change(cast, as_user):
    assert change(as_user(cast.owner), cast.teammate, role="responsable", status="professional").status_code == 302
    place = place_of(cast.teammate)
    assert (place.role, place.status) == ("responsable", "professional")
    event = Event.objects.get(verb="member_changed")
    assert event.changes == {"role": ["member", "responsable"], "status": ["volunteer", "professional"]}


def test_two_people_on_the_same_member(cast, as_user):
    seen = MemberForm.seen_of(place_of(cast.teammate))
    change(as_user(cast.ccas), cast.teammate, status="professional")
    page = change(as_user(cast.owner), cast.teammate, role="responsable", status="volunteer", seen=seen)
    assert page.status_code == 409
    assert "Quelqu’un d’autre vient de changer" in text_of(page)
    assert place_of(cast.teammate).role == "member"


def test_who_left_meanwhile_is_given_no_role(cast):
    shown = place_of(cast.teammate)
    members.remove(membership=shown, knows_last=False, by=cast.owner)
    typed = {"role": "responsable", "status": shown.status}
    told = {"seen": MemberForm.seen_of(shown), "is_shared": False, "knows_last": False, "by": cast.owner}
    with pytest.raises(NotPossible, match="ne fait plus partie"):
        members.change_member(membership=shown, typed=typed, **told)
    assert place_of(cast.teammate).role == "member"


def test_a_member_leaves_alone_and_takes_nobody_along(cast, as_user):
    client = as_user(cast.teammate)
    assert url_of("remove", cast.teammate) in text_of(client.get(people_url(cast.panier)))
    assert client.post(url_of("remove", cast.owner)).status_code == 403
    assert client.post(url_of("remove", cast.teammate), follow=True).request["PATH_INFO"] == reverse("dashboard")
    assert place_of(cast.teammate).until == timezone.localdate() - timedelta(days=1)
    assert place_of(cast.owner).until is None


def test_the_last_responsable_does_not_give_up_the_role_unsaid(cast, as_user):
    first = change(as_user(cast.owner), cast.owner, role="member")
    assert first.status_code == 409
    assert "dernière personne responsable" in text_of(first)
    assert place_of(cast.owner).role == "responsable"
    assert change(as_user(cast.owner), cast.owner, role="member", dernier="su").status_code == 302
    assert place_of(cast.owner).role == "member"


def test_a_removal_is_dated_and_immediate(cast, as_user):
    assert "Retirer Marcel Teammate" in text_of(as_user(cast.owner).get(url_of("remove", cast.teammate)))
    assert place_of(cast.teammate).until is None
    as_user(cast.owner).post(url_of("remove", cast.teammate))
    assert place_of(cast.teammate).until == timezone.localdate() - timedelta(days=1)
    assert as_user(cast.teammate).get(people_url(cast.panier)).status_code == 404
    assert as_user(cast.teammate).get(reverse("indicators:sheet", args=[2025, cast.panier.pk])).status_code == 404
    assert as_user(cast.owner).post(url_of("remove", cast.teammate)).status_code == 404  # a second click


def test_who_left_comes_back_by_an_invitation_the_same_day(cast, as_user):
    as_user(cast.owner).post(url_of("remove", cast.teammate))
    waiting_invitation(cast.panier, by=cast.owner, token="lien", email=cast.teammate.email)
    as_user(cast.teammate).post(reverse("people:accept", args=["lien"]))
    assert Membership.objects.current().filter(user=cast.teammate).count() == 1


def test_a_link_that_waited_does_not_bring_back_who_was_removed(cast, as_user):
    waiting_invitation(cast.panier, by=cast.owner, token="lien", email=cast.teammate.email, role="responsable")
    elsewhere = waiting_invitation(cast.halte, by=cast.stranger, token="ailleurs", email=cast.teammate.email)
    as_user(cast.owner).post(url_of("remove", cast.teammate))
    page = as_user(cast.teammate).post(reverse("people:accept", args=["lien"]))
    assert page.status_code == 409
    assert "a été annulée" in text_of(page)
    assert not Membership.objects.current().filter(user=cast.teammate).exists()
    elsewhere.refresh_from_db()
    assert elsewhere.state == "open"


def test_who_leaves_today_and_stays_by_another_line_accepts_all_the_same(cast, as_user):
    Membership.objects.filter(user=cast.teammate).update(until=timezone.localdate())
    belongs(cast.teammate, cast.panier)
    waiting_invitation(cast.panier, by=cast.owner, token="lien", email=cast.teammate.email)
    assert as_user(cast.teammate).post(reverse("people:accept", args=["lien"])).status_code == 302


def test_the_last_responsable_leaves_knowingly(cast, as_user):
    url = url_of("remove", cast.owner)
    page = as_user(cast.owner).post(url)
    assert page.status_code == 409
    for told in ("C’est vous", "dernière personne responsable"):
        assert told in text_of(page)
    assert as_user(cast.owner).post(url, {"dernier": "su"}).url == "/mon-espace/"
    assert not Membership.objects.current().filter(user=cast.owner).exists()


def test_two_responsables_who_leave_at_once_do_not_leave_nobody_unsaid(fresh_database, cast):
    Membership.objects.filter(user=cast.teammate).update(role="responsable")

    def leave(user):
        try:
            return members.remove(membership=place_of(user), knows_last=False, by=user)
        except members.LastResponsable:
            return "said"

    assert sorted(map(str, together(lambda: leave(cast.owner), lambda: leave(cast.teammate)))) == ["True", "said"]


def test_the_dossier_right_ends_with_the_membership(cast, as_user):
    give_right(user=cast.teammate, structure=cast.panier, signed_on=timezone.localdate(), by=cast.owner)
    as_user(cast.owner).post(url_of("remove", cast.teammate))
    right = DossierRight.objects.get()
    assert right.ended_at
    assert right.ended_by == cast.owner
    cast.teammate.refresh_from_db()
    assert cast.teammate.second_factor_asked  # the habit stays


def test_a_right_does_not_outlive_a_membership_ended_otherwise(cast):
    give_right(user=cast.teammate, structure=cast.panier, signed_on=timezone.localdate(), by=cast.owner)
    assert DossierRight.objects.current().exists()
    Membership.objects.filter(user=cast.teammate).update(
        until=timezone.localdate() - timedelta(days=1), since="2020-01-01"
    )
    assert not DossierRight.objects.current().exists()


def test_an_address_read_by_several_people_gets_no_dossier_right(cast, as_user):
    change(as_user(cast.owner), cast.teammate, is_shared="on")
    cast.teammate.refresh_from_db()
    assert cast.teammate.is_shared
    assert not Membership.objects.of_one_person().filter(user=cast.teammate).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        give_right(user=cast.teammate, structure=cast.panier, signed_on=timezone.localdate(), by=cast.owner)


def test_an_account_with_the_dossier_right_is_not_said_to_be_shared(cast, as_user):
    give_right(user=cast.teammate, structure=cast.panier, signed_on=timezone.localdate(), by=cast.owner)
    page = change(as_user(cast.owner), cast.teammate, is_shared="on")
    assert page.status_code == 409
    assert "en a ouvert" in text_of(page)
    assert not User.objects.get(pk=cast.teammate.pk).is_shared


def test_the_pages_are_reached_from_one_s_space_and_from_the_directory(cast, as_user):
    assert people_url(cast.panier) in text_of(as_user(cast.owner).get("/mon-espace/"))
    assert reverse("people:structures") in text_of(as_user(cast.ccas).get("/mon-espace/"))
    structure = reverse("directory:structure", args=[cast.panier.pk])
    assert people_url(cast.panier) in text_of(as_user(cast.owner).get(structure))
    assert people_url(cast.panier) not in text_of(as_user(cast.stranger).get(structure))

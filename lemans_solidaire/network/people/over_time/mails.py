"""Who is told of a change of responsable, and the mails about one's account. The worker sends them."""

from django.urls import reverse
from procrastinate.contrib.django import app

from lemans_solidaire.network.mail import absolute, message
from lemans_solidaire.network.models import Succession
from lemans_solidaire.network.people.over_time.permissions import people_of

State = Succession.State
SUBJECTS = {
    State.PROPOSED: "votre avis sur la personne responsable de votre structure",
    State.ANNOUNCED: "la personne responsable de votre structure va changer",
    State.DONE: "la personne responsable de votre structure a changé",
    State.STOPPED: "le changement de responsable est arrêté",
}


def tell(succession):
    """One job for each address, so that one that fails holds up no other, and nobody reads the others'."""
    for address in addresses(succession):
        app.configure_task("network.send_succession_mail").defer(
            succession_id=succession.pk, state=succession.state, number=address
        )


def addresses(succession):
    """Accounts by number, 0 for the structure's own address: what a job keeps names nobody."""
    people = people_of(succession.structure)
    if succession.state == State.PROPOSED:
        return sorted(set(people.values_list("user", flat=True)) - silent_to(succession) - {succession.made_by_id})
    told = {succession.made_by_id, succession.confirmed_by_id, succession.person_id}
    told |= set(people.responsable().values_list("user", flat=True))
    told |= {succession.former.user_id} if succession.former else set()
    told -= {None} | (silent_to(succession) if succession.at_once == Succession.AtOnce.DIED else set())
    return [*sorted(told), *([0] if succession.structure.email else [])]


def silent_to(succession):
    """The one replaced is not asked; nor told, when the reason is a death."""
    return {succession.former.user_id} if succession.former else set()


def succession_mail(succession, user):
    context = {
        "succession": succession,
        "state": succession.state,
        "is_former": bool(user and succession.former and succession.former.user_id == user.pk),
        "is_person": bool(user and succession.person_id == user.pk),
        "url": absolute(succession.get_absolute_url()),
    }
    to = [user.email if user else succession.structure.email]
    return message(template="people/mail/succession.txt", subject=SUBJECTS[succession.state], context=context, to=to)


def send_later(template, user):
    app.configure_task("network.send_account_mail").defer(template=template, user_id=user.pk)


ABOUT_ACCOUNTS = {
    "first_notice": "votre compte va être fermé",
    "last_notice": "votre compte ferme dans une semaine",
    "goodbye": "votre compte est effacé",
    "second_factor_taken_away": "votre double vérification a été retirée",
}


def account_mail(template, user, life):
    """None when there is nothing to say any more: the person came back, or cannot be written to."""
    to = life.goodbye_to if template == "goodbye" else user.email if user.is_active else ""
    closes_on = life.closes_on if life else None
    if not to or (template.endswith("_notice") and closes_on is None):
        return None
    context = {"user": user, "closes_on": closes_on, "url": absolute(reverse("dashboard"))}
    return message(template=f"people/mail/{template}.txt", subject=ABOUT_ACCOUNTS[template], context=context, to=[to])

"""For the CCAS: structures that change hands, that nobody answers for, that have not said who is still there."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from lemans_solidaire.network.models import Membership, Succession, User
from lemans_solidaire.network.people.over_time import roll_call
from lemans_solidaire.network.people.over_time.accounts import phones_shown
from lemans_solidaire.network.people.over_time.views.finding import for_the_ccas


@require_safe
@for_the_ccas
def follow_up(request):
    silent, without = roll_call.to_reach()
    responsables = {}
    current = Membership.objects.current().responsable().filter(user__is_active=True)
    for one in current.filter(structure__in=[structure for structure, _ in silent]).select_related("user"):
        responsables.setdefault(one.structure_id, []).append(one.user)
    phones = phones_shown([user.pk for users in responsables.values() for user in users], to_ccas=True)
    context = {
        "changes": Succession.objects.under_way().with_people(),
        "without": without,
        "silent": [
            (structure, since, [(user, phones.get(user.pk, "")) for user in responsables.get(structure.pk, [])])
            for structure, since in silent
        ],
        "administrators": User.objects.filter(is_ccas_admin=True, is_active=True),
    }
    return render(request, "people/follow_up.html", context)

from django.urls import include, path

from lemans_solidaire.network.people.over_time import urls as over_time
from lemans_solidaire.network.people.views import accepting, invitations, members, structures

app_name = "people"

one_structure = [
    path("", structures.people, name="people"),
    path("inviter/", invitations.invite, name="invite"),
    path("membres/<int:membership_id>/", members.member, name="member"),
    path("membres/<int:membership_id>/retirer/", members.remove, name="remove"),
]

one_invitation = [
    path("renvoyer/", invitations.send_again, name="send_again"),
    path("annuler/", invitations.cancel, name="cancel"),
]

urlpatterns = [
    path("", structures.structures, name="structures"),
    path("ccas/", structures.administrators, name="administrators"),
    path("ccas/inviter/", invitations.invite_administrator, name="invite_administrator"),
    path("invitations/<int:invitation_id>/", include(one_invitation)),
    path("invitation/<str:token>/", accepting.accept, name="accept"),
    path("<int:structure_id>/", include(one_structure)),
    *over_time.urlpatterns,
]

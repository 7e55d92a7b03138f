from django.urls import include, path

from lemans_solidaire.network.meetings.views import groups, invitations, meetings, minutes, problems

app_name = "network"

one_group = [
    path("", groups.group, name="group"),
    path("modifier/", groups.edit_group, name="edit_group"),
    path("membres/", groups.group_members, name="group_members"),
]

one_meeting = [
    path("", meetings.meeting, name="meeting"),
    path("modifier/", meetings.edit_meeting, name="edit_meeting"),
    path("ordre-du-jour/", meetings.agenda, name="agenda"),
    path("ordre-du-jour/annonce/", meetings.tell_agenda, name="tell_agenda"),
    path("annuler/", meetings.cancel_meeting, name="cancel_meeting"),
    path("rencontre.ics", meetings.calendar_file, name="calendar_file"),
    path("invitations/", invitations.invitations, name="invitations"),
    path("invitations/retrait/", invitations.withdraw, name="withdraw_invitation"),
    path("reponse/", invitations.answer, name="answer"),
    path("presences/", minutes.attendance, name="attendance"),
    path("compte-rendu/", minutes.minutes, name="minutes"),
    path("compte-rendu/publication/", minutes.publish, name="publish_minutes"),
    path("compte-rendu/corrections/", minutes.correct, name="correct_minutes"),
    path("decisions/", minutes.add_decision, name="add_decision"),
]

problems_met = [
    path("", problems.problems, name="problems"),
    path("nouvelle/", problems.add_problem, name="add_problem"),
    path("<int:problem_id>/", problems.problem, name="problem"),
    path("<int:problem_id>/modifier/", problems.edit_problem, name="edit_problem"),
    path("<int:problem_id>/nous-aussi/", problems.meet_too, name="meet_too"),
    path("<int:problem_id>/suite/", problems.follow, name="follow_problem"),
]

urlpatterns = [
    path("", meetings.meetings, name="meetings"),
    path("passees/", meetings.past_meetings, name="past_meetings"),
    path("nouvelle/", meetings.add_meeting, name="add_meeting"),
    path("groupes/", groups.groups, name="groups"),
    path("groupes/nouveau/", groups.add_group, name="add_group"),
    path("groupes/<int:group_id>/", include(one_group)),
    path("difficultes/", include(problems_met)),
    path("decisions/<int:decision_id>/", minutes.settle_decision, name="settle_decision"),
    path("invitation/<str:token>/", invitations.answer_by_link, name="answer_by_link"),
    path("<int:meeting_id>/", include(one_meeting)),
]

from django.urls import path

from lemans_solidaire.network.people.over_time.views import changes, factor, follow_up, own, roll_call

urlpatterns = [
    path("moi/", own.own, name="own"),
    path("moi/effacer/", own.erase, name="erase"),
    path("moi/appareils/", factor.forget_devices, name="forget_devices"),
    path("agir-pour/", own.act_for, name="act_for"),
    path("suivi/", follow_up.follow_up, name="follow_up"),
    path("compte/<int:user_id>/double-verification/", factor.restore, name="restore_second_factor"),
    path("<int:structure_id>/responsable/", changes.succession, name="succession"),
    path("<int:structure_id>/responsable/nommer/", changes.name, name="name_responsable"),
    path("<int:structure_id>/responsable/confirmer/", changes.confirm, name="confirm_succession"),
    path("<int:structure_id>/responsable/arreter/", changes.stop, name="stop_succession"),
    path("<int:structure_id>/encore-la/", roll_call.roll_call, name="roll_call"),
]

from django.db import migrations

from lemans_solidaire.network.append_only import append_only

KEY_FIGURES = ("passages", "personnes", "demandes_sans_reponse", "repas", "benevoles", "heures_benevoles")


def mark_key_figures(apps, editor):
    """In the campaigns whose catalogue was copied before the summary had key figures."""
    apps.get_model("indicators", "Indicator").objects.filter(code__in=KEY_FIGURES, breakdown=None).update(is_key=True)


class Migration(migrations.Migration):
    dependencies = [("indicators", "0003_the_yearly_summary"), ("network", "0002_history_is_append_only")]

    operations = [
        append_only("indicators_edition"),
        append_only("indicators_editionfile"),
        migrations.RunPython(mark_key_figures, migrations.RunPython.noop),
    ]

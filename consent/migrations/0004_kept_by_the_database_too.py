from pathlib import Path

from django.db import migrations

STATEMENTS = Path(__file__).with_suffix(".sql").read_text()
NOTICES = Path(__file__).resolve().parent.parent / "notices"
TERMS = {
    "besoin": [
        ("accueil", "être accueilli, se poser"),
        ("droits", "ouvrir ou garder des droits"),
        ("logement", "se loger ou rester logé"),
        ("alimentation", "manger"),
        ("emploi", "travailler, se former"),
        ("budget", "budget, dettes"),
        ("famille", "enfants, famille"),
        ("lien", "ne pas rester seul"),
    ],
    "motif": [
        ("rendez-vous", "nous nous voyons aujourd’hui"),
        ("demarche", "faire une démarche demandée"),
        ("demande", "répondre à une demande de la personne"),
        ("relais", "prendre ou passer le relais"),
        ("verification", "vérifier ou corriger ce qui est écrit"),
        ("danger", "un danger grave"),
    ],
    "donnee": [
        ("nom", "comment l’appeler", "Pour la saluer, et retrouver son dossier. Un nom choisi suffit."),
        ("mots", "ses mots", "Pour partir de ce que la personne veut, sait faire, projette."),
        ("contact", "comment la joindre", "Pour la prévenir d’une réponse, si elle le veut."),
        ("naissance", "année de naissance", "Seulement si une démarche dépend de l’âge."),
        ("foyer", "combien ils sont au foyer", "Pour chercher un logement ou un colis à la bonne taille. Aucun nom."),
        ("besoin", "besoin exprimé", "Pour ne pas lui faire répéter sa demande."),
        ("demarche", "démarche faite", "Pour ne pas refaire ce qui est fait, et suivre les réponses."),
        ("note", "note", "Pour ce qui aide à bien l’accueillir. Des faits, pas de jugement."),
        ("document", "document reçu", "Pour savoir qu’il a été vu. Le document lui est rendu."),
    ],
}
NOT_OFFERED = {("motif", "danger")}  # given by the portal itself, to an opening in an emergency


def first_lists(apps, schema_editor):
    Term = apps.get_model("consent", "Term")
    for list_, terms in TERMS.items():
        for rank, (code, label, *why) in enumerate(terms):
            Term.objects.create(
                list=list_,
                code=code,
                label=label,
                why="".join(why),
                rank=rank * 10,
                is_offered=(list_, code) not in NOT_OFFERED,
            )


def first_notices(apps, schema_editor):
    Notice = apps.get_model("consent", "Notice")
    for path in sorted(NOTICES.glob("*.md")):
        checked_by = "l’équipe du portail" if path.stem == "fr" else ""
        Notice.objects.create(language=path.stem, version=1, text=path.read_text(), checked_by=checked_by)


class Migration(migrations.Migration):
    dependencies = [("consent", "0003_requests_notices_lists"), ("network", "0005_structure_is_sensitive")]

    operations = [
        migrations.RunSQL(STATEMENTS),
        migrations.RunPython(first_lists, migrations.RunPython.noop),
        migrations.RunPython(first_notices, migrations.RunPython.noop),
    ]

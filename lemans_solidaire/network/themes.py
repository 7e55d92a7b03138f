from django.db.models import TextChoices


class Theme(TextChoices):
    """The one list of themes for what people and structures run into: sheets, meetings and summary share it."""

    LOGEMENT = "logement", "Se loger, rester logé"
    ALIMENTATION = "alimentation", "Manger"
    SANTE = "sante", "Se soigner"
    DROITS = "droits", "Faire valoir ses droits"
    RESSOURCES = "ressources", "Vivre avec peu"
    EMPLOI = "emploi", "Travailler, se former"
    LANGUE = "langue", "Parler, lire et écrire le français"
    FAMILLE = "famille", "Famille et enfants"
    ISOLEMENT = "isolement", "Isolement"
    MOBILITE = "mobilite", "Se déplacer"
    NUMERIQUE = "numerique", "Démarches en ligne"
    ACCUEIL = "accueil", "Trouver une place, être accueilli"

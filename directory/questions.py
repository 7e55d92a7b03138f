"""What people ask before they go, beyond the national schema: yes, no, or not known, which is never a no."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    name: str  # in the address of a search, and in the index
    field: str  # of Service: True, False, or None when it is not known
    asked: str  # as a filter
    yes: str
    no: str


QUESTIONS = [
    Question(
        "sans_papiers",
        "without_papers",
        "sans papier d’identité",
        "Aucun papier d’identité n’est demandé",
        "Un papier d’identité est demandé",
    ),
    Question("sans_rdv", "without_appointment", "sans rendez-vous", "Sans rendez-vous", "Sur rendez-vous"),
    Question("seul", "welcomes_alone", "personne seule", "Personnes seules accueillies", "Pas de personnes seules"),
    Question("couple", "welcomes_couples", "en couple", "Couples accueillis", "Pas de couples"),
    Question("enfants", "welcomes_children", "avec des enfants", "Enfants accueillis", "Pas d’enfants"),
    Question("chien", "welcomes_dogs", "avec un chien", "Chiens acceptés", "Pas de chien"),
    Question(
        "bagages", "keeps_luggage", "avec des bagages", "On peut y poser ses bagages", "Pas de place pour les bagages"
    ),
    Question(
        "fauteuil",
        "wheelchair",
        "en fauteuil roulant",
        "On y entre en fauteuil roulant",
        "Pas d’accès en fauteuil roulant",
    ),
    Question(
        "accompagne",
        "accompanied",
        "accompagné par un bénévole",
        "Un bénévole peut vous y accompagner",
        "Pas d’accompagnement par un bénévole",
    ),
]

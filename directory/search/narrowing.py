"""The filters that make sense for an answer, with what each would leave; and what to drop when there is none."""

from dataclasses import dataclass, replace

from directory import languages, permissions, vocabulary
from directory.questions import QUESTIONS
from directory.search.asking import FILTERS
from directory.search.reading import Reading

MOST_SHOWN, MOST_TRIES = 8, 4


@dataclass(frozen=True)
class Narrowing:
    title: str
    choices: list  # [(label, count, address)]


def narrowings(found):
    """[Narrowing] whose choices all answer; those already chosen are not proposed again."""
    asked, facets = found.asked, found.facets
    offered = [
        ("Besoin", "theme", vocabulary.words("themes")),
        ("Pour qui", "public", vocabulary.words("publics")),
        ("Langue parlée", "langue", languages.spoken()),
    ]
    told = [
        Narrowing("Ce qui compte", questions(asked, facets)),
        *(
            Narrowing(title, of(asked, name, labels, facets))
            for title, name, labels in offered
            if name not in asked.answers
        ),
    ]
    if "commune" not in asked.answers and len(found.towns) > 1:
        towns = [(label, count, asked.with_answer("commune", label)) for _, label, count in found.towns[:MOST_SHOWN]]
        told.insert(1, Narrowing("Commune", towns))
    return [narrowing for narrowing in told if narrowing.choices]


def questions(asked, facets):
    free = [("gratuit", facets.get("frais=gratuit", 0), asked.with_answer("frais", "gratuit"))]
    told = (free if "frais" not in asked.answers else []) + [
        (question.asked, facets.get(f"{question.name}=oui", 0), asked.with_answer(question.name, "oui"))
        for question in QUESTIONS
        if question.name not in asked.answers
    ]
    return [choice for choice in told if choice[1]]


def of(asked, name, labels, facets):
    counted = [(labels[code], facets.get(f"{name}={code}", 0), asked.with_answer(name, code)) for code in labels]
    answering = [choice for choice in counted if choice[1]]
    return sorted(answering, key=lambda choice: (-choice[1], choice[0]))[:MOST_SHOWN]


def what_to_drop(found, user):
    """[(label, how many answers, address)]: each filter or word left out in turn, where that gives something."""
    asked, groups = found.asked, found.groups
    tries = [(f"sans «\u202f{label}\u202f»", asked_without(asked, name), groups) for name, label, _ in asked.chips]
    for one in groups if len(groups) > 1 else []:
        others = [group for group in groups if group is not one]
        words = " ".join(group.typed for group in others)
        tries.append((f"sans le mot «\u202f{one.typed}\u202f»", replace(asked, q=words), others))
    for_member = permissions.is_of_the_network(user)
    counted = [
        (label, count_of(tried, left, for_member, found.is_loose), tried.url())
        for label, tried, left in tries[:MOST_TRIES]
    ]
    return [told for told in counted if told[1]]


def asked_without(asked, name):
    if name in FILTERS:
        return replace(asked, answers={other: value for other, value in asked.answers.items() if other != name})
    return replace(asked, **{name: ""})


def count_of(asked, groups, for_member, is_loose):
    reading = Reading(asked, groups, None, for_member)
    reading.is_loose = is_loose
    return reading.count()

"""Whether the register is as it was written: each seal, each text, each paper is computed again and held against what
the history, which only grows, says of them."""

from django.db.models import CharField, Func
from django.utils import timezone

from charter.models import Act, PaperSignature, Version, Way
from lemans_solidaire.network.models import Event

ADOPTION = {
    "number": "son numéro a changé depuis l’adoption",
    "digest": "son empreinte a changé depuis l’adoption",
    "adopted_on": "le jour de son adoption a changé",
    "adopted_body": "qui l’a adoptée a changé",
    "change_note": "ce qui dit ses changements a changé",
    "summaries": "les «\u202fEn clair\u202f» ont changé depuis l’adoption",
}
ON_PAPER = (
    "structure_id", "version_id", "positions", "signer_name", "signer_function", "power_body", "power_on",
)  # fmt: skip


def all_faults():
    """(what, what is wrong with it), in French; nothing when all is as it was written."""
    for act, words in broken_acts():
        day = timezone.localtime(act.at)
        yield f"Acte {act.number} ({act.code}, {act.structure_name}, {day:%d/%m/%Y})", words
    for number, event in sorted(missing_acts().items()):
        day = timezone.localtime(event.at)
        yield f"Acte {number} ({event.structure}, {day:%d/%m/%Y})", "l’histoire en parle, et il a été effacé"
    yield from broken_versions()


def broken_acts():
    """[(act, what is wrong)], the versions left aside."""
    versions, papers, found, before = Version.objects.in_bulk(), papers_by_act(), [], None
    for act in Act.objects.order_by("number").iterator(chunk_size=500):
        act.version = versions[act.version_id]
        found += [(act, words) for words in (*faults(act, before), *paper_faults(act, papers))]
        before = act
    return found


def faults_of(act):
    """[What is wrong] with one act and all that its page says."""
    before = Act.objects.filter(number=act.number - 1).first()
    found = [*faults(act, before), *paper_faults(act, papers_by_act(act=act) if act.way == Way.PAPER else {})]
    found += [f"version {act.version.number}\u202f: {words}" for words in version_faults(act.version, adoptions())]
    if missing_acts(structure=act.structure_id):
        found.append("un autre acte de cette structure a été effacé")
    return found


def faults(act, before):
    if act.seal != act.sealed():
        yield "son sceau ne correspond plus à ce qu’il dit"
    if act.previous_seal != (before.seal if before else ""):
        yield "il ne suit plus l’acte d’avant"
    if act.number != (before.number + 1 if before else 1):
        yield "un acte manque avant lui"
    if act.text_digest != act.version.digest or not act.version.is_exact:
        yield "le texte signé a changé"


def missing_acts(**of):
    """{number: the event that tells of it} of the acts that are no longer there."""
    events = Event.objects.filter(object_type=Act._meta.label_lower, **of).select_related("structure")
    told = {event.changes["act"]: event for event in events if "act" in event.changes}
    there = set(Act.objects.filter(**of).values_list("number", flat=True).order_by())
    return {number: event for number, event in told.items() if number not in there}


def adoptions():
    """{version id: what the history says of its adoption}."""
    events = Event.objects.filter(object_type=Version._meta.label_lower, verb="charter_adopted")
    return {event.object_id: event.changes for event in events}


def broken_versions():
    known, versions = adoptions(), Version.objects.in_bulk()
    for version in versions.values():
        for words in version_faults(version, known):
            yield f"Version {version.number}", words
    for key, told in known.items():
        if key not in versions:
            yield f"Version {told['number']}", "l’histoire en parle, et elle a été effacée"


def version_faults(version, known):
    """The history of the first versions says less: what it does not say is not compared."""
    told, now = known.get(version.pk, {}), version.adoption
    return [words for name, words in ADOPTION.items() if name in told and told[name] != now[name]]


def papers_by_act(**of):
    """{act id: the paper that was confirmed}, with the digest that its scan has now."""
    digest = Func("scan", template="encode(sha256(%(expressions)s), 'hex')", output_field=CharField())
    papers = PaperSignature.objects.filter(act__isnull=False, **of).defer("scan").annotate(digest_now=digest)
    return {paper.act_id: paper for paper in papers}


def paper_faults(act, papers):
    if act.way != Way.PAPER or not act.is_signature:
        return
    paper = papers.get(act.pk)
    if paper is None:
        yield "son papier a été effacé"
    elif paper.digest_now != act.evidence.get("scan"):
        yield "le scan de son papier a été remplacé"
    elif says_otherwise(paper, act):
        yield "ce qui a été noté de son papier a changé"


def says_otherwise(paper, act):
    same_day = paper.signed_on.isoformat() == act.evidence.get("signed_on")
    return not same_day or any(getattr(paper, name) != getattr(act, name) for name in ON_PAPER)

"""The CCAS and the words of reports: what people's decisions propose to learn."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from indicators import actions
from indicators.learning import lessons
from indicators.models import WordsVerdict
from indicators.views.finding import ccas_campaign


@require_http_methods(["GET", "HEAD", "POST"])
def words(request, year):
    campaign = ccas_campaign(request.user, year)
    new, misleading = lessons(campaign)
    if request.method == "POST":
        answer(request, [*new, *misleading])
        return redirect(request.path)
    context = {"campaign": campaign, "new": new, "misleading": misleading}
    return render(request, "indicators/reading/words.html", context)


def answer(request, asked):
    """One answer for each of the words shown; those that somebody else answered meanwhile are left."""
    code, said, verdict = (request.POST.get(name, "") for name in ("indicator", "words", "verdict"))
    lesson = next((one for one in asked if one.indicator.code == code and one.words == said), None)
    if lesson is None or verdict not in dict(lesson.answers):
        messages.info(request, "Ces mots n’attendent plus de réponse.")
        return
    actions.answer_words(indicator=lesson.indicator, words=lesson.words, verdict=verdict, by=request.user)
    messages.success(request, f"C’est noté pour « {lesson.words} » : {WordsVerdict.Verdict(verdict).label}.")

"""The parts of a service that are written otherwise than they are kept: its hours, its papers, where it is."""

import re

from django import forms

from directory.editing.fields import Choice, Line, Tick
from directory.hours import CLOSED, DAYS, OPEN, UNKNOWN, as_typed, read_week, to_osm, week_of
from directory.hours.words import NAMES, date_in_french

ROWS = 5
LONGEST_HOURS = 500
HOLIDAYS = [(OPEN, "ouvert comme les autres jours"), (CLOSED, "fermé"), (UNKNOWN, "on ne sait pas")]
NEEDED = {"": "on ne sait pas", "rien": "rien à apporter", "oui": "il faut apporter\u202f:"}


class HoursPart(forms.Form):
    """A field for each day; hours that say more than a week are shown as written, until one writes them again."""

    season_from = Line(label="Du", length=50)
    season_to = Line(label="Au", length=50)
    holidays = Choice(HOLIDAYS, label="Les jours fériés")
    written = Line(label="Horaires, tels qu’ils sont écrits", length=LONGEST_HOURS)
    rewrite = Tick(label="Les réécrire par jour", help_text="Ce que vous écrivez pour chaque jour les remplacera.")

    HOURS = [*(f"hours_{day}" for day in DAYS), "season_from", "season_to", "holidays", "written", "rewrite"]

    def hours_shown(self, told):
        osm = told.get("hours") or ""
        week = week_of(osm) if isinstance(osm, str) else None
        if week is None:
            return {"written": str(osm), "holidays": UNKNOWN, "rewrite": False}
        dates = [date_in_french(*one) for one in week.season] if week.season else ["", ""]
        shown = {f"hours_{day}": text for day, text in as_typed(week).items()}
        return shown | {"season_from": dates[0], "season_to": dates[1], "holidays": week.holidays}

    @property
    def is_written_otherwise(self):
        """The page shows the hours as they are written."""
        return "written" in (self.data if self.is_bound else self.initial)

    def days(self):
        return [self[f"hours_{day}"] for day in DAYS]

    def clean_hours(self):
        texts = {day: self.cleaned_data.get(f"hours_{day}") or "" for day in DAYS}
        is_told = any(text.strip() for text in texts.values())
        if self.is_written_otherwise and not self.cleaned_data.get("rewrite"):
            if is_told:
                self.add_error(
                    "rewrite", "Cochez cette case pour que les jours remplacent ce qui est écrit, ou videz-les."
                )
            return {"hours": (self.cleaned_data.get("written") or "").strip()}
        if self.is_written_otherwise and not is_told:
            self.add_error("rewrite", "Écrivez les heures d’un jour au moins, ou décochez cette case.")
        return {"hours": self.read_days(texts, is_told)}

    def read_days(self, texts, is_told):
        season = [self.cleaned_data.get(name) or "" for name in ("season_from", "season_to")]
        holidays = self.cleaned_data.get("holidays") or UNKNOWN
        week, problems = read_week(texts, season, holidays)
        for day, sentence in problems.items():
            self.add_error("season_from" if day == "season" else f"hours_{day}", sentence)
        if not is_told and not problems and (any(season) or holidays != UNKNOWN):
            self.add_error("hours_Mo", "Écrivez d’abord les heures d’un jour.")
        osm = to_osm(week)
        if len(osm) > LONGEST_HOURS:
            self.add_error("hours_Mo", "Ces horaires sont trop longs pour être gardés\u202f: écrivez moins de plages.")
            return ""
        return osm


for day, name in zip(DAYS, NAMES, strict=True):
    HoursPart.base_fields[f"hours_{day}"] = Line(label=name.capitalize(), length=200)


class PapersPart(forms.Form):
    """Papers to bring, each with its reason. None: not known; none of them: nothing to bring."""

    papers_needed = Choice(list(NEEDED.items()), label="Ce qu’il faut apporter")

    PAPERS = ["papers_needed", *(f"paper_{part}_{row}" for row in range(ROWS) for part in ("what", "why"))]

    def papers_shown(self, told):
        papers = told.get("papers")
        rows = [one for one in papers if isinstance(one, dict)] if isinstance(papers, list) else []
        shown = {"papers_needed": "" if papers is None else "oui" if rows else "rien"}
        for row, paper in enumerate(rows[:ROWS]):
            shown |= {f"paper_{part}_{row}": str(paper.get(part) or "") for part in ("what", "why")}
        return shown

    def paper_rows(self):
        """[(paper, its reason, is it to be shown)]: the first, and those where something is written."""
        rows = [(self[f"paper_what_{row}"], self[f"paper_why_{row}"]) for row in range(ROWS)]
        return [
            (what, why, not row or bool(what.value() or why.value() or what.errors or why.errors))
            for row, (what, why) in enumerate(rows)
        ]

    def clean_papers(self):
        needed, rows = self.cleaned_data.get("papers_needed"), []
        for row in range(ROWS):
            what, why = ((self.cleaned_data.get(f"paper_{part}_{row}") or "").strip() for part in ("what", "why"))
            if why and not what:
                self.add_error(f"paper_what_{row}", "Dites quel papier, ou effacez sa raison.")
            rows += [{"what": what, "why": why}] if what or why else []
        rows += self.beyond_the_rows() if needed == "oui" else []
        if needed == "oui" and not rows:
            self.add_error("papers_needed", "Écrivez au moins un papier, ou choisissez une autre réponse.")
        if rows and needed != "oui" and not (needed == "" and self.seen_values.get("papers") is None):
            self.add_error(
                "papers_needed",
                "Vous avez aussi écrit des papiers\u202f: effacez-les, ou choisissez «\u202fil faut apporter\u202f».",
            )
        return {"papers": rows or ([] if needed == "rien" else None)}

    def beyond_the_rows(self):
        """What the page had no room for stays."""
        papers = self.seen_values.get("papers")
        return [one for one in papers if isinstance(one, dict)][ROWS:] if isinstance(papers, list) else []


for row in range(ROWS):
    PapersPart.base_fields[f"paper_what_{row}"] = Line(label=f"Papier {row + 1}", length=150)
    PapersPart.base_fields[f"paper_why_{row}"] = Line(label="Pourquoi", length=200)


class PlacePart(forms.Form):
    """At the structure's own address, or elsewhere."""

    same_address = Tick(label="À l’adresse de la structure")
    address = Line(label="Adresse", length=300)
    address_more = Line(label="Complément", length=300, help_text="Étage, entrée, «\u202fau fond de la cour\u202f».")
    postcode = Line(label="Code postal", length=5)
    city = Line(label="Commune", length=100)

    PLACE = ["same_address", "address", "postcode", "city"]

    def place_of_the_structure(self):
        return {name: getattr(self.structure, name) for name in ("address", "postcode", "city")}

    def place_shown(self, told):
        own = self.place_of_the_structure()
        place = {name: told.get(name) or "" for name in own}
        if own["address"] and place == own:
            return {"same_address": True, "address": "", "postcode": "", "city": ""}
        return place | {"same_address": False}

    @property
    def structure_place(self):
        """In words; empty when its street is not known."""
        own = self.place_of_the_structure()
        if not own["address"]:
            return ""
        return f"{own['address']}, {own['postcode']} {own['city']}".strip(" ,")

    def clean_place(self):
        typed = {name: (self.cleaned_data.get(name) or "").strip() for name in ("address", "postcode", "city")}
        if self.cleaned_data.get("same_address") and self.structure_place:
            if any(typed.values()):
                self.add_error(
                    "same_address", "Vous avez aussi écrit une adresse\u202f: décochez cette case, ou effacez-la."
                )
            return self.place_of_the_structure()
        if typed["postcode"] and not re.fullmatch(r"[0-9]{5}", typed["postcode"]):
            self.add_error("postcode", "Un code postal a cinq chiffres, par exemple 72000.")
        return typed

"""A mobile number is often a volunteer's own: asked about once, before it is read by everybody."""

import re

from django import forms

from directory.editing.fields import Tick

MOBILE = re.compile(r"^(?:\+33|0033|0)[67]")


def is_mobile(text):
    return bool(MOBILE.match(re.sub(r"[^0-9+]", "", text.replace("(0)", ""))))


class PublicPhone(forms.Form):
    """Its box shows only when it is asked; a number that the page had shown already is not asked about again."""

    PUBLIC = "phone_is_public"
    phone_is_public = Tick(
        label="Ce numéro peut être lu par tout le monde",
        help_text="La personne à qui il est l’a dit, ou c’est le téléphone de la structure.",
    )

    @property
    def asks_about_mobile(self):
        return self.PUBLIC in self.errors or (self.is_bound and bool(self.data.get(self.PUBLIC)))

    def ask_about_mobile(self):
        number = self.cleaned_data.get("phone") or ""
        if is_mobile(number) and not self.is_untouched("phone") and not self.cleaned_data.get(self.PUBLIC):
            self.add_error(
                self.PUBLIC, "C’est un numéro de portable\u202f: dites qu’il peut être public, ou changez-le."
            )

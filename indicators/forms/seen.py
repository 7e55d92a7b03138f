"""A form that remembers what its page had shown."""

import json

from django import forms


class SeenForm(forms.Form):
    """A form that remembers what its page had shown, so that nobody else's newer save is written over."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def seen_data(self):
        """What came with the form; nothing seen when it was forged or lost: then both values are shown."""
        try:
            data = json.loads(self.data.get("seen") or "{}")
        except (ValueError, RecursionError):
            return {}
        return data if isinstance(data, dict) else {}

    def see(self, data):
        """From now on the person has this before their eyes."""
        self.data = self.data.copy()
        self.data["seen"] = json.dumps(data)

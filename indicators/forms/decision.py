"""What a person decides of one proposed figure: accept a passage, write the right figure, or set it aside."""

import json
import re

from django import forms
from django.core.exceptions import ValidationError

from indicators.figures import Kind, Reply, counted, packed, read_reply, unpacked
from indicators.forms.seen import SeenForm
from indicators.models import Proposal

ACCEPTS = re.compile(r"accept-(\d{1,2})")
CORRECT, REJECT = "correct", "reject"


class DecisionForm(SeenForm):
    """Once valid: `is_rejection`, or `reply` to put in the sheet and `chosen`, the rank of its passage."""

    decision = forms.CharField(max_length=20)
    figure = forms.CharField(label="Le chiffre juste", required=False, max_length=60)
    shown = forms.CharField(required=False, max_length=16)

    def __init__(self, data=None, *, proposal, replies):
        self.proposal, self.code = proposal, proposal.indicator.code
        self.now = replies.get(self.code)
        super().__init__(data, initial={"seen": json.dumps(packed(self.mine(self.now)))})
        self.reply, self.chosen, self.is_rejection = None, 0, False

    @property
    def is_about_what_was_shown(self):
        """The page had this very proposal; or a second click says again what the first one did."""
        return self.cleaned_data.get("shown") == self.proposal.mark or self.proposal.is_decided_as(*self.decided)

    @property
    def decided(self):
        """(state, rank of the passage, figure) as the proposal will keep them."""
        if self.is_rejection:
            return Proposal.State.REJECTED, None, None
        return self.proposal.state_for(self.chosen, self.reply.value), self.chosen, self.reply.value

    def mine(self, reply):
        return {} if reply is None else {self.code: reply}

    def clean(self):
        decision = self.cleaned_data.get("decision", "")
        accepted = ACCEPTS.fullmatch(decision)
        if accepted and int(accepted[1]) < len(self.proposal.passages):
            self.accept(int(accepted[1]))
        elif decision == CORRECT:
            self.correct()
        elif decision == REJECT:
            self.is_rejection = True
        else:
            raise ValidationError("Choisissez ce qu’il faut faire de ce chiffre.")
        return self.cleaned_data

    def accept(self, rank):
        """What the sheet already says alike keeps its word and its kind."""
        self.chosen, value = rank, self.proposal.values[rank]
        is_about = self.proposal.passages[rank].get("is_approximate")
        read = Reply(Kind.ESTIMATED, value) if is_about else counted(value)
        self.reply = self.now if self.now and self.now.value == value else read

    def correct(self):
        try:
            self.reply = read_reply(self.cleaned_data.get("figure", ""))
        except ValidationError as problem:
            self.add_error("figure", problem)
            return
        if self.reply is None or self.reply.value is None:
            self.add_error(
                "figure", "Écrivez le chiffre juste ; si le rapport ne le dit pas, choisissez « Ce n’est pas cela »."
            )
            return
        values = self.proposal.values
        self.chosen = values.index(self.reply.value) if self.reply.value in values else 0

    def seen_replies(self):
        return unpacked(self.seen_data())

    def after_conflict(self, conflicts):
        """The page now shows what somebody else saved: deciding again is knowing it."""
        self.see(packed(self.mine(conflicts.get(self.code))))

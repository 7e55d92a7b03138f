"""Two people on one sheet: never a silent overwrite, never a lost edit."""

from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from indicators.figures import Kind
from indicators.forms.figures import FiguresForm
from indicators.merging import merge
from indicators.models import Indicator

KEYS = ["accueils", "passages", "contacts"]
TEXTS = ["", "5", "6", "environ 6", "non compté", "illisible"]
SOMETHING = st.dictionaries(st.sampled_from(KEYS), st.sampled_from([5, 6, 7]))
TYPED = st.dictionaries(st.sampled_from(KEYS), st.sampled_from([None, 5, 6, 7]))


@given(stored=SOMETHING, seen=SOMETHING, typed=TYPED)
def test_only_what_was_seen_is_written_over(stored, seen, typed):
    changes, _ = merge(stored=stored, seen=seen, typed=typed)
    for key, (old, _) in changes.items():
        assert old == stored.get(key) == seen.get(key)


@given(stored=SOMETHING, seen=SOMETHING, typed=TYPED)
def test_an_edit_is_written_or_told_or_already_there(stored, seen, typed):
    changes, conflicts = merge(stored=stored, seen=seen, typed=typed)
    assert not changes.keys() & conflicts.keys()
    for key, new in typed.items():
        if new != seen.get(key):
            assert (
                stored.get(key) == new
                or changes.get(key) == (stored.get(key), new)
                or (key in conflicts and conflicts[key] == stored.get(key))
            )


@given(stored=SOMETHING, seen=SOMETHING)
def test_a_page_left_as_it_was_shown_writes_nothing_and_disturbs_nobody(stored, seen):
    assert merge(stored=stored, seen=seen, typed={key: seen.get(key) for key in KEYS}) == ({}, {})


@given(stored=SOMETHING, typed=TYPED)
def test_alone_on_a_sheet_nobody_is_refused(stored, typed):
    changes, conflicts = merge(stored=stored, seen=stored, typed=typed)
    assert not conflicts
    assert changes == {key: (stored.get(key), new) for key, new in typed.items() if new != stored.get(key)}


@given(stored=SOMETHING, seen=SOMETHING, typed=TYPED)
def test_once_both_values_were_shown_the_same_save_goes_through(stored, seen, typed):
    changes, conflicts = merge(stored=stored, seen=seen, typed=typed)
    again, still = merge(stored=stored, seen=stored, typed={key: typed[key] for key in changes.keys() | conflicts})
    assert not still
    assert again.keys() == changes.keys() | conflicts.keys()


class Window:
    """What one person has on the screen: texts in the fields, the hidden « seen », and what their eyes were shown."""

    def __init__(self, sheet):
        self.open(sheet)

    def open(self, sheet):
        form = FiguresForm(indicators=indicators(), replies=sheet)
        self.fields = form.initial
        self.seen = self.fields.pop("seen")
        self.shown = dict(sheet)

    def form(self):
        data = QueryDict(mutable=True)
        data.update(self.fields | {"seen": self.seen})
        form = FiguresForm(data, indicators=indicators(), replies={})
        form.is_valid()
        return form


def indicators():
    return [Indicator(pk=number, code=code) for number, code in enumerate(KEYS)]


class TwoPeopleOnOnePage(RuleBasedStateMachine):
    """They type, save automatically, press « Enregistrer », are refused, load the page again, in any order."""

    @initialize()
    def begin(self):
        self.sheet = {}
        self.windows = [Window(self.sheet), Window(self.sheet)]

    @rule(who=st.sampled_from([0, 1]), code=st.sampled_from(KEYS), text=st.sampled_from(TEXTS))
    def types(self, who, code, text):
        fields = self.windows[who].fields
        fields[code], fields[f"{code}-sorte"] = text, Kind.COUNTED

    @rule(who=st.sampled_from([0, 1]))
    def loads_the_page(self, who):
        self.windows[who].open(self.sheet)

    @rule(who=st.sampled_from([0, 1]))
    def is_saved_automatically(self, who):
        self.save(self.windows[who], refused_when_unreadable=False)

    @rule(who=st.sampled_from([0, 1]))
    def presses_the_button(self, who):
        self.save(self.windows[who], refused_when_unreadable=True)

    def save(self, window, *, refused_when_unreadable):
        form = window.form()
        if form.errors and refused_when_unreadable:
            return
        typed = {indicator.code: reply for indicator, reply in form.typed.items()}
        before = dict(self.sheet)
        changes, conflicts = merge(stored=before, seen=form.seen_replies(), typed=typed)
        if conflicts and refused_when_unreadable:
            form.after_conflict(before)
            self.show_both(window, form, before)
        elif not conflicts:
            self.write(window, before, changes, typed)
            form.after_saving(self.sheet)
            window.seen = form["seen"].value()

    def show_both(self, window, form, stored):
        """The page is drawn again: every newer figure stands in its field, or beside what was typed."""
        before = dict(window.fields)
        window.fields = {name: form[name].value() for name in window.fields}
        window.seen = form["seen"].value()
        shown_now = {indicator.code: reply for indicator, reply in window.form().typed.items()}
        for indicator, reply in form.typed.items():
            code = indicator.code
            if reply == window.shown.get(code):
                assert shown_now[code] == stored.get(code), "left untouched, and not brought up to date"
            else:
                assert window.fields[code] == before[code], "what was typed is lost"
        window.shown = dict(stored)

    def write(self, window, before, changes, typed):
        for code, new in typed.items():
            if new != window.shown.get(code):
                assert code in changes or before.get(code) == new, "a lost edit"
        for code, (_, new) in changes.items():
            assert before.get(code) == window.shown.get(code), "a silent overwrite"
            self.sheet[code] = new
            if new is None:
                del self.sheet[code]
        window.shown |= {code: new for code, new in typed.items() if self.sheet.get(code) == new}

    @invariant()
    def what_the_page_says_it_showed_is_what_was_shown(self):
        for window in getattr(self, "windows", ()):
            seen = window.form().seen_replies()
            assert seen == {code: reply for code, reply in window.shown.items() if reply is not None}


TestTwoPeopleOnOnePage = TwoPeopleOnOnePage.TestCase
TestTwoPeopleOnOnePage.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)

"""The signatures of the demonstration: in three ways, with a reservation and a withdrawal; loaded once."""

from charter.models import Act, Version
from charter.register import register
from charter.verifying import all_faults
from lemans_solidaire.network import demo


def test_the_demonstration_is_signed_once_in_three_ways(db):
    demo.load()
    demo.load()
    acts = Act.objects.all()
    assert {act.way for act in acts} == {"account", "link", "paper"}
    assert {act.version.number for act in acts} == {1, 2}
    assert sum(act.kind == "withdrawn" for act in acts) == 1
    assert sum(any(act.positions.values()) for act in acts) == 1
    assert [act.at for act in acts] == sorted(act.at for act in acts)
    first, second = Version.objects.order_by("number")
    assert {entry.latest.version for entry in register(second.adopted_on)} == {first}
    assert len(register("2100-01-01")) == 7
    assert list(all_faults()) == []

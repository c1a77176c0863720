"""Every act that the code writes into the trail has words; a code on a history page says nothing to an auditor."""

import re

from django.conf import settings

from launcher import places
from office import acts

RECORDED = re.compile(r'audit\.record(?:_many)?\(\s*[^"]*?"([a-z_]+(?:\.[a-z_]+){1,2})"', re.DOTALL)


def test_each_recorded_act_has_words() -> None:
    text = "\n".join(
        path.read_text(encoding="utf-8") for room in settings.ROOM_APPS for path in (places.ROOT / room).rglob("*.py")
    )
    found = set(RECORDED.findall(text))
    assert len(found) > 50, found
    assert sorted(act for act in found if acts.act_label(act) == act) == []

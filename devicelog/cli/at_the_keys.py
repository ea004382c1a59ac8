"""The keys of whoever treats, while a session is recorded: what they state becomes acts among the bytes."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from devicelog import clock
from devicelog.ledger import Kind
from devicelog.recorder.act import act
from devicelog.sealed import seal_fields
from devicelog.steps.keys import Desk, Keys, Zone

if TYPE_CHECKING:
    from devicelog.chunk import Chunk
    from devicelog.cli.opening import Stated
    from devicelog.keyboard import Keyboard
    from devicelog.plan import Plan
    from devicelog.terminal.live import LiveView

#: Seals a free text with the subject's key.
Seal = Callable[[str], dict[str, str]]


class AtTheKeys:
    """Reads the terminal beside the live view; with `is_shared` the keyboard of a typed driver hands the keys on."""

    def __init__(self, said: Stated, plan: Plan, seal: Seal) -> None:
        from devicelog.screening.rules import load
        from devicelog.steps.said import products, syringes

        by = said.setting.practitioner
        self.is_shared = False
        self._said = said
        self._seal = seal
        self._put: Callable[[Chunk], None] | None = None
        self._view: LiveView | None = None
        self._keyboard: Keyboard | None = None
        self._products = products(said.draft, by)
        self._syringes = {one.number: one for one in syringes(said.draft, by)}
        self._in_use = next(iter(self._syringes.values()), None)
        self._planned = list(dict.fromkeys(plan.zones))
        body_map = said.setting.body_map
        planned = {body_map.canonical(zone) for zone in self._planned} if body_map is not None else set()
        others = [code for code in body_map.zones if code not in planned] if body_map is not None else []
        labels = {number: one.label for number, one in self._syringes.items()}
        self._rules = said.setting.rules or load()  # where nobody was asked, something can be learned all the same
        questions = {rule.code: rule.title for rule in self._rules.asked(said.setting.modality)}
        self.keys = Keys(Desk([*self._planned, *others], self._find, labels, by, questions), self._state)

    @contextlib.contextmanager
    def listening(self, put: Callable[[Chunk], None], view: LiveView | None) -> Iterator[None]:
        """While a session is recorded: the terminal hands on each key as it is pressed, and is given back behind it."""
        self._put, self._view = put, view
        from devicelog import keyboard

        if view is not None and view.draws and not self.is_shared and keyboard.hands_on_keys():
            keyboard.sit_down(self.keys)
            self._keyboard = keyboard.Keyboard(sys.stdin.fileno())
        try:
            yield
        finally:
            self._close()

    def look(self) -> None:
        """Take the keys that were pressed; without a view that shows them nobody could know what they do."""
        if self._keyboard is None:
            return
        if self._view is None or not self._view.draws:
            self._close()
        else:
            self._keyboard.read(0)

    def _close(self) -> None:
        keyboard, self._keyboard = self._keyboard, None
        if keyboard is not None:
            keyboard.close()

    def _find(self, text: str) -> Zone | None:
        """The zone that a code or another name means; a planned one is one, also where it is not on the body map."""
        from devicelog.treatment.exclusions import excluded

        setting = self._said.setting
        place = setting.body_map.find(text) if setting.body_map is not None else None
        if place is None and text not in self._planned:
            return None
        code = text if text in self._planned or place is None else place.code
        why = excluded(setting.protocol, setting.body_map, code) if setting.protocol is not None else None
        return Zone(code, place.name if place is not None else code, why or "")

    def _state(self, kind: Kind, content: dict[str, Any]) -> None:
        """Let a statement take its place among the bytes, its free text sealed."""
        if self._put is None:
            return
        stamp = clock.now()
        for each, said in self._acts(kind, content):
            self._put(act(stamp, each, **seal_fields(each, said, self._seal)))

    def _acts(self, kind: Kind, content: dict[str, Any]) -> list[tuple[Kind, dict[str, Any]]]:
        """What a key comes to.

        A syringe brings its alarms along, and takes those of the one before away; what is learned may raise one.
        """
        if kind is Kind.SCREENING:
            return self._learned(content)
        if kind is not Kind.SYRINGE_IN_USE:
            return [(kind, content)]
        from devicelog.products.alarms import put_in_use

        before, self._in_use = self._in_use, self._syringes[content["syringe"]]
        setting, because = self._said.setting, content["because"]
        told = (setting.today, setting.recalls, self._said.overridden, because)
        return put_in_use(self._in_use, before, self._products, *told)

    def _learned(self, content: dict[str, Any]) -> list[tuple[Kind, dict[str, Any]]]:
        """A contraindication that is learned now; nothing stops."""
        from devicelog.screening.learned import acts, against, learned

        setting = self._said.setting
        answer = against(self._rules, content["code"], detail=content.get("detail"))
        assessed = learned(self._rules, setting.modality, answer, today=setting.today)
        return list(acts(self._rules, assessed, by=content["by"]))

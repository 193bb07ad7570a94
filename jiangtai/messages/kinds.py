"""The kinds of message: each has its words, with named places for what changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from django.core.exceptions import ImproperlyConfigured

KINDS: dict[str, "MessageKind"] = {}


@dataclass(frozen=True)
class MessageKind:
    """What is said on one occasion: `text` has places such as {title}; with `sms` it also goes to the phone."""

    key: str
    label: str
    text: str
    sms: bool = False

    @property
    def places(self) -> frozenset[str]:
        """The names of the places in the text."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.text) if name is not None)

    def say(self, values: Mapping[str, object]) -> str:
        """The text with its places filled; a place left empty or a value too many is refused."""
        missing, strange = self.places - set(values), set(values) - self.places
        if missing or strange:
            raise ValueError(
                f"消息“{self.label}”需要 {'、'.join(sorted(self.places)) or '（无）'}，"
                f"缺 {'、'.join(sorted(missing)) or '（无）'}，多 {'、'.join(sorted(strange)) or '（无）'}"
            )
        return self.text.format_map({name: str(value) for name, value in values.items()})


def message_kind(kind: MessageKind) -> MessageKind:
    """Declare a kind; one without words, with odd places, or declared twice is refused."""
    if not (kind.key and kind.label and kind.text.strip()):
        raise ImproperlyConfigured(f"message kind {kind.key or '?'} needs key, label and text")
    for _, name, spec, conversion in Formatter().parse(kind.text):
        if name is not None and (not name.isidentifier() or spec or conversion):
            raise ImproperlyConfigured(f"message kind {kind.key}: a place is a plain name in braces, not {name!r}")
    if KINDS.get(kind.key, kind) != kind:
        raise ImproperlyConfigured(f"message kind {kind.key} is declared twice")
    KINDS[kind.key] = kind
    return kind

"""Reads templates as Jinja's own lexer sees them: what of them is HTML, what is code, what people will read."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment

TRANSLATORS = {"_", "gettext", "ngettext", "N_"}
READ_ATTRIBUTES = {"alt", "aria-label", "aria-description", "content", "label", "placeholder", "title"}
LOADING_TAGS = {
    "audio",
    "embed",
    "iframe",
    "img",
    "image",
    "link",
    "object",
    "script",
    "source",
    "track",
    "use",
    "video",
}
PLACE = "\N{REPLACEMENT CHARACTER}"
WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{2,}")
# A sentence or a label: two words, or one with a capital letter or an umlaut.
PROSE = re.compile(r"[ÄÖÜäöüß]|^[A-ZÄÖÜ][a-zäöüß]+\b|[a-zäöüß]{2,} [A-Za-zÄÖÜäöüß]{2,}")
# Names, formats, keys of the keyboard; languages are called by their own names.
SAME_EVERYWHERE = {"Instagram", "AGS", "CSV", "JSON", "XLSX", "SHA", "Excel", "Enter", "Esc", "Deutsch", "English"}
# A page may give attributes to an element of the page that it extends.
ATTRIBUTES = re.compile(r"""^(?:\s*[\w-]+="[^"]*")+\s*$""")
ADDRESS = re.compile(r"\S*/\S*")

Token = tuple[int, str, str]


def split(source: str) -> tuple[str, list[list[Token]]]:
    """Return a template's HTML, with a placeholder for each value, and its pieces of code, token by token."""
    html: list[str] = []
    codes: list[list[Token]] = []
    depth = 0
    for line, kind, value in Environment().lex(source):
        if kind == "data" and depth == 0:
            html.append(value)
        elif kind in ("variable_begin", "block_begin"):
            codes.append([])
            html.append(_stand_in(kind, html[-1:]) if depth == 0 else "")
        elif kind in ("name", "operator", "string"):
            codes[-1].append((line, kind, value))
            if kind == "name" and len(codes[-1]) == 1:
                depth += {"trans": 1, "endtrans": -1}.get(value, 0)
    return "".join(html), codes


def _stand_in(kind: str, before: list[str]) -> str:
    """Return what takes the place of a piece of code: an element's name, a value, or nothing."""
    if kind == "block_begin":
        return ""
    return "x-element" if before and before[0].endswith(("<", "</")) else PLACE


class Markup(HTMLParser):
    """What a piece of HTML says and loads; `faults` is what the content security policy would refuse."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.faults: list[str] = []
        self._within: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element says and loads."""
        values = {name: value or "" for name, value in attrs}
        self._within = tag
        self.texts += [values[name] for name in sorted(READ_ATTRIBUTES & set(values)) if not _is_technical(tag, values)]
        if tag == "input" and values.get("type") in ("submit", "button"):
            self.texts.append(values.get("value", ""))
        if tag == "style" or (tag == "script" and "src" not in values):
            self.faults.append(f"inline <{tag}>")
        self.faults += [f"{name} on <{tag}>" for name in values if name == "style" or name.startswith("on")]
        self.faults += [f"foreign {address}" for address in _loaded(tag, values) if _is_foreign(address)]

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        self._within = None

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if self._within == "script" and data.strip():
            self.faults.append("inline <script>")
        self.texts.append(data)


def _is_technical(tag: str, values: dict[str, str]) -> bool:
    return tag == "meta" and (values.get("name") != "description")


def _loaded(tag: str, values: dict[str, str]) -> list[str]:
    names = ("src", "srcset", "href", "data", "poster", "action", "formaction", "background")
    own = names if tag in LOADING_TAGS else ("src", "srcset", "action", "formaction", "background")
    return [values[name] for name in own if name in values]


def _is_foreign(address: str) -> bool:
    return re.match(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", address, re.IGNORECASE) is not None


def faults(path: Path) -> list[str]:
    """Return what in a template the content security policy would refuse."""
    return Markup(split(path.read_text(encoding="utf-8"))[0]).faults


def untranslated(path: Path) -> list[str]:
    """Return the words of a template that people read and that no catalogue holds."""
    html, codes = split(path.read_text(encoding="utf-8"))
    texts = html.splitlines() if path.suffix == ".txt" else Markup(html).texts
    texts = [text.strip() for text in texts if not ATTRIBUTES.match(text.replace(PLACE, ""))]
    texts += [value for code in codes for value in _plain_strings(code) if PROSE.search(value)]
    return [text for text in texts if set(WORD.findall(ADDRESS.sub("", text))) - SAME_EVERYWHERE]


def _plain_strings(code: list[Token]) -> list[str]:
    """Return the strings of a piece of code that are no part of a call to a translator."""
    found: list[str] = []
    calls: list[bool] = []
    before = ""
    for _, kind, value in code:
        if value == "(" and kind == "operator":
            calls.append(before in TRANSLATORS)
        elif value == ")" and kind == "operator" and calls:
            calls.pop()
        elif kind == "string" and not any(calls) and before not in ("include", "import", "from", "extends"):
            found.append(value[1:-1])
        before = value
    return found

"""Reads a page as a checker for its skeleton would: language, title, headings, names of things."""

from __future__ import annotations

from html.parser import HTMLParser

LOADING = {"img", "script", "source", "iframe", "audio", "video", "link"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """What a page consists of, collected while reading its HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lang: str | None = None
        self.title = ""
        self.headings: list[str] = []
        self.problems: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.controls: list[str | None] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element says of itself."""
        values = dict(attrs)
        if tag not in VOID:
            self._open.append(tag)
        if "style" in values or tag == "style" or any(name.startswith("on") for name in values):
            self.problems.append(f"inline style or script on <{tag}>")
        if tag == "script" and "src" not in values:
            self.problems.append("inline <script>")
        if tag == "img" and not values.get("alt"):
            self.problems.append(f"no alt text: {values.get('src')}")
        if tag == "html":
            self.lang = values.get("lang")
        self._collect(tag, values)

    def _collect(self, tag: str, values: dict[str, str | None]) -> None:
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        if tag == "a" and values.get("href") is not None:
            self.links.append(str(values["href"]))
        if tag == "label":
            self.labels.add(str(values.get("for")))
        if tag in ("select", "textarea") or (tag == "input" and values.get("type") not in ("hidden", "submit")):
            self.controls.append(values.get("id"))
        loads = tag in LOADING and values.get("rel") not in ("canonical", "alternate")
        self.sources += [str(values[name]) for name in ("src", "href") if loads and values.get(name)]

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Collect what can be read."""
        if self._open and self._open[-1] == "title" and "svg" not in self._open:
            self.title += data
        if "template" not in self._open:
            self.text += data

    @property
    def words(self) -> str:
        """Return the text with single spaces."""
        return " ".join(self.text.split())

    def faults(self, lang: str) -> list[str]:
        """Return what is wrong with the skeleton of a page that should be in this language."""
        found = list(self.problems)
        if self.lang != lang:
            found.append(f"lang is {self.lang}")
        if not self.title.strip():
            found.append("no title")
        if self.headings.count("h1") != 1:
            found.append(f"{self.headings.count('h1')} h1")
        found += [f"no label for {control}" for control in self.controls if control not in self.labels]
        found += [f"id twice: {one}" for one in sorted(set(self.ids)) if self.ids.count(one) > 1]
        found += [f"foreign host: {source}" for source in self.sources if not source.startswith("/")]
        return found

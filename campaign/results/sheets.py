"""One table as CSV, XLSX or JSON: the same rows, each in the form that its readers open best."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from campaign.clock import to_berlin
from campaign.results.document import SCORE_PLACES, utc_text

Value = str | int | float | bool | datetime | Sequence[str] | None

# Signs that begin a formula, with their full-width forms (OWASP, CSV Injection).
_FORMULA_SIGNS: Final = "=+-@＝＋－＠"
_FORMULA_SPACES: Final = ("\t", "\r")
_CELL_LIMIT: Final = 16_383  # code points: never more than the 32,767 UTF-16 units of a cell in Excel
_WIDTH_LIMIT: Final = 60
_NUMBER_FORMATS: Final = {"moment": "yyyy-mm-dd hh:mm", "decimal": "0." + "0" * SCORE_PLACES, "whole": "0"}


@dataclass(frozen=True)
class Column:
    """One column: `key` and the plain value in JSON, `header` and what `shown` makes of it in CSV and XLSX."""

    key: str
    header: str
    shown: Callable[[Any], Value] = lambda value: value


@dataclass(frozen=True)
class Table:
    """Rows under columns; `sheet` names the sheet, `name` the list in JSON; `facts` stand beside it there."""

    name: str
    sheet: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Value]]
    facts: Mapping[str, Any] = field(default_factory=dict)


def to_csv(table: Table) -> bytes:
    """Return UTF-8 with BOM, semicolons, CRLF; local times, decimal commas: as a German Excel reads it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow([_harmless(column.header) for column in table.columns])
    writer.writerows([_csv_cell(column.shown(row[column.key])) for column in table.columns] for row in table.rows)
    return stream.getvalue().encode("utf-8-sig")


def to_json(table: Table) -> bytes:
    """Return UTF-8 JSON with sorted keys: `{name: [rows], ...facts}`; times in UTC."""
    rows = [{column.key: _json_value(row[column.key]) for column in table.columns} for row in table.rows]
    text = json.dumps({**table.facts, table.name: rows}, ensure_ascii=False, sort_keys=True, indent=2)
    return f"{text}\n".encode()


def to_xlsx(table: Table) -> bytes:
    """Return a workbook of one sheet: typed cells, frozen header, filter; no text becomes a formula or a link."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        _fill(book, book.add_worksheet(table.sheet), table)
    return stream.getvalue()


WRITERS: Final[dict[str, Callable[[Table], bytes]]] = {"csv": to_csv, "xlsx": to_xlsx, "json": to_json}
MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def _fill(book: xlsxwriter.Workbook, sheet: Worksheet, table: Table) -> None:
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = {name: book.add_format({"num_format": text}) for name, text in _NUMBER_FORMATS.items()}
    last = (len(table.rows), len(table.columns) - 1)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, *last)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{xlsxwriter.utility.xl_rowcol_to_cell(*last)}"})
    for place, column in enumerate(table.columns):
        values = [column.shown(row[column.key]) for row in table.rows]
        sheet.write_string(0, place, column.header, bold)
        sheet.set_column(place, place, _width(column.header, values))
        for line, value in enumerate(values, start=1):
            _write(sheet, line, place, value, formats)


def _write(sheet: Worksheet, line: int, place: int, value: Value, formats: Mapping[str, Format]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, int):
        sheet.write_number(line, place, value, formats["whole"])
    elif isinstance(value, float):
        sheet.write_number(line, place, value, formats["decimal"])
    elif isinstance(value, datetime):
        sheet.write_datetime(line, place, _local(value), formats["moment"])
    else:
        sheet.write_string(line, place, _text(value)[:_CELL_LIMIT])


def _width(header: str, values: Sequence[Value]) -> int:
    longest = max((len(_csv_cell(value)) for value in values), default=0)
    return min(_WIDTH_LIMIT, max(len(header) + 4, longest + 2))


def _csv_cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"{value:.{SCORE_PLACES}f}".replace(".", ",")
    if isinstance(value, datetime):
        return _local(value).strftime("%Y-%m-%d %H:%M")
    return _harmless(_text(value))


def _json_value(value: Value) -> Any:
    return utc_text(value) if isinstance(value, datetime) else value


def _text(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _harmless(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula."""
    starts = text.lstrip(" ").startswith(_FORMULA_SPACES) or text.lstrip()[:1] in tuple(_FORMULA_SIGNS)
    return f"'{text}" if starts else text


def _local(moment: datetime) -> datetime:
    return to_berlin(moment).replace(tzinfo=None, microsecond=0)

"""Files that German Excel opens without a surprise."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import openpyxl
import pytest

from campaign.results.sheets import Column, Table, Value, to_csv, to_json, to_xlsx

MOMENT = datetime(2026, 6, 15, 12, 3, 41, tzinfo=UTC)
DANGEROUS = [
    '=HYPERLINK("http://127.0.0.1/?"&A1;"Klick")',
    "+49 361 0000",
    "-1+1",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\tText",
    "\rText",
    "   =1+1",
    " \t=1+1",
    "\n=1+1",
    "\u00a0=1+1",
    "＝1+1",
]
HARMLESS = [
    "Übermut tut selten gut, Größe auch: ÄÖÜß",
    "Zeile eins\nZeile zwei",
    'Sie sagte: "Schön; wirklich"',
    "Sonne ☀️ und Krämerbrücke 🌉",
    "_x0041_ bleibt so",
    "https://www.instagram.com/p/Cabc/",
    "3 = 3",
    "01234",
    "",
    "mailto:jemand@example.org",
]


def table_of(*rows: dict[str, Value], **facts: str) -> Table:
    columns = [Column(key, f"Spalte {key}") for key in rows[0]]
    return Table("things", "Dinge", columns, rows, facts)


def csv_rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_a_csv_has_a_bom_semicolons_and_windows_line_ends() -> None:
    assert to_csv(table_of({"a": 1, "b": "x"})) == b"\xef\xbb\xbfSpalte a;Spalte b\r\n1;x\r\n"


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_csv_cell_never_starts_a_formula(text: str) -> None:
    assert csv_rows(to_csv(table_of({"a": text})))[1] == [f"'{text}"]


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_text_reaches_the_csv_as_it_is(text: str) -> None:
    assert csv_rows(to_csv(table_of({"a": text, "b": 1})))[1] == [text, "1"]


def test_values_in_a_csv_read_as_german_excel_reads_them() -> None:
    row: dict[str, Value] = {"a": 3.5, "b": -2, "c": MOMENT, "d": True, "e": False, "f": None, "g": ["x", "y"]}
    assert csv_rows(to_csv(table_of(row)))[1] == ["3,500", "-2", "2026-06-15 14:03", "ja", "nein", "", "x, y"]


@pytest.mark.parametrize("text", [text for text in DANGEROUS + HARMLESS if text])
def test_a_text_in_a_workbook_is_a_text_and_neither_formula_nor_link(text: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(table_of({"a": text})))).active
    assert sheet is not None
    cell = sheet["A2"]
    # XML readers turn a carriage return into a line feed unless it is escaped; either is the same text.
    assert (str(cell.value).replace("_x000D_", "\r").replace("\r", "\n"), cell.data_type, cell.hyperlink) == (
        text.replace("\r", "\n"),
        "s",
        None,
    )


def test_a_workbook_has_typed_cells_a_frozen_header_and_a_filter() -> None:
    row: dict[str, Value] = {"a": 7, "b": 3.5, "c": MOMENT, "d": True, "e": None, "f": "16051000"}
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(table_of(row)))).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == [f"Spalte {key}" for key in row]
    assert [cell.value for cell in sheet[2]] == [7, 3.5, datetime(2026, 6, 15, 14, 3, 41), True, None, "16051000"]  # noqa: DTZ001
    assert sheet["C2"].is_date
    assert sheet["B2"].number_format == "0.000"
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("Dinge", "A2", "A1:F2")
    assert sheet.column_dimensions["C"].width > 16


def test_a_very_long_text_does_not_break_the_workbook() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(table_of({"a": "🌉" * 40_000})))).active
    assert sheet is not None
    assert sheet["A2"].value == "🌉" * 16_383


def test_json_holds_plain_values_with_sorted_keys() -> None:
    data = to_json(table_of({"b": MOMENT, "a": "Ä=1", "c": None, "d": 3.5}, contest="blick"))
    assert data.decode().index('"a"') < data.decode().index('"b"')
    assert json.loads(data) == {
        "contest": "blick",
        "things": [{"a": "Ä=1", "b": "2026-06-15T12:03:41Z", "c": None, "d": 3.5}],
    }


def test_an_empty_table_is_a_header() -> None:
    table = Table("things", "Dinge", [Column("a", "A")], [])
    assert to_csv(table) == b"\xef\xbb\xbfA\r\n"
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(table))).active
    assert sheet is not None
    assert [[cell.value for cell in row] for row in sheet.rows] == [["A"]]
    assert json.loads(to_json(table)) == {"things": []}

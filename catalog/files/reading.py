"""From the bytes of a catalogue file to its rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from catalog.errors import InvalidCatalogueFile
from catalog.files.cells import shown
from catalog.files.rows import COLUMNS, FileRow, error_at
from electroports.errors import FieldError
from electroports.spreadsheets import unguard

OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def read_rows(data: bytes) -> list[FileRow]:
    """Return the rows of a CSV file (RFC 4180, UTF-8 with or without a byte order mark), in their order.

    Columns may stand in any order. Empty lines are passed over; a row that is not CSV is there with its reason.
    Raises InvalidCatalogueFile if the file as a whole cannot be read: another encoding, missing or unknown columns.
    """
    return read_table(data, COLUMNS)


def read_table(data: bytes, columns: Sequence[str]) -> list[FileRow]:
    """Return the rows of a CSV file with exactly these columns; see `read_rows`."""
    text = _decoded(data)
    _refuse_other_separators(text)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[FileRow] = []
    header: list[str] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            rows.append(FileRow(line, {}, error_at(line, "", "quoting", f"is no row of a CSV file: {error}.")))
            continue
        if header and any(cells):
            rows.append(_row(line, header, cells))
        elif not header and cells:
            header = cells
            _check_header(line, header, columns)
    if not header:
        raise InvalidCatalogueFile("The file is empty.", errors=[error_at(1, "", "required", "has no columns.")])
    return rows


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8: byte {error.start + 1} of the file is 0x{data[error.start]:02x}."
        raise InvalidCatalogueFile(
            "The file is not UTF-8.", errors=[error_at(line, "", "encoding", message)]
        ) from error


def _refuse_other_separators(text: str) -> None:
    """Say of a file as many spreadsheets write it what is the matter, rather than miss each column of it."""
    line, first = next(((number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()), (1, ""))
    found = "" if "," in first else next((mark for mark in OTHER_SEPARATORS if mark in first), "")
    if found:
        message = f"has {OTHER_SEPARATORS[found]} between its columns; they have to be separated by commas."
        raise InvalidCatalogueFile(
            "The columns are not separated by commas.", errors=[error_at(line, "", "separator", message)]
        )


def _check_header(line: int, header: list[str], columns: Sequence[str]) -> None:
    errors: list[FieldError] = []
    for name in dict.fromkeys(header):
        if name not in columns:
            errors.append(error_at(line, name[:40], "unknown_column", f"{shown(name)} is no column of this file."))
        elif header.count(name) > 1:
            errors.append(error_at(line, name, "duplicate", "stands here more than once."))
    errors += [error_at(line, name, "missing_column", "is missing.") for name in columns if name not in header]
    if errors:
        raise InvalidCatalogueFile("The columns are not those of this file.", errors=errors)


def _row(line: int, header: list[str], cells: list[str]) -> FileRow:
    if len(cells) != len(header):
        problem = error_at(line, "", "columns", f"has {len(cells)} cells; the header has {len(header)}.")
        return FileRow(line, {}, problem)
    return FileRow(line, dict(zip(header, map(unguard, cells), strict=True)))

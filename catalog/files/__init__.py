"""Catalogue files: the CSV that staff, suppliers and the seed describe products in. Pure: no database here."""

from catalog.files.parsing import parse_products
from catalog.files.reading import read_rows
from catalog.files.rows import COLUMNS, FileRow, ProductRow, VariantRow
from catalog.files.writing import write_products

__all__ = ["COLUMNS", "FileRow", "ProductRow", "VariantRow", "parse_products", "read_rows", "write_products"]

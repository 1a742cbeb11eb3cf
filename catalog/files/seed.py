"""The folder of data files that a shop is seeded from."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from catalog.errors import InvalidCatalogueFile
from catalog.files.parsing import parse_products
from catalog.files.reading import read_rows
from catalog.files.rows import FileRow

FOLDERS = ("products", "ports")


class SeedFolder:
    """The data files of a folder, read once. A file that is not there has nothing to say."""

    def __init__(self, folder: Path) -> None:
        paths = [
            *sorted(folder.glob("*.csv")),
            *(path for name in FOLDERS for path in sorted((folder / name).glob("*.csv"))),
        ]
        self._contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        self.products = {name: read_rows(data) for name, data in self.all_in("products")}

    def __getitem__(self, table: str) -> bytes:
        return self._contents[f"{table}.csv"]

    def get(self, table: str) -> bytes | None:
        """Return the file of a table, None where there is none."""
        return self._contents.get(f"{table}.csv")

    def all_in(self, folder: str) -> Iterator[tuple[str, bytes]]:
        """Yield the files of a folder in it, by name."""
        for name, data in self._contents.items():
            if name.startswith(f"{folder}/"):
                yield name.removeprefix(f"{folder}/"), data

    @property
    def slugs(self) -> list[str]:
        """The slugs of all products, each once, in the order of the files."""
        return list(dict.fromkeys(row.cells["product"] for rows in self.products.values() for row in rows if row.cells))

    @property
    def digest(self) -> str:
        """What differs when anything in the folder does."""
        digest = blake2b(digest_size=32)
        for name, data in self._contents.items():
            digest.update(b"%s %d\n" % (name.encode(), len(data)) + data)
        return digest.hexdigest()

    def products_without(self, kept: set[str]) -> dict[str, list[FileRow]]:
        """Return the rows of each file but those of the products in `kept`; raises InvalidCatalogueFile."""
        wanted = {
            name: [row for row in rows if row.cells.get("product") not in kept] for name, rows in self.products.items()
        }
        for name, rows in wanted.items():
            _products, errors = parse_products(rows)
            if errors:
                raise InvalidCatalogueFile(f"{name} cannot be taken; nothing was written.", errors=errors)
        return wanted

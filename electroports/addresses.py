"""How a URL names a row: by its id, or by a slug or code; digits are always an id."""

ID_PATTERN = r"[0-9]{1,18}"  # more digits are no id: PostgreSQL's bigint ends at 19, and int() at some number of them


def parse_address(text: str) -> int | str | None:
    """Return the id that digits are, or the slug or code that anything else is; None for more digits than an id has."""
    if not (text.isascii() and text.isdigit()):
        return text
    return int(text) if len(text) <= 18 else None


def parse_id(text: str) -> int | None:
    """Return the id that `text` is, if it is one."""
    found = parse_address(text)
    return found if isinstance(found, int) else None

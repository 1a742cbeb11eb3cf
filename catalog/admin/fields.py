"""Form fields in which staff enter lists, pairs, pictures and places in the category tree."""

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from catalog.models import Category, SoundDevice
from catalog.pictures import ENCODINGS, PictureRefused, decode_upload, encode_upload
from electroports.texts import unseen_in

MAX_LINES = 100
MAX_NAME = 80
MAX_VALUE = 500
MAX_PICTURE_BYTES = 15 * 1024 * 1024
CONNECTIVITY_WORDS = {"usb": "USB", "wifi": "Wi-Fi", "2.4ghz": "2.4 GHz dongle"}


class LinesField(forms.Field):
    """A list of texts, one a line; empty lines are skipped."""

    def __init__(self, *, rows: int = 6, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(widget=UnfoldAdminTextareaWidget(attrs={"rows": rows}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return the stored list as lines; what was typed stays as it was typed."""
        return "\n".join(self.line_of(row) for row in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[Any]:
        """Return the list; raises ValidationError that names the line."""
        if isinstance(value, list):
            return value
        rows = []
        for number, line in enumerate(str(value or "").splitlines(), start=1):
            if text := line.strip():
                if (character := unseen_in(text)) is not None:
                    message = f"Line {number} holds the character {character}, which nobody sees."
                    raise ValidationError(message, code="invalid")
                rows.append(self.row_of(text, number))
        if len(rows) > MAX_LINES:
            raise ValidationError(f"At most {MAX_LINES} lines; these are {len(rows)}.", code="too_many_lines")
        return rows

    def line_of(self, row: Any) -> str:
        """Return the line that stands for one stored row."""
        return " ".join(str(row).split())

    def row_of(self, line: str, number: int) -> Any:
        """Return the row that a line stands for; raises ValidationError."""
        if len(line) > MAX_VALUE:
            raise ValidationError(f"Line {number} is longer than {MAX_VALUE} characters.", code="too_long")
        return line


class PairsField(LinesField):
    """A list of names with their values, one `Name: value` a line."""

    def to_python(self, value: Any) -> list[Any]:
        """Return the list of pairs; raises ValidationError also for a name that comes twice."""
        rows = super().to_python(value)
        seen: set[str] = set()
        for name, _value in rows:
            if name.casefold() in seen:
                raise ValidationError(f"“{name}” comes twice.", code="repeated_name")
            seen.add(name.casefold())
        return rows

    def line_of(self, row: Any) -> str:
        """Return `Name: value`."""
        return ": ".join(" ".join(str(part).split()) for part in row)

    def row_of(self, line: str, number: int) -> list[str]:
        """Return [name, value]; raises ValidationError."""
        name, colon, text = (part.strip() for part in line.partition(":"))
        if not (name and colon and text):
            raise ValidationError(f"Line {number} is not “Name: value”: {line[:60]}", code="not_a_pair")
        if len(name) > MAX_NAME or len(text) > MAX_VALUE:
            limits = f"at most {MAX_NAME} characters before the colon and {MAX_VALUE} after it"
            raise ValidationError(f"Line {number} is too long: {limits}.", code="too_long")
        return [name, text]


class ConnectivityField(forms.MultipleChoiceField):
    """The ways in which a sound device connects, as checkboxes."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [(word, CONNECTIVITY_WORDS.get(word, word.capitalize())) for word in SoundDevice.CONNECTIVITY]
        super().__init__(choices=choices, widget=UnfoldAdminCheckboxSelectMultipleWidget(), **kwargs)


class PictureField(forms.FileField):
    """An uploaded picture that the shop can decode: JPEG, PNG or WebP.

    It is encoded anew, upright: a photograph says where and by whom it was taken, and the shop shows it to everybody.
    """

    def __init__(self, **kwargs: Any) -> None:
        # The extension decides as what a browser takes the file, and so in which format it is kept.
        validators = [FileExtensionValidator(list(ENCODINGS))]
        widget = UnfoldAdminFileFieldWidget(attrs={"accept": "image/jpeg,image/png,image/webp"})
        super().__init__(validators=validators, widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the picture to keep; raises ValidationError with the reason of the refusal as its code."""
        upload = super().clean(data, initial)
        if not isinstance(upload, UploadedFile):  # the picture stays the one that it is
            return upload
        refuse_large(upload.size or 0)
        name = str(upload.name)
        try:
            picture = decode_upload(upload.read())
        except PictureRefused as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal
        kept = encode_upload(picture, extension=PurePath(name).suffix[1:].lower())
        refuse_large(len(kept))  # a photograph that is called .png is many times the size of its JPEG
        return ContentFile(kept, name)


def refuse_large(size: int) -> None:
    """Raise ValidationError for a picture of more bytes than the shop keeps."""
    if size > MAX_PICTURE_BYTES:
        raise ValidationError(f"At most {MAX_PICTURE_BYTES // 1024 // 1024} MB.", code="too_large")


def in_tree_order(categories: Iterable[Category]) -> Iterator[tuple[Category, int]]:
    """Yield each category after its parent, with its depth; one whose parent is not given counts as a root."""
    rows = list(categories)
    given = {category.pk for category in rows}
    children: dict[int | None, list[Category]] = {}
    for category in sorted(rows, key=lambda row: (row.position, row.name)):
        children.setdefault(category.parent_id if category.parent_id in given else None, []).append(category)
    todo = [(category, 0) for category in reversed(children.get(None, []))]
    while todo:
        category, depth = todo.pop()
        yield category, depth
        todo += [(child, depth + 1) for child in reversed(children.get(category.pk, []))]


def tree_choices() -> list[tuple[int, str]]:
    """Return all categories in the order of the tree, indented, by one query."""
    return [(row.pk, "\u2003" * depth + row.name) for row, depth in in_tree_order(Category.objects.all())]


class TreeIterator(forms.models.ModelChoiceIterator):  # type: ignore[type-arg]
    """The choices of a category field in the order of the tree."""

    def __iter__(self) -> Iterator[Any]:
        yield ("", "Select a category")
        yield from tree_choices()


class TreeField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A category, chosen from the indented tree."""

    iterator = TreeIterator

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Category.objects.all(), widget=UnfoldAdminSelectWidget(), **kwargs)

"""If-Match (RFC 9110, section 13.1.1): who changes something says which version of it they have read.

A staff document has a strong entity tag, a digest of its JSON. A change names that tag; an action that makes it locks
the row, reads the document again and compares, all in one transaction. So of two changes that began from the same
version one goes through, and the other is told to read again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from electroports.errors import DomainError, FieldError, InvalidInput
from electroports.rendering import dump_json

HEADER = "If-Match"
TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
TAGS = re.compile(rf"[ \t]*{TAG}[ \t]*(?:,[ \t]*{TAG}[ \t]*)*")


class PreconditionRequired(DomainError):
    """A change that does not say which version it is meant for (RFC 6585, section 3)."""

    status = 428
    code = "precondition_required"


class PreconditionFailed(DomainError):
    """A change that is meant for another version than the one that is there now."""

    status = 412
    code = "precondition_failed"


@dataclass(frozen=True, slots=True)
class Precondition:
    """The versions that a change is meant for; None stands for whatever is there."""

    tags: frozenset[str] | None

    def check(self, document: Any) -> None:
        """Raise PreconditionFailed unless `document` is one of these versions.

        Call it in the transaction of the change, with the document read anew after its row was locked: before the lock,
        two changes would both find what they expect. The comparison is strong, a weak tag equals none.
        """
        if self.tags is not None and entity_tag(document) not in self.tags:
            raise PreconditionFailed("Somebody changed this since you have read it. Read it again, and decide anew.")


# For whoever has no version in hand: the back office, imports, jobs.
ANY_VERSION = Precondition(None)


def entity_tag(document: Any) -> str:
    """Return the strong entity tag of a document, which follows from its JSON alone."""
    return tag_of(dump_json(document))


def tag_of(body: bytes) -> str:
    """Return the strong entity tag of a document that is JSON already."""
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def read_if_match(header: str | None) -> Precondition:
    """Return what an If-Match header asks for; raises PreconditionRequired without one, InvalidInput if it is none."""
    if header is None:
        raise PreconditionRequired(
            "Say which version you change: send the ETag that you have read in If-Match, or * for whatever is there."
        )
    return read_optional_if_match(header)


def read_optional_if_match(header: str | None) -> Precondition:
    """Return what an If-Match header asks for, whatever is there without one; raises InvalidInput if it is none."""
    if header is None or header.strip() == "*":
        return ANY_VERSION
    if not TAGS.fullmatch(header):
        message = 'Give ETags as they were received, quotes and all, with commas between, or "*".'
        raise InvalidInput("If-Match is malformed.", errors=[FieldError(HEADER, "invalid", message)])
    return Precondition(frozenset(re.findall(TAG, header)))

"""Pictures of the shop's own folder, where no S3 holds them."""

import errno
import posixpath

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousFileOperation
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.static import serve

# What only staff may see, who get it in the back office.
PRIVATE_FOLDERS = frozenset({"payments"})
NOT_THERE = (errno.ENOENT, errno.ENAMETOOLONG)


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with a file; raises Http404 also for a name longer than any file's, and a file that is just deleted.

    Raises BadRequest for a path out of the folder: scanners try them all day, and Django logs its own refusal of
    each as an error with a traceback.
    """
    # As `serve` takes a path.
    if posixpath.normpath(path).lstrip("/").split("/")[0] in PRIVATE_FOLDERS:
        raise Http404
    try:
        return serve(request, path, document_root=settings.MEDIA_ROOT)
    except SuspiciousFileOperation as error:
        raise BadRequest("The path leads out of the folder.") from error
    except OSError as error:
        if error.errno not in NOT_THERE:
            raise
        raise Http404 from error

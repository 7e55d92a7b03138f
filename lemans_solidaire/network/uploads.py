"""What is left of a file that weighs too much: nothing on the disk, and a word for the view."""

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.urls import Resolver404, resolve

TOGETHER = 3  # times what one file may weigh: all the files of a request
MAX_BYTES = 21 * 1024**2  # more than any view accepts, so that a file slightly too heavy is refused with its weight


def accepts_files_up_to(most, allowed):
    """For one view: files of `most` bytes from an account for which `allowed` is true, as usual from all others."""

    def mark(view):
        view.accepts_files = most, allowed
        return view

    return mark


def most_bytes(request):
    """Asked before the body is read: the middleware reads it before Django knows the view."""
    try:
        most, allowed = getattr(resolve(request.path_info).func, "accepts_files", (MAX_BYTES, None))
    except Resolver404:
        return MAX_BYTES
    return most if allowed and allowed(request.user) else MAX_BYTES


class LimitedUpload(FileUploadHandler):
    """First of the handlers. Past what the view accepts, for one file or for all together, a file is left out of
    request.FILES, the other fields are still read, and `request.upload_too_large` is True; otherwise the request has no
    such attribute.
    """

    def handle_raw_input(self, *args, **kwargs):
        self.most = most_bytes(self.request)
        self.left = TOGETHER * self.most

    def receive_data_chunk(self, raw_data, start):
        self.left -= len(raw_data)
        if start + len(raw_data) > self.most or self.left < 0:
            self.request.upload_too_large = True
            raise SkipFile  # Django then closes, hence removes, the temporary file of the next handler
        return raw_data

    def file_complete(self, file_size):
        """Nothing: the next handlers hold the file."""

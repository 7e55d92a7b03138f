"""What is left of a file that weighs too much: nothing on the disk, and a word for the view."""

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

MAX_BYTES = 21 * 1024**2  # more than any view accepts, so that a file slightly too heavy is refused with its weight


class LimitedUpload(FileUploadHandler):
    """First of the handlers. Past MAX_BYTES the file is left out of request.FILES, the other fields are still read,
    and `request.upload_too_large` is True; otherwise the request has no such attribute.
    """

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) > MAX_BYTES:
            self.request.upload_too_large = True
            raise SkipFile  # Django then closes, hence removes, the temporary file of the next handler
        return raw_data

    def file_complete(self, file_size):
        """Nothing: the next handlers hold the file."""

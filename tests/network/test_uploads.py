import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from lemans_solidaire.network.uploads import MAX_BYTES

SMALL, HEAVY = b"small", bytes(MAX_BYTES + 1)


@pytest.fixture
def folder(settings, tmp_path):
    """Where Django writes temporary files, behind our handler."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.FILE_UPLOAD_HANDLERS = [
        "lemans_solidaire.network.uploads.LimitedUpload",
        "django.core.files.uploadhandler.MemoryFileUploadHandler",
        "django.core.files.uploadhandler.TemporaryFileUploadHandler",
    ]
    return tmp_path


def posted(**files):
    sent = {name: SimpleUploadedFile(f"{name}.pdf", content) for name, content in files.items()}
    request = RequestFactory().post("/", {"before": "1", **sent, "after": "2"})
    assert request.POST.dict() == {"before": "1", "after": "2"}
    return request


def told(request):
    return getattr(request, "upload_too_large", False)


def test_a_small_file_goes_through_the_memory(folder):
    request = posted(report=SMALL)
    assert request.FILES["report"].read() == SMALL
    assert not told(request)
    assert not list(folder.iterdir())


def test_a_file_at_the_limit_goes_through_the_disk(folder):
    request = posted(report=bytes(MAX_BYTES))
    assert request.FILES["report"].size == MAX_BYTES
    assert not told(request)
    assert len(list(folder.iterdir())) == 1
    request.close()
    assert not list(folder.iterdir())


def test_files_are_also_weighed_together(folder):
    """Four of them, each accepted alone; a small one after them too is left out."""
    request = posted(**{name: bytes(MAX_BYTES) for name in "abcd"}, last=SMALL)
    assert sorted(request.FILES) == ["a", "b", "c"]
    assert told(request)
    request.close()
    assert not list(folder.iterdir())


def test_a_file_past_the_limit_is_left_out_and_leaves_nothing(folder):
    request = posted(report=HEAVY)
    assert not request.FILES
    assert told(request)
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    "files",
    [
        {"first": SMALL, "heavy": HEAVY},
        {"heavy": HEAVY, "last": SMALL},
        {"heavy": HEAVY, "heavier": HEAVY * 2},
    ],
    ids=", ".join,
)
def test_the_other_files_are_kept_whole(folder, files):
    request = posted(**files)
    kept = {name: content for name, content in files.items() if content == SMALL}
    assert {name: file.read() for name, file in request.FILES.items()} == kept
    assert told(request)
    assert len(list(folder.iterdir())) == len(kept)
    request.close()
    assert not list(folder.iterdir())


def test_a_heavy_file_in_base64_is_weighed_decoded(folder):
    boundary, line = "limit", b"AAAA" * (MAX_BYTES // 3 + 1)
    head = 'Content-Disposition: form-data; name="report"; filename="r.pdf"\r\nContent-Transfer-Encoding: base64'
    body = f"--{boundary}\r\n{head}\r\n\r\n".encode() + line + f"\r\n--{boundary}--\r\n".encode()
    request = RequestFactory().generic("POST", "/", body, f"multipart/form-data; boundary={boundary}")
    assert not request.FILES
    assert told(request)
    assert not list(folder.iterdir())

"""Services in the data·inclusion format: each is kept, what cannot be read is said, local corrections stay."""

from directory.importing.reading import FIELDS
from directory.importing.running import import_files, import_services

__all__ = ["FIELDS", "import_files", "import_services"]

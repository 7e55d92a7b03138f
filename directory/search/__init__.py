"""The search: what is asked (asking), what it means (words), how it is read (reading), what answers (answers)."""

from directory.search.answers import search
from directory.search.asking import Asked

__all__ = ["Asked", "search"]

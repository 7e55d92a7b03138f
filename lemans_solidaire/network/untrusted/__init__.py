"""Reads the files people send, in a process of its own that ends: little memory, little time, none of our secrets."""

import json
import math
import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

from lemans_solidaire.processes import dies_with_parent

PROJECT = Path(__file__).resolve().parents[3]
MB = 1024**2
MAX_BYTES = {"workbook": 5 * MB, "csv": 5 * MB, "pdf": 20 * MB}
MAX_SHEETS, MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 10, 20_000, 200, 500_000
MAX_UNPACKED, MAX_ENTRIES = 50 * MB, 1000
MAX_PAGES = 500
MAX_ANSWER = 50 * MB
SECONDS = 20
LIMITS = {
    resource.RLIMIT_CPU: 15,  # seconds
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NPROC: 0,  # it starts nothing itself; root is not held by it
    resource.RLIMIT_AS: 768 * MB,  # last: what prepares the child may need more
}
ENVIRONMENT = {"OPENPYXL_LXML": "False"}  # the same XML parser wherever we run, and no secret for a file to find


def figure(number):
    return f"{number:,}".replace(",", " ")


AS_WORKBOOK = "enregistrez-le sous « classeur Excel (.xlsx) », puis déposez-le de nouveau"
AS_CSV = "enregistrez-le sous « CSV UTF-8 », puis déposez-le de nouveau"
AS_PDF = "exportez votre document au format PDF, puis déposez-le de nouveau"
KEEP_THE_USEFUL = "gardez seulement ce qui sert, puis déposez-le de nouveau"
BROKEN = {
    "workbook": f"Ce classeur n’a pas pu être lu : ouvrez-le dans votre tableur, {AS_WORKBOOK}.",
    "csv": f"Ce fichier n’a pas pu être lu : ouvrez-le dans votre tableur, {AS_CSV}.",
    "pdf": f"Ce PDF est abîmé ou incomplet : {AS_PDF}.",
}
SENTENCES = {
    "empty": "Ce fichier est vide : vérifiez que c’est le bon, puis déposez-le de nouveau.",
    "not_started": "La lecture de ce fichier n’a pas pu commencer : déposez-le de nouveau dans quelques minutes.",
    "too_heavy": f"Ce fichier demande trop de temps ou de mémoire pour être lu : {KEEP_THE_USEFUL}.",
    "not_a_workbook": f"Ce fichier n’est pas au format Excel (.xlsx) : ouvrez votre classeur, {AS_WORKBOOK}.",
    "workbook_password": "Ce classeur est protégé par un mot de passe : enregistrez-le sans mot de passe,"
    " puis déposez-le de nouveau.",
    "too_many_sheets": f"Ce classeur a plus de {MAX_SHEETS} feuilles : {KEEP_THE_USEFUL}.",
    "too_many_rows": f"Ce tableau a plus de {figure(MAX_ROWS)} lignes : {KEEP_THE_USEFUL}.",
    "too_many_columns": f"Ce tableau a plus de {MAX_COLUMNS} colonnes : {KEEP_THE_USEFUL}.",
    "too_many_cells": f"Ce fichier a plus de {figure(MAX_CELLS)} cases remplies : {KEEP_THE_USEFUL}.",
    "not_csv": f"Ce fichier n’est pas au format CSV : ouvrez votre tableau, {AS_CSV}.",
    "not_a_pdf": f"Ce fichier n’est pas un PDF : {AS_PDF}.",
    "pdf_password": "Ce PDF est protégé par un mot de passe : enregistrez-le sans mot de passe,"
    " puis déposez-le de nouveau.",
    "too_many_pages": f"Ce PDF a plus de {MAX_PAGES} pages : {KEEP_THE_USEFUL}.",
}


class RefusedFile(Exception):
    """Why a file cannot be taken and what to do, in one French sentence."""


def read_workbook(path_or_file):
    """{sheet title: rows of texts}; None is an empty cell, empty cells and rows at the end are left out."""
    return read("workbook", path_or_file)


def read_csv(path_or_file):
    """Rows of texts; "" is an empty cell, empty cells and rows at the end are left out."""
    return read("csv", path_or_file)


def check_pdf(path_or_file):
    """The number of pages of a PDF that opens without a password."""
    return read("pdf", path_or_file)


def read(kind, path_or_file):
    if hasattr(path_or_file, "read"):
        return ask(kind, content(path_or_file, MAX_BYTES[kind]))
    with open(path_or_file, "rb") as file:
        return ask(kind, content(file, MAX_BYTES[kind]))


def content(file, limit):
    """Its bytes; the caller finds the file at its beginning again, ready to be kept."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size == 0:
        raise RefusedFile(SENTENCES["empty"])
    if size > limit:
        raise RefusedFile(
            f"Ce fichier pèse {megabytes(size)} Mo ; le portail accepte jusqu’à {megabytes(limit)} Mo :"
            " enregistrez-en une version plus légère, puis déposez-la."
        )
    data = file.read(limit)
    file.seek(0)
    return data


def megabytes(size):
    """« 20,1 »: rounded up, so that a file that is refused never seems to weigh what is accepted."""
    return f"{math.ceil(size * 10 / MB) / 10:g}".replace(".", ",")


def ask(kind, data):
    code, said = run(kind, data)
    if code < 0 or len(said) == MAX_ANSWER:
        raise RefusedFile(SENTENCES["too_heavy"])
    answer = understood(said) if code == 0 else {}
    sentence = SENTENCES.get(str(answer.get("refused")))
    if sentence:
        raise RefusedFile(sentence)
    if not EXPECTED[kind](answer.get("read")):
        raise RefusedFile(BROKEN[kind])
    return answer["read"]


def run(kind, data):
    """Exit code and output of the process; its output is cut past MAX_ANSWER, which stops it."""
    with open(os.memfd_create("received"), "w+b") as stdin:  # on no disk, and fed without a second thread
        stdin.write(data)
        stdin.seek(0)
        process = start(kind, stdin)
    clock = threading.Timer(SECONDS, process.kill)
    clock.start()
    try:
        with process:
            said = process.stdout.read(MAX_ANSWER)
    finally:
        clock.cancel()
    return process.returncode, said


def start(kind, stdin):
    try:
        return subprocess.Popen(
            [sys.executable, "-B", "-m", "lemans_solidaire.network.untrusted.process", kind],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it may quote the file
            cwd=PROJECT,
            env=ENVIRONMENT,
            preexec_fn=limits(),
        )
    except (OSError, subprocess.SubprocessError):
        raise RefusedFile(SENTENCES["not_started"]) from None


def limits():
    die_with_us = dies_with_parent(signal.SIGKILL)

    def in_child():
        die_with_us()
        for what, most in LIMITS.items():
            resource.setrlimit(what, (most, most))

    return in_child


def understood(said):
    try:
        answer = json.loads(said)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def is_workbook(value):
    return isinstance(value, dict) and all(is_table(rows, (str, type(None))) for rows in value.values())


def is_table(value, cell_types=str):
    return isinstance(value, list) and all(
        isinstance(row, list) and all(isinstance(cell, cell_types) for cell in row) for row in value
    )


def is_page_count(value):
    return type(value) is int and 1 <= value <= MAX_PAGES


EXPECTED = {"workbook": is_workbook, "csv": is_table, "pdf": is_page_count}

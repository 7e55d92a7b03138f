"""The files of each format, written into a folder."""

from directory import exporting
from directory.hsds import as_hsds

FORMATS = ["data-inclusion", "csv", "hsds"]


def export(format, folder):
    """(their paths, Exported)"""
    exported = exporting.Exported()
    if format == "data-inclusion":
        paths = [folder / f"{kind}.json" for kind in ("structures", "services")]
        for path in paths:
            with path.open("w", encoding="utf-8") as file:
                exporting.data_inclusion(file, path.stem, exported)
        return paths, exported
    name, encoding, write = {
        "csv": ("services.csv", "utf-8-sig", exporting.as_csv),
        "hsds": ("services-hsds.json", "utf-8", as_hsds),
    }[format]
    with (folder / name).open("w", encoding=encoding, newline="") as file:
        write(file, exported)
    return [folder / name], exported

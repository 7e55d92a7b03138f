"""The few marks that a notice is written with."""


def blocks(text):
    """[(kind, content)]: « title », « heading » and « text » with a string, « list » with strings."""
    found = []
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("## "):
            found.append(("heading", line[3:].strip()))
        elif line.startswith("# "):
            found.append(("title", line[2:].strip()))
        elif line.startswith("- "):
            if not found or found[-1][0] != "list":
                found.append(("list", []))
            found[-1][1].append(line[2:].strip())
        elif line:
            found.append(("text", line))
        elif found and found[-1][0] == "list":
            found.append(("gap", ""))  # a list ends with a blank line
    return [block for block in found if block[0] != "gap"]

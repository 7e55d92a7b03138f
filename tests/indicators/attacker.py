"""Somebody who reads the totals, pages and breakdowns of the editions, and reasons with linear programs.

They know which structures are behind each figure, and which of them changed theirs. They do not read trends, what is
told apart, nor shared sheets, and do not count on parts adding up to the whole: see decision 9.
"""

import json
from collections import defaultdict

import highspy


class Attacker:
    """`learn` an edition after the other, then ask for `bounds` of what was not told."""

    def __init__(self):
        self.solver = highspy.Highs()
        self.solver.silent()
        self.names = {}
        self.sizes = {}  # what is said outright, to speak of it no more

    def unknown(self, *name):
        if name not in self.names:
            self.names[name] = self.solver.addVariable(lb=0)
        return self.names[name]

    def learn(self, text, *, structures, version, cells):
        """`text`: a snapshot. `structures`: whose figures are added up; `version(s)`: changes with the figures of s.

        `cells`: {(code, dimension): {structure: categories}} of those behind each breakdown.
        """
        snapshot = json.loads(text)
        pages = {page["structure_id"]: page for page in snapshot["annexes"]}
        for chapter in snapshot["chapters"]:
            for line in chapter["lines"]:
                self.learn_total(line, pages, structures, version)
            for one in chapter["breakdowns"]:
                if one["edition"] == snapshot["edition"]:
                    self.learn_breakdown(one, cells[one["code"], one["dimension"]], version)

    def whole(self, code, structure, version):
        return self.unknown("whole", code, structure, version(structure))

    def learn_total(self, line, pages, structures, version):
        code = line["code"]
        for structure in structures[code]:
            told = {answer["code"]: answer["value"] for answer in pages.get(structure, {"answers": []})["answers"]}
            if told.get(code) is not None:
                self.solver.addConstr(self.whole(code, structure, version) == float(told[code]))
        if line["answered"] and line["is_told"]:
            total = float(line["total"] if "total" in line else line["at_most"])
            counted = [self.whole(code, structure, version) for structure in structures[code]]
            self.solver.addConstr(sum(counted[1:], counted[0]) == total)

    def part(self, one, structure, category, version):
        return self.unknown("part", one["code"], one["dimension"], structure, category, version(structure))

    def learn_breakdown(self, one, behind, version):
        shares = defaultdict(list)
        for group in one["groups"]:
            parts = [self.part(one, s, category, version) for s in behind for category in group["codes"]]
            self.solver.addConstr(sum(parts[1:], parts[0]) == float(group["value"]))
            for structure in behind:
                shares[structure] += [self.part(one, structure, category, version) for category in group["codes"]]
        for structure, parts in shares.items():
            self.solver.addConstr(sum(parts[1:], parts[0]) <= self.whole(one["code"], structure, version) + 0)

    def bounds(self, unknowns):
        """The least and the most that a sum of unknowns can be."""
        expression = sum(unknowns[1:], unknowns[0]) + 0
        return self.extreme(self.solver.minimize, expression), self.extreme(self.solver.maximize, expression)

    def extreme(self, solve, expression):
        solve(expression)
        status = self.solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return self.solver.getObjectiveValue()
        assert status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible), status
        return float("inf")

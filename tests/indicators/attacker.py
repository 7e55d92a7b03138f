"""Somebody who reads every table of every edition, and reasons with linear programs.

They know which structures are behind each breakdown, how many each of them gave in all, and who changed theirs. Totals
need no program: what remains of one, once the figures told on the pages are taken away, is a leak as it is.
"""

from collections import defaultdict
from decimal import Decimal

import highspy


def remainders(snapshot):
    """[(code, where, what is left of the total when the figures of the pages are taken away)]; nothing may be."""
    told = defaultdict(Decimal)
    for page in snapshot["annexes"]:
        for answer in page["answers"]:
            told[answer["code"]] += Decimal(answer["value"] or 0)
    for chapter in snapshot["chapters"]:
        for line in chapter["lines"]:
            totals = [line, *line["apart"]]
            sums = [Decimal(total.get("total", total.get("at_most", 0))) for total in totals]
            if sum(sums) != told[line["code"]]:
                yield line["code"], sum(sums) - told[line["code"]]


class Attacker:
    """`learn_breakdowns` and `learn_trends` of an edition after the other, then ask for `bounds`."""

    def __init__(self):
        self.solver = highspy.Highs()
        self.solver.silent()
        self.names = {}

    def unknown(self, *name):
        if name not in self.names:
            self.names[name] = self.solver.addVariable(lb=0)
        return self.names[name]

    def part(self, one, structure, category, version):
        return self.unknown("part", one["code"], one["dimension"], structure, category, version(structure))

    def learn_breakdowns(self, snapshot, *, cells, version):
        """`cells`: {(code, dimension): {structure: what it gave in all}} of those behind each breakdown.

        `version(structure)` changes when its figures do.
        """
        for chapter in snapshot["chapters"]:
            for one in chapter["breakdowns"]:
                if one["edition"] == snapshot["edition"]:
                    self.learn_breakdown(one, cells[one["code"], one["dimension"]], version)

    def learn_breakdown(self, one, behind, version):
        shares = defaultdict(list)
        for group in one["groups"]:
            parts = [self.part(one, s, category, version) for s in behind for category in group["codes"]]
            self.solver.addConstr(sum(parts[1:], parts[0]) == float(group["value"]))
            for structure in behind:
                shares[structure] += [self.part(one, structure, category, version) for category in group["codes"]]
        for structure, parts in shares.items():
            self.solver.addConstr(sum(parts[1:], parts[0]) == float(behind[structure]))

    def learn_trends(self, snapshot, *, told):
        """`told`: {(year, code): {structure: figure}} that an edition tells one by one."""
        for chapter in snapshot["chapters"]:
            for line in chapter["lines"]:
                trend = line["trend"] or {"years": [], "values": [], "structures": []}
                for year, value in zip(trend["years"], trend["values"], strict=True):
                    known = told.get((year, line["code"]), {})
                    left = Decimal(value) - sum(known.get(structure, 0) for structure in trend["structures"])
                    others = [s for s in trend["structures"] if s not in known]
                    unknowns = [self.unknown("past", year, line["code"], structure) for structure in others]
                    if unknowns:
                        self.solver.addConstr(sum(unknowns[1:], unknowns[0]) == float(left))

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

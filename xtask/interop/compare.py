"""Compares every value of jetutil's dump of one file with what another reader gives, and prints the outcome as JSON.

usage: compare.py READER FILE DUMP [ESEDBEXPORT WORK-FOLDER]

READER is dissect.esedb, impacket or libesedb. Both sides NULL counts as a compared value, too. A difference is allowed only by a
rule of rules.py; all others are listed as unexpected. Exit status 0 whatever was found, 2 when nothing could be compared.
"""
import collections
import json
import sys

import dump
import libesedb
import readers
import rules
import values
import witness

SHOWN_MAX = 20


class Report:
    def __init__(self):
        self.tables = self.rows = self.values = 0
        self.allowed = collections.Counter()
        self.unexpected = 0
        self.shown = []

    def allow(self, rule, count=1):
        self.allowed[rule.name] += count

    def surprise(self, where, ours, theirs):
        self.unexpected += 1
        if len(self.shown) < SHOWN_MAX:
            self.shown.append("%s: jet %s, reader %s" % (where, short(ours), short(theirs)))

    def judge(self, rule, where, ours, theirs):
        self.allow(rule) if rule else self.surprise(where, ours, theirs)

    def json(self):
        return {
            "tables": self.tables,
            "rows": self.rows,
            "values": self.values,
            "allowed": {name: [count, rules.REASONS[name]] for name, count in sorted(self.allowed.items())},
            "unexpected": self.unexpected,
            "shown": self.shown,
        }


def short(value):
    text = repr(value)
    return text if len(text) < 200 else "%s... (%d characters)" % (text[:160], len(text))


class Comparison:
    """One file read by jet and by another reader."""

    def __init__(self, path, head, reader, tables):
        self.report = Report()
        self.head = head
        self.reader = reader
        self.tables = tables
        self.witness = None
        self.path = path

    def run(self):
        for table in self.common_tables():
            if table.damaged:
                self.report.allow(rules.DAMAGED_TABLE)
            else:
                self.compare_table(table)
        return self.report

    def common_tables(self):
        """Tables that both have; those that only one side has are told."""
        known = {table.name for table in self.tables}
        found = set(self.reader.tables())
        for name in sorted(found - known):
            self.report.surprise("table %s" % name, "no table", "a table")
        for name in sorted(known - found):
            rule = rules.find_missing_table(self.reader.name, self.reader.complaint, self.tables)
            self.report.judge(rule, "table %s" % name, "a table", "no table")
        return [table for table in self.tables if table.name in found]

    def compare_table(self, table):
        """Row by row in the order of the tree; nodes marked deleted are no rows."""
        self.report.tables += 1
        ours = iter(table.rows)
        number = 0
        for is_deleted, get in self.reader.rows(table):
            if is_deleted:
                self.report.allow(rules.DELETED_NODES)
                continue
            row = next(ours, None)
            if row is None:
                rule = rules.find_extra_row(self.reader.name, self.head)
                self.report.judge(rule, "%s row %d" % (table.name, number), "no row", "a row")
                return
            for column in table.columns:
                self.compare_value(table, number, column, row.get(column.name), get)
            number += 1
            self.report.rows += 1
        rest = sum(1 for _ in ours)
        if rest:
            rule = rules.find_missing_rows(self.reader.name, self.reader.complaint, table)
            self.report.judge(rule, "%s from row %d on" % (table.name, number), "%d more rows" % rest, "no row")

    def compare_value(self, table, number, column, ours, get):
        self.report.values += 1
        try:
            theirs = get(column)
        except Exception as error:  # whatever the reader throws is its answer
            theirs = rules.Failed(error)
        if values.agree(self.reader.name, column, ours, theirs):
            return
        where = "%s row %d column %s (%s)" % (table.name, number, column.name, column.type)
        difference = rules.Difference(
            self.reader.name, self.head, table, column, ours, theirs, self.storage(table, number, column)
        )
        self.report.judge(rules.find(difference), where, ours, theirs)

    def storage(self, table, number, column):
        if self.witness is None:
            self.witness = witness.Witness(self.path)
        return frozenset() if table.is_derived else self.witness.storage(table, number, column)


def open_reader(name, path, arguments):
    if name == "libesedb":
        return libesedb.Libesedb(path, *arguments)
    return {"dissect.esedb": readers.Dissect, "impacket": readers.Impacket}[name](path)


def main():
    name, path, dump_path, *arguments = sys.argv[1:]
    head, tables = dump.load(dump_path)
    try:
        report = Comparison(path, head, open_reader(name, path, arguments), tables).run()
    except readers.Refused as error:
        report = Report()
        report.judge(rules.find_refusal(name, head, str(error)), "file", "opens", short(str(error)))
    json.dump(report.json(), sys.stdout)


if __name__ == "__main__":
    main()

"""Rows as dissect.esedb and impacket give them.

Each reader has `tables()`, the names that it finds, and `rows(table)`, which yields `(is_deleted, get)` per node in the
order of the tree; `get(column)` gives the reader's value, or raises what the reader raises. Both look at the node flag of
the reader's own parse, so that rows which they take from deleted nodes can be told apart.
"""
import logging

DELETED = 2  # node flag


class Refused(Exception):
    """The reader does not open the file."""


class Dissect:
    name = "dissect.esedb"
    complaint = ""

    def __init__(self, path):
        from dissect.esedb import EseDB

        try:
            self.db = EseDB(open(path, "rb"))
        except Exception as error:
            raise Refused(repr(error)) from error

    def tables(self):
        return [table.name for table in self.db.tables()]

    def rows(self, table):
        found = self.db.table(table.name)
        for record in found.records():
            yield bool(int(record._node.tag.flags) & DELETED), self._getter(found, record)

    @staticmethod
    def _getter(found, record):
        by_id = found._column_id_map

        def get(column):
            return record._data.get(by_id[column.id])

        return get


class Impacket:
    name = "impacket"
    complaint = ""

    def __init__(self, path):
        from impacket import LOG, ese

        LOG.setLevel(logging.CRITICAL)
        try:
            self.db = ese.ESENT_DB(path)
        except Exception as error:
            raise Refused(repr(error)) from error

    def tables(self):
        return [name.decode("cp1252") for name in self.db._ESENT_DB__tables]

    def rows(self, table):
        cursor = self.db.openTable(table.name.encode("cp1252"))
        while True:
            try:
                row = self.db.getNextRow(cursor)
            except Exception as error:  # the cursor stands on the row that it cannot read
                row = error
            if row is None:
                return
            flags, _ = cursor["CurrentPageData"].getTag(cursor["CurrentTag"])
            yield bool(flags & DELETED), self._getter(row)

    @staticmethod
    def _getter(row):
        def get(column):
            if isinstance(row, Exception):
                raise row
            return row[column.name.encode("cp1252")]

        return get

"""How records store their values, by a second parse (dissect.esedb's) that owes nothing to ours.

Words about one value: `null` (a fixed or tagged column marked NULL), `absent` (the record does not hold the column),
`separated` (in the tree of long values), `compressed`, `multi` (several values), `chunks3` (a long value of three or more
chunks), `null field` (some tagged column of the record is marked NULL). A rule about storage then excuses a reader only where the bytes are what the reader trips over.
"""
import struct

from dissect.esedb import EseDB
from dissect.esedb.btree import BTree
from dissect.esedb.exceptions import KeyNotFoundError, NoNeighbourPageError

import readers

NULL, SEPARATED, COMPRESSED, MULTI = 1, 2, 4, 8


class Witness:
    def __init__(self, path):
        self.db = EseDB(open(path, "rb"))
        self.records = {}

    def storage(self, table, row, column):
        if table.name not in self.records:
            found = self.db.table(table.name).records()
            self.records[table.name] = [
                record for record in found if not int(record._node.tag.flags) & readers.DELETED
            ]
        return frozenset(self._words(self.records[table.name][row], column))

    def _words(self, record, column):
        data = record._data
        if any(data._get_tag_field(place).is_null for place in range(data._tagged_data_count)):
            yield "null field"
        if column.id < 128:
            if column.id > data._last_fixed_id:
                yield "absent"
            elif data._fixed_null_bitmap[(column.id - 1) // 8] >> (column.id - 1) % 8 & 1:
                yield "null"
            return
        if column.id < 256:
            if column.id > data._last_variable_id:
                yield "absent"
            return
        place = data._find_tag_field_idx(column.id)
        if place is None:
            yield "absent"
            return
        field = data._get_tag_field(place)
        if field.is_null:
            yield "null"
            return
        yield from self._flags(record, field, self._bytes(data, place, field))

    @staticmethod
    def _bytes(data, place, field):
        start = data._tagged_data_start
        is_last = place + 1 >= data._tagged_data_count
        end = len(data.data) if is_last else start + data._get_tag_field(place + 1).offset
        return bytes(data.data[start + field.offset + (1 if field.has_extended_info else 0):end])

    def _flags(self, record, field, content):
        flags = field.flags
        names = {type(flags).Separated: "separated", type(flags).Compressed: "compressed",
                 type(flags).MultiValues: "multi"}
        words = {word for flag, word in names.items() if flags & flag}
        yield from words
        ids = []
        if "multi" in words and not flags & type(flags).TwoValues:
            ids = separated_instances(content)
        elif "separated" in words:
            ids = [content]
        chunks = [self._chunk_count(record._table, one) for one in ids]
        if any(count >= 3 for count in chunks):
            yield "chunks3"

    def _chunk_count(self, table, identity):
        key = identity[::-1]
        tree = BTree(self.db, table.lv_page)
        count = 0
        try:
            tree.search(key)
            while bytes(tree.next().key).startswith(key):
                count += 1
        except (KeyNotFoundError, NoNeighbourPageError):  # the first: in dirty files
            pass
        return count


def separated_instances(content):
    """Numbers of the long values in a field with several values."""
    (first,) = struct.unpack_from("<H", content)
    count = (first & 0x7FFF) // 2
    offsets = struct.unpack_from("<%dH" % count, content) + (len(content),)
    return [
        content[offset & 0x7FFF:end & 0x7FFF] for offset, end in zip(offsets, offsets[1:]) if offset & 0x8000
    ]

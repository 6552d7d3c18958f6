"""Where the other readers are known to err: the only differences that a comparison lets pass.

Every rule has a name, under which it is counted, the readers that it excuses, the reason, and a test as narrow as the
mistake. `storage` tells how the record stores the value (see witness.py). What the reader says must be the mistake that the
rule describes wherever that can be computed; a reader that says something else in the same place is a surprise.
"""
from dataclasses import dataclass
from typing import Any, Callable

import dump
import libesedb
import values
import witness


class Failed:
    """What a reader threw instead of giving a value."""

    def __init__(self, error):
        self.error = error
        self.kind = type(error).__name__

    def __repr__(self):
        return "failed with %r" % self.error


@dataclass
class Difference:
    reader: str
    head: dict  # first line of our dump: revision, page size
    table: Any
    column: Any
    ours: Any
    theirs: Any
    storage: frozenset

    @property
    def is_text(self):
        return self.column.type in dump.TEXTS

    @property
    def is_binary(self):
        return self.column.type in dump.BYTES

    def same(self, changed):
        """Whether the reader says what it would say for another value of ours."""
        return values.agree(self.reader, self.column, changed, self.theirs)


@dataclass
class Rule:
    name: str
    readers: tuple
    reason: str
    test: Callable = lambda difference: False


DELETED_NODES = Rule(
    "deleted nodes shown as rows",
    ("dissect.esedb", "impacket"),
    "nodes with flag 2 are deleted; they stay in clean databases until somebody cleans up",
)
DAMAGED_TABLE = Rule(
    "damaged table left out",
    ("dissect.esedb", "libesedb", "impacket"),
    "the tree cannot be walked without log replay; what a reader finds there is its own choice",
)
NEWER_TAGS = Rule(
    "file with reserved tags refused, or read beyond the last tag",
    ("libesedb", "impacket"),
    "from revision 290 on the tag count of a page shares its word with a number of reserved tags",
)
NEWER_HEADER = Rule(
    "file with a longer header refused",
    ("libesedb",),
    "the tool adds up 668 bytes of the header; the checksum covers the whole page, and newer headers use more of it",
)
UNKNOWN_TYPE = Rule(
    "export ends at an unknown column type",
    ("libesedb",),
    "JET_coltypUnsignedLongLong (18) is unknown to the tool of 2018, which then exports no further table",
)
STUCK_EXPORT = Rule(
    "export ends at a damaged table",
    ("libesedb",),
    "the tool exports no table behind one whose tree it cannot walk",
)


def is_filler(d):
    if d.ours is not None or "null" not in d.storage or not d.column.is_fixed:
        return False
    if d.reader == "impacket" and d.is_binary:
        return True
    return d.theirs not in (None, "") and not isinstance(d.theirs, Failed)


def without_trailing_nuls(d):
    return d.is_text and any(d.same(changed) for changed in stripped(d.ours))


def stripped(ours):
    """Our value with trailing NULs removed: from a text, from the texts of a list."""
    if isinstance(ours, str):
        yield ours.rstrip("\0")
    elif isinstance(ours, list) and all(isinstance(one, str) for one in ours):
        yield [one.rstrip("\0") for one in ours]


def is_long_text_without_nuls(d):
    """The same for texts of which the dump has length and hash only: put NULs back until the length is right."""
    if not (d.is_text and dump.is_digest(d.ours) and isinstance(d.theirs, str)):
        return False
    text = libesedb.unescaped(d.theirs) if d.reader == "libesedb" else d.theirs
    data = text.encode(d.column.codec(), "surrogatepass")
    return dump.digest(data.ljust(d.ours["len"], b"\0")) == d.ours


def is_c_string(d):
    """Only what stands before the first NUL byte."""
    if not d.is_text or d.column.type is None:
        return False
    if isinstance(d.ours, dict) and "hex" in d.ours:  # bytes that are no text of the code page
        data = bytes.fromhex(d.ours["hex"])
    elif isinstance(d.ours, str) and d.column.code_page != 1200:
        data = d.ours.encode("cp1252", "replace")
    else:
        return False
    return b"\0" in data and d.theirs == libesedb.escaped(data.split(b"\0")[0].decode("cp1252"))


def is_ansi_as_utf16(d):
    if d.column.code_page == 1200 or not isinstance(d.ours, str) or "compressed" not in d.storage:
        return False
    data = d.ours.encode("cp1252", "replace")
    return d.theirs == libesedb.escaped(data[: len(data) & ~1].decode("utf-16-le", "replace"))


def is_wrong_offset(d):
    """Chunks beyond the second are taken for others than they are: garbage, or an error of the decompression."""
    is_long = dump.is_digest(d.ours) or isinstance(d.ours, list)
    return is_long and "chunks3" in d.storage


def is_one_nul_too_many(d):
    # The last 7-bit unit of a byte that is only partly used becomes a character.
    if "compressed" not in d.storage or not d.is_binary or not isinstance(d.ours, str):
        return False
    return d.same(d.ours + "00") or d.same(d.ours + "0000")


def is_half_width(d):
    """Every second byte, which is zero in ours, is left out; a last unit that is only partly used adds a NUL."""
    if "compressed" not in d.storage or not isinstance(d.ours, str) or not d.is_binary:
        return False
    data = bytes.fromhex(d.ours)
    half = data[::2].hex()
    return not any(data[1::2]) and d.theirs in (half, half + "00")


def is_short_chunk(d):
    """Nothing, or less than the value has."""
    if "separated" not in d.storage or "multi" in d.storage or not isinstance(d.theirs, str):
        return False
    shown = libesedb.unescaped(d.theirs)
    if dump.is_digest(d.ours):
        have = len(shown) // 2 if d.is_binary else len(shown.encode(d.column.codec(), "replace"))
        return have < d.ours["len"]
    return isinstance(d.ours, str) and len(shown) < len(d.ours)


def is_unapplied_default(d):
    if "absent" not in d.storage or d.column.default is None:
        return False
    return d.ours == d.column.default and d.theirs in (None, "")


def is_unsigned(d):
    kinds = ("Currency",) if d.reader == "libesedb" else ("Currency", "LongLong")
    if d.column.type not in kinds or not isinstance(d.ours, int) or d.ours >= 0:
        return False
    return str(d.theirs) == str(d.ours + 2**64)


def is_wrong_fraction(d):
    """The right second with another fraction."""
    return d.column.type == "DateTime" and libesedb.shows_second_of_day_number(bytes.fromhex(d.ours), d.theirs)


def is_raw_guid(d):
    is_one = d.column.type == "GUID" and isinstance(d.ours, str) and isinstance(d.theirs, bytes)
    return is_one and d.theirs.hex() == libesedb.raw_guid(d.ours)


def is_surrogate(d):
    """Equal but for the characters beyond U+FFFF, of which there are as many."""
    if not isinstance(d.ours, str) or not isinstance(d.theirs, str):
        return False
    ours, theirs = libesedb.escaped(d.ours.rstrip("\0")), d.theirs
    pairs = list(zip(ours, theirs))
    return len(ours) == len(theirs) and any(ord(a) > 0xFFFF for a in ours) and all(
        a == b or (ord(a) > 0xFFFF and ord(b) > 0xFFFF) for a, b in pairs
    )


def is_long_value_id(d):
    if "separated" not in d.storage or "multi" in d.storage:
        return False
    if d.is_binary:
        return isinstance(d.theirs, bytes) and len(d.theirs) in (8, 16)  # 4 or 8 bytes in hexadecimal
    # impacket gives None where the field is marked as compressed, too.
    return d.theirs is None or isinstance(d.theirs, str) and len(d.theirs) <= 8


RULES = [
    Rule("filler of NULL shown", ("libesedb", "impacket"),
         "the null bitmap decides; where it says NULL the bytes are filler, mostly 0x2A", is_filler),
    Rule("trailing NULs removed", ("dissect.esedb", "libesedb"),
         "trailing NUL characters are data", lambda d: without_trailing_nuls(d) or is_long_text_without_nuls(d)),
    Rule("text cut at the first NUL byte", ("libesedb",),
         "the tool prints C strings, and bytes that are no text of the code page one by one", is_c_string),
    Rule("compressed ANSI text read as UTF-16", ("libesedb",),
         "decompressed bytes are taken for UTF-16 whatever the code page", is_ansi_as_utf16),
    Rule("long value of three and more chunks", ("dissect.esedb",),
         "the reader adds up offsets that are no lengths, and so decompresses the wrong chunks", is_wrong_offset),
    Rule("one NUL too many in 7-bit text", ("dissect.esedb",),
         "the low 3 bits of the first byte tell how much of the last one is used", is_one_nul_too_many),
    Rule("7-bit Unicode not widened", ("libesedb",),
         "7-bit Unicode stands for 16-bit units, in binary columns too", is_half_width),
    Rule("separated value short or missing", ("libesedb",),
         "chunks that are not compressed by XPRESS come back short, raw or not at all", is_short_chunk),
    Rule("default not applied", ("libesedb", "impacket"),
         "a column that a record does not hold has its default", is_unapplied_default),
    Rule("signed 64-bit number shown unsigned", ("libesedb", "impacket"),
         "JET_coltypCurrency and JET_coltypLongLong are signed", is_unsigned),
    Rule("fraction of a second wrong", ("libesedb",),
         "the tool prints the nanoseconds of a day number just below a whole second as .231231...", is_wrong_fraction),
    Rule("IEEESingle shown as zero", ("libesedb",),
         "the tool prints 0.000000 for every single", lambda d: d.column.type == "IEEESingle" and d.theirs == "0.000000"),
    Rule("GUID as raw bytes", ("impacket",), "the first three groups are little-endian", is_raw_guid),
    Rule("multi-values not decoded", ("libesedb", "impacket"),
         "the field is a list of values, with offsets before them", lambda d: "multi" in d.storage),
    Rule("character beyond U+FFFF wrong", ("libesedb",),
         "a surrogate pair stands for 0x10000 and 20 bits", is_surrogate),
    Rule("long value not read", ("impacket",),
         "the field holds the number of a long value in a tree of its own", is_long_value_id),
    Rule("compressed value not decoded", ("impacket",),
         "gives None for every field with the flag", lambda d: "compressed" in d.storage and d.theirs is None),
    Rule("columns of a template table unknown", ("dissect.esedb", "impacket"),
         "a derived table has the columns of its template, and a catalog of its own for the rest only",
         lambda d: d.table.is_derived),
    Rule("long value on a leaf without parent", ("dissect.esedb",),
         "in a file that was not shut down a new leaf can have its siblings but no parent yet; jet goes on to the sibling",
         lambda d: d.head["state"] == "dirty" and "separated" in d.storage
         and isinstance(d.theirs, Failed) and d.theirs.kind == "KeyNotFoundError"),
    Rule("explicit NULL of a tagged column fails", ("dissect.esedb",),
         "a column with default that was set to NULL; the reader leaves a variable unset",
         lambda d: d.ours is None and d.column.is_tagged and isinstance(d.theirs, Failed)
         and d.theirs.kind == "UnboundLocalError"),
    Rule("explicit NULL of a tagged column misread", ("libesedb", "impacket"),
         "the null flag of the field is taken for a part of its offset, or passed over",
         lambda d: d.column.is_tagged and "null" in d.storage),
    Rule("row with an explicit NULL of a tagged column fails", ("impacket",),
         "the null flag of the field is taken for a part of its offset, which then lies behind the row",
         lambda d: "null field" in d.storage and isinstance(d.theirs, Failed)),
]
EXTRA = [DELETED_NODES, DAMAGED_TABLE, NEWER_TAGS, NEWER_HEADER, UNKNOWN_TYPE, STUCK_EXPORT]
REASONS = {rule.name: rule.reason for rule in RULES + EXTRA}


def find(difference):
    """The rule that excuses a difference, if there is one."""
    for rule in RULES:
        if difference.reader in rule.readers and rule.test(difference):
            return rule
    return None


def find_refusal(reader, head, complaint):
    """For a file that a reader does not open."""
    if reader == "libesedb" and "mismatch in file header checksum" in complaint:
        return NEWER_HEADER
    return NEWER_TAGS if reader in NEWER_TAGS.readers and head["revision"] >= 290 else None


def find_extra_row(reader, head):
    """For a row behind the last one of a page."""
    return NEWER_TAGS if reader == "impacket" and head["revision"] >= 290 else None


def find_missing_rows(reader, complaint, table):
    """For a table that a reader begins and then gives up."""
    if reader != "libesedb" or "unsupported column type: 18" not in complaint:
        return None
    return UNKNOWN_TYPE if any(column.type == "UnsignedLongLong" for column in table.columns) else None


def find_missing_table(reader, complaint, tables):
    if reader != "libesedb":
        return None
    if "unsupported column type: 18" in complaint:
        return UNKNOWN_TYPE
    if any(table.damaged for table in tables):
        return STUCK_EXPORT
    return None

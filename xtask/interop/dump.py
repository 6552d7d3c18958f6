"""What jetutil says: its dump (format "ese-dump-1") as tables, columns and rows, and how values are written there."""
import hashlib
import json

INLINE_MAX = 4096  # longer binary and text values stand as length and hash
INTEGERS = {"UnsignedByte", "Short", "UnsignedShort", "Long", "UnsignedLong", "Currency", "LongLong", "UnsignedLongLong"}
TEXTS = {"Text", "LongText"}
BYTES = {"Binary", "LongBinary"}


class Column:
    def __init__(self, head):
        self.id = head["id"] & 0xFFFF
        self.is_derived = bool(head["id"] & 0x80000000)
        self.name = head["name"]
        self.type = head["type"]
        self.code_page = head.get("cp", 0)
        self.default = head.get("default")
        self.is_fixed = self.id < 128
        self.is_tagged = self.id >= 256

    def codec(self):
        return "utf-16-le" if self.code_page == 1200 else "cp1252"


class Table:
    def __init__(self, head):
        self.name = head["name"]
        self.columns = [Column(column) for column in head["columns"]]
        self.damaged = head.get("damaged")
        self.is_derived = any(column.is_derived for column in self.columns)
        self.rows = []


def load(path):
    """The head of the file and its tables."""
    head, tables = None, []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            if "row" in entry:
                tables[-1].rows.append(entry["row"])
            elif "table" in entry:
                tables.append(Table(entry["table"]))
            else:
                head = entry
    return head, tables


def of_bytes(data):
    """A binary value as the dump writes it."""
    return data.hex() if len(data) <= INLINE_MAX else digest(data)


def digest(data):
    return {"len": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def byte_count(value):
    """Bytes of a binary value in the dump."""
    return value["len"] if is_digest(value) else len(value) // 2


def is_digest(value):
    return isinstance(value, dict) and "sha256" in value

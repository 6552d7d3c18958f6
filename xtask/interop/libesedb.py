"""What esedbexport (libesedb) prints: one tab-separated text file per table, and when such a text says the same as a value.

The program formats values for people, so a comparison turns our value into the text that it prints for it: fractions with
six digits, GUIDs as raw bytes, a date and time as FILETIME, as day number or as raw words, whatever it takes it for.
"""
import datetime
import os
import re
import shutil
import struct
import subprocess

import dump
from readers import Refused


class Libesedb:
    name = "libesedb"

    def __init__(self, path, program, work_folder):
        target = os.path.join(work_folder, os.path.basename(path))
        shutil.rmtree(target + ".export", ignore_errors=True)
        done = subprocess.run([program, "-m", "tables", "-t", target, path], capture_output=True, text=True)
        self.complaint = done.stderr
        self.files = {}
        folder = target + ".export"
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            table, _, _ = name.rpartition(".")
            self.files[table] = os.path.join(folder, name)
        if not self.files:
            raise Refused(done.stderr)

    def tables(self):
        return list(self.files)

    def rows(self, table):
        with open(self.files[table.name], encoding="utf-8", newline="\n") as lines:
            names = next(lines).rstrip("\n").split("\t")
            places = {name: place for place, name in enumerate(names)}
            for line in lines:
                yield False, self._getter(places, line.rstrip("\n").split("\t"))

    @staticmethod
    def _getter(places, cells):
        return lambda column: cells[places[column.name]]


def agree(column, ours, cell):
    """Whether `cell` is what esedbexport prints for our value. An empty cell stands for NULL and for empty values."""
    if ours is None or ours == "":
        return cell == ""
    kind = column.type
    if kind == "DateTime":
        return agree_time(bytes.fromhex(ours), cell)
    if TIME.match(cell):
        # The tool knows columns of Windows programs that hold a FILETIME in another type: in Windows Search as binary
        # with its bytes in reverse order, in SRUM as LongLong.
        if kind == "Binary" and isinstance(ours, str) and len(ours) == 16:
            return agree_time(bytes.fromhex(ours)[::-1], cell)
        if kind == "LongLong":
            return agree_time((ours & (2**64 - 1)).to_bytes(8, "little"), cell)
    if dump.is_digest(ours):
        return agree_digest(column, ours, cell)
    return printed(kind, ours) == cell


def printed(kind, value):
    if kind == "Bit":
        return "true" if value else "false"
    if kind in ("IEEESingle", "IEEEDouble"):
        return "%f" % float(value)
    if kind == "GUID":
        return raw_guid(value)
    if kind in dump.TEXTS:
        return escaped(value) if isinstance(value, str) else repr(value)
    return str(value)


def escaped(text):
    return text.replace("\\", "\\\\")


def unescaped(cell):
    return cell.replace("\\\\", "\\")


def raw_guid(text):
    first, second, third, fourth, node = text.split("-")
    groups = [bytes.fromhex(group)[::-1].hex() for group in (first, second, third)]
    return "".join(groups) + fourth + node


def agree_digest(column, ours, cell):
    if column.type in dump.TEXTS:
        data = unescaped(cell).encode(column.codec(), "surrogatepass")
    else:
        data = bytes.fromhex(cell)
    return dump.digest(data) == ours


MONTHS = {name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
TIME = re.compile(r"(\w{3}) (\d\d), (\d{4}) (\d\d):(\d\d):(\d\d)\.(\d{9})$")
RAW = re.compile(r"\(0x([0-9a-f]{8}) 0x([0-9a-f]{8})\)$")


def agree_time(stored, cell):
    if raw := RAW.match(cell):
        return int(raw[1] + raw[2], 16) == int.from_bytes(stored, "little")
    moment, nanoseconds = shown_time(cell)
    if moment is None:
        return False
    ticks = int.from_bytes(stored, "little")
    if moment - datetime.datetime(1601, 1, 1) == datetime.timedelta(seconds=min(ticks // 10**7, 10**12)):
        return ticks % 10**7 * 100 == nanoseconds
    exact = of_day_number(stored)
    # A fraction of a day is no whole number of nanoseconds: what is printed may be off by some microseconds.
    shown = moment + datetime.timedelta(microseconds=nanoseconds / 1000)
    return exact is not None and abs(exact - shown) < datetime.timedelta(milliseconds=1)


def shows_second_of_day_number(stored, cell):
    """Whether a cell has the right second, and whatever fraction of it, of a date stored as a day number."""
    moment, _ = shown_time(cell)
    exact = of_day_number(stored)
    if moment is None or exact is None:
        return False
    # Python rounds to microseconds, perhaps up to the next second.
    return any(moment == (exact - datetime.timedelta(microseconds=off)).replace(microsecond=0) for off in (0, 1))


def shown_time(cell):
    if not (found := TIME.match(cell)):
        return None, 0
    month, day, year, hour, minute, second, nanoseconds = found.groups()
    moment = datetime.datetime(int(year), MONTHS[month], int(day), int(hour), int(minute), int(second))
    return moment, int(nanoseconds)


def of_day_number(stored):
    (days,) = struct.unpack("<d", stored)
    if not 0 <= days < 10**6:
        return None
    return datetime.datetime(1899, 12, 30) + datetime.timedelta(days=days)

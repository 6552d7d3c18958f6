"""When a value of a reader says the same as the value in our dump, in the form in which that reader gives values."""
import struct

import dump
import libesedb
import rules

# Types that a reader may not know, and whether they are signed.
SIGNED = {"LongLong": True, "UnsignedLongLong": False}

HEXADECIMAL = {*dump.BYTES, "UnsignedLongLong"}


def agree(reader, column, ours, theirs):
    if isinstance(theirs, rules.Failed):
        return is_unreadable(ours)  # neither can read it, as in files that were not shut down
    if reader == "libesedb":
        return libesedb.agree(column, ours, theirs)
    if isinstance(ours, dict) and "hex" in ours and isinstance(theirs, str):
        return agree_malformed(column, bytes.fromhex(ours["hex"]), theirs)
    # impacket writes what it takes for bytes in hexadecimal, among them the type that it does not know.
    if reader == "impacket" and column.type in HEXADECIMAL and isinstance(theirs, bytes):
        theirs = bytes.fromhex(theirs.decode())
    try:
        return ours == of_value(column, theirs)
    except (ValueError, struct.error):
        return False  # no value of the type


def is_unreadable(ours):
    return isinstance(ours, dict) and "error" in ours


def agree_malformed(column, data, theirs):
    """Bytes that are no text of the code page: readers decode them as far as they go, and escape, replace or pad the rest."""
    padded = data + b"\0" * (len(data) % 2)
    ways = [data.decode(column.codec(), errors) for errors in ("backslashreplace", "replace")]
    return theirs in (*ways, padded.decode(column.codec(), "backslashreplace"))


def of_value(column, value):
    """A Python value of a reader as the dump writes it."""
    if value is None:
        return None
    if isinstance(value, list):
        return [of_value(column, one) for one in value] if len(value) > 1 else of_value(column, value[0])
    kind = column.type
    if isinstance(value, (bytes, memoryview)) and kind in SIGNED:  # a type that the reader leaves as bytes
        value = int.from_bytes(value, "little", signed=SIGNED[kind])
    if kind == "Bit":
        return bool(value)
    if kind in dump.INTEGERS:
        return int(value)
    if kind == "DateTime":
        return (int(value) & (2**64 - 1)).to_bytes(8, "little").hex()
    if kind in ("IEEESingle", "IEEEDouble"):
        return of_float(float(value), "<f" if kind == "IEEESingle" else "<d")
    if kind == "GUID":
        return str(value).lower() if not isinstance(value, bytes) else value.hex()
    if kind in dump.TEXTS:
        if isinstance(value, bytes):
            return {"raw": value.decode()}
        return of_text(column, value)
    return dump.of_bytes(bytes(value))


def of_text(column, text):
    data = text.encode(column.codec(), "surrogatepass")
    return text if len(data) <= dump.INLINE_MAX else dump.digest(data)


def of_float(value, form):
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if form == "<d":
        return value
    # The dump has the shortest decimal of that width.
    bits = struct.pack("<f", value)
    for digits in range(1, 10):
        shortest = float("%.*g" % (digits, value))
        if abs(shortest) < 3.4028235677973366e38 and struct.pack("<f", shortest) == bits:
            return shortest
    return value

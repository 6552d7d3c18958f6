"""Reads every value of every table of a file with dissect.esedb, to be measured beside others.

usage: read_all.py FILE
"""
import sys

from dissect.esedb import EseDB


def main():
    values = failed = 0
    for table in EseDB(open(sys.argv[1], "rb")).tables():
        try:
            for record in table.records():
                for column in table.columns:
                    try:
                        record.get(column.name)
                        values += 1
                    except Exception:  # what it cannot read costs it less
                        failed += 1
        except Exception:  # a damaged tree: it goes no further in this table
            failed += 1
    print(values, failed)


if __name__ == "__main__":
    main()

//! A row of the catalog out of any bytes, and the parts of index definitions in it.
#![no_main]

use jet_isam::catalog::CatalogRow;
use jet_isam::key::{Condition, Segment, TupleLimits};
use jet_isam::long_value::{LongValueKey, LongValueRoot};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, rest)) = bytes.split_first() else {
        return;
    };
    if let Ok(row) = CatalogRow::parse(rest, choice & 1 == 1) {
        for extended in [false, true] {
            _ = Segment::parse_list(&row.key_columns, extended);
            _ = Condition::parse_list(&row.conditional, extended);
        }
        _ = row.tuple_limits.as_deref().map(TupleLimits::parse);
    }
    _ = Segment::parse_list(rest, choice & 1 == 1);
    _ = TupleLimits::parse(rest);
    _ = LongValueKey::parse(rest);
    _ = LongValueRoot::parse(rest);
});

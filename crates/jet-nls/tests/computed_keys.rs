//! Keys by the specification, for what no real file shows: sorts, flags, scripts, kana, jamo, expansions.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod common;

use common::{Vector, hex};
use jet_nls::{Confidence, NlsError, SortId};

#[test]
fn keys_and_their_classes() {
    let vectors = Vector::all(include_str!("vectors/computed_keys.jsonl"));
    assert_eq!(vectors.len(), 714);
    let (mut sure, mut disputed, mut wrong) = (0, 0, Vec::new());
    for vector in &vectors {
        let sort = SortId::from_number(u8::from_str_radix(vector.text("sort"), 16).unwrap());
        assert_eq!(
            SortId::from_locale(vector.text("locale")),
            sort,
            "{}",
            vector.line
        );
        let (key, confidence) = match vector.key(sort, usize::MAX) {
            Err(NlsError::HanTablesMissing { .. }) if cfg!(not(feature = "han")) => continue,
            made => made.unwrap(),
        };
        let is_disputed = vector.text("confidence") == "C";
        *if is_disputed { &mut disputed } else { &mut sure } += 1;
        let class = if is_disputed {
            Confidence::Disputed
        } else {
            Confidence::Published
        };
        // Real keys prove some of them.
        if hex(&key) != vector.text("key") || (confidence != class && confidence != Confidence::Proven) {
            wrong.push(format!("{} {confidence:?} {}", hex(&key), vector.line));
        }
    }
    println!("{sure} published, {disputed} disputed, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    if cfg!(feature = "han") {
        assert_eq!((sure, disputed), (619, 95));
    }
}

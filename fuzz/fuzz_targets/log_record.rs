//! One record out of any bytes. What is read is written back the same, and is shown.
#![no_main]

use jet_log::Record;
use jet_log::record::difference;
use jet_log::words::Words;
use jet_log::{LogVersion, page_image};
use jet_pages::{PageSize, Pgno};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok((record, len)) = Record::decode(bytes) else {
        return;
    };
    assert!((1..=bytes.len()).contains(&len));
    let mut written = Vec::new();
    record.encode(&mut written).unwrap();
    let (again, again_len) = Record::decode(&written).unwrap();
    assert_eq!(again_len, written.len());
    assert_eq!(Words(&again).to_string(), Words(&record).to_string());
    _ = (record.names_page(Pgno(1)), record.session(), record.page_change());
    let plain = |bytes: &[u8], _| Ok::<_, std::convert::Infallible>(bytes.to_vec());
    match record {
        Record::ReplaceDifference(replace) => {
            _ = difference::apply(
                replace.difference,
                replace.difference,
                replace.is_wide,
                replace.new_data_bytes.into(),
            );
        }
        Record::Split(split) => {
            _ = (split.kind(), split.operation());
            for size in PageSize::ALL {
                _ = page_image::restore(Pgno(1), split.image, split.image_flags, size, plain);
            }
        }
        Record::Merge(merge) => {
            _ = merge.kind();
            _ = page_image::restore(Pgno(1), merge.image, merge.image_flags, PageSize::K4, plain);
        }
        Record::CommitContext(context) => _ = context.parts(LogVersion::NEWEST),
        Record::EmptyTree(tree) => assert!(tree.pages().len() * 16 <= bytes.len()),
        _ => {}
    }
});

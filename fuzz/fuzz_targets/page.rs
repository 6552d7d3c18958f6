//! A page of any size out of any bytes: checksum, mending, tags, nodes, extents, findings.
#![no_main]

use jet_pages::checksum::{self, ChecksumError, PageState};
use jet_pages::space::{self, SpaceNode};
use jet_pages::{Page, PageSize, Pgno, findings};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, rest)) = bytes.split_first() else {
        return;
    };
    let size = PageSize::ALL[usize::from(choice) % PageSize::ALL.len()];
    let pgno = Pgno(17);
    let mut page = rest.to_vec();
    page.resize(size.bytes(), 0);

    let before = checksum::verify(&page, pgno, size);
    let mut mended = page.clone();
    match checksum::verify_or_correct(&mut mended, pgno, size) {
        Ok(PageState::Corrected { .. }) => {
            assert_eq!(checksum::verify(&mended, pgno, size), Ok(PageState::Valid))
        }
        Ok(state) => assert_eq!(before, Ok(state)),
        // One block mended, the next one not.
        Err(_) if matches!(before, Err(ChecksumError::BitFlip { .. })) && size.is_large() => {}
        Err(error) => assert_eq!(before, Err(error)),
    }
    checksum::update(&mut mended, pgno, size);
    assert_eq!(checksum::verify(&mended, pgno, size), Ok(PageState::Valid));

    let Ok(view) = Page::new(&page, pgno, size) else {
        return;
    };
    _ = findings::check(&view);
    _ = view.root_header();
    _ = view.external_header().map(space::split_buffers);
    for node in view.nodes().flatten() {
        _ = SpaceNode::parse(&node);
        _ = node.child();
        assert!(node.key.cmp_bytes(&node.key.to_vec()).is_eq());
    }
});

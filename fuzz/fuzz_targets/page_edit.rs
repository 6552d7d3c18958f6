//! Edits of a page in any order: the page stays sound, and holds what a list of nodes holds.
#![no_main]

use jet_pages::{NodeFlags, Objid, PageFlags, PageMut, PageSize, Pgno, findings};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, mut rest)) = bytes.split_first() else {
        return;
    };
    let size = PageSize::ALL[usize::from(choice) % PageSize::ALL.len()];
    let mut buffer = vec![0; size.bytes()];
    let mut page =
        PageMut::format(&mut buffer, Pgno(9), size, Objid(8), PageFlags::LEAF).expect("a whole page");
    let mut model: Vec<(Vec<u8>, Vec<u8>, u8)> = Vec::new();
    while let Some((&[op, a, b, len], tail)) = rest.split_first_chunk() {
        rest = tail;
        let key = [a, b, op >> 4];
        let place = model.partition_point(|(other, _, _)| other[..] < key[..]);
        let exists = model.get(place).is_some_and(|(other, _, _)| other[..] == key[..]);
        match op % 4 {
            0 | 1 if !exists => {
                let data = vec![b; 1 + usize::from(len) * if op % 4 == 0 { 1 } else { 16 }];
                if page.insert(place, NodeFlags(a & 3), &key, 0, &data).is_ok() {
                    model.insert(place, (key.to_vec(), data, a & 3));
                }
            }
            2 if exists => {
                page.delete(place).expect("a node");
                model.remove(place);
            }
            3 if exists => {
                page.set_node_flags(place, NodeFlags(len & 3)).expect("a node");
                model[place].2 = len & 3;
            }
            _ => _ = page.set_external_header(&vec![7; usize::from(len)]),
        }
        let view = page.view().expect("a sound page");
        assert_eq!(findings::check(&view), []);
        assert_eq!(view.node_count(), model.len());
    }
    let view = page.view().expect("a sound page");
    for (node, (key, data, flags)) in view.nodes().zip(&model) {
        let node = node.expect("a sound node");
        assert_eq!(
            (node.key.to_vec(), node.data, node.flags),
            (key.clone(), &data[..], NodeFlags(*flags))
        );
    }
});

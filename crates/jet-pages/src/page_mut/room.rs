//! Where pieces of a page lie: tags, free bytes, placement.
//!
//! Every place here is computed from tags that `format`, `open` or an earlier change left sound, so a slice that is
//! not there is a defect of this module.

use alloc::vec::Vec;

use zerocopy::{FromBytes, IntoBytes};

use super::PageMut;
use crate::NoRoom;
use crate::tag::{RawTag, TAG_BYTES};

impl PageMut<'_> {
    /// Gives tag `tag` the content `pieces`: where it lies when it shrinks, or grows as the last one with room behind
    /// it; else behind the highest used byte. `flags`: those of the node on small pages.
    ///
    /// # Errors
    /// [`NoRoom`]; nothing is changed then.
    pub(super) fn rewrite_tag(&mut self, tag: usize, pieces: &[&[u8]], flags: u8) -> Result<(), NoRoom> {
        let is_large = self.size.is_large();
        let old = self.tag(tag);
        let (old_len, offset) = (old.size(is_large), old.offset(is_large));
        let len: usize = pieces.iter().map(|piece| piece.len()).sum();
        let free = self.free_bytes();
        if len > old_len + free {
            return Err(self.no_room(len - old_len));
        }
        let is_last = offset + old_len == self.free_offset();
        if len <= old_len || (is_last && offset + len <= self.nodes_limit()) {
            if is_last {
                self.set_free_offset(offset + len);
            }
            self.set_free_bytes(free + old_len - len);
            self.put_tag(tag, RawTag::new(narrow(len), narrow(offset), flags, is_large));
            self.put_pieces(offset, pieces);
            return Ok(());
        }
        self.set_free_bytes(free + old_len);
        self.put_tag(tag, RawTag::new(0, 0, 0, is_large));
        self.make_room(len)?;
        self.append(tag, pieces, flags);
        Ok(())
    }

    /// Keeps the first `keep` bytes of tag `tag` and gives it `tail` behind them; otherwise as
    /// [`PageMut::rewrite_tag`]. Returns where the tag lies then, from the end of the page header.
    pub(super) fn replace_tail(
        &mut self,
        tag: usize,
        keep: usize,
        tail: &[u8],
        flags: u8,
    ) -> Result<usize, NoRoom> {
        let is_large = self.size.is_large();
        let old = self.tag(tag);
        let (old_len, offset) = (old.size(is_large), old.offset(is_large));
        let (len, free, limit) = (keep + tail.len(), self.free_bytes(), self.nodes_limit());
        let free_offset = self.free_offset();
        let is_last = offset + old_len == free_offset;
        let stays = len <= old_len || (is_last && offset + len <= limit);
        if !stays && (len > old_len + free || free_offset + len > limit) {
            // There is no room, or it must be made.
            let head = self.piece(offset, keep).to_vec();
            self.rewrite_tag(tag, &[&head, tail], flags)?;
            return Ok(self.tag(tag).offset(is_large));
        }
        let to = if stays { offset } else { free_offset };
        if !stays {
            let header = self.size.header_bytes();
            self.bytes
                .copy_within(header + offset..header + offset + keep, header + to);
        }
        if is_last || !stays {
            self.set_free_offset(to + len);
        }
        self.set_free_bytes(free + old_len - len);
        self.put_tag(tag, RawTag::new(narrow(len), narrow(to), flags, is_large));
        self.put_pieces(to + keep, &[tail]);
        Ok(to)
    }

    /// Makes a new tag `tag` with the content `pieces`, the tags from there on moving up.
    ///
    /// # Errors
    /// [`NoRoom`]; nothing is changed then.
    pub(super) fn insert_tag(&mut self, tag: usize, pieces: &[&[u8]], flags: u8) -> Result<(), NoRoom> {
        let len: usize = pieces.iter().map(|piece| piece.len()).sum();
        self.make_room(len + TAG_BYTES)?;
        let tag_count = self.header().tag_count();
        self.shift_tags(tag, tag_count, tag + 1);
        let state = self.header().tag_state.get() + 1;
        self.header_mut().tag_state = state.into();
        self.set_free_bytes(self.free_bytes() - TAG_BYTES);
        self.append(tag, pieces, flags);
        Ok(())
    }

    /// Removes tag `tag`, the tags behind it moving down.
    pub(super) fn remove_tag(&mut self, tag: usize) {
        let is_large = self.size.is_large();
        let old = self.tag(tag);
        let (offset, len) = (old.offset(is_large), old.size(is_large));
        if offset + len == self.free_offset() {
            self.set_free_offset(offset);
        }
        let tag_count = self.header().tag_count();
        self.shift_tags(tag + 1, tag_count, tag);
        let state = self.header().tag_state.get() - 1;
        self.header_mut().tag_state = state.into();
        let free = self.free_bytes() + len + TAG_BYTES;
        self.set_free_bytes(free);
        if free + TAG_BYTES + self.size.header_bytes() == self.size.bytes() {
            self.set_free_offset(0);
        }
    }

    pub(super) fn tag(&self, tag: usize) -> RawTag {
        let at = self.size.bytes() - TAG_BYTES * (tag + 1);
        let four = self.bytes.get(at..at + TAG_BYTES).unwrap_or_default();
        RawTag::read_from_bytes(four).unwrap_or(RawTag::new(0, 0, 0, false))
    }

    /// The bytes of a piece, from the end of the page header.
    pub(super) fn piece(&self, offset: usize, len: usize) -> &[u8] {
        let at = self.size.header_bytes() + offset;
        self.bytes.get(at..at + len).unwrap_or_default()
    }

    pub(super) fn bytes_at(&mut self, at: usize, len: usize) -> &mut [u8] {
        #[expect(
            clippy::expect_used,
            reason = "every caller computed the place from checked lengths"
        )]
        self.bytes.get_mut(at..at + len).expect("a place inside the page")
    }

    /// Fills what no piece uses with `byte`: gaps between pieces, and the room behind the last one.
    pub(super) fn fill_unused(&mut self, byte: u8) {
        let is_large = self.size.is_large();
        let header = self.size.header_bytes();
        let mut at = 0;
        for tag in self.tags_by_place() {
            let (offset, len) = (self.tag(tag).offset(is_large), self.tag(tag).size(is_large));
            if len == 0 {
                continue;
            }
            if offset > at {
                self.bytes_at(header + at, offset - at).fill(byte);
            }
            at = offset + len;
        }
        self.set_free_offset(at);
        let limit = self.nodes_limit();
        self.bytes_at(header + at, limit.saturating_sub(at)).fill(byte);
    }

    fn make_room(&mut self, needed: usize) -> Result<(), NoRoom> {
        if needed > self.free_bytes() {
            return Err(self.no_room(needed));
        }
        if self.nodes_limit() - self.free_offset() < needed {
            self.compact();
        }
        Ok(())
    }

    fn no_room(&self, needed: usize) -> NoRoom {
        NoRoom {
            pgno: self.pgno,
            needed,
            free: self.free_bytes(),
        }
    }

    /// Moves all pieces down, in the order in which they lie, until no hole is left. Empty pieces take part: where they
    /// lie shows in the file.
    fn compact(&mut self) {
        let is_large = self.size.is_large();
        let mut at = 0;
        // Pieces that lie one behind the other move together.
        let mut run = Run::default();
        for tag in self.tags_by_place() {
            let old = self.tag(tag);
            let (offset, len) = (old.offset(is_large), old.size(is_large));
            if len != 0 {
                if offset != run.from + run.len {
                    self.move_down(&run);
                    run = Run {
                        from: offset,
                        to: at,
                        len: 0,
                    };
                }
                run.len += len;
            }
            if offset != at {
                let flags = if is_large { 0 } else { old.small_page_flags() };
                self.put_tag(tag, RawTag::new(narrow(len), narrow(at), flags, is_large));
            }
            at += len;
        }
        self.move_down(&run);
        self.set_free_offset(at);
    }

    fn move_down(&mut self, run: &Run) {
        if run.from != run.to {
            let from = self.size.header_bytes() + run.from;
            self.bytes
                .copy_within(from..from + run.len, self.size.header_bytes() + run.to);
        }
    }

    /// The tags in the order in which their bytes lie.
    fn tags_by_place(&self) -> impl Iterator<Item = usize> + use<> {
        let is_large = self.size.is_large();
        // Offset, size and number of a tag have 16 bits each at most: one number to sort by, and nothing to look up.
        let key = |tag: usize| {
            let stored = self.tag(tag);
            (stored.offset(is_large) as u64) << 32 | (stored.size(is_large) as u64) << 16 | tag as u64
        };
        let mut keys: Vec<u64> = (0..self.header().tag_count()).map(key).collect();
        keys.sort_unstable();
        keys.into_iter().map(|key| (key & 0xffff) as usize)
    }

    /// Moves the tags `from..end` so that the first of them becomes tag `to`.
    fn shift_tags(&mut self, from: usize, end: usize, to: usize) {
        let at = |tag: usize| self.size.bytes() - TAG_BYTES * tag;
        let target = at(end - from + to);
        self.bytes.copy_within(at(end)..at(from), target);
    }

    /// Writes the pieces behind the highest used byte; the room is there.
    fn append(&mut self, tag: usize, pieces: &[&[u8]], flags: u8) {
        let start = self.free_offset();
        let end = self.put_pieces(start, pieces);
        let stored = RawTag::new(narrow(end - start), narrow(start), flags, self.size.is_large());
        self.put_tag(tag, stored);
        self.set_free_offset(end);
        self.set_free_bytes(self.free_bytes() - (end - start));
    }

    /// Writes the pieces one after the other from `offset` on; returns where they end.
    fn put_pieces(&mut self, offset: usize, pieces: &[&[u8]]) -> usize {
        let header = self.size.header_bytes();
        let mut at = offset;
        for piece in pieces {
            self.bytes_at(header + at, piece.len()).copy_from_slice(piece);
            at += piece.len();
        }
        at
    }

    fn put_tag(&mut self, tag: usize, stored: RawTag) {
        let at = self.size.bytes() - TAG_BYTES * (tag + 1);
        self.bytes_at(at, TAG_BYTES).copy_from_slice(stored.as_bytes());
    }

    /// Where the tag array begins, from the end of the header.
    pub(super) fn nodes_limit(&self) -> usize {
        self.size.bytes() - self.size.header_bytes() - TAG_BYTES * self.header().tag_count()
    }

    pub(super) fn free_bytes(&self) -> usize {
        usize::from(self.header().free_bytes.get())
    }

    pub(super) fn set_free_bytes(&mut self, free: usize) {
        self.header_mut().free_bytes = narrow(free).into();
    }

    fn free_offset(&self) -> usize {
        usize::from(self.header().free_offset.get())
    }

    fn set_free_offset(&mut self, offset: usize) {
        self.header_mut().free_offset = narrow(offset).into();
    }
}

/// Bytes that move together, from the end of the page header.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    from: usize,
    to: usize,
    len: usize,
}

/// Offsets and lengths within a page of at most 32 KiB.
pub(super) fn narrow(n: usize) -> u16 {
    #[expect(clippy::expect_used, reason = "no page is longer than 32 KiB")]
    u16::try_from(n).expect("an offset within a page")
}

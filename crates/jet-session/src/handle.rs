//! Handles: numbers that stand for objects towards C programs.
//!
//! Invariants:
//! - 0 and the number of all ones are never handed out
//! - a number is handed out once: that of an object that has gone finds nothing, ever again
//! - handles of different kinds differ, since the kind is in them

use core::fmt;

use crate::SessionError;

/// A number that stands for an object: generation in the high half, slot and kind in the low half.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(u64);

impl Handle {
    /// No object: 0.
    pub const NONE: Self = Self(0);
    /// No object: all ones.
    pub const NIL: Self = Self(u64::MAX);

    /// What a program passed, valid or not.
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The number for the program.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// Whether it says "no object" rather than naming a wrong one.
    pub const fn is_nil(self) -> bool {
        matches!(self, Self::NONE | Self::NIL)
    }

    fn new(generation: u32, slot: u32, kind: HandleKind) -> Self {
        Self(u64::from(generation) << 32 | u64::from(slot) << KIND_BITS | kind as u64)
    }

    fn generation(self) -> u64 {
        self.0 >> 32
    }

    fn slot(self, kind: HandleKind) -> Option<usize> {
        let low = self.0 & 0xffff_ffff;
        let is_kind = low & ((1 << KIND_BITS) - 1) == kind as u64;
        usize::try_from(low >> KIND_BITS).ok().filter(|_| is_kind)
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({:#x})", self.0)
    }
}

const KIND_BITS: u32 = 3;
const SLOTS_MAX: u32 = 1 << (32 - KIND_BITS);

/// What a handle stands for. No kind is 0 or all ones, which keeps handles apart from "no object".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum HandleKind {
    /// An instance.
    Instance = 1,
    /// A session.
    Session = 2,
    /// A cursor.
    Cursor = 3,
    /// Anything else that the layers above hand out.
    Other = 4,
}

/// Objects of one kind by handle.
#[derive(Debug)]
pub struct HandleTable<T> {
    kind: HandleKind,
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
}

#[derive(Debug)]
struct Slot<T> {
    generation: u32,
    object: Option<T>,
}

impl<T> HandleTable<T> {
    /// A table without objects.
    pub const fn new(kind: HandleKind) -> Self {
        Self {
            kind,
            slots: Vec::new(),
            free: Vec::new(),
        }
    }

    /// Makes room for one more object, so that the next [`HandleTable::insert_with`] cannot fail.
    ///
    /// # Errors
    /// [`SessionError::OutOfMemory`].
    pub fn reserve(&mut self) -> Result<(), SessionError> {
        if self.free.is_empty() {
            let slot = self.grow()?;
            self.free.push(slot);
        }
        Ok(())
    }

    /// Adds the object that `make` gives for its handle.
    ///
    /// # Errors
    /// [`SessionError::OutOfMemory`] when there is no room; `make` was not called then.
    pub fn insert_with(&mut self, make: impl FnOnce(Handle) -> T) -> Result<Handle, SessionError> {
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => self.grow()?,
        };
        let index = usize::try_from(slot).map_err(|_| SessionError::OutOfMemory)?;
        let kind = self.kind;
        let place = self.slots.get_mut(index).ok_or(SessionError::OutOfMemory)?;
        let handle = Handle::new(place.generation, slot, kind);
        place.object = Some(make(handle));
        Ok(handle)
    }

    /// The object of a handle.
    pub fn get(&self, handle: Handle) -> Option<&T> {
        let slot = self.slots.get(handle.slot(self.kind)?)?;
        let object = slot.object.as_ref()?;
        (u64::from(slot.generation) == handle.generation()).then_some(object)
    }

    /// Takes an object out; its handle finds nothing from now on.
    pub fn remove(&mut self, handle: Handle) -> Option<T> {
        self.get(handle)?;
        let index = handle.slot(self.kind)?;
        let slot = self.slots.get_mut(index)?;
        let object = slot.object.take();
        // A slot whose generations are used up rests for ever: better some bytes lost than a handle used twice.
        if let Some(next) = slot.generation.checked_add(1) {
            slot.generation = next;
            self.free.extend(u32::try_from(index));
        }
        object
    }

    /// The objects, in no order that means anything.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().filter_map(|slot| slot.object.as_ref())
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// A new slot, with room to free it later.
    fn grow(&mut self) -> Result<u32, SessionError> {
        let slot = u32::try_from(self.slots.len()).map_err(|_| SessionError::OutOfMemory)?;
        if slot >= SLOTS_MAX {
            return Err(SessionError::OutOfMemory);
        }
        let has_room = self
            .slots
            .try_reserve(1)
            .and_then(|()| self.free.try_reserve(self.slots.len() + 1));
        has_room.map_err(|_| SessionError::OutOfMemory)?;
        self.slots.push(Slot {
            generation: 1,
            object: None,
        });
        Ok(slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_finds_its_object_and_no_later_one() {
        let mut table = HandleTable::new(HandleKind::Session);
        let first = table.insert_with(|_| "first").unwrap();
        assert_eq!(table.remove(first), Some("first"));
        let second = table.insert_with(|_| "second").unwrap();
        assert_ne!(first, second);
        assert_eq!((table.get(first), table.get(second)), (None, Some(&"second")));
        assert_eq!(table.remove(first), None);
        assert_eq!(table.slots.len(), 1, "the slot is used again");
    }

    #[test]
    fn nil_handles_and_those_of_other_kinds_find_nothing() {
        let mut table = HandleTable::new(HandleKind::Session);
        let mut other = HandleTable::new(HandleKind::Instance);
        let handle = table.insert_with(|handle| handle).unwrap();
        let instance = other.insert_with(|handle| handle).unwrap();
        assert_eq!(table.get(handle), Some(&handle));
        for wrong in [
            Handle::NONE,
            Handle::NIL,
            instance,
            Handle::from_number(handle.number() ^ 1 << 40),
        ] {
            assert_eq!(table.get(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_slot_without_generations_left_is_not_used_again() {
        let mut table = HandleTable::new(HandleKind::Other);
        let first = table.insert_with(|_| 0).unwrap();
        table.remove(first);
        table.slots[0].generation = u32::MAX;
        let last = table.insert_with(|_| 1).unwrap();
        assert!(!last.is_nil());
        table.remove(last);
        let next = table.insert_with(|_| 2).unwrap();
        assert_eq!(
            (table.get(last), table.get(next), table.slots.len()),
            (None, Some(&2), 2)
        );
    }
}

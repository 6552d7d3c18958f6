//! Sums that several sessions add to at the same time.

use jet_btree::change::Bookmark;
use jet_btree::{Cursor as NodeCursor, Seek, SeekTarget, Tree};

use crate::column::{ColumnFlags, ColumnRef};
use crate::cursor::Cursor;
use crate::error::{Refusal, Result};
use crate::work::Work;

/// What is added.
#[derive(Clone, Copy, Debug)]
pub struct Escrow<'v> {
    /// The column.
    pub column: ColumnRef,
    /// What is added: 4 or 8 bytes.
    pub delta: &'v [u8],
    /// Room for the number that was there; none when it is not wanted.
    pub room: Option<usize>,
    /// It stays when the transaction is undone.
    pub is_for_good: bool,
}

impl Cursor {
    /// Adds to a number of the row that the cursor stands on; returns the number as it stood there, whoever sees that.
    ///
    /// # Errors
    /// [`Refusal::NotInTransaction`], [`Refusal::PermissionDenied`], [`Refusal::TransactionReadOnly`],
    /// [`Refusal::ColumnNotFound`], [`Refusal::AlreadyPrepared`], [`Refusal::InvalidBufferSize`],
    /// [`Refusal::InvalidOperation`], [`Refusal::NoCurrentRecord`], [`Refusal::RecordDeleted`], and conflicts.
    pub fn escrow(&mut self, work: &mut Work<'_>, escrow: &Escrow<'_>) -> Result<Vec<u8>> {
        let definition = self.definition()?;
        let def = definition.layout().get(escrow.column);
        let def = def.filter(|def| def.column_type.is_some());
        let def = def.ok_or(Refusal::ColumnNotFound)?;
        if self.update.is_some() {
            return Err(Refusal::AlreadyPrepared.into());
        }
        // A column that is not fixed takes none.
        let len = def.fixed_bytes().unwrap_or(0);
        if escrow.delta.len() != len || escrow.room.is_some_and(|room| room > 0 && room < len) {
            return Err(Refusal::InvalidBufferSize.into());
        }
        if !def.id.is_fixed() || !def.flags.contains(ColumnFlags::ESCROW) {
            return Err(Refusal::InvalidOperation.into());
        }
        let slot = definition.layout().fixed_slot(def.id);
        let offset = slot.ok_or(Refusal::ColumnNotFound)?.offset;
        // The last row that the cursor stood on counts, wherever it stands now.
        let _ = self.stand(work);
        let store = self.database().store();
        let tree = definition.rows.open(store)?;
        let place = usize::from(offset)..usize::from(offset) + len;
        let nodes = Tree::open(store.pages(), tree.root(), Some(tree.objid()))?;
        let mut nodes = NodeCursor::live(nodes);
        let mut old = Vec::new();
        if nodes.seek(self.currency.bookmark(), SeekTarget::Equal)? == Seek::Exact
            && let Some(node) = nodes.node()?
        {
            old.extend_from_slice(node.data.get(place).unwrap_or_default());
        }
        drop(nodes);
        let row = Bookmark {
            key: self.currency.bookmark(),
            data: &[],
        };
        let trees = work.trees();
        let transaction = &mut *work.transaction;
        if let Ok(delta) = <[u8; 4]>::try_from(escrow.delta) {
            let change = (offset, i32::from_le_bytes(delta));
            match escrow.is_for_good {
                true => transaction.add_for_good(trees, store, tree, &row, change)?,
                false => transaction.add(trees, store, tree, &row, change)?,
            }
        } else if let Ok(delta) = <[u8; 8]>::try_from(escrow.delta) {
            let change = (offset, i64::from_le_bytes(delta));
            match escrow.is_for_good {
                true => transaction.add64_for_good(trees, store, tree, &row, change)?,
                false => transaction.add64(trees, store, tree, &row, change)?,
            }
        } else {
            return Err(Refusal::InvalidOperation.into());
        }
        Ok(old)
    }

    /// Whether numbers can be added to: the first checks.
    ///
    /// # Errors
    /// [`Refusal::NotInTransaction`], [`Refusal::PermissionDenied`], [`Refusal::TransactionReadOnly`].
    pub fn check_escrow(&self, work: &Work<'_>) -> Result<()> {
        if work.level() == 0 {
            return Err(Refusal::NotInTransaction.into());
        }
        self.check_writable(work)
    }
}

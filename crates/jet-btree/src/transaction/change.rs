//! Changes of rows, each with its version.

use std::sync::Arc;

use jet_log::record::Dbid;

use super::held::Held;
use super::{ChangeError, Done, Transaction, Trees};
use crate::change::{Actor, Applied, Bookmark, Decision, Edit, Leaf};
use crate::edit::node::Undoing;
use crate::store::{OpenTree, Store};
use crate::version::{Change, NodeName, Seen, TransactionState, View};

/// What is to be done to a row.
#[derive(Clone, Copy, Debug)]
enum Wish<'w> {
    Insert(&'w [u8]),
    Replace(&'w [u8]),
    Delete,
    Add { offset: u16, delta: i32 },
    Add64 { offset: u16, delta: i64 },
    AddForGood { offset: u16, delta: i32 },
    Add64ForGood { offset: u16, delta: i64 },
    LockToRead,
    LockToWrite,
}

impl Transaction {
    /// Inserts a row. In trees that are not unique its data are part of its name.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub fn insert(
        &mut self,
        trees: &Trees,
        store: &Store,
        tree: &OpenTree,
        row: &Bookmark<'_>,
    ) -> Result<(), ChangeError> {
        let name = name(tree, row);
        self.change(trees, store, tree, &name, Wish::Insert(row.data))
    }

    /// Replaces the data of a row of a unique tree.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub fn replace(
        &mut self,
        trees: &Trees,
        store: &Store,
        tree: &OpenTree,
        row: &Bookmark<'_>,
    ) -> Result<(), ChangeError> {
        let name = name(tree, row);
        self.change(trees, store, tree, &name, Wish::Replace(row.data))
    }

    /// Deletes a row. `row`: its data only in trees that are not unique.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub fn delete(
        &mut self,
        trees: &Trees,
        store: &Store,
        tree: &OpenTree,
        row: &Bookmark<'_>,
    ) -> Result<(), ChangeError> {
        let name = name(tree, row);
        self.change(trees, store, tree, &name, Wish::Delete)
    }

    /// Adds to a 32-bit number at `offset` of the data of a row. Others may do so at the same time.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub fn add(
        &mut self,
        trees: &Trees,
        store: &Store,
        tree: &OpenTree,
        row: &Bookmark<'_>,
        (offset, delta): (u16, i32),
    ) -> Result<(), ChangeError> {
        let name = name(tree, row);
        self.change(trees, store, tree, &name, Wish::Add { offset, delta })
    }

    /// As [`Transaction::add`] for a 64-bit number, which only newer log formats have.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub fn add64(
        &mut self,
        trees: &Trees,
        store: &Store,
        tree: &OpenTree,
        row: &Bookmark<'_>,
        (offset, delta): (u16, i64),
    ) -> Result<(), ChangeError> {
        let name = name(tree, row);
        self.change(trees, store, tree, &name, Wish::Add64 { offset, delta })
    }

    /// As [`Transaction::add`], but seen by everybody at once, and never undone.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub fn add_for_good(
        &mut self,
        trees: &Trees,
        store: &Store,
        tree: &OpenTree,
        row: &Bookmark<'_>,
        (offset, delta): (u16, i32),
    ) -> Result<(), ChangeError> {
        let name = name(tree, row);
        self.change(trees, store, tree, &name, Wish::AddForGood { offset, delta })
    }

    /// As [`Transaction::add64`], but seen by everybody at once, and never undone.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub fn add64_for_good(
        &mut self,
        trees: &Trees,
        store: &Store,
        tree: &OpenTree,
        row: &Bookmark<'_>,
        (offset, delta): (u16, i64),
    ) -> Result<(), ChangeError> {
        let name = name(tree, row);
        self.change(trees, store, tree, &name, Wish::Add64ForGood { offset, delta })
    }

    /// Keeps others from changing a row until the transaction is over; nothing is logged. A lock to read bears others of its
    /// kind, and may be had in transactions that only read.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub fn lock(
        &mut self,
        trees: &Trees,
        store: &Store,
        tree: &OpenTree,
        row: &Bookmark<'_>,
        is_to_write: bool,
    ) -> Result<(), ChangeError> {
        let name = name(tree, row);
        if is_to_write {
            self.change(trees, store, tree, &name, Wish::LockToWrite)
        } else {
            self.change(trees, store, tree, &name, Wish::LockToRead)
        }
    }

    fn change(
        &mut self,
        trees: &Trees,
        store: &Store,
        tree: &OpenTree,
        name: &Bookmark<'_>,
        wish: Wish<'_>,
    ) -> Result<(), ChangeError> {
        let author = match wish {
            Wish::LockToRead => self.silent_author(false)?,
            Wish::LockToWrite => self.silent_author(store.is_logged())?,
            _ => self.author_in(trees, store)?,
        };
        let view = self.view(trees);
        let state = view.own.clone().ok_or(ChangeError::NoTransaction)?;
        let mut changing = Changing {
            trees,
            view,
            state,
            level: self.level,
            work: self.work,
            database: store.database(),
            is_logged: store.is_logged(),
            tree,
            name: NodeName::new(store.database(), tree.root(), name.key, name.data),
            wish,
            planned: Vec::new(),
            done: &mut self.done,
        };
        let full = if let Wish::Insert(data) = wish {
            Bookmark {
                key: name.key,
                data: if tree.is_unique() { &[] } else { data },
            }
        } else {
            *name
        };
        store.edit(tree, &author, &full, &mut changing)?;
        Ok(())
    }
}

/// What names a row: its data count where its key alone does not name it.
fn name<'k>(tree: &OpenTree, row: &Bookmark<'k>) -> Bookmark<'k> {
    Bookmark {
        key: row.key,
        data: if tree.is_unique() { &[] } else { row.data },
    }
}

/// Does what is wished under the latch of the leaf.
struct Changing<'a> {
    trees: &'a Trees,
    view: View,
    state: Arc<TransactionState>,
    level: u8,
    work: u32,
    database: Dbid,
    /// Old data must be in the log before pages are written.
    is_logged: bool,
    tree: &'a OpenTree,
    name: NodeName,
    wish: Wish<'a>,
    /// Versions to be entered when the change is made, and their numbers.
    planned: Vec<(u32, Change)>,
    done: &'a mut Vec<Done>,
}

impl Changing<'_> {
    fn admit(&self, change: &Change) -> Result<(), ChangeError> {
        Ok(self.trees.versions.admit(&self.name, &self.view, change)?)
    }

    fn plan(&mut self, change: Change) -> u32 {
        let number = self.trees.versions.next_number();
        self.planned.push((number, change));
        number
    }

    fn enter(&mut self, held: Option<jet_pages::Pgno>) {
        for (number, change) in self.planned.drain(..) {
            let holds =
                self.is_logged && matches!(&change, Change::Node(Undoing::Replace(_) | Undoing::FlagDelete));
            let entered =
                self.trees
                    .versions
                    .enter(self.name.clone(), Arc::clone(&self.state), number, change);
            let done = Done {
                entered,
                level: self.level,
                tree: self.tree.objid(),
                is_unique: self.tree.is_unique(),
                held: held.filter(|_| holds),
                work: self.work,
            };
            if let Some(pgno) = done.held {
                let held = Held {
                    done: done.clone(),
                    begun: self.state.begun(),
                    session: self.state.session(),
                };
                self.trees.held.add((self.database, pgno), held);
            }
            self.done.push(done);
        }
    }

    /// Inserting where a deleted node of the name lies.
    fn revive<'d>(&mut self, old: &[u8], data: &'d [u8]) -> Result<Decision<'d>, ChangeError> {
        let insert = Change::Node(Undoing::Insert);
        if let Err(refused) = self.admit(&insert) {
            // What the view still sees is there for it; what it never saw stands in its way.
            let seen = self.trees.versions.see_name(&self.name, &self.view, old, true);
            return Err(match (refused, seen) {
                (
                    ChangeError::Version(crate::version::VersionError::Conflict(_)),
                    Seen::Page | Seen::Old(_),
                ) => ChangeError::KeyTaken,
                (refused, _) => refused,
            });
        }
        if !self.tree.is_unique() {
            let number = self.plan(insert);
            return Ok(Decision::versioned(Edit::FlagInsert, number));
        }
        let longest = self.trees.versions.longest(&self.name, None);
        let replace_version = self.plan(Change::Node(Undoing::Replace(old.into())));
        let number = self.plan(insert);
        let edit = Edit::FlagInsertAndReplace {
            data,
            replace_version,
            longest,
        };
        Ok(Decision {
            holds: self.is_logged,
            ..Decision::versioned(edit, number)
        })
    }
}

impl Actor for Changing<'_> {
    type Error = ChangeError;

    fn decide(&mut self, leaf: &Leaf<'_>) -> Result<Decision<'_>, ChangeError> {
        self.planned.clear();
        let node = leaf.node().map_err(crate::TreeError::Page)?;
        if let Wish::Insert(data) = self.wish {
            return match node {
                None => {
                    self.admit(&Change::Node(Undoing::Insert))?;
                    let number = self.plan(Change::Node(Undoing::Insert));
                    Ok(Decision::versioned(Edit::Insert { data }, number))
                }
                Some(node) if node.flags.is_deleted() => self.revive(node.data, data),
                Some(_) => Err(ChangeError::KeyTaken),
            };
        }
        let node = node.ok_or(ChangeError::NoNode)?;
        let change = match self.wish {
            Wish::Replace(_) => Change::Node(Undoing::Replace(node.data.into())),
            Wish::Add { offset, delta } | Wish::AddForGood { offset, delta } => {
                Change::Node(Undoing::Delta { offset, delta })
            }
            Wish::Add64 { offset, delta } | Wish::Add64ForGood { offset, delta } => {
                Change::Node(Undoing::Delta64 { offset, delta })
            }
            Wish::LockToRead => Change::ReadLock,
            Wish::LockToWrite => Change::WriteLock,
            Wish::Delete | Wish::Insert(_) => Change::Node(Undoing::FlagDelete),
        };
        self.admit(&change)?;
        if node.flags.is_deleted() {
            return Err(ChangeError::NoNode);
        }
        match self.wish {
            Wish::AddForGood { offset, delta } => {
                return Ok(Decision::unversioned(Edit::Delta { offset, delta }));
            }
            Wish::Add64ForGood { offset, delta } => {
                return Ok(Decision::unversioned(Edit::Delta64 { offset, delta }));
            }
            _ => {}
        }
        let longest = self.trees.versions.longest(&self.name, None);
        let number = self.plan(change);
        let (edit, holds) = match self.wish {
            Wish::Replace(data) => (Edit::Replace { data, longest }, true),
            Wish::Add { offset, delta } => (Edit::Delta { offset, delta }, false),
            Wish::Add64 { offset, delta } => (Edit::Delta64 { offset, delta }, false),
            Wish::Delete | Wish::Insert(_) | Wish::AddForGood { .. } | Wish::Add64ForGood { .. } => {
                (Edit::FlagDelete, true)
            }
            Wish::LockToRead | Wish::LockToWrite => {
                self.enter(None);
                (Edit::Nothing, false)
            }
        };
        Ok(Decision {
            holds: holds && self.is_logged,
            ..Decision::versioned(edit, number)
        })
    }

    fn done(&mut self, applied: &Applied<'_>) {
        self.enter(Some(applied.page.pgno()));
    }
}

/// Undoes one change under the latch of the leaf where its node lies now.
pub(super) struct Undo<'a> {
    trees: &'a Trees,
    done: &'a Done,
    undoing: Undoing<Arc<[u8]>>,
}

impl Undo<'_> {
    pub(super) fn run(
        transaction: &mut Transaction,
        trees: &Trees,
        done: &Done,
        undoing: Undoing<Arc<[u8]>>,
    ) -> Result<(), ChangeError> {
        let name = &done.entered.node;
        let store = trees.store(name.database()).ok_or(ChangeError::NoDatabase)?;
        let author = transaction.author_in(trees, &store)?;
        let tree = store.open_tree(name.root(), Some(done.tree))?;
        let bookmark = Bookmark {
            key: name.key(),
            data: name.bookmark_data(),
        };
        let mut undo = Undo { trees, done, undoing };
        store.edit(&tree, &author, &bookmark, &mut undo)?;
        Ok(())
    }
}

impl Actor for Undo<'_> {
    type Error = ChangeError;

    fn decide(&mut self, _: &Leaf<'_>) -> Result<Decision<'_>, ChangeError> {
        let (node, number) = (&self.done.entered.node, self.done.entered.number);
        let undoing = match &self.undoing {
            Undoing::Replace(old) => Undoing::Replace(&**old),
            Undoing::Insert => Undoing::Insert,
            Undoing::FlagDelete => Undoing::FlagDelete,
            Undoing::Delta { offset, delta } => Undoing::Delta {
                offset: *offset,
                delta: *delta,
            },
            Undoing::Delta64 { offset, delta } => Undoing::Delta64 {
                offset: *offset,
                delta: *delta,
            },
        };
        let edit = Edit::Undo {
            undoing,
            level: self.done.level,
            longest: self.trees.versions.longest(node, None),
            longest_left: self.trees.versions.longest(node, Some(number)),
        };
        Ok(Decision::versioned(edit, number))
    }

    fn done(&mut self, _: &Applied<'_>) {
        self.trees.versions.remove(&self.done.entered);
    }
}

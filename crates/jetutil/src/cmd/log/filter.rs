//! Which records are wanted.

use std::collections::HashMap;

use jet_log::Record;
use jet_log::record::{FieldValue, SessionId, TrxTime};
use jet_pages::{Objid, Pgno};

/// Conditions on records; those given must all hold.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Filter {
    /// List only records that name this page.
    #[arg(long, value_name = "PAGE")]
    page: Option<u32>,

    /// List only records of this tree (its object id).
    #[arg(long, value_name = "OBJID")]
    tree: Option<u32>,

    /// List only records of this transaction, by its number at the beginning or at the commit.
    #[arg(long, value_name = "NUMBER")]
    transaction: Option<u32>,

    /// List only records of this session.
    #[arg(long, value_name = "NUMBER")]
    session: Option<u16>,

    /// List only records of this type, such as Insert or Commit0.
    #[arg(long, value_name = "TYPE")]
    kind: Option<String>,
}

impl Filter {
    /// Whether any condition is given.
    pub(crate) fn is_set(&self) -> bool {
        let Self {
            page,
            tree,
            transaction,
            session,
            kind,
        } = self;
        page.is_some() || tree.is_some() || transaction.is_some() || session.is_some() || kind.is_some()
    }

    /// Starts to look at the records of a stream.
    pub(crate) fn tracker(&self) -> Tracker<'_> {
        Tracker {
            filter: self,
            open: HashMap::new(),
        }
    }
}

/// Looks at records in order, and knows which transaction each session is in: many records name their session only.
#[derive(Debug)]
pub(crate) struct Tracker<'f> {
    filter: &'f Filter,
    open: HashMap<SessionId, TrxTime>,
}

impl Tracker<'_> {
    /// Whether the record is wanted.
    pub(crate) fn wants(&mut self, record: &Record<'_>) -> bool {
        let session = record.session();
        let in_transaction = self.transaction(record, session);
        let filter = self.filter;
        filter.page.is_none_or(|page| record.names_page(Pgno(page)))
            && filter.tree.is_none_or(|tree| names_tree(record, Objid(tree)))
            && filter
                .session
                .is_none_or(|wanted| session == Some(SessionId(wanted)))
            && filter
                .kind
                .as_ref()
                .is_none_or(|kind| record.kind().name().eq_ignore_ascii_case(kind))
            && (filter.transaction.is_none() || in_transaction)
    }

    /// Whether the record belongs to the wanted transaction.
    fn transaction(&mut self, record: &Record<'_>, session: Option<SessionId>) -> bool {
        if let Record::Begin0(begin) = record {
            self.open.insert(begin.session, begin.begun);
        }
        // The transaction may have begun before the first log that is there.
        if let Some(change) = record.page_change() {
            self.open.insert(change.session, change.transaction);
        }
        let open = session.and_then(|session| self.open.get(&session).copied());
        if let Record::Commit0(commit) = record {
            self.open.remove(&commit.session);
        }
        let wanted = self.filter.transaction.map(TrxTime);
        let mut is_named = open.is_some() && open == wanted;
        record.fields(|_, value| {
            if let FieldValue::Transaction(found) = value {
                is_named |= Some(found) == wanted;
            }
        });
        is_named
    }
}

fn names_tree(record: &Record<'_>, tree: Objid) -> bool {
    let mut is_named = false;
    record.fields(|_, value| {
        if let FieldValue::Tree(found) = value {
            is_named |= found == tree;
        }
    });
    is_named
}

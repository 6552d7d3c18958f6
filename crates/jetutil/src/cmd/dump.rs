//! `jetutil dump`: schema and rows of all tables as JSON lines, "ese-dump-1".
//!
//! A table that cannot be read to its end has a `damaged` in its head, and the rows that can be read. A value that cannot
//! be read is `{"error":...}`. Index entries are counted and hashed as the file has them.

use std::io::{self, Write};
use std::path::PathBuf;

use jet_api::{ColumnDef, ColumnValues, Database, IndexDef, JetError, Row, Table, TableDef, Value};
use jet_btree::walk::LeafWalk;
use jet_btree::{Tree, TreeError};
use jet_isam::record::StoredValue;
use jet_pages::dbheader::DbState;
use jet_pages::{Objid, Pgno};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::args::Args;
use crate::{Outcome, json as write_json};

/// Print schema and rows of all tables as JSON lines, in the format "ese-dump-1".
#[derive(Debug, clap::Args)]
pub(crate) struct Dump {
    /// The database file.
    file: PathBuf,

    /// Only this table; may be given several times.
    #[arg(long, value_name = "NAME")]
    table: Vec<String>,

    /// Leave out the system tables.
    #[arg(long)]
    user: bool,
}

/// Longer binary and text values are given by length and hash.
const INLINE_MAX: usize = 4096;
/// Rows are written in pieces of about this size.
const BUFFER_BYTES: usize = 1 << 16;

pub(crate) fn run(dump: &Dump, args: &Args) -> anyhow::Result<Outcome> {
    let db = args.open_options().open(&dump.file)?;
    let mut writer = Writer {
        out: io::stdout().lock(),
        buffer: Vec::with_capacity(2 * BUFFER_BYTES),
        is_damaged: false,
    };
    writer.line(&file_head(&db))?;
    for problem in db.catalog_problems() {
        writer.is_damaged = true;
        eprintln!("jetutil: {}: {}: {problem}", dump.file.display(), problem.id());
    }
    for name in &dump.table {
        db.open_table(name)?; // say so before anything is printed of the others
    }
    let wanted = |table: &&TableDef| {
        (dump.table.is_empty()
            || dump
                .table
                .iter()
                .any(|name| name.eq_ignore_ascii_case(&table.name)))
            && !(dump.user && table.is_system())
    };
    for def in db.tables().filter(wanted) {
        writer.table(&db, def)?;
    }
    writer.flush()?;
    Ok(if writer.is_damaged {
        Outcome::Findings
    } else {
        Outcome::Sound
    })
}

fn file_head(db: &Database) -> Json {
    let header = db.header();
    json!({
        "format": "ese-dump-1",
        "file": db.raw().path().file_name().map(|name| name.to_string_lossy()),
        "page_size": db.raw().page_size().bytes(),
        "version": header.version.get(),
        "revision": header.update_major.get(),
        "state": state_name(header.db_state()),
    })
}

/// Name of a state in dumps.
pub(crate) const fn state_name(state: DbState) -> &'static str {
    match state {
        DbState::JustCreated => "just-created",
        DbState::DirtyShutdown => "dirty",
        DbState::CleanShutdown => "clean",
        DbState::BeingConverted => "being-converted",
        DbState::ForceDetach => "force-detach",
        DbState::IncrementalReseedInProgress => "reseed-in-progress",
        DbState::DirtyAndPatchedShutdown => "dirty-and-patched",
        DbState::RevertInProgress => "revert-in-progress",
        DbState::Unknown(_) => "unknown",
    }
}

struct Writer<W> {
    out: W,
    buffer: Vec<u8>,
    is_damaged: bool,
}

impl<W: Write> Writer<W> {
    fn table(&mut self, db: &Database, def: &TableDef) -> anyhow::Result<()> {
        let pages = db.raw().pages();
        let primary = def.primary_index();
        let mut entries = Entries::default();
        let rows_damage = entries.read(def.open(pages), |entry, line| entry.key(line)).err();
        let mut head = json!({
            "name": def.name,
            "columns": columns(def).map(column_head).collect::<Vec<_>>(),
            "records": entries.count,
        });
        let mut indexes = Vec::new();
        for index in &def.indexes {
            let mut found = Entries::default();
            let damage = if primary.is_some_and(|primary| core::ptr::eq(primary, index)) {
                found = core::mem::take(&mut entries);
                None
            } else {
                let tree = Tree::open(pages, Pgno(index.root), Some(Objid(index.objid.0)));
                found.read(tree, |entry, line| entry.key_and_bookmark(line)).err()
            };
            indexes.push(index_head(def, index, found, damage.as_ref()));
            self.is_damaged |= damage.is_some();
        }
        if let Json::Object(head) = &mut head {
            head.insert("indexes".into(), indexes.into());
            if def.is_system() {
                head.insert("system".into(), true.into());
            }
            if let Some(damage) = &rows_damage {
                head.insert("damaged".into(), damage.to_string().into());
            }
        }
        self.is_damaged |= rows_damage.is_some();
        self.line(&json!({ "table": head }))?;
        match db.open_table(&def.name) {
            Ok(table) => self.rows(&table),
            Err(_) => Ok(()), // said in the head
        }
    }

    fn rows(&mut self, table: &Table<'_>) -> anyhow::Result<()> {
        let mut rows = table.rows();
        while let Some(row) = rows.next() {
            match row {
                Ok(row) => self.row(&row)?,
                Err(error) => {
                    self.is_damaged = true;
                    eprintln!("jetutil: {error}");
                }
            }
        }
        Ok(())
    }

    fn row(&mut self, row: &Row<'_, '_>) -> anyhow::Result<()> {
        self.buffer.extend_from_slice(b"{\"row\":{");
        let start = self.buffer.len();
        let mut is_damaged = false;
        let buffer = &mut self.buffer;
        let read = row.each_column(|column, values| {
            if buffer.len() > start {
                buffer.push(b',');
            }
            write_json::string(buffer, &column.name);
            buffer.push(b':');
            is_damaged |= !write_values(buffer, row, column, &values);
            Ok::<(), JetError>(())
        });
        self.buffer.extend_from_slice(b"}}\n");
        self.is_damaged |= is_damaged;
        if let Err(error) = read {
            self.is_damaged = true;
            eprintln!("jetutil: {error}");
        }
        if self.buffer.len() >= BUFFER_BYTES {
            Ok(self.flush()?)
        } else {
            Ok(())
        }
    }

    fn line(&mut self, line: &Json) -> anyhow::Result<()> {
        serde_json::to_writer(&mut self.buffer, line)?;
        self.buffer.push(b'\n');
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.buffer)?;
        self.buffer.clear();
        self.out.flush()
    }
}

/// False when a value cannot be read.
fn write_values(
    out: &mut Vec<u8>,
    row: &Row<'_, '_>,
    column: &ColumnDef,
    values: &ColumnValues<'_, '_>,
) -> bool {
    let values = match values {
        ColumnValues::Default(bytes) => {
            write_json::value(out, &Value::decode(column, bytes.clone()));
            return true;
        }
        ColumnValues::Stored(values) => values,
    };
    let is_list = values.len() > 1;
    let mut is_sound = true;
    if is_list {
        out.push(b'[');
    }
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        let value = value.map_err(|error| row.value_error(column, error.into()));
        if let Err(error) = value.and_then(|value| write_value(out, row, column, value)) {
            is_sound = false;
            out.extend_from_slice(b"{\"error\":");
            write_json::string(out, &error.to_string());
            out.push(b'}');
        }
    }
    if is_list {
        out.push(b']');
    }
    is_sound
}

fn write_value(
    out: &mut Vec<u8>,
    row: &Row<'_, '_>,
    column: &ColumnDef,
    value: StoredValue<'_>,
) -> Result<(), JetError> {
    let StoredValue::Separated { id, .. } = value else {
        let bytes = row.plain(column, value)?;
        if bytes.len() > INLINE_MAX {
            write_digest(out, bytes.len(), Sha256::digest(&bytes).as_slice());
        } else {
            write_json::value(out, &Value::decode(column, bytes));
        }
        return Ok(());
    };
    // Only the beginning is kept: a value of 2 GiB takes no more memory than a short one.
    let (mut start, mut len, mut hash) = (Vec::new(), 0, Sha256::new());
    row.long_value(column, id, &mut |piece| {
        len += piece.len();
        hash.update(piece);
        if len <= INLINE_MAX {
            start.extend_from_slice(piece);
        }
        true
    })?;
    if len > INLINE_MAX {
        write_digest(out, len, hash.finalize().as_slice());
    } else {
        write_json::value(out, &Value::decode(column, start.into()));
    }
    Ok(())
}

fn write_digest(out: &mut Vec<u8>, len: usize, sha256: &[u8]) {
    out.extend_from_slice(b"{\"len\":");
    write_json::integer(out, len);
    out.extend_from_slice(b",\"sha256\":\"");
    write_json::hex(out, sha256);
    out.extend_from_slice(b"\"}");
}

/// Columns by id; those of the template first.
fn columns(def: &TableDef) -> impl Iterator<Item = &ColumnDef> {
    def.live_columns()
}

fn column_head(column: &ColumnDef) -> Json {
    let id = u32::from(column.id.0) | if column.derived { 0x8000_0000 } else { 0 };
    let kind = column.column_type.map_or("Nil", |kind| kind.name());
    let mut head = json!({ "id": id, "name": column.name, "type": kind, "flags": column.flags.0 });
    let Json::Object(object) = &mut head else {
        return head;
    };
    if column.column_type.is_some_and(|kind| kind.is_text()) {
        object.insert("cp".into(), column.code_page.into());
    }
    if let Some(default) = column.stored_default() {
        let mut text = Vec::new();
        write_json::value(&mut text, &Value::decode(column, default));
        object.insert(
            "default".into(),
            serde_json::from_slice(&text).unwrap_or(Json::Null),
        );
    }
    head
}

fn index_head(def: &TableDef, index: &IndexDef, entries: Entries, damage: Option<&TreeError>) -> Json {
    let key: Vec<String> = index
        .segments
        .iter()
        .map(|segment| {
            let sign = if segment.descending { '-' } else { '+' };
            let name = def
                .column_by_ref(segment.column)
                .map_or("?", |column| &column.name);
            format!("{sign}{name}")
        })
        .collect();
    let mut head = json!({
        "name": index.name, "primary": index.is_primary(), "unique": index.is_unique(), "key": key,
    });
    let Json::Object(object) = &mut head else {
        return head;
    };
    if !index.locale.is_empty() {
        object.insert("locale".into(), index.locale.clone().into());
    }
    match damage {
        Some(damage) => _ = object.insert("damaged".into(), damage.to_string().into()),
        None => {
            object.insert("entries".into(), entries.count.into());
            let mut hash = Vec::new();
            write_json::hex(&mut hash, &entries.hash.finalize());
            object.insert("entries_sha256".into(), String::from_utf8_lossy(&hash).into());
        }
    }
    head
}

/// Count and hash of the live nodes of a tree.
#[derive(Default)]
struct Entries {
    count: u64,
    hash: Sha256,
}

struct Entry<'p> {
    node: jet_pages::Node<'p>,
}

impl Entry<'_> {
    fn key(&self, line: &mut Vec<u8>) {
        write_json::hex(line, self.node.key.prefix);
        write_json::hex(line, self.node.key.suffix);
    }

    fn key_and_bookmark(&self, line: &mut Vec<u8>) {
        self.key(line);
        line.push(b':');
        write_json::hex(line, self.node.data);
    }
}

impl Entries {
    /// Reads the whole tree; the first error is returned, and what can be read is counted all the same.
    fn read(
        &mut self,
        tree: Result<Tree<'_>, TreeError>,
        write: impl Fn(&Entry<'_>, &mut Vec<u8>),
    ) -> Result<(), TreeError> {
        let mut damage = Ok(());
        let mut line = Vec::new();
        for leaf in LeafWalk::new(tree?) {
            let leaf = match leaf {
                Ok(leaf) => leaf,
                Err(error) => {
                    damage = damage.and(Err(error));
                    continue;
                }
            };
            for node in leaf.view().nodes() {
                match node {
                    Ok(node) if node.flags.is_deleted() => {}
                    Ok(node) => {
                        self.count += 1;
                        write(&Entry { node }, &mut line);
                        line.push(b'\n');
                    }
                    Err(error) => damage = damage.and(Err(error.into())),
                }
            }
            self.hash.update(&line);
            line.clear();
        }
        damage
    }
}

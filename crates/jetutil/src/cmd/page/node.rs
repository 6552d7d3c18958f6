//! One node put into words, by the kind of its page and tree.

use std::borrow::Cow;

use jet_api::{ColumnDef, TableDef, Value};
use jet_isam::long_value::{LongValueKey, LongValueRoot};
use jet_isam::record::{Field, LongValueId, Record, RecordError, StoredValue};
use jet_isam::retrieve::{Stored, Values};
use jet_pages::space::SpaceNode;
use jet_pages::{Node, NodeFlags, Page, PageFlags};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::key;
use crate::inspect::TreeKind;
use crate::json as write_json;
use crate::render;

/// A node. A part that cannot be read is left out, and `problem` says why.
#[derive(Debug, Default, Serialize)]
pub(super) struct NodeReport {
    pub(super) node: usize,
    pub(super) tag: usize,
    pub(super) offset: usize,
    pub(super) size: usize,
    pub(super) flags: Vec<&'static str>,
    /// Bytes of the key that come from the page's prefix key.
    pub(super) prefix_bytes: usize,
    pub(super) key: String,
    /// What the key most likely says; NULL and text that cannot be read back are marked.
    pub(super) key_values: Option<Vec<String>>,
    pub(super) data_bytes: usize,
    #[serde(flatten)]
    pub(super) content: Option<Content>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) problem: Option<String>,
}

/// What the data of a node is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Content {
    /// Page below.
    Child(u32),
    /// Columns of a row, NULL left out.
    Record(Vec<(String, Json)>),
    /// Primary key of the row that an index entry names.
    Bookmark {
        hex: String,
        values: Option<Vec<String>>,
    },
    /// Root of a long value.
    LongValue {
        id: String,
        reference_count: u32,
        size: u32,
        encrypted: bool,
    },
    /// Piece of a long value.
    Chunk { id: String, offset: u32, start: String },
    /// Run of pages.
    Extent { first: u32, last: u32, pool: u8 },
    /// Bytes without a known meaning.
    Data(String),
}

impl NodeReport {
    pub(super) fn of(page: &Page<'_>, index: usize, tree: TreeKind<'_>) -> Self {
        let tag = page.tag_of_node(index);
        let (size, offset) = page.tag_extent(tag);
        let mut report = Self {
            node: index,
            tag,
            offset,
            size,
            ..Self::default()
        };
        let node = match page.node(index) {
            Ok(node) => node,
            Err(error) => {
                report.problem = Some(error.to_string());
                return report;
            }
        };
        let key = node.key.to_vec();
        report.flags = flag_names(node.flags);
        report.prefix_bytes = node.key.prefix.len();
        report.key = render::hex(&key);
        report.data_bytes = node.data.len();
        if !page.flags().contains(PageFlags::SPACE_TREE) {
            report.key_values = key_values(&key, page, tree);
        }
        match content(page, &node, &key, tree) {
            Ok(content) => report.content = Some(content),
            Err(problem) => {
                report.problem = Some(problem);
                report.content = Some(Content::Data(render::short_hex(node.data, DATA_MOST)));
            }
        }
        report
    }
}

/// Bytes of data shown in hexadecimal.
const DATA_MOST: usize = 64;

fn flag_names(flags: NodeFlags) -> Vec<&'static str> {
    [
        (NodeFlags::VERSIONED, "versioned"),
        (NodeFlags::DELETED, "deleted"),
        (NodeFlags::COMPRESSED, "compressed"),
    ]
    .into_iter()
    .filter(|(flag, _)| flags.0 & flag.0 != 0)
    .map(|(_, name)| name)
    .collect()
}

/// Separators are keys cut anywhere, so they are read as far as they go.
fn key_values(key: &[u8], page: &Page<'_>, tree: TreeKind<'_>) -> Option<Vec<String>> {
    if key.is_empty() {
        return (!page.is_leaf()).then(|| vec!["greater than everything".to_owned()]);
    }
    match tree {
        TreeKind::Rows(table) => Some(key::of_row(key, table)),
        TreeKind::Index(table, index) => Some(key::of_index(key, table, index)),
        TreeKind::LongValues(_) => match LongValueKey::parse(key)? {
            LongValueKey::Root(id) => Some(vec![id_text(id)]),
            LongValueKey::Chunk(id, offset) => Some(vec![id_text(id), offset.to_string()]),
        },
        TreeKind::Database | TreeKind::Unknown => None,
    }
}

fn content(page: &Page<'_>, node: &Node<'_>, key: &[u8], tree: TreeKind<'_>) -> Result<Content, String> {
    if !page.is_leaf() {
        let no_child = || format!("{} bytes are no page number", node.data.len());
        return node
            .child()
            .map(|child| Content::Child(child.0))
            .ok_or_else(no_child);
    }
    if page.flags().contains(PageFlags::SPACE_TREE) {
        let parsed = SpaceNode::parse(node).map_err(|error| error.to_string())?;
        return Ok(Content::Extent {
            first: parsed.extent.first.0,
            last: parsed.extent.last().0,
            pool: parsed.pool,
        });
    }
    match tree {
        TreeKind::Rows(table) => record(node.data, table, page.is_large()),
        TreeKind::Index(table, _) => Ok(Content::Bookmark {
            hex: render::hex(node.data),
            values: Some(key::of_row(node.data, table)),
        }),
        TreeKind::LongValues(_) => long_value(key, node.data),
        TreeKind::Database | TreeKind::Unknown => Ok(Content::Data(render::short_hex(node.data, DATA_MOST))),
    }
}

fn long_value(key: &[u8], data: &[u8]) -> Result<Content, String> {
    match LongValueKey::parse(key) {
        Some(LongValueKey::Root(id)) => {
            let root =
                LongValueRoot::parse(data).ok_or_else(|| format!("{} bytes are no root", data.len()))?;
            Ok(Content::LongValue {
                id: id_text(id),
                reference_count: root.reference_count,
                size: root.size,
                encrypted: root.is_encrypted,
            })
        }
        Some(LongValueKey::Chunk(id, offset)) => Ok(Content::Chunk {
            id: id_text(id),
            offset,
            start: render::short_hex(data, DATA_MOST),
        }),
        None => Err(format!("{} bytes are no key of a long value", key.len())),
    }
}

fn id_text(id: LongValueId) -> String {
    match id {
        LongValueId::Narrow(id) => format!("{id:#x}"),
        LongValueId::Wide(id) => format!("{id:#x}"),
    }
}

fn record(data: &[u8], table: &TableDef, is_large: bool) -> Result<Content, String> {
    let record = Record::parse(data, is_large).map_err(|error| error.to_string())?;
    // Long values are named, not fetched: a page is shown by itself.
    let values = Values {
        layout: &table.columns,
        long_values: None,
        key: None,
    };
    let mut columns = Vec::new();
    for column in table.live_columns() {
        match each_value(&record, &values, column) {
            Ok(None) => {}
            Ok(Some(shown)) => columns.push((column.name.clone(), shown)),
            Err(error) => columns.push((column.name.clone(), json!({ "error": error.to_string() }))),
        }
    }
    Ok(Content::Record(columns))
}

/// The values of a column; several as an array, none for NULL.
fn each_value(
    record: &Record<'_>,
    values: &Values<'_>,
    column: &ColumnDef,
) -> Result<Option<Json>, RecordError> {
    let instances = match record.get(values.layout, column.reference())? {
        Field::Value(instances) => instances,
        Field::Null => return Ok(None),
        Field::Absent => {
            return Ok(match values.stored(record, column.reference(), 1)? {
                Some(Stored::Default(bytes)) => Some(json!({ "default": decoded(column, bytes) })),
                _ => None,
            });
        }
    };
    let mut shown = Vec::new();
    for value in instances.iter() {
        shown.push(one_value(value?, values, column));
    }
    Ok(Some(match <[Json; 1]>::try_from(shown) {
        Ok([single]) => single,
        Err(several) => several.into(),
    }))
}

fn one_value(value: StoredValue<'_>, values: &Values<'_>, column: &ColumnDef) -> Json {
    match value {
        StoredValue::Separated { id, .. } => json!({ "long_value": id_text(id) }),
        StoredValue::Inline { .. } => match values.plain(value, usize::MAX) {
            Ok(bytes) => decoded(column, bytes),
            Err(error) => json!({ "error": error.to_string() }),
        },
    }
}

fn decoded(column: &ColumnDef, bytes: Cow<'_, [u8]>) -> Json {
    let mut text = Vec::new();
    write_json::value(&mut text, &Value::decode(column, bytes));
    serde_json::from_slice(&text).unwrap_or_default()
}

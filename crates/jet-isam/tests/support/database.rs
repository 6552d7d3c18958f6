//! A reader of whole database files, just enough for tests: trees in order, and the catalog by the crate's own
//! records.

use std::collections::HashMap;

use jet_isam::column::{ColumnDef, ColumnFlags, ColumnId, ColumnLayout, ColumnRef, ColumnType, OffsetSource};
use jet_isam::compress;
use jet_isam::key::{Condition, IndexDef, IndexFlags, RecordSource, Segment, TupleLimits, ValuePart};
use jet_isam::record::{LongValueId, Record, StoredValue};
use jet_pages::{Objid, Page, PageError, PageSize, Pgno, dbheader};

/// Keys and data of a tree's live nodes, in order.
pub type Nodes = Vec<(Vec<u8>, Vec<u8>)>;

/// A database file.
pub struct Database {
    bytes: Vec<u8>,
    pub page_size: PageSize,
}

/// A table as the catalog describes it.
pub struct Table {
    pub name: String,
    pub root: Pgno,
    pub layout: ColumnLayout,
    pub indexes: Vec<IndexDef>,
    pub long_values: Option<Pgno>,
    template: Option<String>,
    is_catalog: bool,
    columns: Vec<ColumnDef>,
}

impl Database {
    /// `None` when the file has no sound header.
    pub fn open(bytes: Vec<u8>) -> Option<Self> {
        let page_size = dbheader::read_header(&bytes).ok()?.page_size;
        Some(Self { bytes, page_size })
    }

    /// Live nodes of the tree under `root`.
    pub fn tree(&self, root: Pgno) -> Result<Nodes, PageError> {
        let mut nodes = Vec::new();
        self.walk(root, 0, &mut nodes)?;
        Ok(nodes)
    }

    fn walk(&self, pgno: Pgno, depth: usize, out: &mut Nodes) -> Result<(), PageError> {
        assert!(depth < 9, "page {pgno} is too deep");
        let start = pgno.file_offset(self.page_size) as usize;
        let bytes = self
            .bytes
            .get(start..start + self.page_size.bytes())
            .unwrap_or_default();
        let page = Page::new(bytes, pgno, self.page_size)?;
        for (index, node) in page.nodes().enumerate() {
            let node = node?;
            if !page.is_leaf() {
                self.walk(page.child(index)?, depth + 1, out)?;
            } else if !node.flags.is_deleted() {
                out.push((node.key.to_vec(), node.data.to_vec()));
            }
        }
        Ok(())
    }

    /// Every table, or why the catalog cannot be read.
    pub fn tables(&self) -> Result<Vec<Table>, PageError> {
        let layout = catalog_layout();
        let nodes = self.tree(Pgno(4))?;
        let mut tables: Vec<Table> = Vec::new();
        for (_, data) in &nodes {
            let record = Record::parse(data, self.page_size.is_large()).unwrap();
            let row = CatalogRow {
                record,
                layout: &layout,
            };
            match row.number(2) {
                1 => tables.push(Table {
                    name: row.text(128),
                    root: Pgno(row.number(4)),
                    layout: ColumnLayout::default(),
                    indexes: Vec::new(),
                    long_values: None,
                    template: row
                        .bytes(130)
                        .map(|name| String::from_utf8_lossy(name).into_owned()),
                    is_catalog: matches!(row.number(1), 2 | 3),
                    columns: Vec::new(),
                }),
                2 => tables.last_mut().unwrap().columns.push(row.column()),
                3 => tables.last_mut().unwrap().indexes.push(row.index()),
                4 => tables.last_mut().unwrap().long_values = Some(Pgno(row.number(4))),
                _ => {}
            }
        }
        finish(&mut tables);
        Ok(tables)
    }
}

/// Adds the templates' columns and builds the layouts.
fn finish(tables: &mut [Table]) {
    let templates: HashMap<_, _> = tables
        .iter()
        .map(|table| (table.name.clone(), table.columns.clone()))
        .collect();
    for table in tables {
        let mut columns = std::mem::take(&mut table.columns);
        if let Some(template) = &table.template {
            let inherited = templates[template].iter().cloned();
            columns.extend(inherited.map(|column| ColumnDef {
                derived: true,
                ..column
            }));
        }
        let source = if table.is_catalog {
            OffsetSource::RunningSum
        } else {
            OffsetSource::Recorded
        };
        table.layout = ColumnLayout::new(columns, source).unwrap();
    }
}

struct CatalogRow<'a> {
    record: Record<'a>,
    layout: &'a ColumnLayout,
}

impl<'a> CatalogRow<'a> {
    fn bytes(&self, id: u16) -> Option<&'a [u8]> {
        let values = self
            .record
            .get(self.layout, ColumnRef::own(ColumnId(id)))
            .unwrap();
        values
            .value()
            .map(|values| values.get(1).unwrap().unwrap().as_plain().unwrap())
    }

    /// 0 for NULL.
    fn number(&self, id: u16) -> u32 {
        let mut number = [0; 4];
        let bytes = self.bytes(id).unwrap_or_default();
        number[..bytes.len()].copy_from_slice(bytes);
        u32::from_le_bytes(number)
    }

    fn text(&self, id: u16) -> String {
        String::from_utf8_lossy(self.bytes(id).unwrap_or_default()).into_owned()
    }

    fn column(&self) -> ColumnDef {
        ColumnDef {
            id: ColumnId(self.number(3) as u16),
            name: self.text(128),
            column_type: ColumnType::from_number(self.number(4)),
            code_page: self.number(7) as u16,
            max_len: self.number(5),
            flags: ColumnFlags(self.number(6)),
            default: self.bytes(131).map(<[u8]>::to_vec),
            record_offset: self.number(9) as u16,
            derived: false,
        }
    }

    fn index(&self) -> IndexDef {
        let flags = IndexFlags(self.number(6));
        let extended = flags.contains(IndexFlags::EXTENDED_IDS);
        let key_most = self.number(11) as u16;
        let segment_most = self
            .bytes(133)
            .map(|bytes| u16::from_le_bytes(bytes.try_into().unwrap()));
        IndexDef {
            objid: Objid(self.number(3)),
            root: self.number(4),
            conditions: Condition::parse_list(self.bytes(134).unwrap_or_default(), extended).unwrap(),
            key_most: if key_most == 0 { 255 } else { key_most },
            segment_most,
            tuple: self.bytes(135).map(|bytes| TupleLimits::parse(bytes).unwrap()),
            lcmap_flags: self.number(10),
            ..IndexDef::plain(
                &self.text(128),
                flags,
                Segment::parse_list(self.bytes(132).unwrap(), extended).unwrap(),
            )
        }
    }
}

/// Columns of MSysObjects.
fn catalog_layout() -> ColumnLayout {
    use ColumnType::{Binary, Bit, DateTime, Long, LongBinary, Short, Text, UnsignedShort};
    let fixed = [
        Long,
        Short,
        Long,
        Long,
        Long,
        Long,
        Long,
        Bit,
        Short,
        Long,
        UnsignedShort,
        Long,
        DateTime,
    ];
    let variable = [
        Text, Binary, Text, Binary, Binary, Binary, Binary, Binary, Binary, Binary,
    ];
    let numbered = (1..)
        .zip(fixed)
        .chain((128..).zip(variable))
        .chain((256..).zip([LongBinary; 6]));
    let columns = numbered.map(|(id, column_type)| ColumnDef {
        id: ColumnId(id),
        name: format!("c{id}"),
        column_type: Some(column_type),
        code_page: 1252,
        max_len: 255,
        flags: ColumnFlags::default(),
        default: None,
        record_offset: 0,
        derived: false,
    });
    ColumnLayout::new(columns.collect(), OffsetSource::RunningSum).unwrap()
}

/// The long values of a table, by the key of their nodes.
#[derive(Default)]
pub struct LongValues {
    nodes: std::collections::BTreeMap<Vec<u8>, Vec<u8>>,
    chunk: usize,
}

/// A long value that cannot be put together.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(String);

impl LongValues {
    pub fn read(database: &Database, table: &Table) -> Result<Self, PageError> {
        let nodes = table
            .long_values
            .map_or(Ok(Nodes::new()), |root| database.tree(root))?;
        let chunk = match database.page_size {
            PageSize::K16 => 4050,
            PageSize::K32 => 8150,
            size => size.bytes() - 82,
        };
        Ok(Self {
            nodes: nodes.into_iter().collect(),
            chunk,
        })
    }

    fn separated(&self, id: LongValueId) -> Option<Vec<u8>> {
        let key = match id {
            LongValueId::Narrow(id) => id.to_be_bytes().to_vec(),
            LongValueId::Wide(id) => id.to_be_bytes().to_vec(),
        };
        let root = self.nodes.get(&key)?;
        let len = u32::from_le_bytes(root.get(4..8)?.try_into().ok()?) as usize;
        let mut value = Vec::new();
        while value.len() < len {
            let expected = self.chunk.min(len - value.len());
            let part = self
                .nodes
                .get(&[&key[..], &(value.len() as u32).to_be_bytes()].concat())?;
            if part.len() == expected {
                value.extend_from_slice(part);
            } else {
                let mut plain = Vec::new();
                compress::decompress(part, expected, &mut plain).ok()?;
                value.extend_from_slice(&plain);
            }
        }
        Some(value)
    }

    /// The whole plain value.
    pub fn expand(&self, column: ColumnRef, value: StoredValue<'_>) -> Result<Vec<u8>, Unreadable> {
        let refuse = || Unreadable(format!("{column}: {value:?}"));
        match value {
            StoredValue::Separated { id, encrypted: false } => self.separated(id).ok_or_else(refuse),
            StoredValue::Inline {
                bytes,
                compressed: true,
                encrypted: false,
            } => {
                let mut plain = Vec::new();
                compress::decompress(bytes, 1 << 20, &mut plain).map_err(|_| refuse())?;
                Ok(plain)
            }
            _ => Err(refuse()),
        }
    }

    /// What keys are made from.
    #[allow(clippy::type_complexity)]
    pub fn source<'a>(
        &'a self,
        record: Record<'a>,
        layout: &'a ColumnLayout,
    ) -> RecordSource<
        'a,
        impl FnMut(ColumnRef, StoredValue<'a>, ValuePart, &mut Vec<u8>) -> Result<(), Unreadable>,
    > {
        RecordSource::new(
            record,
            layout,
            |column, value, part: ValuePart, out: &mut Vec<u8>| {
                out.extend_from_slice(part.of(&self.expand(column, value)?));
                Ok(())
            },
        )
    }
}

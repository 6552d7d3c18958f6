//! Transcripts of calls: the schema and rows that a script made, and what the engine answered about keys.

use std::collections::HashMap;

use jet_isam::column::{ColumnDef, ColumnFlags, ColumnId, ColumnRef, ColumnType};
use jet_isam::key::{Condition, IndexDef, IndexFlags, Segment, TupleLimits};

use super::unhex;

/// One call and its answer lines.
#[derive(Clone, Debug)]
pub struct Call {
    pub words: Vec<String>,
    /// Variable that the call set.
    pub variable: Option<String>,
    pub answer: Vec<String>,
}

impl Call {
    pub fn succeeded(&self) -> bool {
        self.answer
            .first()
            .is_some_and(|line| line.contains("JET_errSuccess"))
    }

    /// The text behind `name=` in the first line of the answer.
    pub fn told(&self, name: &str) -> Option<&str> {
        let words = self.answer.first()?.split(' ');
        words
            .filter_map(|word| word.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, text)| text)
    }
}

/// The calls of a transcript.
pub fn calls(transcript: &str) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for line in transcript.lines() {
        if let Some(call) = line.strip_prefix("> ") {
            let mut words = words(call);
            let variable = (words.get(1).map(String::as_str) == Some("=")).then(|| words.remove(0));
            if variable.is_some() {
                words.remove(0);
            }
            calls.push(Call {
                words,
                variable,
                answer: Vec::new(),
            });
        } else if let Some(call) = calls.last_mut() {
            call.answer.push(line.trim().to_owned());
        }
    }
    calls
}

/// Words separated by blanks; quoted parts keep theirs.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for character in line.chars() {
        if character == ' ' && !quoted {
            words.push(String::new());
            continue;
        }
        quoted ^= character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        words.last_mut().unwrap().push(character);
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Bytes that an argument stands for; `None` for a null pointer, an error text for forms not known here.
pub fn data(word: &str) -> Result<Option<Vec<u8>>, String> {
    let unknown = || format!("data {word}");
    if word == "_" {
        return Ok(None);
    }
    if let Some(text) = word.strip_prefix("w\"") {
        return Ok(Some(
            unescape(text)?
                .iter()
                .flat_map(|unit| unit.to_le_bytes())
                .collect(),
        ));
    }
    if let Some(text) = word.strip_prefix('"') {
        let units = unescape(text)?;
        return Ok(Some(units.iter().map(|unit| *unit as u8).collect()));
    }
    let (kind, text) = word.split_once(':').ok_or_else(unknown)?;
    let number = || {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
        let number = match digits.strip_prefix("0x") {
            Some(digits) => i128::from_str_radix(digits, 16),
            None => digits.parse(),
        };
        number.map(|number| sign * number).map_err(|_| unknown())
    };
    let repeated = || {
        let (unit, count) = text.split_once('*').ok_or_else(unknown)?;
        Ok::<_, String>((unhex(unit), count.parse::<usize>().map_err(|_| unknown())?))
    };
    Ok(Some(match kind {
        "x" => unhex(text),
        "i8" | "u8" => number()?.to_le_bytes()[..1].to_vec(),
        "i16" | "u16" => number()?.to_le_bytes()[..2].to_vec(),
        "i32" | "u32" => number()?.to_le_bytes()[..4].to_vec(),
        "i64" | "u64" => number()?.to_le_bytes()[..8].to_vec(),
        "f32" => text.parse::<f32>().map_err(|_| unknown())?.to_le_bytes().to_vec(),
        "f64" => text.parse::<f64>().map_err(|_| unknown())?.to_le_bytes().to_vec(),
        "fill" => {
            let (unit, count) = repeated()?;
            unit.repeat(count)
        }
        "wfill" => {
            let (mut unit, count) = repeated()?;
            unit.reverse();
            unit.repeat(count)
        }
        "seq" => (b'a'..=b'z')
            .cycle()
            .take(text.parse().map_err(|_| unknown())?)
            .collect(),
        _ => return Err(unknown()),
    }))
}

/// The units of a quoted text whose first quote is gone.
fn unescape(text: &str) -> Result<Vec<u16>, String> {
    let mut units = Vec::new();
    let mut characters = text.trim_end_matches('"').chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            units.extend(character.encode_utf16(&mut [0; 2]).iter());
            continue;
        }
        let escape = characters.next().unwrap_or_default();
        let mut hex = |digits: usize| {
            let text: String = characters.by_ref().take(digits).collect();
            u16::from_str_radix(&text, 16).map_err(|error| error.to_string())
        };
        units.push(match escape {
            'x' => hex(2)?,
            'u' => hex(4)?,
            'n' => 10,
            't' => 9,
            '0' => 0,
            other => other as u16,
        });
    }
    Ok(units)
}

/// The table of a script as it stands.
#[derive(Default)]
pub struct TraceTable {
    pub columns: Vec<ColumnDef>,
    pub indexes: Vec<IndexDef>,
    variables: HashMap<String, ColumnRef>,
}

impl TraceTable {
    pub fn index(&self, name: &str) -> Option<&IndexDef> {
        self.indexes.iter().find(|index| index.name == name)
    }

    /// The column that a script's variable names.
    pub fn column(&self, variable: &str) -> ColumnRef {
        self.variables[variable]
    }

    /// Takes over a call that changes the schema.
    pub fn apply(&mut self, call: &Call) {
        let quoted = |at: usize| call.words.get(at).map_or("", |word| word.trim_matches('"'));
        match call.words[0].as_str() {
            _ if !call.succeeded() => {}
            "AddColumn" => self.add_column(call),
            "CreateIndex" | "CreateIndex2" => self.create_index(call),
            "DeleteIndex" => self.indexes.retain(|index| index.name != quoted(3)),
            _ => {}
        }
    }

    fn add_column(&mut self, call: &Call) {
        let word = |at: usize| call.words.get(at).map_or("", String::as_str);
        let columnid =
            u32::from_str_radix(call.told("columnid").unwrap().trim_start_matches("0x"), 16).unwrap();
        let kind = word(4).trim_start_matches("JET_coltyp");
        let multi = word(5).contains("MultiValued");
        let def = ColumnDef {
            id: ColumnId(columnid as u16),
            name: word(3).trim_matches('"').to_owned(),
            column_type: (1..=18)
                .filter_map(ColumnType::from_number)
                .find(|known| known.name() == kind),
            code_page: word(7).parse().unwrap_or(1252),
            max_len: word(6).parse().unwrap_or(255),
            flags: if multi {
                ColumnFlags::MULTI_VALUED
            } else {
                ColumnFlags::default()
            },
            default: None,
            record_offset: 0,
            derived: false,
        };
        assert!(def.column_type.is_some(), "{kind}");
        self.variables
            .insert(call.variable.clone().unwrap(), def.reference());
        self.columns.push(def);
    }

    fn create_index(&mut self, call: &Call) {
        const OPTIONS: [(&str, IndexFlags); 8] = [
            ("Unique", IndexFlags::UNIQUE),
            ("Primary", IndexFlags::PRIMARY.with(IndexFlags::UNIQUE)),
            ("DisallowNull", IndexFlags::DISALLOW_NULL),
            ("SortNullsHigh", IndexFlags::NULLS_HIGH),
            ("CrossProduct", IndexFlags::CROSS_PRODUCT),
            ("NestedTable", IndexFlags::NESTED_TABLE),
            ("DisallowTruncation", IndexFlags::DISALLOW_TRUNCATION),
            ("DotNetGuid", IndexFlags::DOT_NET_GUID),
        ];
        let options: Vec<_> = call.words[5]
            .split('|')
            .map(|option| option.trim_start_matches("JET_bitIndex"))
            .collect();
        let has = |option| options.contains(&option);
        let by_name = |name: &str| self.columns.iter().find(|def| def.name == name).unwrap();
        let key = call.words[4].trim_matches('"');
        let parts: Vec<_> = key.split("\\0").filter(|part| !part.is_empty()).collect();
        let set = OPTIONS.iter().filter(|(option, _)| has(option));
        let mut flags = set.fold(IndexFlags::default(), |flags, (_, flag)| flags.with(*flag));
        if !has("DisallowNull") && !has("IgnoreAnyNull") {
            flags = flags.with(IndexFlags::ALLOW_SOME_NULLS);
            if !has("IgnoreFirstNull") {
                flags = flags.with(IndexFlags::ALLOW_FIRST_NULL);
                if !has("IgnoreNull") {
                    flags = flags.with(IndexFlags::ALLOW_ALL_NULLS);
                }
            }
        }
        if parts
            .iter()
            .any(|part| by_name(&part[1..]).flags.contains(ColumnFlags::MULTI_VALUED))
        {
            flags = flags.with(IndexFlags::MULTI_VALUED);
        }
        let segments = parts.iter().map(|part| Segment {
            column: by_name(&part[1..]).reference(),
            descending: part.starts_with('-'),
        });
        let mut index = IndexDef::plain(call.words[3].trim_matches('"'), flags, segments.collect());
        index.tuple = has("Tuples").then(TupleLimits::default);
        for (name, text) in call.words[6..].iter().filter_map(|word| word.split_once('=')) {
            match name {
                "keymost" => index.key_most = text.parse().unwrap(),
                "varseg" => index.segment_most = Some(text.parse().unwrap()),
                "tuple" => {
                    let numbers: Vec<u32> = text.split(',').map(|number| number.parse().unwrap()).collect();
                    let [min_len, max_len, max_count, step, start] = numbers[..] else {
                        panic!("{text}")
                    };
                    index.tuple = Some(TupleLimits {
                        min_len,
                        max_len,
                        max_count,
                        step,
                        start,
                    });
                }
                "cond" => {
                    let (column, rule) = text.split_once(':').unwrap();
                    index.conditions.push(Condition {
                        column: by_name(column).reference(),
                        must_be_null: rule.ends_with("MustBeNull"),
                    });
                }
                "locale" | "flags" => {}
                other => panic!("{other}"),
            }
        }
        self.indexes.push(index);
    }
}

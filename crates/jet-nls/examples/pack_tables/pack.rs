//! From lines to the sections of `jet_nls`'s `tables` and `han` modules, where the form is written down.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use crate::source::{self, TextSection, fields};

/// Four weights.
type Row = [u8; 4];

/// Sections by kind, sort and width.
#[derive(Default)]
struct Sections(BTreeMap<(u8, u8, u16), Vec<u8>>);

impl Sections {
    fn add(&mut self, kind: u8, sort: u8, width: usize, bytes: impl IntoIterator<Item = u8>) {
        self.0
            .entry((kind, sort, u16::try_from(width).unwrap()))
            .or_default()
            .extend(bytes);
    }

    /// Header, directory, contents.
    fn into_file(self) -> Vec<u8> {
        let mut file = b"jet-nls\0".to_vec();
        file.extend(0x0006_0305_u32.to_le_bytes());
        file.extend(u16::try_from(self.0.len()).unwrap().to_le_bytes());
        file.extend([0, 0]);
        let mut offset = 16 + 12 * self.0.len();
        for ((kind, sort, width), bytes) in &self.0 {
            file.extend([*kind, *sort]);
            file.extend(width.to_le_bytes());
            file.extend(u32::try_from(offset).unwrap().to_le_bytes());
            file.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
            offset += bytes.len();
        }
        file.extend(self.0.into_values().flatten());
        file
    }
}

/// The file of everything but the Han orders.
pub(crate) fn base(from: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let text = source::read(&from.join("weights-060305.txt.xz"))?;
    let cjk = source::read(&from.join("weights-060305-cjk.txt.xz"))?;
    let mut sections = Sections::default();
    // The default sort has no line of its own.
    sections.add(4, 0, 0, [1, 0]);
    sections.add(1, 0, 0, default_rows(&text)?.into_iter().flatten());
    for section in &text {
        match section.kind() {
            "default" | "same" => {}
            "expand" => {
                for line in &section.lines {
                    let units = fields(line, 3)?;
                    sections.add(2, 0, 0, units[1..].iter().flat_map(|unit| unit.to_le_bytes()));
                }
            }
            "jamo" => add_jamo(&mut sections, section)?,
            "sort" => {
                let sort = section.sort()?;
                let has_han = cjk
                    .iter()
                    .any(|section| section.sort().is_ok_and(|other| other == sort));
                sections.add(4, 0, 0, [sort, traits(section)? | if has_han { 16 } else { 0 }]);
            }
            "except" => add_exceptions(&mut sections, 5, section)?,
            "lingcase" => add_exceptions(&mut sections, 6, section)?,
            "contract" => add_contractions(&mut sections, section)?,
            other => return Err(format!("unknown section {other}").into()),
        }
    }
    Ok(sections.into_file())
}

/// The weights of all 65 536 units; units that stand for others point into the list of expansions.
fn default_rows(text: &[TextSection]) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows = vec![None; 0x1_0000];
    let lines = |kind: &'static str| {
        text.iter()
            .filter(move |section| section.kind() == kind)
            .flat_map(|section| &section.lines)
    };
    for line in lines("default") {
        let (unit, row) = unit_and_row(line)?;
        rows[usize::from(unit)] = Some(row);
    }
    for (number, line) in lines("expand").enumerate() {
        let [high, low] = u16::try_from(number)?.to_be_bytes();
        rows[usize::from(fields(line, 3)?[0])].get_or_insert([2, high, low, 0]);
    }
    for line in lines("same") {
        let units = fields(line, 2)?;
        let row = rows[usize::from(units[1])];
        rows[usize::from(units[0])] = Some(row.ok_or_else(|| format!("{line} points nowhere"))?);
    }
    Ok(rows.into_iter().map(Option::unwrap_or_default).collect())
}

fn traits(section: &TextSection) -> Result<u8, Box<dyn Error>> {
    section.heading[2..].iter().try_fold(0, |bits, word| {
        let bit = match word.as_str() {
            "reverse" => 1,
            "double" => 2,
            "inverse" => 4,
            "three" => 8,
            other => return Err(format!("unknown trait {other}").into()),
        };
        Ok(bits | bit)
    })
}

fn add_jamo(sections: &mut Sections, section: &TextSection) -> Result<(), Box<dyn Error>> {
    let mut rows = section
        .lines
        .iter()
        .map(|line| fields(line, 1))
        .collect::<Result<Vec<_>, _>>()?;
    rows.sort_unstable();
    for row in rows {
        sections.add(3, 0, 0, row[0].to_le_bytes());
        for field in &row[1..] {
            sections.add(3, 0, 0, [u8::try_from(*field)?]);
        }
        sections.add(3, 0, 0, [0]);
    }
    Ok(())
}

fn add_exceptions(sections: &mut Sections, kind: u8, section: &TextSection) -> Result<(), Box<dyn Error>> {
    for line in &section.lines {
        let (unit, row) = unit_and_row(line)?;
        sections.add(
            kind,
            section.sort()?,
            0,
            unit.to_le_bytes().into_iter().chain(row),
        );
    }
    Ok(())
}

fn add_contractions(sections: &mut Sections, section: &TextSection) -> Result<(), Box<dyn Error>> {
    let mut rows = BTreeMap::new();
    for line in &section.lines {
        let (units, weights) = line.split_once(',').ok_or("a contraction without weights")?;
        let units = units
            .split(' ')
            .map(|unit| u16::from_str_radix(unit, 16))
            .collect::<Result<Vec<_>, _>>()?;
        assert!((2..=8).contains(&units.len()), "{line}");
        assert!(
            rows.insert(units, row(&fields(weights, 0)?)?).is_none(),
            "{line} is there twice"
        );
    }
    for (units, row) in rows {
        let bytes = units.iter().flat_map(|unit| unit.to_be_bytes()).chain(row);
        sections.add(7, section.sort()?, units.len(), bytes);
    }
    Ok(())
}

fn unit_and_row(line: &str) -> Result<(u16, Row), Box<dyn Error>> {
    let fields = fields(line, 1)?;
    Ok((fields[0], row(&fields[1..])?))
}

fn row(fields: &[u16]) -> Result<Row, Box<dyn Error>> {
    let bytes = fields
        .iter()
        .map(|field| u8::try_from(*field))
        .collect::<Result<Vec<_>, _>>()?;
    bytes.try_into().map_err(|_| "not four weights".into())
}

/// One Han order as the source has it: characters and the weights of each.
pub(crate) type Order = Vec<(char, u32)>;

/// The file of the Han orders.
pub(crate) fn han(from: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let text = source::read(&from.join("weights-060305-cjk.txt.xz"))?;
    let mut orders = BTreeMap::new();
    for section in &text {
        orders.insert((section.kind(), section.sort()?), order(section)?);
    }
    let mut sections = Sections::default();
    for ((kind, sort), order) in &orders {
        if *sort == LIKE.0 {
            continue;
        }
        match *kind {
            "except" => sections.add(8, *sort, 0, pack_order(order, 0)),
            "contract" => sections.add(9, *sort, 0, pack_order(order, 0x2_0000)),
            other => return Err(format!("unknown section {other}").into()),
        }
    }
    let of = |kind, sort| orders.get(&(kind, sort)).ok_or("a Han order is missing");
    assert_eq!(of("contract", LIKE.0)?, of("contract", LIKE.1)?);
    sections.add(
        10,
        LIKE.0,
        0,
        pack_differences(of("except", LIKE.0)?, of("except", LIKE.1)?),
    );
    Ok(sections.into_file())
}

/// The phonetic order zh-CN_phoneb differs from zh-CN in three dozen characters.
const LIKE: (u8, u8) = (0x4B, 0x3A);

/// Reads the two lines of an order.
pub(crate) fn order(section: &TextSection) -> Result<Order, Box<dyn Error>> {
    let [characters, steps] = section.lines.as_slice() else {
        return Err("not two lines".into());
    };
    let mut weights = 0_u32;
    let mut order = Order::new();
    let mut characters = characters.chars();
    for step in steps.split(' ') {
        let (step, count) = step.split_once('*').unwrap_or((step, "1"));
        let step = u32::from_str_radix(step, 16)?;
        for _ in 0..count.parse()? {
            weights = weights.wrapping_add(step);
            order.push((characters.next().ok_or("more steps than characters")?, weights));
        }
    }
    if characters.next().is_some() {
        return Err("more characters than steps".into());
    }
    Ok(order)
}

/// The code point of `character` above `base` in 16 bits.
fn low_bits(character: char, base: u32) -> [u8; 2] {
    u16::try_from(u32::from(character) - base).unwrap().to_le_bytes()
}

fn pack_order(order: &Order, base: u32) -> Vec<u8> {
    let mut last = 0;
    let steps = order
        .iter()
        .map(|(_, weights)| weights.wrapping_sub(std::mem::replace(&mut last, *weights)))
        .collect::<Vec<_>>();
    let mut counts = BTreeMap::<u32, usize>::new();
    for run in steps.chunk_by(|a, b| a == b) {
        *counts.entry(run[0]).or_default() += 1;
    }
    let mut frequent = counts
        .into_iter()
        .filter(|(_, count)| *count > 1)
        .collect::<Vec<_>>();
    frequent.sort_by_key(|(step, count)| (std::cmp::Reverse(*count), *step));
    let frequent = frequent
        .into_iter()
        .take(0xFE)
        .map(|(step, _)| step)
        .collect::<Vec<_>>();

    let mut packed = Vec::new();
    packed.extend(u32::try_from(order.len()).unwrap().to_le_bytes());
    packed.extend(u32::try_from(frequent.len()).unwrap().to_le_bytes());
    packed.extend(order.iter().flat_map(|(character, _)| low_bits(*character, base)));
    packed.extend(frequent.iter().flat_map(|step| step.to_le_bytes()));
    for run in steps.chunk_by(|a, b| a == b) {
        let number = frequent.iter().position(|step| *step == run[0]);
        let mut rest = run.len() - 1;
        match number {
            Some(number) => packed.push(u8::try_from(number).unwrap()),
            None => {
                packed.push(0xFF);
                packed.extend(run[0].to_le_bytes());
            }
        }
        if let (1, Some(number)) = (rest, number) {
            packed.push(u8::try_from(number).unwrap());
            rest = 0;
        }
        while rest > 0 {
            let part = rest.min(255);
            packed.extend([0xFE, u8::try_from(part).unwrap()]);
            rest -= part;
        }
    }
    packed
}

fn pack_differences(order: &Order, other: &Order) -> Vec<u8> {
    let rows = order.iter().copied().collect::<BTreeMap<_, _>>();
    let base = other.iter().copied().collect::<BTreeMap<_, _>>();
    let removed = base
        .keys()
        .filter(|character| !rows.contains_key(character))
        .collect::<Vec<_>>();
    let mut packed = vec![LIKE.1, 0];
    packed.extend(u16::try_from(removed.len()).unwrap().to_le_bytes());
    packed.extend(removed.iter().flat_map(|character| low_bits(**character, 0)));
    for (character, weights) in rows
        .iter()
        .filter(|(character, weights)| base.get(character) != Some(weights))
    {
        packed.extend(low_bits(*character, 0));
        packed.extend(weights.to_be_bytes());
    }
    packed
}

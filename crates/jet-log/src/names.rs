//! Names of the files of a log stream: `edb.log`, `edb00001.log`, `edb0000ABCD.log`, `edbtmp.log`, `edbres00001.jrs`,
//! `edb.chk`, and the same with `.jtx` and `.jcp`. Source: `docs/format/log-file.md`.

use crate::Generation;

/// Role of a file in a log stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileRole {
    /// Closed log of this generation.
    Closed(Generation),
    /// The log being written.
    Current,
    /// The next log, in preparation; its content counts for nothing.
    Temporary,
    /// Room kept for a full disk; its content counts for nothing.
    Reserve(u32),
    /// The checkpoint.
    Checkpoint,
}

/// Characters of a base name.
const BASE_CHARS: usize = 3;

/// Takes a file name apart into base name and role. Upper and lower case do not matter.
///
/// The base name has three characters, as every instance has. `None`: no file of a log stream.
pub fn parse(name: &str) -> Option<(&str, FileRole)> {
    let (stem, extension) = name.rsplit_once('.')?;
    let at = stem
        .char_indices()
        .nth(BASE_CHARS)
        .map_or(stem.len(), |(at, _)| at);
    let (base, rest) = stem.split_at_checked(at)?;
    if base.chars().count() != BASE_CHARS {
        return None;
    }
    let extension = extension.to_ascii_lowercase();
    let role = match (extension.as_str(), rest) {
        ("log" | "jtx", "") => FileRole::Current,
        ("log" | "jtx", rest) if rest.eq_ignore_ascii_case("tmp") => FileRole::Temporary,
        ("log" | "jtx", digits) => FileRole::Closed(generation(digits)?),
        ("chk" | "jcp", "") => FileRole::Checkpoint,
        ("jrs", rest) => FileRole::Reserve(reserve_number(rest)?),
        _ => return None,
    };
    Some((base, role))
}

/// The generation in five or eight hexadecimal digits.
fn generation(digits: &str) -> Option<Generation> {
    let is_number = matches!(digits.len(), 5 | 8) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let number = is_number.then(|| u32::from_str_radix(digits, 16).ok()).flatten();
    number.filter(|&number| number > 0).map(Generation)
}

fn reserve_number(rest: &str) -> Option<u32> {
    let (word, digits) = rest.split_at_checked(3)?;
    let is_number = digits.len() == 5 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let number = is_number.then(|| u32::from_str_radix(digits, 16).ok()).flatten();
    number.filter(|_| word.eq_ignore_ascii_case("res"))
}

/// The names that an instance gives to its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogNames {
    /// Base name, three characters.
    pub base: String,
    /// `.log` and `.chk` instead of `.jtx` and `.jcp`.
    pub has_old_extensions: bool,
    /// Five digits as long as they are enough, instead of always eight.
    pub has_five_digits: bool,
}

impl LogNames {
    /// Name of the log being written.
    pub fn current(&self) -> String {
        format!("{}.{}", self.base, self.log_extension())
    }

    /// Name of the next log in preparation.
    pub fn temporary(&self) -> String {
        format!("{}tmp.{}", self.base, self.log_extension())
    }

    /// Name of a closed log.
    pub fn closed(&self, generation: Generation) -> String {
        let number = generation.0;
        let digits = if self.has_five_digits && number <= 0xf_ffff {
            5
        } else {
            8
        };
        format!("{}{number:0digits$X}.{}", self.base, self.log_extension())
    }

    /// Name of a reserve log.
    pub fn reserve(&self, number: u32) -> String {
        format!("{}res{number:05X}.jrs", self.base)
    }

    /// Name of the checkpoint.
    pub fn checkpoint(&self) -> String {
        let extension = if self.has_old_extensions { "chk" } else { "jcp" };
        format!("{}.{extension}", self.base)
    }

    const fn log_extension(&self) -> &'static str {
        if self.has_old_extensions { "log" } else { "jtx" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        let closed = |generation| FileRole::Closed(Generation(generation));
        for (name, expected) in [
            ("edb.log", Some(("edb", FileRole::Current))),
            ("SRU.LOG", Some(("SRU", FileRole::Current))),
            ("edb.jtx", Some(("edb", FileRole::Current))),
            ("edbtmp.log", Some(("edb", FileRole::Temporary))),
            ("SRUtmp.jtx", Some(("SRU", FileRole::Temporary))),
            ("SRU0004E.log", Some(("SRU", closed(0x4e)))),
            ("edb0000abcd.jtx", Some(("edb", closed(0xabcd)))),
            ("V0100001.log", Some(("V01", closed(1)))),
            ("SRUres00002.jrs", Some(("SRU", FileRole::Reserve(2)))),
            ("edb.chk", Some(("edb", FileRole::Checkpoint))),
            ("äöü.jcp", Some(("äöü", FileRole::Checkpoint))),
            ("edb00000.log", None),
            ("edb000001.log", None),
            ("edb0000G.log", None),
            ("edb+0001.log", None),
            ("ed.log", None),
            ("res1.log", None),
            ("edb", None),
            ("edb.edb", None),
            ("edbres1.jrs", None),
        ] {
            assert_eq!(parse(name), expected, "{name}");
        }
    }

    #[test]
    fn names_are_put_together() {
        let mut names = LogNames {
            base: "edb".into(),
            has_old_extensions: true,
            has_five_digits: true,
        };
        assert_eq!(names.closed(Generation(0x1e)), "edb0001E.log");
        assert_eq!(names.closed(Generation(0x12_3456)), "edb00123456.log");
        assert_eq!(
            (names.current(), names.temporary()),
            ("edb.log".into(), "edbtmp.log".into())
        );
        assert_eq!(
            (names.checkpoint(), names.reserve(2)),
            ("edb.chk".into(), "edbres00002.jrs".into())
        );
        names.has_five_digits = false;
        names.has_old_extensions = false;
        assert_eq!(names.closed(Generation(0x1e)), "edb0000001E.jtx");
        assert_eq!(
            (names.current(), names.checkpoint()),
            ("edb.jtx".into(), "edb.jcp".into())
        );
        for name in [
            names.current(),
            names.temporary(),
            names.closed(Generation(9)),
            names.reserve(1),
        ] {
            assert!(parse(&name).is_some_and(|(base, _)| base == "edb"), "{name}");
        }
    }
}

//! Calls on the working folder: files looked at, copied, damaged.
//!
//! Names may stand with the folder that the script believes in, such as `C:\trace\edb.log`. What would lie outside the
//! working folder is never touched.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};

use crate::answer::Answer;
use crate::call::{Call, Text};
use crate::transcript::latin1;

/// Starts of names that a list leaves out: reserve and temporary logs, and what no program of JET wrote.
const UNLISTED_STARTS: &[&str] = &["edbtmp", "edbres", "."];

/// Likewise ends: locks of this project's engine among them.
const UNLISTED_ENDS: &[&str] = &[".json", ".lck"];

/// A working folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    known_as: String,
}

impl Folder {
    pub(crate) fn new(path: &Path, known_as: &str) -> Self {
        Self {
            path: path.to_owned(),
            known_as: known_as.to_owned(),
        }
    }

    /// Answers a call of this level; other calls are not supported.
    pub(crate) fn answer(&self, call: &Call) -> Answer {
        let text = match call {
            Call::FileExists(file) => either(self.place(file).is_ok_and(|path| path.exists()), "yes", "no"),
            Call::DeleteFile(file) => done(self.place(file).and_then(fs::remove_file)),
            Call::DeleteFiles(pattern) => {
                let files = self.matching(pattern).into_iter();
                let deleted = files.filter(|(_, path)| path.is_file() && fs::remove_file(path).is_ok());
                format!("~deleted={}", deleted.count())
            }
            Call::ListFiles(pattern) => self.list(pattern),
            Call::CheckFile(pattern) => match self.matching(pattern).first() {
                Some((name, path)) => format!("{name} size {}", size_of(path)),
                None => "none".to_owned(),
            },
            Call::CopyFile(from, to) => done(self.copy(from, to)),
            Call::MakeDir(folder) => done(self.place(folder).and_then(fs::create_dir)),
            Call::Corrupt(file, offset, bits) => opened(self.corrupt(file, offset.0, bits.0)),
            Call::Truncate(file, size) => opened(self.truncate(file, size.0)),
            _ => return Answer::Unsupported,
        };
        Answer::Told {
            code: 0,
            text: format!("  {text}"),
        }
    }

    /// Where a file lies.
    pub(crate) fn place(&self, file: &Text) -> io::Result<PathBuf> {
        let name = latin1(file.0.as_deref().unwrap_or_default());
        let inside = name.strip_prefix(&self.known_as).unwrap_or(&name);
        let inside = inside.replace('\\', "/");
        let relative = Path::new(inside.trim_start_matches('/'));
        let stays = relative
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !stays || inside.contains(':') {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(self.path.join(relative))
    }

    /// Files and folders whose name fits, by name.
    fn matching(&self, pattern: &Text) -> Vec<(String, PathBuf)> {
        let Ok(place) = self.place(pattern) else {
            return Vec::new();
        };
        let (Some(folder), Some(pattern)) = (place.parent(), place.file_name()) else {
            return Vec::new();
        };
        let pattern = pattern.to_string_lossy().into_owned();
        let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
        let named = entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()));
        let mut fitting: Vec<_> = named
            .filter(|(name, _)| fits(pattern.as_bytes(), name.as_bytes()))
            .collect();
        fitting.sort();
        fitting
    }

    fn list(&self, pattern: &Text) -> String {
        let mut names = Vec::new();
        for (name, path) in self.matching(pattern) {
            let is_unlisted = UNLISTED_STARTS.iter().any(|start| name.starts_with(start))
                || UNLISTED_ENDS.iter().any(|end| name.ends_with(end));
            if is_unlisted || name == "dump" {
                continue;
            }
            let is_numbered = name.starts_with("edb") && name.get(11..) == Some(".log");
            names.push(format!(
                "{}{name} ~{}",
                if is_numbered { "~" } else { "" },
                size_of(&path)
            ));
        }
        names.join(" ")
    }

    fn copy(&self, from: &Text, to: &Text) -> io::Result<()> {
        fs::copy(self.place(from)?, self.place(to)?).map(|_| ())
    }

    fn corrupt(&self, file: &Text, offset: u32, bits: u32) -> io::Result<()> {
        let [bits, ..] = bits.to_le_bytes();
        let mut file = self.open(file)?;
        let mut byte = [0];
        file.seek(SeekFrom::Start(u64::from(offset)))?;
        file.read_exact(&mut byte)?;
        file.seek(SeekFrom::Start(u64::from(offset)))?;
        file.write_all(&byte.map(|byte| byte ^ bits))
    }

    fn truncate(&self, file: &Text, size: u32) -> io::Result<()> {
        self.open(file)?.set_len(u64::from(size))
    }

    fn open(&self, file: &Text) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).open(self.place(file)?)
    }
}

/// Size in bytes; folders have none.
fn size_of(path: &Path) -> u64 {
    fs::metadata(path)
        .ok()
        .filter(fs::Metadata::is_file)
        .map_or(0, |data| data.len())
}

fn done(result: io::Result<()>) -> String {
    either(result.is_ok(), "ok", "fail")
}

fn opened(result: io::Result<()>) -> String {
    either(result.is_ok(), "ok", "open failed")
}

fn either(is_so: bool, yes: &str, no: &str) -> String {
    if is_so { yes } else { no }.to_owned()
}

/// Whether a name fits a pattern with `*` and `?`; capitals make no difference.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (None, None) => true,
        (Some((b'*', pattern)), rest) => {
            fits(pattern, name) || rest.is_some_and(|(_, name)| fits_star(pattern, name))
        }
        (Some((b'?', pattern)), Some((_, name))) => fits(pattern, name),
        (Some((a, pattern)), Some((b, name))) => a.eq_ignore_ascii_case(b) && fits(pattern, name),
        _ => false,
    }
}

/// The same with a `*` before the pattern.
fn fits_star(pattern: &[u8], name: &[u8]) -> bool {
    (0..=name.len()).any(|from| name.get(from..).is_some_and(|rest| fits(pattern, rest)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Number;

    fn text(name: &str) -> Text {
        Text(Some(name.as_bytes().to_vec()))
    }

    fn told(folder: &Folder, call: &Call) -> String {
        match folder.answer(call) {
            Answer::Told { text, .. } => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn files_are_listed_copied_and_damaged() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path(), "C:\\trace");
        for (name, size) in [
            ("edb.log", 5),
            ("edb00000001.log", 3),
            ("edbres00001.jrs", 1),
            ("a.json", 1),
            ("edb.lck", 0),
        ] {
            fs::write(place.path().join(name), vec![1; size]).unwrap();
        }
        assert_eq!(
            told(&folder, &Call::ListFiles(text("*"))),
            "  edb.log ~5 ~edb00000001.log ~3"
        );
        assert_eq!(
            told(&folder, &Call::CopyFile(text("edb.log"), text("C:\\trace\\b"))),
            "  ok"
        );
        assert_eq!(
            told(&folder, &Call::Corrupt(text("b"), Number(2), Number(0xff))),
            "  ok"
        );
        assert_eq!(told(&folder, &Call::Truncate(text("b"), Number(4))), "  ok");
        assert_eq!(fs::read(place.path().join("b")).unwrap(), [1, 1, 0xfe, 1]);
        assert_eq!(told(&folder, &Call::CheckFile(text("b"))), "  b size 4");
        assert_eq!(
            told(&folder, &Call::DeleteFiles(text("EDB*.log"))),
            "  ~deleted=2"
        );
        assert_eq!(told(&folder, &Call::FileExists(text("edb.log"))), "  no");
        assert_eq!(told(&folder, &Call::MakeDir(text("x"))), "  ok");
        assert_eq!(
            told(&folder, &Call::Truncate(text("gone"), Number(0))),
            "  open failed"
        );
    }

    #[test]
    fn nothing_outside_the_folder_is_touched() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path(), "C:\\trace");
        for name in ["..\\x", "C:\\other\\x", "a\\..\\..\\x", "D:x"] {
            assert!(folder.place(&text(name)).is_err(), "{name}");
        }
        assert_eq!(
            folder.place(&text("C:\\trace\\a\\b")).unwrap(),
            place.path().join("a/b")
        );
    }

    #[test]
    fn patterns() {
        for (pattern, name, does_fit) in [
            ("*", "a.b", true),
            ("edb*.log", "edb00.log", true),
            ("edb?.log", "edb.log", false),
            ("*.jfm", "x.jf", false),
            ("a*b*c", "aXbYc", true),
        ] {
            assert_eq!(
                fits(pattern.as_bytes(), name.as_bytes()),
                does_fit,
                "{pattern} {name}"
            );
        }
    }
}

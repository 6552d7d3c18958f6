//! Paths as parameters keep them. Both separators are understood on every system; the one that the current folder
//! is written with is put out.

/// Name that a temporary database gets when only its folder is given.
pub(crate) const TEMP_NAME: &str = "tmp.edb";

const fn is_separator(c: char) -> bool {
    matches!(c, '/' | '\\')
}

/// Whether the path names a folder by its last character.
pub(crate) fn ends_in_separator(path: &str) -> bool {
    path.ends_with(is_separator)
}

/// Whether the path is a name without a folder.
pub(crate) fn is_bare_name(path: &str) -> bool {
    !path.contains(is_separator) && drive(path).is_none()
}

/// `path` as an absolute path, taken from `current` when it is relative, without `.` and `..`.
pub(crate) fn complete(current: &str, path: &str) -> String {
    let separator = if current.contains('\\') { '\\' } else { '/' };
    let is_absolute = path.starts_with(is_separator) || drive(path).is_some();
    let mut parts: Vec<&str> = Vec::new();
    let before = if is_absolute { "" } else { current };
    for part in before.split(is_separator).chain(path.split(is_separator)) {
        match part {
            "" | "." => {}
            ".." => {
                // Nothing is above the root, nor above a drive.
                if parts.last().is_some_and(|last| drive(last).is_none()) {
                    parts.pop();
                }
            }
            part => parts.push(part),
        }
    }
    let mut out = String::new();
    let base = if is_absolute { path } else { current };
    if base.starts_with(is_separator) {
        // Two of them begin the name of a machine.
        let is_machine = base.chars().take(2).filter(|&c| is_separator(c)).count() == 2 && separator == '\\';
        out.extend(std::iter::repeat_n(separator, if is_machine { 2 } else { 1 }));
    }
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.push(separator);
        }
        out.push_str(part);
    }
    if ends_in_separator(path) && !ends_in_separator(&out) {
        out.push(separator);
    }
    out
}

/// `path` as an absolute path that ends in a separator.
pub(crate) fn complete_folder(current: &str, path: &str) -> String {
    let mut with_end = path.to_owned();
    if !ends_in_separator(path) {
        // An empty path is the current folder, not the root.
        with_end.push_str(if path.is_empty() { "./" } else { "/" });
    }
    complete(current, &with_end)
}

/// The letter of a drive at the beginning of a path.
fn drive(path: &str) -> Option<char> {
    let mut chars = path.chars();
    let letter = chars.next().filter(char::is_ascii_alphabetic)?;
    (chars.next() == Some(':')).then_some(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_completed_and_end_in_a_separator() {
        for (current, path, folder) in [
            ("C:\\trace_p", ".\\", "C:\\trace_p\\"),
            ("C:\\trace_p", "", "C:\\trace_p\\"),
            ("C:\\trace", ".\\b\\", "C:\\trace\\b\\"),
            ("C:\\trace", "../../..", "C:\\"),
            ("C:\\trace", "D:/x/./y", "D:\\x\\y\\"),
            ("C:\\trace", "\\\\host\\share", "\\\\host\\share\\"),
            ("/data/a", ".\\", "/data/a/"),
            ("/data/a", "../b//c", "/data/b/c/"),
            ("/data/a", "/", "/"),
            ("/", "..", "/"),
        ] {
            assert_eq!(complete_folder(current, path), folder, "{path}");
        }
    }

    #[test]
    fn files_are_completed() {
        assert_eq!(complete("/data/a", "b/t.edb"), "/data/a/b/t.edb");
        assert_eq!(complete("C:\\a", "b/"), "C:\\a\\b\\");
        assert!(is_bare_name("tmp.edb") && !is_bare_name("./tmp.edb") && !is_bare_name("C:tmp.edb"));
    }
}

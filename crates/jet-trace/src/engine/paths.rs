//! Paths between a script and the engine: a script believes in a folder such as `C:\trace`, the engine works in a
//! temporary one.
//!
//! Invariant: no path of a script leads out of the temporary folder. What lies elsewhere for the script lies in a folder
//! of its own there, which nobody makes.

/// Holds what lies outside the folder that scripts know.
const ELSEWHERE: &str = ".elsewhere";

/// The folder of a run under both its names.
#[derive(Clone, Debug)]
pub(super) struct Paths {
    folder: String,
    known_as: String,
}

impl Paths {
    /// `folder` is the real one, `known_as` its absolute name in scripts.
    pub(super) fn new(folder: &str, known_as: &str) -> Self {
        Self {
            folder: folder.trim_end_matches('/').to_owned(),
            known_as: known_as.to_owned(),
        }
    }

    /// The real folder.
    pub(super) fn folder(&self) -> &str {
        &self.folder
    }

    /// The real path of a script's; bare names stay as they are.
    pub(super) fn real(&self, path: &str) -> String {
        let has_drive = path.chars().nth(1) == Some(':');
        if !path.contains(is_separator) && !has_drive && path != ".." {
            return path.to_owned();
        }
        let known: Vec<&str> = parts(&self.known_as).collect();
        let above = if has_drive {
            0
        } else if path.starts_with(is_separator) {
            1
        } else {
            known.len()
        };
        let mut places: Vec<&str> = known.iter().copied().take(above).collect();
        for part in parts(path) {
            match part {
                // Nothing is above a drive.
                ".." if places.len() > 1 => _ = places.pop(),
                "." | ".." => {}
                part => places.push(part),
            }
        }
        let is_inside = places.len() >= known.len()
            && places
                .iter()
                .zip(&known)
                .all(|(place, known)| place.eq_ignore_ascii_case(known));
        let mut real = self.folder.clone();
        if !is_inside {
            real.push('/');
            real.push_str(ELSEWHERE);
        }
        for place in places.iter().skip(if is_inside { known.len() } else { 0 }) {
            real.push('/');
            real.push_str(place.trim_end_matches(':'));
        }
        if path.ends_with(is_separator) {
            real.push('/');
        }
        real
    }

    /// What a script calls a real path; other texts stay as they are.
    pub(super) fn told(&self, real: &str) -> String {
        let Some(rest) = real.strip_prefix(&self.folder) else {
            return real.to_owned();
        };
        let elsewhere = rest
            .strip_prefix('/')
            .and_then(|rest| rest.strip_prefix(ELSEWHERE))
            .and_then(|rest| rest.strip_prefix('/'));
        let path = match elsewhere {
            Some(rest) => rest.replacen('/', ":/", 1),
            None => format!("{}{rest}", self.known_as),
        };
        path.replace('/', "\\")
    }
}

const fn is_separator(c: char) -> bool {
    matches!(c, '/' | '\\')
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split(is_separator).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_the_folder_and_come_back() {
        let paths = Paths::new("/tmp/x", "C:\\trace");
        for (path, real, told) in [
            ("a.edb", "a.edb", "a.edb"),
            (".\\b\\", "/tmp/x/b/", "C:\\trace\\b\\"),
            ("nodir\\x.edb", "/tmp/x/nodir/x.edb", "C:\\trace\\nodir\\x.edb"),
            ("c:/TRACE/x.edb", "/tmp/x/x.edb", "C:\\trace\\x.edb"),
            ("C:\\trace", "/tmp/x", "C:\\trace"),
            ("..", "/tmp/x/.elsewhere/C", "C"),
            ("..\\..\\..\\y", "/tmp/x/.elsewhere/C/y", "C:\\y"),
            ("D:\\y\\", "/tmp/x/.elsewhere/D/y/", "D:\\y\\"),
            ("\\trace2", "/tmp/x/.elsewhere/C/trace2", "C:\\trace2"),
            ("", "", ""),
        ] {
            assert_eq!(paths.real(path), real, "{path}");
            assert_eq!(paths.told(real), told, "{path}");
        }
    }
}

//! Lines of a script cut into words.
//!
//! Everything here works on bytes of ASCII text; what a word means is said in [`crate::value`].

/// The words of a line: separated by blanks, where a quoted part may hold blanks and `\"`.
pub fn words(line: &str) -> Vec<&str> {
    let bytes = line.as_bytes();
    let mut found = Vec::new();
    let mut start = None;
    let mut is_quoted = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match (byte, start) {
            (b' ' | b'\t', Some(from)) if !is_quoted => {
                found.extend(line.get(from..at));
                start = None;
            }
            (b' ' | b'\t', None) => {}
            _ => {
                start = start.or(Some(at));
                if byte == b'\\' && is_quoted {
                    at += 1;
                } else if byte == b'"' {
                    is_quoted = !is_quoted;
                }
            }
        }
        at += 1;
    }
    found.extend(start.and_then(|from| line.get(from..)));
    found
}

/// One command: the variables that take what it gives, its verb and its arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command<'a> {
    /// Names before `=`, in order; `-` takes nothing.
    pub targets: Vec<&'a str>,
    /// What to do; empty for a line of nothing.
    pub verb: &'a str,
    /// The words after the verb.
    pub arguments: Vec<&'a str>,
}

impl<'a> Command<'a> {
    /// Takes a line apart. A verb may be written with `Jet` before it.
    pub fn parse(line: &'a str) -> Self {
        let all = words(line);
        let equals = all.iter().position(|&word| word == "=").filter(|&at| at > 0);
        let (before, after) = match equals {
            Some(at) => (all.get(..at).unwrap_or_default(), all.get(at + 1..)),
            None => (all.get(..0).unwrap_or_default(), Some(all.as_slice())),
        };
        let targets = before.iter().flat_map(|word| word.split(','));
        let (verb, arguments) = after
            .and_then(<[&str]>::split_first)
            .map_or(("", Vec::new()), |(verb, rest)| (*verb, rest.to_vec()));
        Self {
            targets: targets.filter(|name| !name.is_empty()).collect(),
            verb: verb.strip_prefix("Jet").unwrap_or(verb),
            arguments,
        }
    }

    /// The argument with this index, the first being 0.
    pub fn argument(&self, index: usize) -> Option<&'a str> {
        self.arguments.get(index).copied()
    }
}

/// Whether a word has the form of a name.
pub fn is_name(word: &str) -> bool {
    let mut bytes = word.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_part_holds_blanks_and_quotes() {
        assert_eq!(
            words(r#"  A "b \" c"  w"d e" "#),
            ["A", r#""b \" c""#, r#"w"d e""#]
        );
        assert_eq!(words(r#"idx=a:"+k ":1"#), [r#"idx=a:"+k ":1"#]);
    }

    #[test]
    fn targets_stand_before_the_equals_sign() {
        let command = Command::parse("t,-,c2 = OpenTempTable s 0 4:1");
        assert_eq!(command.targets, ["t", "-", "c2"]);
        assert_eq!((command.verb, command.argument(1)), ("OpenTempTable", Some("0")));
        assert_eq!(Command::parse("JetInit").verb, "Init");
        assert_eq!(Command::parse("SetColumns s t c=i32:1").targets.len(), 0);
    }

    #[test]
    fn names() {
        assert!(is_name("JET_bitNil") && is_name("_"));
        assert!(!is_name("4k") && !is_name("a:b") && !is_name(""));
    }
}

//! Comparing two transcripts.
//!
//! Comments are left out but for exit codes; a word that starts with `~` may differ, and so may the rest of a bracket that
//! starts with `~[`; several such words in a row count as one, since the length of a list may differ too.

use std::borrow::Cow;

/// A call of a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Number of its line, from 1; 0 for what stands before the first call.
    pub line: usize,
    /// The call as echoed, without `> `.
    pub call: &'a str,
    /// The lines below it, as they are.
    pub answer: Vec<&'a str>,
}

/// The calls of a transcript; the first entry holds what stands before them.
pub fn entries(transcript: &str) -> Vec<Entry<'_>> {
    let mut entries = vec![Entry {
        line: 0,
        call: "",
        answer: Vec::new(),
    }];
    for (index, line) in transcript.lines().enumerate() {
        let line = line.trim_end();
        if let Some(call) = line.strip_prefix("> ") {
            entries.push(Entry {
                line: index + 1,
                call,
                answer: Vec::new(),
            });
        } else if is_compared(line)
            && let Some(entry) = entries.last_mut()
        {
            entry.answer.push(line);
        }
    }
    entries
}

fn is_compared(line: &str) -> bool {
    !line.is_empty() && (!line.starts_with('#') || line.starts_with("# exit code"))
}

/// Whether two answers to a call agree.
pub fn agree(golden: &Entry<'_>, mine: &Entry<'_>) -> bool {
    golden.call == mine.call
        && golden.answer.len() == mine.answer.len()
        && golden
            .answer
            .iter()
            .zip(&mine.answer)
            .all(|(a, b)| a == b || strict(a) == strict(b))
}

/// The line without what may differ.
fn strict(line: &str) -> Cow<'_, str> {
    if !line.contains('~') {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    let mut was_loose = false;
    for word in without_brackets(line).split(' ') {
        let is_loose = word.starts_with('~');
        if !(is_loose && was_loose) {
            out.push_str(if is_loose { "~" } else { word });
            out.push(' ');
        }
        was_loose = is_loose;
    }
    Cow::Owned(out)
}

/// Puts `~` in place of every bracket that starts with `~[`.
fn without_brackets(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("~[") {
        out.push_str(before);
        match after.split_once(']') {
            Some((_, after)) => {
                out.push('~');
                rest = after;
            }
            None => {
                out.push_str("~[");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn do_agree(golden: &str, mine: &str) -> bool {
        let entry = |answer| Entry {
            line: 1,
            call: "A",
            answer: vec![answer],
        };
        agree(&entry(golden), &entry(mine))
    }

    #[test]
    fn marked_words_may_differ() {
        assert!(do_agree("  -> x (0) ~a=1 b=2", "  -> x (0) ~a=9 b=2"));
        assert!(!do_agree("  -> x (0) ~a=1 b=2", "  -> x (0) ~a=1 b=3"));
        assert!(do_agree(" ~[a b] c", " ~[d] c"));
        assert!(do_agree("  -> x ~1 ~[a] ~[b]", "  -> x ~2 ~[c]"));
        assert!(!do_agree("  -> x ~1", "  -> x"));
        assert!(do_agree("  ~[a", "  ~[b"));
    }

    #[test]
    fn comments_and_blanks_are_left_out() {
        let parsed = entries("# c\n> A\n\n  ok  \n# --- process 2\n# exit code 0\n");
        let [before, call] = parsed.as_slice() else {
            panic!("one call");
        };
        assert!(before.answer.is_empty());
        assert_eq!((call.line, call.call), (2, "A"));
        assert_eq!(call.answer, ["  ok", "# exit code 0"]);
    }
}

//! Names of tables, columns and indexes.

use crate::error::{Refusal, Result};
use crate::text;

/// Most characters of a name.
const NAME_MOST: usize = 64;

/// The name as it is kept: without blanks at its end.
///
/// # Errors
/// [`Refusal::InvalidName`].
pub fn checked(name: &str) -> Result<String> {
    let is_good = |character: char| {
        character >= ' '
            && !matches!(character, '!' | '.' | '[' | ']')
            && text::ansi_byte(character).is_some()
    };
    let length = name.chars().count();
    if length == 0 || length > NAME_MOST || name.starts_with(' ') || !name.chars().all(is_good) {
        return Err(Refusal::InvalidName.into());
    }
    Ok(name.trim_end_matches(' ').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_64_characters_at_most_and_none_that_paths_are_made_of() {
        let longest = "n".repeat(64);
        for good in ["a", "in ner", "a`b", "a\u{7f}b", "a\u{e4}b", &longest] {
            assert_eq!(checked(good).unwrap(), good);
        }
        assert_eq!(checked("trail  ").unwrap(), "trail");
        let too_long = "n".repeat(65);
        for bad in [
            "", " lead", "a.b", "a!b", "a[b", "a]b", "a\u{1}b", "\u{3b1}", &too_long,
        ] {
            assert_eq!(checked(bad).unwrap_err().refusal(), Some(Refusal::InvalidName));
        }
    }
}

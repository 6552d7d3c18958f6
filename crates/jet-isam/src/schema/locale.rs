//! Names of locales.

/// Languages that have a code of two letters.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv \
    dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja \
    jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl \
    nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te \
    tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Whether a name is well formed and its language known: a language, and behind it a script, a region and a sort if need be.
pub(super) fn is_known(name: &str) -> bool {
    let mut parts = name.split(['-', '_']);
    let language = parts.next().unwrap_or_default().to_ascii_lowercase();
    let is_language = match language.len() {
        2 => LANGUAGES.split_ascii_whitespace().any(|known| known == language),
        // Those of three letters are too many to be told here.
        3 => language.bytes().all(|byte| byte.is_ascii_lowercase()),
        _ => false,
    };
    let is_part =
        |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_language && name.len() < NAME_MOST && parts.all(is_part)
}

/// With the final zero.
const NAME_MOST: usize = 85;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_languages_that_there_are_not_are_not_known() {
        for known in ["en-US", "de", "de-DE_phoneb", "zh-Hans-CN", "haw-US", "DE-de"] {
            assert!(is_known(known), "{known}");
        }
        for unknown in ["xx-YY", "english", "en-", "e", "de-\u{e4}"] {
            assert!(!is_known(unknown), "{unknown}");
        }
    }
}

//! Where redo is to end, as a user writes it: a position in the log or a moment.

use jet_api::recover::{Generation, Lgpos, Until};
use jet_pages::dbheader::LogTime;

/// A position `0x5:6:0`, the generation hexadecimal behind `0x` and else decimal, or a moment `2023-10-18T02:48:29Z` in UTC,
/// of which seconds and what is behind them may be left out.
///
/// # Errors
/// What is expected.
pub(super) fn parse(text: &str) -> Result<Until, String> {
    if let Some(at) = position(text) {
        return Ok(Until::Position(at));
    }
    moment(text).map(Until::Time).ok_or_else(|| {
        "a position such as 0x5:6:0 (generation:sector:byte), or a moment such as 2023-10-18T02:48:29Z, is expected".to_owned()
    })
}

fn position(text: &str) -> Option<Lgpos> {
    let mut parts = text.split(':');
    let (generation, sector, byte) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let generation = match generation.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => generation.parse().ok()?,
    };
    Some(Lgpos {
        generation: Generation(generation),
        sector: sector.parse().ok()?,
        byte: byte.parse().ok()?,
    })
}

fn moment(text: &str) -> Option<LogTime> {
    let text = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let mut date = date.split('-').map(|part| part.parse::<u16>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut time_parts = time.split(':').map(|part| part.parse::<u8>().ok());
    let (hour, minute) = (time_parts.next()??, time_parts.next()??);
    let second = time_parts.next().unwrap_or(Some(0))?;
    let is_over = date.next().is_some() || time_parts.next().is_some();
    let is_valid = (1970..=2155).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if is_over || !is_valid {
        return None;
    }
    let milliseconds = milliseconds(fraction)?;
    let byte = |number: u16| u8::try_from(number).ok();
    Some(LogTime {
        second,
        minute,
        hour,
        day: byte(day)?,
        month: byte(month)?,
        year: byte(year - 1900)?,
        low_milliseconds: byte((milliseconds & 0x7f) << 1 | 1)?,
        high_milliseconds: byte((milliseconds >> 7) << 1)?,
    })
}

/// Milliseconds of the digits behind the point; what is finer is cut.
fn milliseconds(fraction: &str) -> Option<u16> {
    if fraction.is_empty() || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let three = format!("{fraction:0<3}");
    three.get(..3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let found = parse(text).ok().map(|until| match until {
            Until::Position(at) => at.to_string(),
            Until::Time(time) => time.to_string(),
        });
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn positions_and_moments() {
        check("0x1a:6:0", Some("0x1a:6:0"));
        check("26:6:12", Some("0x1a:6:12"));
        check("2023-10-18T02:48:29Z", Some("2023-10-18 02:48:29.000Z"));
        check("2023-10-18 02:48", Some("2023-10-18 02:48:00.000Z"));
        check("2023-10-18T02:48:29.9Z", Some("2023-10-18 02:48:29.900Z"));
        check("2023-10-18T02:48:29.987654", Some("2023-10-18 02:48:29.987Z"));
        for wrong in [
            "",
            "5",
            "5:6",
            "5:6:0:0",
            "5:x:0",
            "2023-10-18",
            "2023-13-01T00:00",
            "1969-01-01T00:00",
            "2023-01-01T24:00",
            "2023-01-01T00:00:00.",
        ] {
            check(wrong, None);
        }
    }
}

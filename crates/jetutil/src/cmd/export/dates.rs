//! `DateTime` values as points in time.
//!
//! The type is defined as days since 1899-12-30 in a double ("OLE"), without a time zone; many programs store a FILETIME in
//! it, 100 ns units since 1601-01-01 in UTC. Nothing in a file says which. A conversion counts only when it leads back
//! to the stored bits; no number is both an OLE date and a FILETIME of the years 1 to 9999, but for 0.

use std::fmt::Write as _;

/// What the 64 bits of a column's `DateTime` values are taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum DateForm {
    /// The number as stored.
    Raw,
    /// Days since 1899-12-30, a double.
    Ole,
    /// 100 ns units since 1601-01-01, an integer.
    FileTime,
}

/// 100 ns units in a day.
const DAY: i64 = 864_000_000_000;
/// Days from 1601-01-01 to 1899-12-30.
const OLE_EPOCH_DAYS: i64 = 109_205;
/// Days from 1601-01-01 to 1970-01-01.
const UNIX_EPOCH_DAYS: i64 = 134_774;
/// Days from 1601-01-01 back to the year 1, and on to the end of the year 9999.
const DAYS: std::ops::Range<i64> = -584_388..3_067_671;

/// A point in time: 100 ns units since 1601-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Instant(i64);

impl DateForm {
    /// The point in time that stored bits stand for; `None` for a number as stored, and where the bits are no date of
    /// the years 1 to 9999 that leads back to them.
    pub(super) fn instant(self, bits: u64) -> Option<Instant> {
        let units = match self {
            Self::Raw => None,
            Self::FileTime => i64::try_from(bits).ok(),
            // Programs mean whole seconds or milliseconds; the double is a little beside. The coarsest that leads back.
            Self::Ole => [10_000_000, 10_000, 10, 1]
                .into_iter()
                .filter_map(|unit| ole_units(f64::from_bits(bits), unit))
                .find(|units| ole_days(*units).to_bits() == bits),
        }?;
        DAYS.contains(&units.div_euclid(DAY)).then_some(Instant(units))
    }
}

impl Instant {
    /// `2021-10-08T00:51:00` with as many digits behind the second as needed: none, 3, 6 or 7; `Z` for a FILETIME.
    pub(super) fn iso(self, form: DateForm) -> String {
        let (year, month, day) = civil(self.0.div_euclid(DAY));
        let units = self.0.rem_euclid(DAY);
        let (seconds, fraction) = (units / 10_000_000, units % 10_000_000);
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let mut text = format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}");
        // Writing to a string does not fail.
        _ = match fraction {
            0 => Ok(()),
            f if f % 10_000 == 0 => write!(text, ".{:03}", f / 10_000),
            f if f % 10 == 0 => write!(text, ".{:06}", f / 10),
            f => write!(text, ".{f:07}"),
        };
        if form == DateForm::FileTime {
            text.push('Z');
        }
        text
    }

    /// Nanoseconds since 1970-01-01; `None` before 1677 and after 2262.
    pub(super) fn unix_nanos(self) -> Option<i64> {
        (self.0 - UNIX_EPOCH_DAYS * DAY).checked_mul(100)
    }
}

/// What all the values of a column have in common, to tell their form.
#[derive(Clone, Copy, Debug)]
pub(super) struct DateScan {
    has_any: bool,
    /// For OLE and FILETIME: all are of this form; all fit 64 bits of nanoseconds.
    all: [bool; 2],
    all_in_nanos: [bool; 2],
}

impl Default for DateScan {
    fn default() -> Self {
        Self {
            has_any: false,
            all: [true; 2],
            all_in_nanos: [true; 2],
        }
    }
}

impl DateScan {
    const FORMS: [DateForm; 2] = [DateForm::Ole, DateForm::FileTime];

    /// Takes one value into account. Zero is a date in both forms, and tells nothing.
    pub(super) fn add(&mut self, bits: u64) {
        self.has_any |= bits != 0;
        let forms = Self::FORMS.iter().zip(&mut self.all).zip(&mut self.all_in_nanos);
        for ((form, all), all_in_nanos) in forms {
            let instant = form.instant(bits);
            *all &= instant.is_some();
            *all_in_nanos &= instant.and_then(Instant::unix_nanos).is_some();
        }
    }

    /// The form that all values have, or the number as stored. `in_nanos`: they must fit nanoseconds too.
    pub(super) fn form(&self, in_nanos: bool) -> DateForm {
        let all = if in_nanos { self.all_in_nanos } else { self.all };
        let found = Self::FORMS
            .into_iter()
            .zip(all)
            .find(|(_, all)| *all && self.has_any);
        found.map_or(DateForm::Raw, |(form, _)| form)
    }
}

/// 100 ns units since 1601-01-01 of days since 1899-12-30, rounded to a multiple of `unit`. The fraction of a negative
/// number counts forward all the same: -1.25 is 06:00 of the day before.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "both factors are in range: days are checked, units of a day are below 2^40"
)]
fn ole_units(days: f64, unit: i64) -> Option<i64> {
    let whole = days.trunc();
    let from_1601 = (-1e6..1e7).contains(&whole).then_some(whole as i64)? + OLE_EPOCH_DAYS;
    let units = ((days - whole).abs() * (DAY / unit) as f64).round() as i64 * unit;
    Some(from_1601 * DAY + units)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "days are below 2^23, units of a day below 2^40"
)]
fn ole_days(units: i64) -> f64 {
    let whole = units.div_euclid(DAY) - OLE_EPOCH_DAYS;
    let fraction = units.rem_euclid(DAY) as f64 / DAY as f64;
    if whole < 0 {
        whole as f64 - fraction
    } else {
        whole as f64 + fraction
    }
}

/// Year, month and day of a day since 1601-01-01, in the Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    // Years here begin in March, so that the leap day is the last one; 1601-01-01 is day 306 of 1600.
    let days = days + 306;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = (
        1600 + era * 400 + year,
        if month < 10 { month + 3 } else { month - 9 },
    );
    (year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn iso(form: DateForm, bits: u64) -> Option<String> {
        form.instant(bits).map(|instant| instant.iso(form))
    }

    fn ole(days: f64) -> Option<String> {
        iso(DateForm::Ole, days.to_bits())
    }

    #[test]
    fn known_dates() {
        assert_eq!(ole(0.0).unwrap(), "1899-12-30T00:00:00");
        assert_eq!(ole(25_569.0).unwrap(), "1970-01-01T00:00:00");
        assert_eq!(ole(-1.25).unwrap(), "1899-12-29T06:00:00");
        assert_eq!(ole(36_585.5).unwrap(), "2000-02-29T12:00:00");
        assert_eq!(ole(44_477.0 + 51.0 / 1440.0).unwrap(), "2021-10-08T00:51:00");
        assert_eq!(ole(2_958_465.0).unwrap(), "9999-12-31T00:00:00");
        assert_eq!(ole(-693_593.0).unwrap(), "0001-01-01T00:00:00");
        for none in [
            2_958_466.0,
            -693_594.0,
            -0.0,
            -0.5,
            1e300,
            f64::NAN,
            f64::NEG_INFINITY,
        ] {
            assert_eq!(ole(none), None, "{none}");
        }
        let file_time = |units| iso(DateForm::FileTime, units);
        assert_eq!(
            file_time(116_444_736_000_000_000).unwrap(),
            "1970-01-01T00:00:00Z"
        );
        assert_eq!(
            file_time(132_781_746_601_234_567).unwrap(),
            "2021-10-08T13:51:00.1234567Z"
        );
        assert_eq!(file_time(u64::MAX), None);
    }

    #[test]
    fn a_column_has_the_form_that_all_values_have() {
        let form = |values: &[u64]| {
            let mut scan = DateScan::default();
            values.iter().for_each(|bits| scan.add(*bits));
            (scan.form(false), scan.form(true))
        };
        let (ole, file_time) = (44_477.25_f64.to_bits(), 132_781_746_601_234_567);
        assert_eq!(form(&[ole, 0]), (DateForm::Ole, DateForm::Ole));
        assert_eq!(form(&[file_time]), (DateForm::FileTime, DateForm::FileTime));
        // The year 1601 does not fit nanoseconds since 1970.
        assert_eq!(form(&[file_time, 0]), (DateForm::FileTime, DateForm::Raw));
        assert_eq!(form(&[file_time, ole]), (DateForm::Raw, DateForm::Raw));
        assert_eq!(form(&[0]), (DateForm::Raw, DateForm::Raw));
        assert_eq!(form(&[]), (DateForm::Raw, DateForm::Raw));
    }

    proptest! {
        #[test]
        fn no_number_is_of_both_forms(bits in 1..=u64::MAX) {
            prop_assert!(DateForm::Ole.instant(bits).is_none() || DateForm::FileTime.instant(bits).is_none());
        }

        #[test]
        fn ole_dates_lead_back(days in 20_000.0..100_000.0_f64) {
            let instant = DateForm::Ole.instant(days.to_bits()).unwrap();
            prop_assert_eq!(ole_days(instant.0).to_bits(), days.to_bits());
        }

        #[test]
        fn every_second_of_this_century_is_a_whole_one(second in 0..3_155_760_000_i64) {
            let units = (OLE_EPOCH_DAYS + 36_526) * DAY + second * 10_000_000;
            prop_assert_eq!(DateForm::Ole.instant(ole_days(units).to_bits()), Some(Instant(units)));
        }

        #[test]
        fn days_count_up_through_the_calendar(day in DAYS) {
            let (next, this) = (civil(day + 1), civil(day));
            prop_assert!(next > this);
            prop_assert!((1..=12).contains(&this.1) && (1..=31).contains(&this.2));
            prop_assert!(next.2 == this.2 + 1 || next.2 == 1);
        }
    }
}

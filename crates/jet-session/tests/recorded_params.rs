//! Values and answers recorded from the genuine engine against the table and the rules.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use jet_session::SessionError;
use jet_session::params::{Kind, ParamId, Parameter, Parameters, Scope, Settable, Situation, Value};

const PAGE_BYTES: u64 = 8192;

/// A new instance beside others that are not there: the mode is set.
const NEW_INSTANCE: Situation<'static> = Situation {
    is_process: false,
    is_mode_set: true,
    is_initialized: false,
    is_attached: false,
    is_advanced_enabled: true,
    current_folder: "C:\\trace_p",
    page_bytes: PAGE_BYTES,
};

fn new_instance() -> Parameters {
    let mut parameters = Parameters::default();
    let process = Situation {
        is_process: true,
        is_mode_set: false,
        ..NEW_INSTANCE
    };
    parameters
        .set(ParamId::DATABASE_PAGE_SIZE, PAGE_BYTES, None, &process)
        .unwrap();
    parameters
}

/// Lines of a recording as number and the rest.
fn lines(text: &str) -> impl Iterator<Item = (ParamId, &str)> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| {
        let (number, rest) = line.split_once(": ").unwrap();
        (ParamId::new(number.parse().unwrap()).unwrap(), rest)
    })
}

fn shown(parameters: &Parameters, id: ParamId) -> String {
    match parameters.get(id, PAGE_BYTES) {
        Ok(Value::Number(number)) => number.to_string(),
        Ok(Value::Text(text)) => format!("\"{text}\""),
        Err(_) => "none".into(),
    }
}

#[test]
fn every_value_of_a_new_instance_is_the_recorded_one() {
    let new = new_instance();
    let mut initialized = new_instance();
    initialized.fix_for_init(NEW_INSTANCE.current_folder);
    let mut count = 0;
    for (id, recorded) in lines(include_str!("recorded/defaults.txt")) {
        let (before, after) = recorded.split_once(" then ").unwrap_or((recorded, recorded));
        assert_eq!(shown(&new, id), before, "{id}");
        assert_eq!(shown(&initialized, id), after, "{id} after init");
        count += 1;
    }
    assert_eq!(count, 201);
}

#[test]
fn every_parameter_answers_as_recorded_when_it_is_set() {
    let mut count = 0;
    for (id, recorded) in lines(include_str!("recorded/set_values.txt")) {
        let mut parameters = new_instance();
        let steps: Vec<&str> = recorded.split(" | ").collect();
        for (index, number) in [0, 1, 2, 3, 7, 100, 1_000_000, u64::MAX].into_iter().enumerate() {
            let (answer, value) = steps[index.min(steps.len() - 1)].split_once('>').unwrap();
            let found = match parameters.set(id, number, None, &NEW_INSTANCE) {
                Ok(()) => "ok",
                Err(SessionError::AlreadyInitialized) => "late",
                Err(SessionError::InvalidParameter(_)) => "invalid",
                Err(SessionError::InvalidOptions) => "options",
                Err(SessionError::FormatVersionTooLow(_)) => "low",
                Err(SessionError::FormatVersionTooHigh(_)) => "high",
                Err(other) => panic!("{id} = {number}: {other}"),
            };
            assert_eq!(found, answer, "{id} = {number}");
            assert_eq!(shown(&parameters, id), value, "{id} = {number}");
        }
        count += 1;
    }
    assert_eq!(count, 194);
}

#[test]
fn the_smallest_and_largest_numbers_are_taken_and_no_others() {
    let process = Situation {
        is_process: true,
        is_mode_set: false,
        ..NEW_INSTANCE
    };
    for row in Parameter::all() {
        let has_rule = matches!(
            row.id,
            ParamId::COMMIT_DEFAULT
                | ParamId::CONFIGURATION
                | ParamId::ENABLE_SHRINK_DATABASE
                | ParamId::ENGINE_FORMAT_VERSION
        );
        if has_rule || !matches!(row.kind, Kind::Integer | Kind::Bits | Kind::PowerOfTwo) {
            continue;
        }
        let mut parameters = Parameters::default();
        for number in [row.min, row.max] {
            if row.kind != Kind::PowerOfTwo || number.is_power_of_two() {
                parameters.set(row.id, number, None, &process).unwrap();
                assert_eq!(parameters.number(row.id), number, "{}", row.name);
            }
        }
        let outside = [row.min.checked_sub(1), row.max.checked_add(1)];
        for number in outside.into_iter().flatten() {
            let answer = parameters.set(row.id, number, None, &process);
            assert!(
                matches!(answer, Err(SessionError::InvalidParameter(_))),
                "{} = {number}",
                row.name
            );
        }
    }
}

#[test]
fn each_parameter_is_settable_until_its_time_has_come() {
    for row in Parameter::all() {
        let number = match row.id {
            ParamId::ENGINE_FORMAT_VERSION => 9000,
            ParamId::DATABASE_PAGE_SIZE | ParamId::VER_PAGE_SIZE => 16_384,
            _ if Parameters::default().number(row.id) == row.min => row.max.min(1),
            _ => row.min,
        };
        let text = row.kind.is_text().then(|| "abc".repeat(usize::from(row.max > 2)));
        let attempt =
            |situation: Situation<'_>| Parameters::default().set(row.id, number, text.as_deref(), &situation);
        let running = Situation {
            is_initialized: true,
            is_attached: true,
            ..NEW_INSTANCE
        };
        let is_late = attempt(running) == Err(SessionError::AlreadyInitialized);
        // Equal to the present value: the only one that there is.
        let is_single = row.min == row.max && !row.kind.is_text();
        match row.settable {
            Settable::Start | Settable::Init | Settable::Attach => {
                assert!(is_late || is_single, "{}", row.name);
            }
            Settable::Any | Settable::Never => assert!(!is_late, "{}", row.name),
        }
        if row.settable == Settable::Start {
            assert_eq!(row.scope, Scope::Global, "{}", row.name);
            assert!(is_single || attempt(NEW_INSTANCE).is_err(), "{}", row.name);
        }
    }
}

#[test]
fn advanced_parameters_keep_their_value_while_they_are_off() {
    let off = Situation {
        is_advanced_enabled: false,
        is_initialized: true,
        ..NEW_INSTANCE
    };
    let mut parameters = Parameters::default();
    for row in Parameter::all().iter().filter(|row| row.is_advanced) {
        let before = parameters.stored(row.id).clone();
        for number in [row.min, row.max, u64::MAX] {
            assert_eq!(parameters.set(row.id, number, None, &off), Ok(()), "{}", row.name);
        }
        assert_eq!(*parameters.stored(row.id), before, "{}", row.name);
    }
    assert!(Parameter::all().iter().filter(|row| row.is_advanced).count() > 90);
}

#[test]
fn lengths_count_utf16_units_and_completed_paths_count_again() {
    let mut parameters = Parameters::default();
    let mut set = |id, text: &str| parameters.set(id, 0, Some(text), &NEW_INSTANCE);
    assert_eq!(set(ParamId::BASE_NAME, "e\u{e9}b"), Ok(()));
    assert!(set(ParamId::BASE_NAME, "e\u{1f600}b").is_err());
    assert_eq!(set(ParamId::BASE_NAME, "\u{1f600}b"), Ok(()));
    assert_eq!(set(ParamId::SYSTEM_PATH, &"x".repeat(233)), Ok(()));
    assert!(
        set(ParamId::SYSTEM_PATH, &"x".repeat(235)).is_err(),
        "247 with folder and separator"
    );
    assert!(set(ParamId::SYSTEM_PATH, &"x".repeat(1 << 20)).is_err());
    assert!(set(ParamId::EVENT_SOURCE, "a\0b").is_err());
    assert_eq!(set(ParamId::TEMP_PATH, "bare.edb"), Ok(()));
    assert_eq!(parameters.text(ParamId::TEMP_PATH), "bare.edb");
}

#[test]
fn numbers_without_a_parameter_are_refused() {
    for number in [185, 221, 222, 4097, u32::MAX] {
        assert!(matches!(
            ParamId::new(number),
            Err(SessionError::InvalidParameter(_))
        ));
    }
    assert_eq!(Parameter::all().len(), 220);
}

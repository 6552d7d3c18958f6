//! The plan and the result of a recovery in words.

use jet_api::recover::{
    Delivered, Delivery, EarlierStart, Ended, Outcome, Plan, Report, StartReason, Survey, Surveyed,
};
use jet_pages::dbheader::DbState;

use crate::render::{self, Facts};

/// What a recovery would do.
pub(super) fn survey(survey: &Survey) -> String {
    let mut facts = Facts::new();
    match &survey.plan {
        None => _ = facts.add("logs", format!("none in {}", survey.logs.display())),
        Some(plan) => {
            stream(&mut facts, survey, plan);
            let logs = render::count(logs_to_read(plan), "log", "logs");
            facts.add(
                "to read",
                format!("{} of {logs}", render::bytes_text(plan.log_bytes)),
            );
            let from = match plan.is_ended && survey.earlier.is_none() {
                true => "nothing: the stream was ended well, and the checkpoint says so".to_owned(),
                false => format!("{}: {}", plan.start, reason(survey, plan.reason)),
            };
            facts.add("redo from", from);
        }
    }
    for database in &survey.databases {
        facts.add("database", logged(database));
        facts.add("", source(database));
        if let Some(plan) = &survey.plan
            && let Some(text) = whereabouts(plan, database)
        {
            facts.add("", text);
        }
    }
    facts.to_string()
}

/// What a recovery did.
pub(super) fn delivery(delivery: &Delivery) -> String {
    let survey = &delivery.survey;
    let mut facts = Facts::new();
    match (&survey.plan, &delivery.report) {
        (Some(plan), Some(report)) => {
            stream(&mut facts, survey, plan);
            replayed(&mut facts, delivery, report);
        }
        _ => {
            _ = facts.add(
                "logs",
                format!("none in {}, and none was needed", survey.logs.display()),
            )
        }
    }
    for (database, surveyed) in delivery.databases.iter().zip(&survey.databases) {
        facts.add("database", logged(surveyed));
        facts.add("", source(surveyed));
        facts.add("", ended(database));
    }
    facts.to_string()
}

fn stream(facts: &mut Facts, survey: &Survey, plan: &Plan) {
    facts.add("stream", format!("{}, {}", plan.set.base, plan.signature));
    let first = plan
        .set
        .closed
        .first()
        .map(|(generation, _)| *generation)
        .or(plan.current);
    let last = plan
        .current
        .or_else(|| plan.set.closed.last().map(|(generation, _)| *generation));
    let range = match (first, last) {
        (Some(first), Some(last)) if first != last => format!("generations {first} to {last}"),
        (Some(first), _) => format!("generation {first}"),
        (None, _) => "none".to_owned(),
    };
    let current = match plan.current {
        Some(_) => "",
        None => "; the current log is missing",
    };
    facts.add("logs", format!("{}: {range}{current}", survey.logs.display()));
    for generation in missing(plan) {
        facts.add("", format!("generation {generation:#x} is missing"));
    }
}

fn replayed(facts: &mut Facts, delivery: &Delivery, report: &Report) {
    let survey = &delivery.survey;
    if report.was_ended {
        facts.add(
            "redo",
            "nothing: the stream was ended well, and the checkpoint says so",
        );
        return;
    }
    let records = render::count(report.records, "record", "records");
    let logs = render::count(u64::try_from(report.logs).unwrap_or(u64::MAX), "log", "logs");
    facts.add(
        "redo",
        format!("{} to {}: {records} of {logs}", report.start, report.end),
    );
    facts.add("", format!("started there: {}", reason(survey, report.reason)));
    let needs_logs = Outcome::Recovered(Ended::NeedsLogs);
    let is_left_out = delivery
        .databases
        .iter()
        .any(|database| database.outcome == needs_logs);
    let undo = match report.undone {
        _ if is_left_out => "left out: uncommitted changes are in".to_owned(),
        (0, _) => "no transaction was open".to_owned(),
        (transactions, changes) => format!(
            "{} with {}",
            render::count(transactions as u64, "transaction", "transactions"),
            render::count(changes as u64, "change", "changes")
        ),
    };
    facts.add("undo", undo);
    if let Some(from) = report.lost {
        facts.add(
            "lost",
            format!("what was committed in generation {from} and later"),
        );
    }
}

fn reason(survey: &Survey, reason: StartReason) -> String {
    match (&survey.earlier, reason) {
        (Some(EarlierStart::OlderFile(path)), _) => {
            format!(
                "the oldest log, since {} is older than the checkpoint",
                path.display()
            )
        }
        (Some(EarlierStart::NoFile), _) => {
            "the oldest log, since no database is here: only their creation brings them back".to_owned()
        }
        (Some(EarlierStart::EarlierEnd), _) => {
            "the oldest log, since redo is to end before the log does".to_owned()
        }
        (None, StartReason::Checkpoint) => "the checkpoint says so".to_owned(),
        (None, StartReason::CheckpointGeneration) => "the checkpoint names this generation".to_owned(),
        (None, StartReason::OldestLog) => {
            "the oldest log, since there is no checkpoint that can be used".to_owned()
        }
    }
}

fn logged(database: &Surveyed) -> String {
    match &database.logged {
        Some(logged) => logged.clone(),
        None => "the log does not tell of it".to_owned(),
    }
}

fn source(database: &Surveyed) -> String {
    let Some(file) = &database.file else {
        return match database.is_created {
            true => "no file; the log creates it".to_owned(),
            false => "no file was found".to_owned(),
        };
    };
    let state = match (database.state, database.required) {
        (None, _) => "its header cannot be read".to_owned(),
        (Some(DbState::CleanShutdown), _) => "clean".to_owned(),
        (Some(_), Some((first, last))) if first == last => format!("dirty, needs generation {first}"),
        (Some(_), Some((first, last))) => format!("dirty, needs generations {first} to {last}"),
        (Some(state), None) => format!("{state:?}"),
    };
    format!("is {}: {state}", file.display())
}

/// Where the log tells of a database.
fn whereabouts(plan: &Plan, database: &Surveyed) -> Option<String> {
    let is_its = |path: &str| database.paths().any(|logged| logged.eq_ignore_ascii_case(path));
    let listed = plan.attachments.iter().find(|listed| is_its(&listed.path));
    Some(match (listed, database.is_wanted) {
        (_, false) => "left alone: another database was asked for".to_owned(),
        (Some(listed), true) => format!("attached where redo starts, since {}", listed.attached),
        (None, true) if database.logged.is_some() => "created or attached later in the log".to_owned(),
        (None, true) => return None,
    })
}

fn ended(database: &Delivered) -> String {
    let path = database
        .path
        .as_ref()
        .map(|path| path.display().to_string())
        .unwrap_or_default();
    match database.outcome {
        Outcome::Recovered(Ended::Clean) => format!("recovered: {path}, complete without logs"),
        Outcome::Recovered(Ended::NeedsLogs) => format!("replayed: {path}, needs the logs that follow"),
        Outcome::Unchanged => {
            format!("unchanged: {path}, was complete, and the logs have nothing more for it")
        }
        Outcome::NotRecovered(why) => format!("not recovered: {why}"),
    }
}

/// Generations that are missing between the start of redo and the last log.
pub(super) fn missing(plan: &Plan) -> Vec<u32> {
    let mut missing = Vec::new();
    let mut at = plan.start.generation;
    while let Some(next) = plan.next_above(at) {
        missing.extend((at.0 + 1..next.0).take(MISSING_MOST - missing.len()));
        at = next;
    }
    missing
}

/// Most missing generations that are listed.
const MISSING_MOST: usize = 20;

/// Number of logs from the start of redo on.
pub(super) fn logs_to_read(plan: &Plan) -> u64 {
    let mut count = u64::from(plan.log_of(plan.start.generation).is_some());
    let mut at = plan.start.generation;
    while let Some(next) = plan.next_above(at) {
        count += 1;
        at = next;
    }
    count
}

//! The plan and the result of a recovery as JSON.

use std::path::Path;

use jet_api::recover::{
    Delivered, Delivery, EarlierStart, Ended, NotRecovered, Outcome, Plan, Report, StartReason, Survey,
    Surveyed,
};
use jet_pages::dbheader::DbState;
use serde_json::{Value, json};

use super::text;

/// What a recovery would do.
pub(super) fn survey(survey: &Survey) -> Value {
    json!({
        "plan": survey.plan.as_ref().map(|plan| plan_of(survey, plan)),
        "logs": path(&survey.logs),
        "databases": survey.databases.iter().map(|database| surveyed(survey, database)).collect::<Vec<_>>(),
    })
}

/// What a recovery did.
pub(super) fn delivery(delivery: &Delivery) -> Value {
    let survey = &delivery.survey;
    let databases = delivery.databases.iter().zip(&survey.databases);
    json!({
        "complete": delivery.is_complete(),
        "plan": survey.plan.as_ref().map(|plan| plan_of(survey, plan)),
        "logs": path(&survey.logs),
        "result": delivery.report.as_ref().map(report),
        "databases": databases.map(|(database, found)| {
            let mut value = surveyed(survey, found);
            if let Value::Object(members) = &mut value {
                members.insert("path".into(), database.path.as_deref().map_or(Value::Null, path));
                members.insert("outcome".into(), outcome(database).into());
                members.insert("why".into(), why(database));
            }
            value
        }).collect::<Vec<_>>(),
    })
}

fn plan_of(survey: &Survey, plan: &Plan) -> Value {
    json!({
        "base": plan.set.base,
        "stream": plan.signature.to_string(),
        "generation_first": plan.set.closed.first().map(|(generation, _)| *generation).or(plan.current).map(|first| first.0),
        "generation_last": plan.current.or_else(|| plan.set.closed.last().map(|(generation, _)| *generation)).map(|last| last.0),
        "has_current_log": plan.current.is_some(),
        "missing_generations": text::missing(plan),
        "redo_from": plan.start.to_string(),
        "redo_from_reason": reason(survey, plan.reason),
        "is_ended": plan.is_ended,
        "logs_to_read": text::logs_to_read(plan),
        "bytes_to_read": plan.log_bytes,
    })
}

/// Why redo starts there, in one word.
fn reason(survey: &Survey, reason: StartReason) -> &'static str {
    match (&survey.earlier, reason) {
        (Some(EarlierStart::OlderFile(_)), _) => "older-file",
        (Some(EarlierStart::NoFile), _) => "no-file",
        (Some(EarlierStart::EarlierEnd), _) => "earlier-end",
        (None, StartReason::Checkpoint) => "checkpoint",
        (None, StartReason::CheckpointGeneration) => "checkpoint-generation",
        (None, StartReason::OldestLog) => "no-checkpoint",
    }
}

fn surveyed(survey: &Survey, database: &Surveyed) -> Value {
    let is_listed = survey.plan.as_ref().is_some_and(|plan| {
        let mut listed = plan.attachments.iter();
        listed.any(|listed| {
            database
                .paths()
                .any(|path| path.eq_ignore_ascii_case(&listed.path))
        })
    });
    json!({
        "logged": database.logged,
        "aliases": database.aliases,
        "file": database.file.as_deref().map(path),
        "identity": database.identity.map(|identity| identity.to_string()),
        "state": database.state.map(state),
        "generations_required": database.required.map(|(first, last)| [first.0, last.0]),
        "is_created": database.is_created,
        "is_attached_at_start": is_listed,
        "is_wanted": database.is_wanted,
    })
}

fn state(state: DbState) -> &'static str {
    match state {
        DbState::CleanShutdown => "clean",
        DbState::JustCreated => "just-created",
        DbState::DirtyShutdown | DbState::DirtyAndPatchedShutdown => "dirty",
        _ => "other",
    }
}

fn report(report: &Report) -> Value {
    let (transactions, changes) = report.undone;
    json!({
        "was_ended": report.was_ended,
        "redo_from": report.start.to_string(),
        "redo_to": report.end.to_string(),
        "logs": report.logs,
        "records": report.records,
        "transactions_undone": transactions,
        "changes_undone": changes,
        "lost_from_generation": report.lost.map(|lost| lost.0),
    })
}

fn outcome(database: &Delivered) -> &'static str {
    match database.outcome {
        Outcome::Recovered(Ended::Clean) => "recovered",
        Outcome::Recovered(Ended::NeedsLogs) => "replayed",
        Outcome::Unchanged => "unchanged",
        Outcome::NotRecovered(NotRecovered::NotAsked) => "left-alone",
        Outcome::NotRecovered(_) => "not-recovered",
    }
}

fn why(database: &Delivered) -> Value {
    match database.outcome {
        Outcome::NotRecovered(why) => why.to_string().into(),
        Outcome::Recovered(_) | Outcome::Unchanged => Value::Null,
    }
}

fn path(path: &Path) -> Value {
    path.to_string_lossy().into()
}

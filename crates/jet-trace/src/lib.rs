//! Replays recorded calls of the JET API and compares the answers, call by call.
//!
//! A recording is a script and the transcript that the genuine engine gave for it. The parts, from the text inwards:
//!
//! - [`script`], [`words`], [`value`]: the language of scripts
//! - [`call`], [`answer`], [`jet`]: calls with their arguments, answers, and what an implementation is
//! - [`guard`]: which calls are left out since their handles are dead
//! - [`replay`]: a script on an implementation
//! - [`transcript`], [`compare`]: how answers are written, and what may differ in them
//! - [`recorded`]: a recording as an implementation
//! - [`engine`]: the engine of this project as one
//! - [`sources`], [`judge`], [`explain`]: recordings in files, counts of what agrees, differences that are meant

#![forbid(unsafe_code)]

pub mod answer;
pub mod call;
pub mod compare;
mod compose;
mod constants;
pub mod engine;
pub mod explain;
mod folder;
pub mod guard;
pub mod jet;
pub mod judge;
pub mod recorded;
pub mod replay;
pub mod script;
pub mod sources;
pub mod transcript;
pub mod value;
pub mod words;

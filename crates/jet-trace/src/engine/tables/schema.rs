//! Tables, columns and indexes that come, go and change.

use jet_api::JetError;
use jet_api::engine::ThreadId;

use crate::answer::Answer;
use crate::call::Call;
use crate::engine::RealEngine;

impl RealEngine {
    /// What the engine answers to the call.
    pub(in crate::engine) fn schema(&self, thread: ThreadId, call: &Call) -> Result<Answer, JetError> {
        let _ = (self, thread, call);
        Ok(Answer::Unsupported)
    }
}

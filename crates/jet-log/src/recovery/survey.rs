//! Which databases the logs tell of: those in the lists of attached databases, and those that records create or attach.
//!
//! Redo finds this out on its way. Who has to find or copy the files first asks before. Damage is no error here: what comes
//! behind it is not told, and redo says what is wrong.

use std::collections::BTreeMap;

use jet_io::FileSystem;
use jet_pages::dbheader::Signature;

use super::plan::Plan;
use crate::record::Record;
use crate::{Generation, Lgpos, LogFile};

/// A database that the logs tell of.
#[derive(Clone, Debug)]
pub struct ToldDatabase {
    /// Its path, as the log last writes it.
    pub logged: String,
    /// Its identity.
    pub signature: Signature,
    /// Where a record creates it, if one of these logs has that.
    pub created: Option<Lgpos>,
    /// Where it was last attached or created.
    pub attached: Lgpos,
}

impl Plan {
    /// The databases that the logs of generation `from` and later tell of, in order of their paths. Reads all these logs.
    pub fn told_databases(&self, fs: &dyn FileSystem, from: Generation) -> Vec<ToldDatabase> {
        let mut told = Told::default();
        for listed in &self.attachments {
            told.add(&listed.path, listed.signature, listed.attached, None);
        }
        let mut next = self.next_above(Generation(from.0.saturating_sub(1)));
        while let Some(generation) = next {
            let opened = self.log_of(generation).map(|path| LogFile::open(fs, path));
            if let Some(Ok(file)) = opened {
                told.add_log(&file);
            }
            next = self.next_above(generation);
        }
        told.databases.into_values().collect()
    }
}

/// What was told so far, by path without regard to case, and identity.
#[derive(Debug, Default)]
struct Told {
    databases: BTreeMap<(String, [u8; 12]), ToldDatabase>,
}

impl Told {
    fn add_log(&mut self, file: &LogFile) {
        for listed in file.header().attachments().unwrap_or_default() {
            self.add(&listed.path, listed.signature, listed.attached, None);
        }
        let mut records = file.records();
        while let Ok(Some(entry)) = records.next() {
            let at = entry.lgpos;
            match &entry.record {
                Record::CreateDatabase(record) => {
                    self.add(&record.path.text(), record.signature, at, Some(at));
                }
                Record::AttachDatabase(record) => self.add(&record.path.text(), record.signature, at, None),
                _ => {}
            }
        }
    }

    fn add(&mut self, logged: &str, signature: Signature, attached: Lgpos, created: Option<Lgpos>) {
        let mut identity = [0; 12];
        let (number, time) = identity.split_at_mut(4);
        number.copy_from_slice(&signature.random.get().to_le_bytes());
        time.copy_from_slice(&signature.created.canonical());
        let path = logged.replace('\\', "/").to_lowercase();
        let found = self
            .databases
            .entry((path, identity))
            .or_insert_with(|| ToldDatabase {
                logged: logged.to_owned(),
                signature,
                created,
                attached,
            });
        if attached >= found.attached {
            found.attached = attached;
            logged.clone_into(&mut found.logged);
        }
        found.created = found.created.or(created);
    }
}

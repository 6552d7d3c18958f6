//! What initialising an instance does to its parameters: paths are completed, quotas taken, and what the program left
//! open is chosen.

use super::{ParamId, Parameters, Value, paths};
use crate::error::PathRole;

/// How much of everything an instance may have. Fixed when it is initialised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Sessions of clients; those of the engine do not count.
    pub sessions: u64,
    /// Schema descriptors: tables, their indexes and long values, open or kept.
    pub descriptors: u64,
    /// Temporary tables.
    pub temp_tables: u64,
    /// Cursors.
    pub cursors: u64,
    /// Pages of the version store.
    pub version_pages: u64,
}

impl Parameters {
    /// Completes the paths, chooses what the program has not set, and tells the quotas.
    pub fn fix_for_init(&mut self, current_folder: &str) -> Quotas {
        for id in [ParamId::SYSTEM_PATH, ParamId::LOG_FILE_PATH] {
            let folder = paths::complete_folder(current_folder, self.text(id));
            self.replace_text(id, folder);
        }
        self.replace_text(ParamId::TEMP_PATH, self.completed_temp(current_folder));

        let twice = |number: u64| number.saturating_mul(2);
        let quotas = Quotas {
            sessions: self.number(ParamId::MAX_SESSIONS),
            descriptors: twice(self.number(ParamId::MAX_OPEN_TABLES))
                .saturating_add(self.number(ParamId::MAX_TEMPORARY_TABLES))
                .saturating_add(twice(self.number(ParamId::CACHED_CLOSED_TABLES))),
            temp_tables: self.number(ParamId::MAX_TEMPORARY_TABLES),
            cursors: self.number(ParamId::MAX_CURSORS),
            version_pages: self.number(ParamId::MAX_VER_PAGES).saturating_add(2),
        };
        self.choose(
            ParamId::CACHED_CLOSED_TABLES,
            (quotas.descriptors.saturating_mul(15) / 100).clamp(64, 0x7fff_ffff),
        );
        self.choose(
            ParamId::PREFERRED_VER_PAGES,
            (self.number(ParamId::MAX_VER_PAGES).saturating_mul(90) / 100).max(1),
        );
        quotas
    }

    /// Whether changes are logged.
    pub fn is_logged(&self) -> bool {
        self.text(ParamId::RECOVERY).eq_ignore_ascii_case("on")
    }

    /// The path that two instances, both with completed paths, would use together.
    pub fn shared_path(&self, other: &Self) -> Option<PathRole> {
        let is_same = |id| self.text(id) == other.text(id);
        let have_temp =
            self.is_on(ParamId::MAX_TEMPORARY_TABLES) && other.is_on(ParamId::MAX_TEMPORARY_TABLES);
        let have_log = self.is_logged() && other.is_logged();
        [
            (have_temp, ParamId::TEMP_PATH, PathRole::Temp),
            (have_log, ParamId::SYSTEM_PATH, PathRole::System),
            (have_log, ParamId::LOG_FILE_PATH, PathRole::Log),
        ]
        .into_iter()
        .find_map(|(counts, id, role)| (counts && is_same(id)).then_some(role))
    }

    /// A bare name goes under the system folder, a folder gets the usual name.
    fn completed_temp(&self, current_folder: &str) -> String {
        let temp = self.text(ParamId::TEMP_PATH);
        let mut path = if paths::is_bare_name(temp) {
            format!("{}{temp}", self.text(ParamId::SYSTEM_PATH))
        } else {
            paths::complete(current_folder, temp)
        };
        if paths::ends_in_separator(&path) {
            path.push_str(paths::TEMP_NAME);
        }
        path
    }

    fn replace_text(&mut self, id: ParamId, text: String) {
        self.store(id, Value::Text(text.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(texts: &[(ParamId, &str)]) -> Parameters {
        let mut parameters = Parameters::default();
        for (id, text) in texts {
            parameters.replace_text(*id, (*text).to_owned());
        }
        parameters.fix_for_init("/there");
        parameters
    }

    #[test]
    fn the_temporary_database_lies_where_it_was_wanted() {
        for (temp, path) in [
            ("tmp.edb", "/sys/tmp.edb"),
            ("", "/sys/tmp.edb"),
            ("t/x.edb", "/there/t/x.edb"),
            ("t/", "/there/t/tmp.edb"),
            ("\\t\\", "/t/tmp.edb"),
        ] {
            let parameters = with(&[(ParamId::SYSTEM_PATH, "/sys"), (ParamId::TEMP_PATH, temp)]);
            assert_eq!(parameters.text(ParamId::TEMP_PATH), path);
        }
    }

    #[test]
    fn shared_paths_are_found_in_order_where_both_use_them() {
        let plain = with(&[]);
        assert_eq!(plain.shared_path(&with(&[])), Some(PathRole::Temp));
        let other_temp = with(&[(ParamId::TEMP_PATH, "x.edb")]);
        assert_eq!(plain.shared_path(&other_temp), Some(PathRole::System));
        let other_system = with(&[(ParamId::SYSTEM_PATH, "x")]);
        assert_eq!(plain.shared_path(&other_system), Some(PathRole::Log));
        let unlogged = with(&[(ParamId::SYSTEM_PATH, "x"), (ParamId::RECOVERY, "Off")]);
        assert_eq!(plain.shared_path(&unlogged), None);
        let mut no_temp = with(&[(ParamId::RECOVERY, "off")]);
        no_temp.store(ParamId::MAX_TEMPORARY_TABLES, Value::Number(0));
        assert_eq!(plain.shared_path(&no_temp), None);
    }

    #[test]
    fn what_the_program_has_set_is_not_chosen_again() {
        let mut parameters = Parameters::default();
        parameters.store(ParamId::CACHED_CLOSED_TABLES, Value::Number(3));
        let quotas = parameters.fix_for_init("/");
        assert_eq!(quotas.descriptors, 600 + 20 + 6);
        assert_eq!((quotas.sessions, quotas.version_pages), (16, 66));
        assert_eq!(parameters.number(ParamId::CACHED_CLOSED_TABLES), 3);
        assert_eq!(parameters.number(ParamId::PREFERRED_VER_PAGES), 57);
    }

    #[test]
    fn the_largest_quotas_do_not_overflow() {
        let mut parameters = Parameters::default();
        for id in [ParamId::MAX_OPEN_TABLES, ParamId::MAX_VER_PAGES] {
            parameters.store(id, Value::Number(u64::MAX));
        }
        assert_eq!(parameters.fix_for_init("/").descriptors, u64::MAX);
    }
}

//! What cases are called in sentences.

use std::collections::BTreeMap;

use measure::record::{CaseId, NameRecord};

/// The names of a question's cases; by its id where a record has no name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(BTreeMap<CaseId, NameRecord>);

/// Several cases beside each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Together {
    names: BTreeMap<CaseId, String>,
    /// What they have in common: ` at 400 records per packet (table votes)`; empty where that is nothing.
    pub common: String,
}

impl Together {
    /// What one of them is called: the parts by which they differ.
    #[must_use]
    pub fn name(&self, case: &CaseId) -> &str {
        self.names.get(case).map_or("", String::as_str)
    }
}

impl Names {
    pub(super) fn of(names: &[NameRecord]) -> Self {
        Self(names.iter().map(|name| (name.case.clone(), name.clone())).collect())
    }

    /// The case without the value of the swept axis.
    #[must_use]
    pub fn name(&self, case: &CaseId) -> String {
        self.parts(case).join(", ")
    }

    /// Where on the swept axis it stands.
    #[must_use]
    pub fn at(&self, case: &CaseId) -> Option<&str> {
        self.0.get(case)?.at.as_deref()
    }

    /// Cases of which one sentence tells: what all have in common is said once, unless one of them would have no name
    /// left.
    #[must_use]
    pub fn together(&self, cases: &[&CaseId]) -> Together {
        let parts: Vec<Vec<&str>> = cases.iter().map(|case| self.parts(case)).collect();
        let is_common = |part: &str| parts.iter().all(|parts| parts.contains(&part));
        let apart = parts.iter().all(|parts| parts.iter().any(|part| !is_common(part)));
        let keeps = |part: &&&str| !apart || !is_common(part);
        let at = cases.first().and_then(|first| self.at(first));
        let at = at.filter(|at| cases.iter().all(|case| self.at(case) == Some(at)));
        let name = |(case, parts): (&&CaseId, &Vec<&str>)| {
            let kept: Vec<&str> = parts.iter().filter(keeps).copied().collect();
            let name = with_at(&kept.join(", "), self.at(case).filter(|_| at.is_none()));
            ((*case).clone(), name)
        };
        let names = cases.iter().zip(&parts).map(name);
        let shared = parts.first().into_iter().flatten().filter(|part| apart && is_common(part));
        let shared: Vec<&str> = shared.copied().collect();
        let mut common = with_at("", at);
        if !shared.is_empty() {
            common += &format!(" ({})", shared.join(", "));
        }
        Together { names: names.collect(), common }
    }

    fn parts<'names>(&'names self, case: &'names CaseId) -> Vec<&'names str> {
        let name = self.0.get(case);
        name.map_or_else(
            || vec![case.0.as_str()],
            |name| name.parts.iter().map(String::as_str).collect(),
        )
    }
}

fn with_at(name: &str, at: Option<&str>) -> String {
    at.map_or_else(|| name.to_owned(), |at| format!("{name} at {at}"))
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn any_of(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(of: &[(&str, &[&str], &str)]) -> Names {
        let record = |(case, parts, at): &(&str, &[&str], &str)| NameRecord {
            case: CaseId::from(*case),
            parts: parts.iter().map(|part| (*part).to_owned()).collect(),
            at: Some((*at).to_owned()),
        };
        Names::of(&of.iter().map(record).collect::<Vec<_>>())
    }

    fn together(of: &[(&str, &[&str], &str)]) -> (Vec<String>, String) {
        let cases: Vec<CaseId> = of.iter().map(|(case, ..)| CaseId::from(*case)).collect();
        let together = names(of).together(&cases.iter().collect::<Vec<&CaseId>>());
        let names = cases.iter().map(|case| together.name(case).to_owned()).collect();
        (names, together.common)
    }

    #[test]
    fn what_is_common_is_said_once() {
        let (names, common) = together(&[
            ("a", &["build lean", "table votes"], "400 records"),
            ("b", &["build bundled", "table votes"], "400 records"),
        ]);
        assert_eq!(names, ["build lean", "build bundled"]);
        assert_eq!(common, " at 400 records (table votes)");
    }

    #[test]
    fn nobody_loses_the_whole_name() {
        let (names, common) = together(&[
            ("a", &["WAL with FULL"], "400 records"),
            ("b", &["WAL with FULL", "build lean"], "1 record"),
        ]);
        assert_eq!(
            names,
            ["WAL with FULL at 400 records", "WAL with FULL, build lean at 1 record"]
        );
        assert_eq!(common, "");
    }

    #[test]
    fn a_case_without_a_name_is_its_id() {
        assert_eq!(Names::default().name(&CaseId::from("wal/1")), "wal/1");
        assert_eq!(any_of(&["a", "b", "c"]), "a, b or c");
    }
}

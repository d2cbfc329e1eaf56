//! FORMAT.md's table of damages, row by row: each kind is done to logs of every space, with segments
//! of one packet, of a few and of many, and recovery does what the table says.

use std::sync::{Arc, LazyLock};

use native_log::storage::MemoryStorage;
use native_log::{Error, Log, Removal};

use crate::damaged_logs::pool::KnownLog;
use crate::damaged_logs::{Image, Pool};
use cases::CASES;

mod cases;

const FORMAT: &str = include_str!("../../FORMAT.md");

static POOL: LazyLock<Pool> = LazyLock::new(Pool::new);

/// So many damages of one kind are done to each log at most.
const IMAGES_MAX: usize = 6;

/// The table's rows: the damage, and what recovery does.
fn rows() -> Vec<(&'static str, &'static str)> {
    let lines = FORMAT.lines().skip_while(|line| !line.starts_with("| damage |"));
    let table = lines.take_while(|line| line.starts_with('|')).skip(2);
    let cells = |line: &'static str| line.trim_matches('|').split_once(" | ").unwrap();
    table.map(cells).map(|(damage, does)| (damage.trim(), does.trim())).collect()
}

/// What recovery did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Refused,
    Reported,
    Harmless,
    NotNoticed,
}

fn outcome(log: &KnownLog, image: &Image) -> Outcome {
    let memory = MemoryStorage::new();
    for (name, bytes) in image {
        memory.put_file(name, bytes.clone());
    }
    let opened = match Log::open_on(Arc::new(memory), log.options) {
        Ok(opened) => opened,
        Err(Error::Corruption { .. }) => return Outcome::Refused,
        Err(other) => panic!("{other}"),
    };
    let report = opened.recovery();
    let told = report.removed.iter().any(|removed| {
        matches!(removed.why, Removal::Remains { .. } | Removal::UnfinishedPreparation)
    });
    if report.cut.is_some() || told || report.first.get() != log.first {
        Outcome::Reported
    } else if report.last.get() == log.acked {
        Outcome::Harmless
    } else {
        Outcome::NotNoticed
    }
}

/// Whether the table's words name this outcome.
fn says(does: &str, outcome: Outcome) -> bool {
    does.contains(match outcome {
        Outcome::Refused => "refused",
        Outcome::Reported => "reported",
        Outcome::Harmless => "harmless",
        Outcome::NotNoticed => "cannot be noticed",
    })
}

#[test]
fn an_undamaged_log_is_found_whole_and_nothing_is_reported() {
    for log in &POOL.logs {
        assert_eq!(outcome(log, &log.image), Outcome::Harmless, "{}", log.name);
    }
}

#[test]
fn recovery_does_what_the_table_says() {
    let rows = rows();
    assert_eq!(rows.len(), CASES.len(), "each case has its row, and each row its case");
    for (damage, does) in rows {
        let case = CASES.iter().find(|(name, _)| *name == damage).map(|(_, case)| case);
        let case = case.unwrap_or_else(|| panic!("no case for the row: {damage}"));
        let mut seen = Vec::new();
        for log in &POOL.logs {
            let images = case(log);
            let step = images.len().div_ceil(IMAGES_MAX).max(1);
            for (index, (image, expected)) in images.into_iter().enumerate().step_by(step) {
                let found = outcome(log, &image);
                assert_eq!(found, expected, "{damage}, number {index}: {}", log.name);
                seen.push(found);
            }
        }
        for outcome in [Outcome::Refused, Outcome::Reported, Outcome::Harmless, Outcome::NotNoticed]
        {
            assert_eq!(
                says(does, outcome),
                seen.contains(&outcome),
                "{damage}: {does}: {outcome:?}"
            );
        }
    }
}

//! What a power cut takes from a case, as the crash model's campaigns found it.
//!
//! Verdicts have a file of their own, because records are never rewritten. Cases share a verdict if they agree in what
//! decides durability, whatever else differs; the file names it in a key that is made here from a case's axes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use measure::floor::SyncCall;
use measure::record::RunRecord;
use serde::{Deserialize, Serialize};

use crate::evidence::Evidence;

/// Made by `durabench crash --verdicts reports/power_cut.json`.
const FILE: &str = include_str!("../../../reports/power_cut.json");

static CAMPAIGN: LazyLock<Campaign> = LazyLock::new(|| {
    serde_json::from_str(FILE).expect("a test reads the file that is compiled in")
});

/// What campaigns of the crash model found, setting by setting.
#[derive(Debug, Deserialize)]
pub struct Campaign {
    /// `SQLite`'s version, as in `3.54.1`.
    pub sqlite_version: String,
    /// The seed of the states.
    pub seed: u64,
    /// One verdict for each setting that decides durability.
    pub verdicts: Vec<PowerCut>,
}

/// What states after a power cut showed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PowerCut {
    /// The key of what was examined, which is also its id: `durabench crash ID` examines it again.
    pub case: String,
    /// The worst that a state shows, as a stable key: `loses_acked`.
    pub class: String,
    /// The worst of the states that an ordered file system leaves.
    pub class_ordered: String,
    /// The most acknowledged packets that one state had lost.
    pub lost_packets_max: u64,
    /// What is wrong in the worst state; empty if nothing is.
    pub why: String,
    witness: Option<String>,
    /// How many states were tried in each phase of a life.
    phases: BTreeMap<String, u64>,
}

/// The campaign that is compiled in.
#[must_use]
pub fn campaign() -> &'static Campaign {
    &CAMPAIGN
}

/// What a power cut takes from one case of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CasePowerCut {
    /// The case's question.
    pub question: String,
    /// Its id.
    pub case: String,
    /// The worst that a state shows, or `not_examined`.
    pub class: String,
    /// The most acknowledged packets that one state had lost; none if not examined.
    pub packets_lost_max: Option<u64>,
    /// What `durabench crash --replay` takes to show the worst again.
    pub witness: Option<String>,
    /// How many states were tried of what a life was doing when it was cut: `committing`. What is missing was not examined.
    pub states: BTreeMap<String, u64>,
}

impl CasePowerCut {
    /// Of each case of a run.
    #[must_use]
    pub fn of_run(run: &[Evidence]) -> Vec<Self> {
        let of_question =
            |of: &Evidence| of.records.iter().map(|record| Self::of(&of.name, record)).collect();
        run.iter().flat_map::<Vec<Self>, _>(of_question).collect()
    }

    fn of(question: &str, record: &RunRecord) -> Self {
        let verdict = PowerCut::of(record);
        Self {
            question: question.to_owned(),
            case: record.case.id.clone(),
            class: verdict.map_or_else(|| "not_examined".to_owned(), |it| it.class.clone()),
            packets_lost_max: verdict.map(|it| it.lost_packets_max),
            witness: verdict.and_then(PowerCut::witness),
            states: verdict.map(|it| it.phases.clone()).unwrap_or_default(),
        }
    }
}

impl PowerCut {
    /// The verdict on what decides a case's durability; `None` if that was not examined.
    #[must_use]
    pub fn of(record: &RunRecord) -> Option<&'static Self> {
        let mut sqlite = record.sqlite.iter();
        if sqlite.any(|sqlite| sqlite.version != CAMPAIGN.sqlite_version) {
            return None;
        }
        let key = key(record)?;
        CAMPAIGN.verdicts.iter().find(|verdict| verdict.case == key)
    }

    /// For a table: the class, and how many packets were lost at worst where the rest is a prefix.
    #[must_use]
    pub fn words(&self) -> String {
        match (self.class.as_str(), self.lost_packets_max) {
            ("loses_acked", lost) => format!("loses {lost}"),
            (class, _) => class.replace('_', " "),
        }
    }

    /// Whether what is left may be no prefix of what was handed in: corrupt, impossible to open, or with a gap.
    #[must_use]
    pub fn breaks(&self) -> bool {
        !matches!(self.class.as_str(), "durable" | "loses_acked")
    }

    /// How many states were tried.
    #[must_use]
    pub fn states(&self) -> u64 {
        self.phases.values().sum()
    }

    /// The command that makes the worst state again and tells it in words; `None` if nothing is wrong.
    #[must_use]
    pub fn replay(&self) -> Option<String> {
        let witness = self.witness()?;
        Some(format!("cargo run --release -- crash --replay '{witness}'"))
    }

    /// The command that examines the setting again.
    #[must_use]
    pub fn examine(&self) -> String {
        format!("cargo run --release -- crash {}", self.case)
    }

    /// What `durabench crash --replay` takes to show the worst again; `None` if nothing is wrong.
    #[must_use]
    pub fn witness(&self) -> Option<String> {
        self.witness.as_ref().map(|witness| format!("{}@{witness}", self.case))
    }
}

/// The key of what decides a case's durability; `None` of what no campaign examines.
fn key(record: &RunRecord) -> Option<String> {
    let of_each = key_of_each(record)?;
    Some(match record.axis("shards") {
        None | Some("1") => of_each,
        Some(shards) => format!("{shards}-shards/{of_each}"),
    })
}

/// The same of each of several stores, over which packets are split, or of the only one.
fn key_of_each(record: &RunRecord) -> Option<String> {
    let axis = |name| record.axis(name).map(in_id);
    match record.case.engine.as_str() {
        "sqlite" => {
            let journal = axis("journal_mode")?;
            let cell = format!("{}/{journal}/{}", axis("locking_mode")?, axis("synchronous")?);
            let sync_call = match record.sqlite.as_ref()?.sync_call {
                SyncCall::Fsync => "fsync",
                SyncCall::Fdatasync => "fdatasync",
                SyncCall::DataSyncWrite => return None,
            };
            let checkpoints = match journal {
                "wal" => format!("/{}", checkpoints(axis("checkpoint_strategy")?)?),
                _ => String::new(),
            };
            Some(format!("sqlite/{cell}/{sync_call}{checkpoints}"))
        }
        "native-log" => Some(format!("native-log/{}/{}", axis("space")?, axis("sync_method")?)),
        "log-then-sqlite" => {
            let front = axis("front")?;
            if front == "native-log" && axis("sync_method") != Some("fdatasync") {
                return None;
            }
            let feed = in_id(axis("feed")?.split(':').next()?);
            let pragmas =
                [axis("locking_mode")?, axis("journal_mode")?, axis("synchronous")?].join("/");
            Some(format!("{front}-then-sqlite/{feed}/{pragmas}"))
        }
        "soup-log" if axis("durability") == Some("permanent") => Some("soup-log".to_owned()),
        _ => None,
    }
}

/// What an axis calls by another word than an id of the crash model.
fn in_id(key: &str) -> &str {
    match key {
        "soup_log" => "soup-log",
        "native_log" => "native-log",
        "each_ack" => "each-ack",
        "setlen" => "set-len",
        "zeroed" => "zero-filled",
        "O_DSYNC" => "data-sync-open",
        "RWF_DSYNC" => "data-sync-write",
        other => other,
    }
}

/// The kind of a checkpoint strategy; how often it comes does not decide what is durable.
fn checkpoints(strategy: &str) -> Option<&'static str> {
    let kind = strategy.split(':').next().unwrap_or_default();
    let mode = strategy.split(':').find(|part| ["passive", "truncate"].contains(part));
    match (kind, mode) {
        ("automatic", _) => Some("automatic"),
        ("after_ack", Some("passive")) => Some("after-ack"),
        ("after_ack", Some("truncate")) => Some("after-ack-truncate"),
        ("background", Some("passive")) => Some("background"),
        ("two_phase", _) => Some("two-phase"),
        ("hand_over", _) => Some("hand-over"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_and_its_classes_are_in_words() {
        assert!(CAMPAIGN.verdicts.len() > 100, "{}", CAMPAIGN.verdicts.len());
        let of =
            |case: &str| CAMPAIGN.verdicts.iter().find(|verdict| verdict.case == case).unwrap();
        assert_eq!(of("native-log/recycled/fdatasync").words(), "durable");
        assert_eq!(of("native-log/recycled/fdatasync").witness(), None);
        let delete = of("sqlite/normal/delete/full/fsync");
        assert_eq!(delete.words(), "loses 1");
        assert!(delete.witness().unwrap().starts_with("sqlite/normal/delete/full/fsync@"));
        assert!(delete.replay().unwrap().contains(" --replay 'sqlite/normal/delete/full/fsync@"));
    }

    #[test]
    fn a_strategy_is_known_by_its_kind() {
        assert_eq!(checkpoints("automatic"), Some("automatic"));
        assert_eq!(checkpoints("after_ack:records=1000:passive"), Some("after-ack"));
        assert_eq!(checkpoints("background:ms=5:truncate"), None);
        assert_eq!(checkpoints("hand_over:reset=2000:rest=250"), Some("hand-over"));
    }
}

//! What a question compares beside single contrasts: trends, crossings, and the best of sets.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{CaseId, Class, ContrastKey, ContrastKind, Metric};

/// What a question compares beside its contrasts, and which of all that its answer tells.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ComparisonsRecord {
    /// How a time changes along an axis.
    pub trends: Vec<TrendRecord>,
    /// Where along an axis the better of two cases changes.
    pub crossings: Vec<CrossingRecord>,
    /// Which case of a set is the best or the worst.
    pub sets: Vec<SetRecord>,
    /// What the question's answer tells, in this order; empty where it tells each kind of contrast.
    pub headlines: Vec<ComparisonKey>,
    /// What the cases are called in sentences.
    pub names: Vec<NameRecord>,
    /// What somebody asked and contrasts answer, each with a sentence of its own; empty in records from before there was any.
    pub asked: Vec<AskedRecord>,
}

/// Something that was asked, and the contrast that answers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedRecord {
    /// The words: `do deletes starve?`
    pub asks: String,
    /// The contrast.
    pub contrast: ContrastKey,
}

/// The key of anything that a question compares.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparisonKey {
    /// A contrast; that of a trend's ends stands for the trend.
    Contrast(ContrastKey),
    /// A crossing.
    Crossing(CrossingKey),
    /// The best or the worst of a set.
    Set(SetKey),
}

/// Cases of which each has another value on one axis, and is otherwise alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrendRecord {
    /// The question that declares it.
    pub question: String,
    /// The axis's stable key.
    pub axis: String,
    /// Which of the cases' times.
    pub metric: Metric,
    /// By whose smallest effect of interest it is judged.
    pub class: Class,
    /// The cases, by rising value.
    pub points: Vec<PointRecord>,
}

/// A case at a value of an axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointRecord {
    /// The value, in the axis's unit.
    pub value: f64,
    /// The case.
    pub case: CaseId,
}

impl TrendRecord {
    /// The key of the trend's row: the case at the largest value over the one at the least. `None` without points.
    #[must_use]
    pub fn key(&self) -> Option<ContrastKey> {
        let by_value = |a: &&PointRecord, b: &&PointRecord| a.value.total_cmp(&b.value);
        Some(ContrastKey {
            question: self.question.clone(),
            kind: ContrastKind::Trend { axis: self.axis.clone() },
            case: self.points.iter().max_by(by_value)?.case.clone(),
            baseline: self.points.iter().min_by(by_value)?.case.clone(),
            metric: self.metric,
        })
    }
}

/// The key of a crossing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CrossingKey {
    /// The question that declares it.
    pub question: String,
    /// The crossing's stable key.
    pub crossing: String,
    /// Which of the cases' times.
    pub metric: Metric,
}

/// Two cases at several values of one axis: where does the better one change?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrossingRecord {
    /// Which crossing.
    #[serde(flatten)]
    pub key: CrossingKey,
    /// The axis's stable key.
    pub axis: String,
    /// The class of its contrasts.
    pub class: Class,
    /// The pairs, by rising value.
    pub pairs: Vec<PairRecord>,
}

/// Two cases at a value of an axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairRecord {
    /// The value, in the axis's unit.
    pub value: f64,
    /// The case above the line.
    pub case: CaseId,
    /// The case below the line.
    pub baseline: CaseId,
}

impl CrossingRecord {
    /// The key of a pair's row, where no declared contrast is of the same two cases.
    #[must_use]
    pub fn key_of(&self, pair: &PairRecord) -> ContrastKey {
        ContrastKey {
            question: self.key.question.clone(),
            kind: ContrastKind::Crossing { axis: self.axis.clone() },
            case: pair.case.clone(),
            baseline: pair.baseline.clone(),
            metric: self.key.metric,
        }
    }
}

/// The key of a set of cases.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SetKey {
    /// The question that declares it.
    pub question: String,
    /// The set's stable key.
    pub set: String,
    /// Which of the cases' times.
    pub metric: Metric,
}

/// Cases of which the best or the worst is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetRecord {
    /// Which set.
    #[serde(flatten)]
    pub key: SetKey,
    /// What its cases are, for people: `settings of SQLite`.
    pub of: String,
    /// Which end is asked for.
    pub extreme: Extreme,
    /// The class of its contrasts.
    pub class: Class,
    /// What a case must keep to be chosen.
    pub constraints: Vec<Constraint>,
    /// The cases.
    pub cases: Vec<CaseId>,
}

/// Which end of a set is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extreme {
    /// The least time.
    Best,
    /// The longest time.
    Worst,
}

/// What a case must keep to be chosen from a set; told by its run record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Constraint {
    /// An ack waits for at least one sync, counted.
    AckSyncs,
    /// At least so many checkpoints began while packets were timed.
    CheckpointsMin(u64),
    /// The longest ack of all blocks took at most so many ns.
    LongestAckNsMax(u64),
    /// The WAL grew to at most so many bytes.
    WalBytesMax(u64),
}

impl fmt::Display for Constraint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AckSyncs => formatter.write_str("acks that sync"),
            Self::CheckpointsMin(1) => formatter.write_str("at least 1 checkpoint"),
            Self::CheckpointsMin(least) => write!(formatter, "at least {least} checkpoints"),
            Self::LongestAckNsMax(most) => {
                write!(formatter, "a longest ack of at most {} ms", *most as f64 / 1e6)
            }
            Self::WalBytesMax(most) => {
                write!(formatter, "a WAL of at most {} MiB", *most as f64 / f64::from(1 << 20))
            }
        }
    }
}

/// What a case is called in sentences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameRecord {
    /// The case.
    pub case: CaseId,
    /// What it is, part by part, without the value of the swept axis: `WAL with FULL`, `build lean`.
    pub parts: Vec<String>,
    /// The value of the swept axis in words: `400 records per packet`; null where the case has none.
    pub at: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn id(id: &str) -> CaseId {
        CaseId(id.to_owned())
    }

    fn full() -> ComparisonsRecord {
        let trend = TrendRecord {
            question: "packet_size".into(),
            axis: "records_per_packet".into(),
            metric: Metric::AckedTime,
            class: Class::Disk,
            points: vec![
                PointRecord { value: 16.0, case: id("wal/16") },
                PointRecord { value: 1.0, case: id("wal/1") },
            ],
        };
        let crossing = CrossingRecord {
            key: CrossingKey {
                question: "packet_size".into(),
                crossing: "delete-over-wal".into(),
                metric: Metric::AckedTime,
            },
            axis: "records_per_packet".into(),
            class: Class::Disk,
            pairs: vec![PairRecord { value: 1.0, case: id("delete/1"), baseline: id("wal/1") }],
        };
        let set = SetRecord {
            key: SetKey {
                question: "packet_size".into(),
                set: "synced".into(),
                metric: Metric::LongestAck,
            },
            of: "settings of SQLite".into(),
            extreme: Extreme::Worst,
            class: Class::Disk,
            constraints: vec![Constraint::AckSyncs, Constraint::CheckpointsMin(5)],
            cases: vec![id("wal/1"), id("delete/1")],
        };
        let trend_key = trend.key().unwrap();
        let headlines = vec![
            ComparisonKey::Contrast(trend_key.clone()),
            ComparisonKey::Crossing(crossing.key.clone()),
            ComparisonKey::Set(set.key.clone()),
        ];
        let name = NameRecord { case: id("wal/1"), parts: vec!["WAL".into()], at: None };
        ComparisonsRecord {
            trends: vec![trend],
            crossings: vec![crossing],
            sets: vec![set],
            headlines,
            names: vec![name],
            asked: vec![AskedRecord { asks: "do deletes starve?".into(), contrast: trend_key }],
        }
    }

    /// A change here is a change of the schema.
    #[test]
    fn the_stored_form_stays_and_reads_back() {
        let stored = json!({
            "trends": [{
                "question": "packet_size", "axis": "records_per_packet", "metric": "acked_time", "class": "disk",
                "points": [{ "value": 16.0, "case": "wal/16" }, { "value": 1.0, "case": "wal/1" }],
            }],
            "crossings": [{
                "question": "packet_size", "crossing": "delete-over-wal", "metric": "acked_time",
                "axis": "records_per_packet", "class": "disk",
                "pairs": [{ "value": 1.0, "case": "delete/1", "baseline": "wal/1" }],
            }],
            "sets": [{
                "question": "packet_size", "set": "synced", "metric": "longest_ack", "of": "settings of SQLite",
                "extreme": "worst", "class": "disk", "constraints": ["ack_syncs", { "checkpoints_min": 5 }],
                "cases": ["wal/1", "delete/1"],
            }],
            "headlines": [
                { "contrast": {
                    "question": "packet_size", "kind": "trend", "axis": "records_per_packet",
                    "case": "wal/16", "baseline": "wal/1", "metric": "acked_time",
                } },
                { "crossing": {
                    "question": "packet_size", "crossing": "delete-over-wal", "metric": "acked_time",
                } },
                { "set": { "question": "packet_size", "set": "synced", "metric": "longest_ack" } },
            ],
            "names": [{ "case": "wal/1", "parts": ["WAL"], "at": null }],
            "asked": [{ "asks": "do deletes starve?", "contrast": {
                "question": "packet_size", "kind": "trend", "axis": "records_per_packet",
                "case": "wal/16", "baseline": "wal/1", "metric": "acked_time",
            } }],
        });
        assert_eq!(serde_json::to_value(full()).unwrap(), stored);
        assert_eq!(serde_json::from_value::<ComparisonsRecord>(stored).unwrap(), full());
    }

    #[test]
    fn constraints_are_said_with_their_limits() {
        let said = [
            Constraint::AckSyncs,
            Constraint::CheckpointsMin(1),
            Constraint::CheckpointsMin(5),
            Constraint::LongestAckNsMax(16_500_000),
            Constraint::WalBytesMax(64 << 20),
        ]
        .map(|constraint| constraint.to_string());
        let expected = [
            "acks that sync",
            "at least 1 checkpoint",
            "at least 5 checkpoints",
            "a longest ack of at most 16.5 ms",
            "a WAL of at most 64 MiB",
        ];
        assert_eq!(said, expected);
    }
}

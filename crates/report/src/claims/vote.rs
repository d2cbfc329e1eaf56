//! The first document's claims about how many votes each path keeps.
//!
//! It ran on other hardware, so that a claim about rates is held against the ratio of two paths of the same run; the
//! rates are told beside it.

use measure::record::RunRecord;

use super::{Judgement, TestedClaim, Verdict};
use crate::compare::{Comparison, Outcome};
use crate::findings::{Inquiry, axis_value};
use crate::mood::FloorBeside;
use crate::quantity;

const SOURCE: &str = "soup-write-performance (ekmartin/thesis, base-post.md)";
const SECOND_VERSION: &str = "its second version (ekmartin/thesis at 41c886c)";
const CONTROL: &str = "ekmartin/thesis, benchmarks/vote/out_durability_single_shard";

/// The claims in the order of the document.
pub(super) const CLAIMS: [TestedClaim; 6] = [
    TestedClaim {
        claim: "SQLite takes 25 to 28 k votes per second where Soup's log takes 500 to 577 k",
        source: SOURCE,
        takes: "arm-a and soup-log",
        judge: |inquiry| LOG_OVER_SQLITE.judge(inquiry),
    },
    TestedClaim {
        claim: "with the checkpoint behind the ack it is 42 to 45 k",
        source: SOURCE,
        takes: "arm-a and arm-b-100k",
        judge: |inquiry| BEHIND_THE_ACK.judge(inquiry),
    },
    TestedClaim {
        claim: "behind Soup's log, without syncs of its own, it is 100 to 110 k",
        source: SOURCE,
        takes: "arm-a and arm-c",
        judge: |inquiry| BEHIND_THE_LOG.judge(inquiry),
    },
    TestedClaim {
        claim: "on four shards that is about 300 k",
        source: SECOND_VERSION,
        takes: "arm-c on one shard and on four",
        judge: |inquiry| FOUR_SHARDS.judge(inquiry),
    },
    TestedClaim {
        claim: "Soup's log easily handles half a million votes per second",
        source: SOURCE,
        takes: "soup-log",
        judge: half_a_million,
    },
    TestedClaim {
        claim: "Soup takes as many votes with its log as without (MemoryOnly)",
        source: CONTROL,
        takes: "soup-log and memory-only",
        judge: memory_only,
    },
];

/// A path that claims are about, by the name that its case has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimedPath {
    /// Soup's log.
    SoupLog,
    /// Soup without its log.
    MemoryOnly,
    /// SQLite in the log's place.
    ArmA,
    /// The same with the checkpoint behind the ack.
    ArmB,
    /// SQLite without syncs behind Soup's log.
    ArmC,
    /// The same on four shards.
    ArmCOnFourShards,
}

impl ClaimedPath {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::SoupLog,
        Self::MemoryOnly,
        Self::ArmA,
        Self::ArmB,
        Self::ArmC,
        Self::ArmCOnFourShards,
    ];

    /// The name that a case of the path has on its axis `path`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SoupLog => "soup-log",
            Self::MemoryOnly => "memory-only",
            Self::ArmA => "arm-a",
            Self::ArmB => "arm-b-100k",
            Self::ArmC => "arm-c",
            Self::ArmCOnFourShards => "arm-c-x4",
        }
    }

    /// The case of the path.
    fn case<'evidence>(self, inquiry: &Inquiry<'evidence>) -> Option<&'evidence RunRecord> {
        inquiry.cases().find(|record| axis_value(record, "path") == Some(self.name()))
    }
}

/// A claim that one path acks so many times what another does.
struct Ratio {
    path: ClaimedPath,
    against: ClaimedPath,
    /// The published ratio: its least and its largest reading.
    published: [f64; 2],
    /// Processors that the path needs to show it.
    processors: u64,
}

const LOG_OVER_SQLITE: Ratio = Ratio {
    path: ClaimedPath::SoupLog,
    against: ClaimedPath::ArmA,
    published: [500.0 / 28.0, 577.0 / 25.0],
    processors: 1,
};

const BEHIND_THE_ACK: Ratio = Ratio {
    path: ClaimedPath::ArmB,
    against: ClaimedPath::ArmA,
    published: [42.0 / 28.0, 45.0 / 25.0],
    processors: 1,
};

const BEHIND_THE_LOG: Ratio = Ratio {
    path: ClaimedPath::ArmC,
    against: ClaimedPath::ArmA,
    published: [100.0 / 28.0, 110.0 / 25.0],
    processors: 1,
};

/// Each shard has a thread.
const FOUR_SHARDS: Ratio = Ratio {
    path: ClaimedPath::ArmCOnFourShards,
    against: ClaimedPath::ArmC,
    published: [300.0 / 110.0, 303.0 / 100.0],
    processors: 4,
};

/// How far a ratio may lie outside of the published ones and still be theirs: the author's processor, disk
/// and SQLite were others.
const TOLERANCE: f64 = 1.5;

/// What "half a million" is held against.
const HALF_A_MILLION: f64 = 500e3;

impl Ratio {
    fn judge(&self, inquiry: &Inquiry<'_>) -> Option<Judgement> {
        let (path, against) = (self.path.case(inquiry)?, self.against.case(inquiry)?);
        let rates = rates(self.path, path, self.against, against);
        let processors = path.environment.processor.usable.unwrap_or(u64::MAX);
        let (verdict, shown) = match inquiry.judge(path, against) {
            _ if processors < self.processors => (
                Verdict::NotAtThisScale,
                format!("{rates}; {} threads share {processors} processors", self.processors),
            ),
            // Without a comparison nothing is claimed either way.
            Err(_) => return None,
            Ok(comparison) => (self.verdict(&comparison), self.shown(&comparison, &rates)),
        };
        Some(Judgement::of(shown, verdict, &[path, against]))
    }

    fn verdict(&self, comparison: &Comparison<'_>) -> Verdict {
        let [least, most] = self.published;
        let ratio = comparison.factor.ratio;
        match comparison.outcome {
            Outcome::More if (least / TOLERANCE..=most * TOLERANCE).contains(&ratio) => {
                Verdict::Holds
            }
            Outcome::More => Verdict::NotAtThisScale,
            Outcome::Fewer | Outcome::NotResolved(_) | Outcome::NotJudged => Verdict::DoesNotHold,
        }
    }

    fn shown(&self, comparison: &Comparison<'_>, rates: &str) -> String {
        let [least, most] = self.published;
        let factor = &comparison.factor;
        format!(
            "{rates}: {} times as many ({} to {}), where {} to {} was published",
            quantity::factor(factor.ratio),
            quantity::factor(factor.low),
            quantity::factor(factor.high),
            quantity::factor(least),
            quantity::factor(most)
        )
    }
}

/// The only claim about a rate alone: a machine may be slower than the author's.
fn half_a_million(inquiry: &Inquiry<'_>) -> Option<Judgement> {
    let log = ClaimedPath::SoupLog.case(inquiry)?;
    let rate = log.records_per_second.median;
    let verdict = if rate >= HALF_A_MILLION { Verdict::Holds } else { Verdict::NotAtThisScale };
    let floor = FloorBeside::of(log).map_or(String::new(), |floor| {
        format!(", on a floor of {}", quantity::duration_ns(floor.median_ns))
    });
    let name = ClaimedPath::SoupLog.name();
    let shown = format!("{name} acks {}{floor}", quantity::rate(rate));
    Some(Judgement::of(shown, verdict, &[log]))
}

/// If the log costs nothing, half a million was not the log's ceiling.
fn memory_only(inquiry: &Inquiry<'_>) -> Option<Judgement> {
    let (memory, log) =
        (ClaimedPath::MemoryOnly.case(inquiry)?, ClaimedPath::SoupLog.case(inquiry)?);
    let comparison = inquiry.judge(memory, log).ok()?;
    let verdict = match comparison.outcome {
        Outcome::More | Outcome::NotJudged => Verdict::DoesNotHold,
        Outcome::Fewer | Outcome::NotResolved(_) => Verdict::Holds,
    };
    let shown = format!(
        "{}: {} times as many without the log",
        rates(ClaimedPath::MemoryOnly, memory, ClaimedPath::SoupLog, log),
        quantity::factor(comparison.factor.ratio)
    );
    Some(Judgement::of(shown, verdict, &[memory, log]))
}

fn rates(
    name: ClaimedPath,
    path: &RunRecord,
    other_name: ClaimedPath,
    other: &RunRecord,
) -> String {
    format!(
        "{} acks {}, {} {}",
        name.name(),
        quantity::rate(path.records_per_second.median),
        other_name.name(),
        quantity::rate(other.records_per_second.median)
    )
}

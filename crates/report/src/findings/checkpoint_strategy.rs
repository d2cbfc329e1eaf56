//! `checkpoint_strategy`: which strategy acks and drains most, under which acks wait least and what the slowest waited
//! for, how large the WAL grows, and whether one strategy has it all.

use measure::record::RunRecord;

use super::Finding;
use super::causes::causes_of;
use super::choice::Choice;
use super::extra::{READER_NS_LONGEST, READER_NS_P99, READER_READS_PER_SECOND, figure};
use super::inquiry::{Inquiry, axis_value, has_company, is_same};
use super::log_beside_sqlite::{self, is_sqlite};
use super::sentence::{Names, cost, difference_of, finding};
use crate::quantity;

/// How much longer than under the best strategy the longest ack may be.
const LONGEST_FACTOR_MAX: f64 = 1.5;

/// How much of the best strategy's drained rate there must be.
const DRAINED_SHARE_MIN: f64 = 0.95;

/// How large the WAL may grow.
const WAL_BYTES_MAX: u64 = 64 << 20;

/// The strategies on one table, under one driver.
struct Rivals<'evidence> {
    /// In words: `indexed, closed loop`.
    heading: String,
    is_closed: bool,
    choice: Choice<'evidence>,
}

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rivals in Rivals::all(inquiry) {
        findings.extend(rivals.drained(inquiry));
        findings.extend(rivals.longest());
        findings.extend(rivals.causes());
        findings.extend(rivals.wal());
        findings.extend(rivals.all_at_once());
    }
    findings.extend(readers(inquiry));
    findings.extend(reader_costs(inquiry));
    findings.extend(lateness(inquiry));
    let beside_log = log_beside_sqlite::compared(inquiry);
    findings.extend(beside_log.iter().map(|pair| finding(&pair.sentence(), pair.cases())));
    findings
}

impl<'evidence> Rivals<'evidence> {
    fn all(inquiry: &Inquiry<'evidence>) -> Vec<Self> {
        let place = |record: &'evidence RunRecord| {
            Some((axis_value(record, "table")?, axis_value(record, "driver")?))
        };
        let mut places = Vec::new();
        for record in inquiry.cases().filter(|record| is_sqlite(record)) {
            if let Some(place) = place(record).filter(|place| !places.contains(place)) {
                places.push(place);
            }
        }
        let of_place = |(table, driver)| {
            let cases = inquiry
                .cases()
                .filter(|record| place(record) == Some((table, driver)) && !has_company(record));
            let choice = Choice::most(cases);
            let is_closed = driver == "closed";
            let load = if is_closed { "at saturation" } else { "at half load" };
            Self { heading: format!("{table}, {load}"), is_closed, choice }
        };
        places.into_iter().map(of_place).filter(|rivals| rivals.choice.cases().len() > 1).collect()
    }

    fn cases(&self) -> &[&'evidence RunRecord] {
        self.choice.cases()
    }

    /// The best and the worst drained rate; under an open loop the rate is what was offered.
    fn drained(&self, inquiry: &Inquiry<'evidence>) -> Option<Finding> {
        let drained = |record: &&&RunRecord| record.drained_records_per_second.median;
        let by_rate = |a: &&&RunRecord, b: &&&RunRecord| drained(a).total_cmp(&drained(b));
        let cases = self.cases().iter().filter(|_| self.is_closed);
        let (best, worst) = (*cases.clone().max_by(by_rate)?, *cases.min_by(by_rate)?);
        if is_same(best, worst) {
            return None;
        }
        let names = Names { case: &strategy(best), other: &strategy(worst) };
        let compared = inquiry.judge_drained(best, worst);
        let sentence = format!(
            "{}, best against worst with the debt charged: {}{}",
            self.heading,
            difference_of("drains", &compared, &names),
            self.choice.left_out()
        );
        Some(finding(&sentence, [best, worst]))
    }

    /// The longest ack under each strategy, ascending.
    fn longest(&self) -> Option<Finding> {
        let mut sorted: Vec<(u64, &RunRecord)> =
            self.cases().iter().filter_map(|record| Some((longest_ns(record)?, *record))).collect();
        sorted.sort_by_key(|(longest_ns, _)| *longest_ns);
        let texts = sorted.iter().map(|(longest_ns, record)| {
            let p99 = record.ack_latency_ns.p99;
            let p99 = p99
                .map_or(String::new(), |ns| format!(" (p99 {})", quantity::duration_ns(ns as f64)));
            format!("{} {}{p99}", strategy(record), quantity::duration_ns(*longest_ns as f64))
        });
        let text = texts.collect::<Vec<_>>().join(", ");
        let sentence =
            format!("{}, the longest ack: {text}{}", self.heading, self.choice.left_out());
        (sorted.len() > 1).then(|| finding(&sentence, sorted.iter().map(|(_, record)| *record)))
    }

    /// What made most of the slowest acks slow, and how many have a cause.
    fn causes(&self) -> Option<Finding> {
        let attributed: Vec<&RunRecord> =
            self.cases().iter().copied().filter(|record| record.attribution.is_some()).collect();
        let texts: Vec<String> = attributed
            .iter()
            .filter_map(|record| Some(format!("{}: {}", strategy(record), causes_of(record)?)))
            .collect();
        let sentence = format!(
            "{}, what the slowest hundredth of the acks waited for: {}",
            self.heading,
            texts.join("; ")
        );
        (!texts.is_empty()).then(|| finding(&sentence, attributed))
    }

    /// How large the WAL grew under each strategy, ascending.
    fn wal(&self) -> Option<Finding> {
        let mut sized: Vec<(u64, &RunRecord)> = self
            .cases()
            .iter()
            .filter_map(|record| Some((record.space.wal_bytes_max?, *record)))
            .collect();
        sized.sort_by_key(|(bytes, _)| *bytes);
        let texts: Vec<String> = sized
            .iter()
            .map(|(bytes, record)| format!("{} {}", strategy(record), quantity::bytes(*bytes)))
            .collect();
        let sentence = format!("{}, the WAL grew to: {}", self.heading, texts.join(", "));
        (sized.len() > 1).then(|| finding(&sentence, sized.iter().map(|(_, record)| *record)))
    }

    /// The strategies that are good at everything at once.
    fn all_at_once(&self) -> Option<Finding> {
        let drained = |record: &&RunRecord| record.drained_records_per_second.median;
        let best_ns = self.cases().iter().filter_map(|record| longest_ns(record)).min()? as f64;
        let best_rate = self.cases().iter().map(drained).max_by(f64::total_cmp)?;
        let is_good = |record: &&&RunRecord| {
            let is_short = longest_ns(record)
                .is_some_and(|longest_ns| longest_ns as f64 <= LONGEST_FACTOR_MAX * best_ns);
            let is_bounded = record.space.wal_bytes_max.is_some_and(|bytes| bytes <= WAL_BYTES_MAX);
            // Under an open loop every rate is what was offered.
            is_short
                && is_bounded
                && (!self.is_closed || drained(record) >= DRAINED_SHARE_MIN * best_rate)
        };
        let good: Vec<&RunRecord> = self.cases().iter().filter(is_good).copied().collect();
        let names: Vec<String> = good.iter().map(|record| strategy(record)).collect();
        let names = if names.is_empty() { "no strategy".into() } else { names.join(", ") };
        let rate = if self.is_closed { ", and 0.95 of the best drained rate" } else { "" };
        let sentence = format!(
            "{}, within 1.5 times the shortest longest ack, with a WAL of at most 64 MiB{rate}: {names}",
            self.heading
        );
        Some(finding(&sentence, good))
    }
}

/// The longest read beside the packets under each strategy, ascending.
fn readers(inquiry: &Inquiry<'_>) -> Option<Finding> {
    let mut read: Vec<(f64, &RunRecord)> = inquiry
        .cases()
        .filter_map(|record| Some((figure(record, READER_NS_LONGEST)?, record)))
        .collect();
    read.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let texts = read.iter().map(|(longest_ns, record)| {
        let p99 = figure(record, READER_NS_P99)
            .map_or(String::new(), |ns| format!("p99 {}, ", quantity::duration_ns(ns)));
        let rate = quantity::rate(figure(record, READER_READS_PER_SECOND).unwrap_or_default());
        let longest = quantity::duration_ns(*longest_ns);
        format!("{} {longest} ({p99}{rate})", strategy(record))
    });
    let text = texts.collect::<Vec<_>>().join(", ");
    let sentence = format!("beside the packets, the longest read: {text}");
    (!read.is_empty()).then(|| finding(&sentence, read.iter().map(|(_, record)| *record)))
}

/// What a reader beside them costs those who write, under each strategy.
fn reader_costs(inquiry: &Inquiry<'_>) -> Option<Finding> {
    let in_company: Vec<&RunRecord> =
        inquiry.cases().filter(|record| has_company(record)).collect();
    let pairs: Vec<(&RunRecord, &RunRecord)> = in_company
        .into_iter()
        .filter_map(|record| Some((record, inquiry.alone(record)?)))
        .collect();
    let texts: Vec<String> = pairs
        .iter()
        .map(|(record, alone)| {
            let cost = cost(&inquiry.judge(alone, record));
            format!("{} {cost}", strategy(alone))
        })
        .collect();
    let sentence =
        format!("what a reader beside the packets costs their rate: {}", texts.join("; "));
    (!texts.is_empty())
        .then(|| finding(&sentence, pairs.iter().flat_map(|(record, alone)| [*record, *alone])))
}

/// How late the driver itself was under a schedule, at its worst.
fn lateness(inquiry: &Inquiry<'_>) -> Option<Finding> {
    let late = inquiry.cases().filter_map(|record| {
        let lateness = record.driver_lateness_ns.as_ref()?;
        Some((lateness.p99.or(lateness.encoded.max)?, record))
    });
    let (late_ns, record) = late.max_by_key(|(late_ns, _)| *late_ns)?;
    let quantile =
        if record.driver_lateness_ns.as_ref()?.p99.is_some() { "p99" } else { "longest" };
    let sentence = format!(
        "how late the open loop itself was, where it was latest: {quantile} {}, beside acks of which the \
         longest took {}",
        quantity::duration_ns(late_ns as f64),
        quantity::duration_ns(longest_ns(record)? as f64)
    );
    Some(finding(&sentence, [record]))
}

fn longest_ns(record: &RunRecord) -> Option<u64> {
    record.ack_latency_ns.encoded.max
}

/// A case by its label, as the tables show it.
fn strategy(record: &RunRecord) -> String {
    record.case.label.clone()
}

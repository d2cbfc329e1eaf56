//! A comparison of the question in a sentence.

use measure::record::{CaseId, ComparisonKey, ContrastKey, CrossingKey, Extreme, Metric, SetKey};

use super::cells;
use super::names::any_of;
use super::row::Judged;
use crate::judgement::{
    ChosenCase, Crossing, CrossingFinding, CrossingPair, Direction, Finding, Outcome, SetFinding,
    SignChange, TrendFinding, Verdict, set_kind,
};

/// The sentence, and the rows whose figures stand in it.
pub(crate) fn sentence(judged: &Judged, key: &ComparisonKey) -> (String, Vec<ContrastKey>) {
    let told = match key {
        ComparisonKey::Contrast(key) => of_row(judged, key),
        ComparisonKey::Crossing(key) => of_crossing(judged, key),
        ComparisonKey::Set(key) => of_set(judged, key),
    };
    let (sentence, cited) = told
        .unwrap_or_else(|| ("What the answer should tell was not declared.".into(), Vec::new()));
    (capitalised(&sentence), cited)
}

type Told = Option<(String, Vec<ContrastKey>)>;

fn of_row(judged: &Judged, key: &ContrastKey) -> Told {
    let finding = match &judged.row(key)?.judged {
        Ok(finding) => finding,
        Err(why) => {
            let both = judged.names.together(&[&key.case, &key.baseline]);
            let (case, baseline) = (both.name(&key.case), both.name(&key.baseline));
            let sentence = format!("{case} over {baseline}{} was not judged: {why}.", both.common);
            return Some((sentence, Vec::new()));
        }
    };
    let slope = |trend: &TrendFinding| {
        let (ratio, interval) = (trend.per_doubling, trend.per_doubling_interval_95);
        format!(", {} times ({}) with each doubling", cells::ratio(ratio), cells::range(interval))
    };
    let mut trends = judged.comparisons.trends.iter();
    let slope = trends.find(|trend| trend.key == *key).map_or_else(String::new, slope);
    let compared = compared(judged, key, &cells::ratio(finding.factor));
    let (interval, verdict) = (cells::range(finding.interval_95), verdict(finding));
    Some((format!("{compared} ({interval}){slope}: {verdict}."), vec![key.clone()]))
}

/// `WAL with FULL takes 0.230 times as long as DELETE with FULL at 1 record per packet`.
fn compared(judged: &Judged, key: &ContrastKey, factor: &str) -> String {
    let names = &judged.names;
    let amount = if key.metric.is_time() { "as long" } else { "as much" };
    if let Some([of_case, of_baseline]) = alike_but_at(judged, key) {
        let subject = subject(key.metric, &names.name(&key.case));
        return format!("{subject} {factor} times {amount} at {of_case} as at {of_baseline}");
    }
    let both = names.together(&[&key.case, &key.baseline]);
    let (subject, baseline) = (subject(key.metric, both.name(&key.case)), both.name(&key.baseline));
    format!("{subject} {factor} times {amount} as {baseline}{}", both.common)
}

/// Where two cases stand that differ in nothing else.
fn alike_but_at<'judged>(judged: &'judged Judged, key: &ContrastKey) -> Option<[&'judged str; 2]> {
    let names = &judged.names;
    let (case, baseline) = (names.at(&key.case)?, names.at(&key.baseline)?);
    let is_alike = names.name(&key.case) == names.name(&key.baseline);
    (is_alike && case != baseline).then_some([case, baseline])
}

fn subject(metric: Metric, case: &str) -> String {
    match metric {
        Metric::AckedTime => format!("{case} takes"),
        Metric::AckedTimePerRecord => format!("a record in {case} takes"),
        Metric::DrainedTime => format!("{case}, with all that it owes, takes"),
        Metric::ReadTime => format!("a read from {case} takes"),
        Metric::LongestAck => format!("the longest ack of {case} takes"),
        Metric::CpuTime => format!("the processor's work of {case} takes"),
        Metric::MessageTime => format!("a message through {case} takes"),
        Metric::StoreToDeleteTime => format!("a message stays in the store of {case}"),
        Metric::HandInTime => format!("handing in a message to {case} takes"),
        Metric::DeliveryWait => format!("a delivery of {case} waits for the sink"),
        Metric::WaitingMessages => format!("the store of {case} holds"),
        Metric::ChannelDepth => format!("the channels of {case} hold"),
        Metric::DatabaseBytes => format!("the closed database of {case} takes"),
    }
}

/// What was asked, each with the sentence of the contrast that answers it.
pub fn asked(judged: &Judged) -> impl Iterator<Item = String> {
    judged.asked.iter().filter_map(|asked| {
        let (sentence, _) = of_row(judged, &asked.contrast)?;
        Some(format!("{} {}", capitalised(&asked.asks), capitalised(&sentence)))
    })
}

/// The direction is told by the factor.
fn verdict(finding: &Finding) -> String {
    match finding.verdict {
        Verdict::Differs { .. } => "differs".to_owned(),
        Verdict::Undecided if finding.undecided_because.is_none() => {
            let seen = cells::ratio(finding.could_have_seen);
            format!("undecided, where {seen} could have been seen")
        }
        Verdict::EqualWithin { .. } | Verdict::Undecided => cells::verdict(finding),
    }
}

fn of_crossing(judged: &Judged, key: &CrossingKey) -> Told {
    let crossing = judged.comparisons.crossings.iter().find(|crossing| crossing.key == *key)?;
    let first = crossing.pairs.first()?;
    let names = &judged.names;
    let (case, baseline) = (names.name(&first.row.case), names.name(&first.row.baseline));
    let at = |value: f64| {
        let pair = crossing.pairs.iter().find(|pair| pair.value.total_cmp(&value).is_eq())?;
        Some(at(judged, crossing, pair))
    };
    let between = |change: &SignChange| {
        Some(format!("between {} and {}", at(change.after)?, at(change.before)?))
    };
    let sentence = match &crossing.outcome {
        Outcome::NotJudged { reason } => {
            format!(
                "where the quicker one of {case} and {baseline} changes was not judged: {reason}."
            )
        }
        Outcome::Judged(Crossing::None) => one_sided(judged, crossing)?,
        Outcome::Judged(Crossing::Once(change)) => {
            let (after, before) = (at(change.after)?, at(change.before)?);
            let (until, then) = match change.then {
                Direction::Longer => (LESS, LONGER),
                Direction::Shorter => (LONGER, LESS),
            };
            format!(
                "{case} takes {until} than {baseline} up to {after}, and {then} from {before} on."
            )
        }
        Outcome::Judged(Crossing::Several(changes)) => {
            let between: Option<Vec<String>> = changes.iter().map(between).collect();
            let between = between?.join(", and ");
            format!("the quicker one of {case} and {baseline} changes more than once: {between}.")
        }
    };
    Some((sentence, crossing.pairs.iter().map(|pair| pair.row.clone()).collect()))
}

const LONGER: &str = "longer";
const LESS: &str = "less time";

fn at(judged: &Judged, crossing: &CrossingFinding, pair: &CrossingPair) -> String {
    let axis = crossing.axis.replace('_', " ");
    judged.names.at(&pair.row.case).map_or_else(|| format!("{axis} {}", pair.value), str::to_owned)
}

/// What all pairs that differ say, where they say the same.
fn one_sided(judged: &Judged, crossing: &CrossingFinding) -> Option<String> {
    let (first, last) = (crossing.pairs.first()?, crossing.pairs.last()?);
    let (case, baseline) =
        (judged.names.name(&first.row.case), judged.names.name(&first.row.baseline));
    let (from, to) = (at(judged, crossing, first), at(judged, crossing, last));
    let findings = || crossing.pairs.iter().filter_map(|pair| judged.row(&pair.row)?.finding());
    let mut directions = findings().filter_map(|finding| match finding.verdict {
        Verdict::Differs { direction } => Some(direction),
        Verdict::EqualWithin { .. } | Verdict::Undecided => None,
    });
    let all = findings().count();
    let Some(direction) = directions.next() else {
        return Some(format!(
            "{case} and {baseline} differ at none of {all} values from {from} to {to}."
        ));
    };
    let differ = 1 + directions.count();
    let (than, other) = match direction {
        Direction::Longer => (LONGER, LESS),
        Direction::Shorter => (LESS, LONGER),
    };
    let at = if differ == all {
        format!("at all {all} values from {from} to {to}")
    } else {
        format!("at {differ} of {all} values from {from} to {to}, and at none {other}")
    };
    Some(format!("{case} takes {than} than {baseline} {at}."))
}

fn of_set(judged: &Judged, key: &SetKey) -> Told {
    let set = judged.comparisons.sets.iter().find(|set| set.key == *key)?;
    let (among, end) = (set.in_words(), end(set.extreme));
    let chosen = match &set.outcome {
        Outcome::Judged(chosen) => chosen,
        Outcome::NotJudged { reason } => {
            let sentence = format!("which of the {among} is {end} was not judged: {reason}.");
            return Some((sentence, Vec::new()));
        }
    };
    let nearest = nearest(judged, set, chosen);
    let together = judged.names.together(&set.compared.iter().collect::<Vec<&CaseId>>());
    let rivals = chosen.candidates.iter().filter(|candidate| **candidate != chosen.case);
    let rivals: Vec<&str> = rivals.map(|rival| together.name(rival)).collect();
    let (compared, case) = (set.compared.len(), together.name(&chosen.case));
    let takes = superlative(set);
    let left_out = match set.left_out.len() {
        0 => String::new(),
        left_out => format!(" ({left_out} left out)"),
    };
    let all = format!("{compared} {among}{left_out}");
    let best = format!("{case} {takes} among {all}{}", together.common);
    // The case comes first, so that a line that has no room for the rest still answers.
    let (sentence, cited) = match (rivals.as_slice(), nearest) {
        ([], None) => (format!("{best}."), None),
        ([], Some(nearest)) => {
            let (factor, interval) =
                (cells::ratio(nearest.factor), cells::range(nearest.interval_95));
            let next = together.name(&nearest.key.case);
            let next = format!("next is {next} with {factor} times as long ({interval})");
            (format!("{best}; {next}."), Some(nearest))
        }
        (rivals, _) if rivals.len() + 1 == compared => {
            let none = format!("none of {all} reliably {takes}{}", together.common);
            (format!("{none}; in this run it was {case}."), None)
        }
        (rivals, _) => (format!("{best}, but in truth {} may.", any_of(rivals)), None),
    };
    Some((sentence, cited.map(|finding| finding.key.clone()).into_iter().collect()))
}

/// The case that comes next to the chosen one.
fn nearest<'judged>(
    judged: &'judged Judged,
    set: &SetFinding,
    chosen: &ChosenCase,
) -> Option<&'judged Finding> {
    let kind = set_kind(&set.key, set.extreme);
    let beside = judged.findings().filter(|finding| {
        finding.key.kind == kind
            && finding.key.question == set.key.question
            && finding.key.metric == set.key.metric
            && finding.key.baseline == chosen.case
    });
    beside.min_by(|a, b| a.log_factor().abs().total_cmp(&b.log_factor().abs()))
}

fn end(extreme: Extreme) -> &'static str {
    match extreme {
        Extreme::Best => "the best",
        Extreme::Worst => "the worst",
    }
}

fn superlative(set: &SetFinding) -> &'static str {
    let [best, worst] = match set.key.metric {
        Metric::AckedTime => ["takes the least time", "takes the longest"],
        Metric::AckedTimePerRecord => {
            ["takes the least time for a record", "takes the longest for a record"]
        }
        Metric::DrainedTime => [
            "takes the least time with all that it owes",
            "takes the longest with all that it owes",
        ],
        Metric::ReadTime => ["is read in the least time", "takes the longest to read"],
        Metric::LongestAck => ["has the shortest of the longest acks", "has the longest ack"],
        Metric::CpuTime => {
            ["takes the least of the processor's time", "takes the most of the processor's time"]
        }
        metric if metric.is_time() => {
            ["has the shortest of these times", "has the longest of these times"]
        }
        _ => ["has the least of it", "has the most of it"],
    };
    match set.extreme {
        Extreme::Best => best,
        Extreme::Worst => worst,
    }
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

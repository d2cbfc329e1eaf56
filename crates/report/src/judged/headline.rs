//! A comparison of the question in a sentence.

use measure::record::{CaseId, ComparisonKey, ContrastKey, CrossingKey, Extreme, Metric, SetKey};

use super::cells;
use super::row::{Judged, JudgedRow};
use crate::judgement::{
    ChosenCase, Crossing, CrossingFinding, CrossingPair, Direction, Finding, Outcome, SetFinding,
    SignChange, TrendFinding, Verdict, set_kind,
};

/// The sentence, and the rows whose figures stand in it.
pub(super) fn sentence(judged: &Judged, key: &ComparisonKey) -> (String, Vec<ContrastKey>) {
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
    let row = judged.row(key)?;
    let finding = match row {
        JudgedRow::Judged(finding) => finding,
        JudgedRow::NotJudged { why, .. } => {
            let (case, baseline) =
                (judged.names.in_full(&key.case), judged.names.in_full(&key.baseline));
            return Some((format!("{case} over {baseline} was not judged: {why}."), Vec::new()));
        }
    };
    let trend = judged.comparisons.trends.iter().find(|trend| trend.key == *key);
    let slope = trend.map_or_else(String::new, slope);
    let compared = compared(judged, key, &cells::factor(finding));
    let (interval, verdict) = (cells::interval(finding), verdict(finding));
    Some((format!("{compared} ({interval}){slope}: {verdict}."), vec![key.clone()]))
}

/// `WAL with FULL takes 0.230 times as long as DELETE with FULL at 1 record per packet`.
fn compared(judged: &Judged, key: &ContrastKey, factor: &str) -> String {
    let names = &judged.names;
    let (case, baseline) = (names.name(&key.case), names.name(&key.baseline));
    match (names.at(&key.case), names.at(&key.baseline)) {
        (Some(at), Some(of_baseline)) if at == of_baseline => {
            format!("{} {factor} times as long as {baseline} at {at}", subject(key.metric, case))
        }
        (Some(at), Some(of_baseline)) if case == baseline => {
            format!(
                "{} {factor} times as long at {at} as at {of_baseline}",
                subject(key.metric, case)
            )
        }
        _ => {
            let (case, baseline) = (names.in_full(&key.case), names.in_full(&key.baseline));
            format!("{} {factor} times as long as {baseline}", subject(key.metric, &case))
        }
    }
}

fn subject(metric: Metric, case: &str) -> String {
    match metric {
        Metric::AckedTime => format!("{case} takes"),
        Metric::DrainedTime => format!("{case}, with all that it owes, takes"),
        Metric::ReadTime => format!("a read from {case} takes"),
        Metric::LongestAck => format!("the longest ack of {case} takes"),
        Metric::CpuTime => format!("the processor's work of {case} takes"),
    }
}

fn slope(trend: &TrendFinding) -> String {
    format!(", {} times with each doubling", cells::per_doubling(trend))
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
    Some(format!(
        "{case} takes {than} than {baseline} at {differ} of {all} values from {from} to {to}, and at none {other}."
    ))
}

fn of_set(judged: &Judged, key: &SetKey) -> Told {
    let set = judged.comparisons.sets.iter().find(|set| set.key == *key)?;
    let chosen = match &set.outcome {
        Outcome::Judged(chosen) => chosen,
        Outcome::NotJudged { reason } => {
            return Some((
                format!(
                    "which of the {} is {} was not judged: {reason}.",
                    set.in_words(),
                    end(set.extreme)
                ),
                Vec::new(),
            ));
        }
    };
    let nearest = nearest(judged, set, chosen);
    let among = match set.left_out.len() {
        0 => format!("of {} {}", set.compared, set.in_words()),
        left_out => format!("of {} {} ({left_out} left out)", set.compared, set.in_words()),
    };
    let case = in_set(judged, chosen, &chosen.case);
    let at = common_at(judged, chosen).map_or_else(String::new, |at| format!(" at {at}"));
    let rivals: Vec<String> = chosen
        .candidates
        .iter()
        .filter(|candidate| **candidate != chosen.case)
        .map(|candidate| in_set(judged, chosen, candidate))
        .collect();
    let takes = superlative(set);
    let rest = match (rivals.as_slice(), nearest) {
        ([], None) => String::new(),
        ([], Some(nearest)) => {
            let (factor, interval) = (cells::factor(nearest), cells::interval(nearest));
            let next = in_set(judged, chosen, &nearest.key.case);
            format!("; next is {next} with {factor} times as long ({interval})")
        }
        (rivals, _) => format!("; {} may do so in truth", rivals.join("; ")),
    };
    let cited = if rivals.is_empty() { nearest.map(|nearest| nearest.key.clone()) } else { None };
    Some((format!("{among}{at}, {case} {takes}{rest}."), cited.into_iter().collect()))
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

/// Where all that may be chosen stand on the swept axis.
fn common_at<'judged>(judged: &'judged Judged, chosen: &ChosenCase) -> Option<&'judged str> {
    let first = judged.names.at(&chosen.case)?;
    let is_common = |case: &CaseId| judged.names.at(case) == Some(first);
    chosen.candidates.iter().all(is_common).then_some(first)
}

fn in_set(judged: &Judged, chosen: &ChosenCase, case: &CaseId) -> String {
    if common_at(judged, chosen).is_some() && judged.names.at(case) == judged.names.at(&chosen.case)
    {
        judged.names.name(case).to_owned()
    } else {
        judged.names.in_full(case)
    }
}

fn end(extreme: Extreme) -> &'static str {
    match extreme {
        Extreme::Best => "the best",
        Extreme::Worst => "the worst",
    }
}

fn superlative(set: &SetFinding) -> &'static str {
    match (set.key.metric, set.extreme) {
        (Metric::AckedTime, Extreme::Best) => "takes the least time",
        (Metric::AckedTime, Extreme::Worst) => "takes the longest",
        (Metric::DrainedTime, Extreme::Best) => "takes the least time with all that it owes",
        (Metric::DrainedTime, Extreme::Worst) => "takes the longest with all that it owes",
        (Metric::ReadTime, Extreme::Best) => "is read in the least time",
        (Metric::ReadTime, Extreme::Worst) => "takes the longest to read",
        (Metric::LongestAck, Extreme::Best) => "has the shortest of the longest acks",
        (Metric::LongestAck, Extreme::Worst) => "has the longest ack",
        (Metric::CpuTime, Extreme::Best) => "takes the least of the processor's time",
        (Metric::CpuTime, Extreme::Worst) => "takes the most of the processor's time",
    }
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

//! The answer of a judged question: at most three sentences, whose figures are cells of its contrasts or stand in
//! `findings.json`.

use std::collections::BTreeMap;

use super::row::{Judged, JudgedRow};
use super::{cells, headline};
use crate::judgement::{Class, ContrastKey, ContrastKind, Finding, Verdict};

/// So many sentences are read.
const SENTENCES_MAX: usize = 3;

/// A question's answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The sentences: one for each headline, or for each kind of contrast where the question names none.
    pub sentences: Vec<String>,
    /// The contrasts whose figures stand in them.
    pub cited: Vec<ContrastKey>,
}

/// Contrasts that one sentence tells of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Topic {
    kind: Kind,
    /// None where the kind says it all.
    class: Option<Class>,
}

/// The kinds of contrasts, those first whose sentences matter most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    LogBesideSqlite,
    AgainstBase,
    OneFactorAlone,
    BestOfSet,
    WorstOfSet,
    Trend,
    Crossing,
    NullPair,
}

impl Answer {
    /// The answer that these comparisons give.
    #[must_use]
    pub fn of(judged: &Judged) -> Self {
        let mut answer = Self::default();
        for key in judged.headlines.iter().take(SENTENCES_MAX) {
            let (sentence, cited) = headline::sentence(judged, key);
            answer.sentences.push(sentence);
            answer.cited.extend(cited);
        }
        if answer.sentences.is_empty() { Self::by_kind(judged) } else { answer }
    }

    /// A sentence for each of the first kinds of contrasts.
    fn by_kind(judged: &Judged) -> Self {
        let mut topics: BTreeMap<Topic, Vec<&JudgedRow>> = BTreeMap::new();
        for row in &judged.rows {
            topics.entry(Topic::of(row)).or_default().push(row);
        }
        let mut answer = Self::default();
        for (topic, rows) in topics.into_iter().take(SENTENCES_MAX) {
            let (sentence, cited) = sentence(topic, &rows);
            answer.sentences.push(sentence);
            answer.cited.extend(cited.into_iter().map(|finding| finding.key.clone()));
        }
        answer
    }
}

/// What was asked, each with a sentence that answers it.
pub fn asked(judged: &Judged) -> impl Iterator<Item = String> {
    judged.asked.iter().filter_map(|asked| headline::answered(judged, asked))
}

impl Topic {
    fn of(row: &JudgedRow) -> Self {
        let class = match row {
            JudgedRow::Judged(finding) => finding.class,
            JudgedRow::NotJudged { contrast, .. } => contrast.class,
        };
        let of_class = |kind| Self { kind, class: Some(class) };
        match row.key().kind {
            ContrastKind::LogBesideSqlite => Self { kind: Kind::LogBesideSqlite, class: None },
            ContrastKind::AgainstBase => of_class(Kind::AgainstBase),
            ContrastKind::OneFactorAlone { .. } => of_class(Kind::OneFactorAlone),
            ContrastKind::BestOfSet { .. } => of_class(Kind::BestOfSet),
            ContrastKind::WorstOfSet { .. } => of_class(Kind::WorstOfSet),
            ContrastKind::Trend { .. } => of_class(Kind::Trend),
            ContrastKind::Crossing { .. } => of_class(Kind::Crossing),
            ContrastKind::NullPair => Self { kind: Kind::NullPair, class: None },
        }
    }

    fn in_words(self) -> String {
        let kind = match self.kind {
            Kind::LogBesideSqlite => "The native log beside SQLite",
            Kind::AgainstBase => "Against the base",
            Kind::OneFactorAlone => "One factor alone",
            Kind::BestOfSet => "Beside the best of a set",
            Kind::WorstOfSet => "Beside the worst of a set",
            Kind::Trend => "Along an axis",
            Kind::Crossing => "At one value of an axis",
            Kind::NullPair => "One case under two names",
        };
        self.class.map_or(kind.to_owned(), |class| format!("{kind}, {}", cells::class(class)))
    }
}

/// How many differ, are equal and are undecided, and the findings whose figures it tells.
fn sentence<'judged>(topic: Topic, rows: &[&'judged JudgedRow]) -> (String, Vec<&'judged Finding>) {
    let findings: Vec<&Finding> = rows.iter().filter_map(|row| row.finding()).collect();
    let of = |is: fn(Verdict) -> bool| -> Vec<&'judged Finding> {
        findings.iter().copied().filter(|finding| is(finding.verdict)).collect()
    };
    let differing = of(|verdict| matches!(verdict, Verdict::Differs { .. }));
    let equal = of(|verdict| matches!(verdict, Verdict::EqualWithin { .. }));
    let undecided = of(|verdict| matches!(verdict, Verdict::Undecided));
    let all = rows.len();
    let mut cited = Vec::new();
    let mut parts = Vec::new();
    let extremes = extremes(&differing, |finding| finding.factor);
    parts.push(match extremes.as_slice() {
        [] => format!("0 of {all} differ"),
        [only] => format!("1 of {all} differs: {}", factor(only)),
        [least, largest, ..] => {
            let differ = differing.len();
            format!("{differ} of {all} differ, from {} to {}", factor(least), factor(largest))
        }
    });
    cited.extend(extremes);
    if let [first, ..] = equal.as_slice() {
        let within = cells::ratio(first.class.smallest_effect());
        parts.push(format!("{} equal within {within}", equal.len()));
        cited.push(*first);
    }
    let seen = self::extremes(&undecided, |finding| finding.could_have_seen);
    match seen.as_slice() {
        [] => {}
        [only] => parts.push(format!("1 undecided, which could have seen {}", could_see(only))),
        [least, largest, ..] => parts.push(format!(
            "{} undecided, which could have seen {} to {}",
            undecided.len(),
            could_see(least),
            could_see(largest)
        )),
    }
    cited.extend(seen);
    let not_judged = all - findings.len();
    if not_judged > 0 {
        parts.push(format!("{not_judged} not judged"));
    }
    (format!("{}: {}.", topic.in_words(), parts.join("; ")), cited)
}

/// `0.312 times as long (0.300 to 0.325; log/1 over wal-full/1)`.
fn factor(finding: &Finding) -> String {
    let (factor, interval) = (cells::factor(finding), cells::interval(finding));
    let ContrastKey { case, baseline, .. } = &finding.key;
    format!("{factor} times as long ({interval}; {case} over {baseline})")
}

fn could_see(finding: &Finding) -> String {
    cells::ratio(finding.could_have_seen)
}

/// None, the only one, or the least and the largest.
fn extremes<'judged>(
    findings: &[&'judged Finding],
    of: fn(&Finding) -> f64,
) -> Vec<&'judged Finding> {
    let by = |a: &&&Finding, b: &&&Finding| of(a).total_cmp(&of(b));
    match findings {
        [] | [_] => findings.to_vec(),
        _ => {
            let (least, largest) = (findings.iter().min_by(by), findings.iter().max_by(by));
            [least, largest].into_iter().flatten().copied().collect()
        }
    }
}

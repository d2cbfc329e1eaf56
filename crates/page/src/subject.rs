//! One question of one run, as the charts and sections look at it.

use measure::record::{CaseRecord, ContrastKind, Metric, RunRecord};
use report::evidence::Evidence;
use report::judged::Judged;
use report::judgement::{CaseId, Finding};
use report::model::{Cost, QuestionModel, Row};

use crate::chart::{Figure, Panel, ROW_LETTERS_MAX};

/// One question of one run.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'run> {
    pub(crate) evidence: &'run Evidence,
    pub(crate) model: &'run QuestionModel,
}

/// A case with its row.
#[derive(Clone, Copy)]
pub(crate) struct Case<'run> {
    pub(crate) record: &'run RunRecord,
    pub(crate) row: &'run Row,
}

impl<'run> Subject<'run> {
    /// The question's name, which is its key.
    pub(crate) fn key(&self) -> &'run str {
        &self.model.name
    }

    /// The cases but second halves of A/A pairs, in the question's order.
    pub(crate) fn cases(&self) -> impl Iterator<Item = Case<'run>> {
        let model = self.model;
        let with_row = move |record: &'run RunRecord| {
            let row = model.rows().find(|row| row.id == record.case.id)?;
            Some(Case { record, row })
        };
        let first = |record: &&RunRecord| record.case.repeats_case.is_none();
        self.evidence.records.iter().filter(first).filter_map(with_row)
    }

    /// The contrasts; empty where the question declares none.
    pub(crate) fn judged(&self) -> &'run Judged {
        &self.model.conclusion.judged
    }

    /// What a case is called, without its place on the swept axis.
    pub(crate) fn name(&self, case: &CaseRecord) -> String {
        let id = CaseId(case.id.clone());
        let name = self.judged().names.name(&id);
        if name == case.id { case.label.clone() } else { name }
    }

    /// What a row is called: the name where it fits, else the label, which is short, and shortened would be like others.
    pub(crate) fn row_name(&self, case: &CaseRecord) -> String {
        let name = self.name(case);
        if name.chars().count() <= ROW_LETTERS_MAX { name } else { case.label.clone() }
    }

    /// Where a case stands on the swept axis: `400 records per packet`.
    pub(crate) fn at(&self, case: &CaseRecord) -> String {
        let id = CaseId(case.id.clone());
        let named = self.judged().names.at(&id);
        let axis = self.evidence.swept_axis().unwrap_or("parameter");
        match (named, case.parameter) {
            (Some(named), _) => named.to_owned(),
            (None, Some(value)) => format!("{} {value}", axis.replace('_', " ")),
            (None, None) => "all".to_owned(),
        }
    }

    /// The judged contrast of a case with a base.
    pub(crate) fn against_base(&self, id: &str) -> Option<&'run Finding> {
        let of_case = |finding: &&Finding| finding.key.case.0 == id && is_time(finding);
        let mut findings = self.judged().findings().filter(of_case);
        findings.find(|finding| self.is_base(&finding.key.baseline.0))
    }

    /// Whether most of what is compared at this case's place is compared with this case.
    pub(crate) fn is_base(&self, id: &str) -> bool {
        let judged = self.judged();
        let beside = |id: &str| {
            judged.findings().filter(|it| it.key.baseline.0 == id && is_time(it)).count()
        };
        let own = beside(id);
        let Some(record) = self.evidence.case(id) else { return false };
        let at = |other: &&RunRecord| {
            other.case.parameter == record.case.parameter
                && axis_of(other, "place") == axis_of(record, "place")
        };
        let others: Vec<&RunRecord> = self.evidence.records.iter().filter(at).collect();
        // In a factorial each case is compared with several, and none is the base.
        let is_usual = own * 2 + 1 >= others.len();
        own > 0 && is_usual && !others.iter().any(|other| beside(&other.case.id) > own)
    }

    /// Judged contrasts of a kind whose two cases are the wanted ones.
    pub(crate) fn findings(
        &self,
        is_wanted: impl Fn(&Finding, &RunRecord, &RunRecord) -> bool,
    ) -> Vec<&'run Finding> {
        let wanted = |finding: &&Finding| {
            let case = self.evidence.case(&finding.key.case.0);
            let baseline = self.evidence.case(&finding.key.baseline.0);
            matches!((case, baseline), (Some(case), Some(baseline)) if is_wanted(finding, case, baseline))
        };
        self.judged().findings().filter(wanted).collect()
    }

    /// The distinct places on the swept axis, by value, each with its cases.
    pub(crate) fn by_parameter(&self) -> Vec<(String, Vec<Case<'run>>)> {
        let mut groups = grouped(self.cases(), |case| self.at(&case.record.case));
        groups.sort_by(|(_, a), (_, b)| a[0].parameter().total_cmp(&b[0].parameter()));
        groups
    }

    /// The distinct names, each with its cases by rising parameter.
    pub(crate) fn by_name(&self) -> Vec<(String, Vec<Case<'run>>)> {
        let groups = grouped(self.cases(), |case| &case.record.case.label).into_iter();
        let named = groups.map(|(_, mut cases)| {
            let name = self.name(&cases[0].record.case);
            cases.sort_by(|a, b| a.parameter().total_cmp(&b.parameter()));
            (name, cases)
        });
        named.collect()
    }

    /// How many distinct places the swept axis has.
    pub(crate) fn parameters(&self) -> usize {
        self.by_parameter().len()
    }

    /// The id of the table with its cases.
    pub(crate) fn table_id(&self) -> String {
        format!("table-{}", slug(self.key()))
    }

    /// A figure of it; `None` where none of its charts shows anything.
    pub(crate) fn figure(
        &self,
        kind: &str,
        title: impl Into<String>,
        text: impl Into<String>,
        panels: Vec<(String, Panel)>,
    ) -> Option<Figure> {
        let id = format!("{kind}-{}", slug(self.key()));
        let (title, text, table) = (title.into(), text.into(), self.table_id());
        let figure = Figure { id, title, text, panels, table };
        (!figure.is_empty()).then_some(figure)
    }
}

impl Case<'_> {
    /// What it stands for on an axis; empty where it has none.
    pub(crate) fn axis(&self, axis: &str) -> &str {
        axis_of(self.record, axis)
    }

    /// Where it stands on the swept axis.
    fn parameter(&self) -> f64 {
        self.record.case.parameter.unwrap_or(0.0)
    }

    /// A packet's time in ns: at the run's nominal yardsticks, else by the acked rate.
    pub(crate) fn time_ns(&self) -> f64 {
        let by_rate = || {
            let records = self.record.case.records_per_packet.max(1) as f64;
            records / self.row.acked_per_second.median * 1e9
        };
        self.row.cost.map_or_else(by_rate, |cost| cost.time_ns)
    }

    /// The 95 % interval of a value that is known as well as the time.
    pub(crate) fn interval(&self, value: f64) -> Option<(f64, f64)> {
        let half = self.row.own.half_width?;
        Some((value / (1.0 + half), value * (1.0 + half)))
    }

    /// Whether an ack waits for a sync.
    pub(crate) fn syncs(&self) -> bool {
        self.row.own.floors_per_ack.is_some()
    }
}

/// Whether a packet's or a read's time is compared, for a reason that the question gives.
fn is_time(finding: &Finding) -> bool {
    let is_declared = !matches!(
        finding.key.kind,
        ContrastKind::BestOfSet { .. } | ContrastKind::WorstOfSet { .. } | ContrastKind::NullPair
    );
    is_declared && matches!(finding.key.metric, Metric::AckedTime | Metric::ReadTime)
}

/// The floor beside some cases, in ns: that of the first which waits for the disk.
pub(crate) fn floor_ns(cases: &[Case<'_>]) -> Option<f64> {
    let costs = cases.iter().filter_map(|case| case.row.cost);
    let mut waiting = costs.filter(|cost: &Cost| cost.floors.is_some());
    waiting.next().map(|cost| cost.nominal.floor_ns)
}

/// What a case stands for on an axis; empty where it has none.
pub(crate) fn axis_of<'record>(record: &'record RunRecord, axis: &str) -> &'record str {
    let found = record.case.axes.iter().find(|it| it.axis == axis);
    found.map_or("", |it| it.value.as_str())
}

/// Things with the same key together, in the order of their first ones.
pub(crate) fn grouped<T, Key: PartialEq>(
    things: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> Key,
) -> Vec<(Key, Vec<T>)> {
    let mut groups: Vec<(Key, Vec<T>)> = Vec::new();
    for thing in things {
        let own = key(&thing);
        match groups.iter_mut().find(|(known, _)| *known == own) {
            Some((_, things)) => things.push(thing),
            None => groups.push((own, vec![thing])),
        }
    }
    groups
}

/// Text that may stand in an id of the page: letters, digits and dashes.
pub(crate) fn slug(text: &str) -> String {
    text.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '-' }).collect()
}

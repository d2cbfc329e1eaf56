//! The best and the worst of sets.

use std::collections::BTreeSet;

use measure::record::{CaseId, Class, ContrastKey, SetRecord};

use super::constraints::missed;
use super::instructions::{confirmed, doubt};
use super::sync_share::sync_share;
use super::times::Times;
use super::variances::Variances;
use super::why_not::WhyNotJudged;
use crate::judgement::{
    ChosenCase, Contrast, Finding, JudgementError, LeftOutOfSet, Member, Outcome, SetFinding,
    choose, set_kind,
};

/// A set with its cases' times, not judged yet.
pub(super) struct Set<'run> {
    declared: &'run SetRecord,
    members: Vec<Member>,
    left_out: Vec<LeftOutOfSet>,
}

/// The sets of a question; of two with one key, which no second run could tell apart, the first.
pub(super) fn all<'run>(times: Times<'run>, declared: &'run [SetRecord]) -> Vec<Set<'run>> {
    let mut keys = BTreeSet::new();
    let first = declared.iter().filter(|set| keys.insert(&set.key));
    first.map(|set| Set::of(times, set)).collect()
}

impl<'run> Set<'run> {
    fn of(times: Times<'run>, declared: &'run SetRecord) -> Self {
        let turns = turns_of(times, declared);
        let mut set = Self { declared, members: Vec::new(), left_out: Vec::new() };
        let mut seed = None;
        for case in &declared.cases {
            match set.member(times, case, turns.as_ref(), &mut seed) {
                Ok(member) => set.members.push(member),
                Err(reason) => set.left_out.push(LeftOutOfSet { case: case.clone(), reason }),
            }
        }
        set
    }

    fn member(
        &self,
        times: Times<'_>,
        case: &CaseId,
        turns: Option<&CaseId>,
        seed: &mut Option<u64>,
    ) -> Result<Member, String> {
        let in_words = |why: WhyNotJudged| why.to_string();
        if self.members.iter().any(|member| member.case == *case) {
            return Err("the set holds it twice".to_owned());
        }
        let record = times.record(case).map_err(in_words)?;
        let own_seed = times.blocks(case).map_err(in_words)?.seed;
        if let Some(reason) =
            self.declared.constraints.iter().find_map(|constraint| missed(*constraint, record))
        {
            return Err(reason);
        }
        let time = times.member(case, self.declared.key.metric, turns).map_err(in_words)?;
        // The first case that can be chosen says whose blocks they are.
        if *seed.get_or_insert(own_seed) != own_seed {
            return Err(WhyNotJudged::MeasuredApart.to_string());
        }
        let sync_share = match turns {
            Some(_) => 0.0,
            None => sync_share(record),
        };
        Ok(Member { case: case.clone(), time, sync_share })
    }

    /// Each case beside the first one: from these its variance is learned, as they are chosen by nothing.
    pub(super) fn contrasts(&self) -> Vec<Contrast> {
        let SetRecord { key, extreme, class, .. } = self.declared;
        let Some((first, others)) = self.members.split_first() else { return Vec::new() };
        let contrast = |member: &Member| {
            let key = ContrastKey {
                question: key.question.clone(),
                kind: set_kind(key, *extreme),
                case: member.case.clone(),
                baseline: first.case.clone(),
                metric: key.metric,
            };
            let contrast = Contrast::new(key, *class, &member.time, &first.time).ok()?;
            Some(contrast.with_sync_shares(member.sync_share, first.sync_share))
        };
        others.iter().filter_map(contrast).collect()
    }

    /// What it shows, and each case beside the chosen one.
    pub(super) fn judge(
        self,
        times: Times<'_>,
        variances: &Variances,
    ) -> (SetFinding, Vec<Finding>) {
        let SetRecord { key, of, extreme, class, constraints, .. } = self.declared;
        let compared = self.members.iter().map(|member| member.case.clone()).collect();
        let variance = variances.of(*class, key.metric);
        let chosen = choose(key, *extreme, &self.members, &variance);
        let (outcome, findings) = match chosen {
            Ok(chosen) => {
                let doubted = |finding: &Finding| doubt(times.evidence, finding).is_some();
                let is_candidate = |case: &CaseId| {
                    let own = chosen.findings.iter().find(|finding| finding.key.case == *case);
                    chosen.candidates.contains(case) || own.is_some_and(doubted)
                };
                let cases = self.members.iter().map(|member| &member.case);
                let candidates = cases.filter(|case| is_candidate(case)).cloned().collect();
                let confirm = |finding| confirmed(times.evidence, finding);
                let findings = chosen.findings.into_iter().map(confirm).collect();
                (Outcome::Judged(ChosenCase { case: chosen.case, candidates }), findings)
            }
            Err(error) => (Outcome::NotJudged { reason: reason(error) }, Vec::new()),
        };
        let finding = SetFinding {
            key: key.clone(),
            of: of.clone(),
            extreme: *extreme,
            constraints: constraints.clone(),
            compared,
            left_out: self.left_out,
            outcome,
        };
        (finding, findings)
    }
}

/// The case with which all measured cases of a set took turns.
fn turns_of(times: Times<'_>, declared: &SetRecord) -> Option<CaseId> {
    let blocks = declared.cases.iter().filter_map(|case| times.blocks(case).ok());
    let mut baselines = blocks.map(|blocks| blocks.baseline.as_ref());
    let first = baselines.next()??;
    let is_alike = baselines.all(|baseline| baseline == Some(first));
    (is_alike || declared.class == Class::Turns).then(|| CaseId(first.clone()))
}

fn reason(error: JudgementError) -> String {
    match error {
        JudgementError::TooFew { what, expected, got, .. } => {
            format!("expected at least {expected} {what}, got {got}")
        }
        other => WhyNotJudged::from(other).to_string(),
    }
}

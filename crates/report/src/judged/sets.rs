//! The best and the worst of sets.

use std::collections::BTreeSet;

use measure::record::{CaseId, Class, SetRecord};

use super::constraints::missed;
use super::instructions::{confirmed, doubt};
use super::times::{Times, measured_apart};
use super::variances::Variances;
use crate::judgement::{
    ChosenCase, Contrast, Finding, LeftOutOfSet, Member, Outcome, SetFinding, WhyNotJudged, choose,
    set_contrast,
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
                Err(WhyNotJudged(reason)) => {
                    set.left_out.push(LeftOutOfSet { case: case.clone(), reason });
                }
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
    ) -> Result<Member, WhyNotJudged> {
        if self.members.iter().any(|member| member.case == *case) {
            return Err(WhyNotJudged("the set holds it twice".to_owned()));
        }
        let (record, own_seed) = (times.record(case)?, times.blocks(case)?.seed);
        let mut constraints = self.declared.constraints.iter();
        if let Some(reason) = constraints.find_map(|constraint| missed(*constraint, record)) {
            return Err(WhyNotJudged(reason));
        }
        let member = times.member(case, self.declared.key.metric, turns)?;
        // The first case that can be chosen says whose blocks they are.
        if *seed.get_or_insert(own_seed) != own_seed {
            return Err(measured_apart());
        }
        Ok(member)
    }

    /// Each case beside the first one: from these its variance is learned, as they are chosen by nothing.
    pub(super) fn contrasts(&self) -> Vec<Contrast> {
        let SetRecord { key, extreme, class, .. } = self.declared;
        let Some((first, others)) = self.members.split_first() else { return Vec::new() };
        let contrast = |member| set_contrast(key, *extreme, *class, [member, first]).ok();
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
            Ok((ChosenCase { case, candidates }, findings)) => {
                let doubted = |finding: &Finding| doubt(times.evidence, finding).is_some();
                let is_candidate = |case: &CaseId| {
                    let own = findings.iter().find(|finding| finding.key.case == *case);
                    candidates.contains(case) || own.is_some_and(doubted)
                };
                let cases = self.members.iter().map(|member| &member.case);
                let candidates = cases.filter(|case| is_candidate(case)).cloned().collect();
                let confirm = |finding| confirmed(times.evidence, finding);
                let chosen = ChosenCase { case, candidates };
                (Outcome::Judged(chosen), findings.into_iter().map(confirm).collect())
            }
            Err(why) => (Outcome::not_judged(why), Vec::new()),
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

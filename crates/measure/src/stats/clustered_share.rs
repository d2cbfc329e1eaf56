//! A share of operations whose fates are not independent of each other.

use super::Interval;

/// How many standard deviations of a normal distribution lie around 90 % of it, to each side.
const NORMAL_90_PERCENT: f64 = 1.644_853_6;

/// The share of operations that something is true of, counted in clusters: commits, say, whose operations share one
/// fate, while the commits are taken as independent.
///
/// The interval is Wilson's, with the number of independent operations that has the variance of the ratio over clusters
/// (Korn and Graubard, 1998), and of clusters of which none or all are hit, as many as Kish's effective number of them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClusteredShare {
    clusters: f64,
    operations: f64,
    hits: f64,
    operations_squared: f64,
    operations_by_hits: f64,
    hits_squared: f64,
}

impl ClusteredShare {
    /// Counts a cluster of so many operations, `hits` of which it is true of.
    pub fn note(&mut self, operations: u64, hits: u64) {
        let (operations, hits) = (operations as f64, hits as f64);
        self.clusters += 1.0;
        self.operations += operations;
        self.hits += hits;
        self.operations_squared += operations * operations;
        self.operations_by_hits += operations * hits;
        self.hits_squared += hits * hits;
    }

    /// Counts what another one has counted.
    pub fn merge(&mut self, other: &Self) {
        self.clusters += other.clusters;
        self.operations += other.operations;
        self.hits += other.hits;
        self.operations_squared += other.operations_squared;
        self.operations_by_hits += other.operations_by_hits;
        self.hits_squared += other.hits_squared;
    }

    /// The same where so many clusters, on average, shared one fate after all: at least 1.
    #[must_use]
    pub fn in_clusters_of(self, clusters: f64) -> Self {
        Self {
            clusters: self.clusters / clusters,
            operations_squared: self.operations_squared * clusters,
            operations_by_hits: self.operations_by_hits * clusters,
            hits_squared: self.hits_squared * clusters,
            ..self
        }
    }

    /// How many clusters were counted.
    #[must_use]
    pub fn clusters(&self) -> f64 {
        self.clusters
    }

    /// The share; `None` of no operations.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.operations > 0.0).then(|| self.hits / self.operations)
    }

    /// The interval that holds the share with a probability of 90 %; `None` of no operations.
    #[must_use]
    pub fn interval_90(&self) -> Option<Interval> {
        let share = self.share()?;
        let independent = self.independent(share);
        let squared = NORMAL_90_PERCENT * NORMAL_90_PERCENT / independent;
        let centre = (share + squared / 2.0) / (1.0 + squared);
        let variance = share * (1.0 - share) / independent;
        let half =
            NORMAL_90_PERCENT / (1.0 + squared) * (variance + squared / (4.0 * independent)).sqrt();
        Some(Interval { low: (centre - half).max(0.0), high: (centre + half).min(1.0) })
    }

    /// Independent operations that would tell the share as well.
    fn independent(&self, share: f64) -> f64 {
        let effective_clusters = self.operations * self.operations / self.operations_squared;
        let deviations = self.hits_squared - 2.0 * share * self.operations_by_hits
            + share * share * self.operations_squared;
        let variance = deviations / (self.operations * self.operations);
        if variance > 0.0 && share > 0.0 && share < 1.0 {
            (share * (1.0 - share) / variance).min(effective_clusters)
        } else {
            effective_clusters
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::random::SplitMix;

    fn of(clusters: impl IntoIterator<Item = (u64, u64)>) -> ClusteredShare {
        let mut share = ClusteredShare::default();
        clusters.into_iter().for_each(|(operations, hits)| share.note(operations, hits));
        share
    }

    #[test]
    fn operations_of_a_commit_are_one_piece_of_evidence() {
        let single = of((0..1_000).map(|number| (1, u64::from(number % 50 == 0))));
        let merged = of((0..1_000).map(|number| (400, 400 * u64::from(number % 50 == 0))));
        assert_eq!((single.share(), merged.share()), (Some(0.02), Some(0.02)));
        let (single, merged) = (single.interval_90().unwrap(), merged.interval_90().unwrap());
        assert!((single.low - merged.low).abs() < 1e-9 && (single.high - merged.high).abs() < 1e-9);
        // Wilson's interval of 20 in 1,000.
        assert!((single.low - 0.0139).abs() < 2e-4 && (single.high - 0.0287).abs() < 2e-4);
    }

    #[test]
    fn none_of_a_few_commits_is_no_proof_and_none_of_many_is() {
        let high = |clusters| of(vec![(40, 0); clusters]).interval_90().unwrap().high;
        assert!(high(200) > 0.01, "{}", high(200));
        assert!(high(300) < 0.01, "{}", high(300));
        assert_eq!(of([]).interval_90(), None);
    }

    #[test]
    fn a_single_large_commit_says_little() {
        let mut share = of(vec![(40, 0); 1_000]);
        share.note(4_000, 4_000);
        let interval = share.interval_90().unwrap();
        assert!(interval.low < 0.03 && interval.high > 0.3, "{interval:?}");
    }

    #[test]
    fn clusters_that_share_a_fate_count_as_one() {
        let apart = of((0..400).map(|number| (10, 10 * u64::from(number % 20 == 0))));
        let together = of((0..100).map(|number| (40, 40 * u64::from(number % 20 == 0))));
        let (apart, together) =
            (apart.in_clusters_of(4.0).interval_90().unwrap(), together.interval_90().unwrap());
        assert!(
            (apart.low - together.low).abs() < 1e-9 && (apart.high - together.high).abs() < 1e-9
        );
    }

    #[test]
    fn nine_in_ten_intervals_hold_the_share() {
        let mut random = SplitMix::new(1);
        let mut held = 0;
        for _ in 0..2_000 {
            let commits = (0..600).map(|_| {
                let operations = 10 + random.below(80) as u64;
                (operations, if random.below(100) < 3 { operations } else { 0 })
            });
            let interval = of(commits.collect::<Vec<_>>()).interval_90().unwrap();
            held += u32::from(interval.contains(0.03));
        }
        assert!((1_740..1_880).contains(&held), "{held} of 2,000");
    }

    proptest! {
        #[test]
        fn an_interval_holds_its_share(
            clusters in proptest::collection::vec((1..500_u64, 0..=100_u64), 1..200),
        ) {
            let share = of(clusters.into_iter().map(|(operations, percent)| {
                (operations, operations * percent / 100)
            }));
            let interval = share.interval_90().unwrap();
            prop_assert!(interval.contains(share.share().unwrap()) || share.share() == Some(1.0));
            prop_assert!((0.0..=1.0).contains(&interval.low) && interval.low <= interval.high);
        }
    }
}

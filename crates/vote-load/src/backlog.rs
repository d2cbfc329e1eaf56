//! The backlog of a load: whether it stays, or grows without end.

use std::time::Duration;

use measure::stats::median;

/// Operations that waited at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BacklogSample {
    pub(crate) at: Duration,
    pub(crate) operations: u64,
}

/// How the backlog went while a load was measured.
///
/// It is told by medians: a single stall makes a spike, which says nothing about the trend, but would
/// bend a fitted line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BacklogTrend {
    /// The median in the first third of the measured time, in operations.
    pub(crate) begin_operations: f64,
    /// The median in the last third.
    pub(crate) end_operations: f64,
    /// Operations by which it grew in each second between the middles of these two thirds.
    pub(crate) growth_per_second: f64,
}

/// By how much a backlog grew in each second: the median of the slopes between all pairs of parts of the
/// measured time (Theil and Sen), and the interval that holds it with a probability of 95 % (Sen, 1968, from
/// Kendall's tau). Both are told by ranks, so that neither a stall nor its spike bends them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BacklogGrowth {
    /// Operations per second.
    pub per_second: f64,
    /// The interval's lower end.
    pub low_per_second: f64,
    /// The interval's upper end.
    pub high_per_second: f64,
}

/// Parts whose medians make the slopes: each is long enough to hold several commits.
const PARTS: u32 = 20;

/// Fewer parts than this have no interval of 95 %.
const PARTS_MIN: usize = 6;

/// How many standard deviations of a normal distribution lie around 95 % of it, to each side.
const NORMAL_95_PERCENT: f64 = 1.96;

/// A backlog grows if more than this share of what is asked for stays behind. A load 10 % beyond what
/// a path can take leaves 9 % behind.
pub(crate) const GROWING_SHARE: f64 = 0.03;

impl BacklogTrend {
    /// The trend of samples in the order of time; `None` of samples that span no time.
    pub(crate) fn of(samples: &[BacklogSample]) -> Option<Self> {
        let (first, last) = (samples.first()?, samples.last()?);
        let third = (last.at - first.at) / 3;
        if third.is_zero() {
            return None;
        }
        let within = |begin: Duration, end: Duration| {
            let chosen = samples.iter().filter(|sample| (begin..=end).contains(&sample.at));
            median(&chosen.map(|sample| sample.operations as f64).collect::<Vec<f64>>())
        };
        let begin_operations = within(first.at, first.at + third)?;
        let end_operations = within(last.at - third, last.at)?;
        let between = (2 * third).as_secs_f64();
        let growth_per_second = (end_operations - begin_operations) / between;
        Some(Self { begin_operations, end_operations, growth_per_second })
    }

    /// Whether the path falls behind a load of so many operations per second.
    pub(crate) fn grows_under(&self, operations_per_second: f64) -> bool {
        self.growth_per_second > GROWING_SHARE * operations_per_second
    }
}

impl BacklogGrowth {
    /// The growth over samples in the order of time; `None` of samples in too few parts of the time.
    pub(crate) fn of(samples: &[BacklogSample]) -> Option<Self> {
        let medians = medians_of_parts(samples)?;
        let mut slopes: Vec<f64> = medians
            .iter()
            .enumerate()
            .flat_map(|(place, later)| {
                medians[..place].iter().map(|earlier| slope(*earlier, *later))
            })
            .collect();
        slopes.sort_unstable_by(f64::total_cmp);
        let (parts, pairs) = (medians.len() as f64, slopes.len() as f64);
        let deviation = (parts * (parts - 1.0) * (2.0 * parts + 5.0) / 18.0).sqrt();
        let beyond = ((pairs - NORMAL_95_PERCENT * deviation) / 2.0).max(0.0) as usize;
        Some(Self {
            per_second: median(&slopes)?,
            low_per_second: slopes[beyond],
            high_per_second: slopes[slopes.len() - 1 - beyond],
        })
    }

    /// The growth as figures of a record, by name.
    pub(crate) fn figures(self) -> [(&'static str, f64); 3] {
        [
            ("backlog_slope_per_second", self.per_second),
            ("backlog_slope_low_per_second", self.low_per_second),
            ("backlog_slope_high_per_second", self.high_per_second),
        ]
    }
}

/// The middle of each part's time in seconds, and the median of its samples.
fn medians_of_parts(samples: &[BacklogSample]) -> Option<Vec<(f64, f64)>> {
    let (first, last) = (samples.first()?, samples.last()?);
    let length = (last.at - first.at) / PARTS;
    let medians: Vec<(f64, f64)> = (0..PARTS)
        .filter_map(|part| {
            let begin = first.at + length * part;
            let within = samples.iter().filter(|it| (begin..begin + length).contains(&it.at));
            let waiting: Vec<f64> = within.map(|sample| sample.operations as f64).collect();
            let waiting = median(&waiting)?;
            Some(((begin + length / 2).as_secs_f64(), waiting))
        })
        .collect();
    (medians.len() >= PARTS_MIN).then_some(medians)
}

fn slope((earlier, before): (f64, f64), (later, after): (f64, f64)) -> f64 {
    (after - before) / (later - earlier)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A backlog of a server that takes 1,000 operations per second at most, seen every 10 ms for
    /// 3 s, with a stall of 50 ms after each second.
    fn samples(operations_per_second: f64) -> Vec<BacklogSample> {
        let mut waiting = 0.0_f64;
        (0..300_u64)
            .map(|tick| {
                let served = if tick % 100 < 5 { 0.0 } else { 10.0 };
                waiting = (waiting + operations_per_second / 100.0 - served).max(0.0);
                BacklogSample { at: Duration::from_millis(10 * tick), operations: waiting as u64 }
            })
            .collect()
    }

    fn trend(operations_per_second: f64) -> BacklogTrend {
        BacklogTrend::of(&samples(operations_per_second)).expect("three seconds")
    }

    #[test]
    fn below_saturation_it_stays_and_beyond_it_grows() {
        // The stalls leave 950 operations per second.
        assert!(!trend(0.9 * 950.0).grows_under(0.9 * 950.0), "{:?}", trend(0.9 * 950.0));
        assert!(trend(1.1 * 950.0).grows_under(1.1 * 950.0), "{:?}", trend(1.1 * 950.0));
    }

    #[test]
    fn the_interval_holds_the_growth_and_tells_none_from_some() {
        let growth = |rate| BacklogGrowth::of(&samples(rate)).expect("three seconds");
        let flat = growth(0.9 * 950.0);
        assert!(flat.low_per_second <= 0.0 && flat.high_per_second < 5.0, "{flat:?}");
        // A tenth of 950 stays behind in each second.
        let grows = growth(1.1 * 950.0);
        assert!((grows.low_per_second..=grows.high_per_second).contains(&95.0), "{grows:?}");
        assert!(grows.low_per_second > 50.0 && grows.high_per_second < 150.0, "{grows:?}");
        assert_eq!(BacklogGrowth::of(&samples(950.0)[..1]), None);
        assert_eq!(BacklogGrowth::of(&[]), None);
    }

    #[test]
    fn no_time_has_no_trend() {
        let sample = BacklogSample { at: Duration::from_secs(1), operations: 7 };
        assert_eq!(BacklogTrend::of(&[]), None);
        assert_eq!(BacklogTrend::of(&[sample, sample]), None);
    }
}

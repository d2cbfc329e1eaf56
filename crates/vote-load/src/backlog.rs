//! The backlog of a load: whether it stays, or grows without end.

use std::time::Duration;

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
pub struct BacklogTrend {
    /// The median in the first third of the measured time, in operations.
    pub begin_operations: f64,
    /// The median in the last third.
    pub end_operations: f64,
    /// Operations by which it grew in each second between the middles of these two thirds.
    pub growth_per_second: f64,
}

/// A backlog grows if more than this share of what is asked for stays behind. A load 10 % beyond what
/// a path can take leaves 9 % behind.
const GROWING_SHARE: f64 = 0.03;

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
            median(chosen.map(|sample| sample.operations).collect())
        };
        let begin_operations = within(first.at, first.at + third)?;
        let end_operations = within(last.at - third, last.at)?;
        let between = (2 * third).as_secs_f64();
        let growth_per_second = (end_operations - begin_operations) / between;
        Some(Self { begin_operations, end_operations, growth_per_second })
    }

    /// Whether the path falls behind a load of so many operations per second.
    pub fn grows_under(&self, operations_per_second: f64) -> bool {
        self.growth_per_second > GROWING_SHARE * operations_per_second
    }
}

fn median(mut values: Vec<u64>) -> Option<f64> {
    values.sort_unstable();
    values.get(values.len() / 2).map(|value| *value as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A backlog of a server that takes 1,000 operations per second at most, seen every 10 ms for
    /// 3 s, with a stall of 50 ms after each second.
    fn trend(operations_per_second: f64) -> BacklogTrend {
        let mut waiting = 0.0_f64;
        let samples: Vec<BacklogSample> = (0..300_u64)
            .map(|tick| {
                let served = if tick % 100 < 5 { 0.0 } else { 10.0 };
                waiting = (waiting + operations_per_second / 100.0 - served).max(0.0);
                BacklogSample { at: Duration::from_millis(10 * tick), operations: waiting as u64 }
            })
            .collect();
        BacklogTrend::of(&samples).expect("three seconds")
    }

    #[test]
    fn below_saturation_it_stays_and_beyond_it_grows() {
        // The stalls leave 950 operations per second.
        assert!(!trend(0.9 * 950.0).grows_under(0.9 * 950.0), "{:?}", trend(0.9 * 950.0));
        assert!(trend(1.1 * 950.0).grows_under(1.1 * 950.0), "{:?}", trend(1.1 * 950.0));
    }

    #[test]
    fn no_time_has_no_trend() {
        let sample = BacklogSample { at: Duration::from_secs(1), operations: 7 };
        assert_eq!(BacklogTrend::of(&[]), None);
        assert_eq!(BacklogTrend::of(&[sample, sample]), None);
    }
}

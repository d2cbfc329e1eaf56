//! Ack latencies: an HDR histogram that neither clamps nor forgets its extremes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{
    Deserializer, Serializer as _, V2DeflateSerializeError, V2DeflateSerializer,
};
use serde::{Deserialize, Serialize};

/// The longest latency that the histogram holds before it grows: 60 s, in ns.
const HIGHEST_PLANNED_NS: u64 = 60_000_000_000;

/// The histogram's precision in significant decimal digits.
const DIGITS: u8 = 3;

/// A quantile is told only when at least this many values lie beyond it.
const VALUES_BEYOND_MIN: f64 = 10.0;

/// Latencies in nanoseconds, with three significant digits from 1 us to 60 s.
///
/// Nothing is clamped. A value beyond 60 s makes the histogram grow; a value below 1 us (0 too)
/// is kept in its own bucket, because the lowest discernible value is 1 ns: a bound of 1 us would
/// round everything below a millisecond to steps of 512 ns, which is 5 % at 10 us. The least and
/// the largest value are kept beside the buckets, to the nanosecond.
#[derive(Clone, Debug, PartialEq)]
pub struct LatencyHistogram {
    buckets: Histogram<u64>,
    extremes_ns: Option<(u64, u64)>,
}

/// A distribution of latencies as a record holds it, all in ns: some quantiles, exact extremes and the whole histogram.
///
/// A quantile is null when fewer than ten values lie beyond it: the count and the longest then say
/// what is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatencyRecord {
    /// The median; null with fewer than 20 values.
    pub p50: Option<u64>,
    /// The 99th percentile; null with fewer than 1,000 values.
    pub p99: Option<u64>,
    /// The 99.9th percentile; null with fewer than 10,000 values.
    pub p999: Option<u64>,
    /// How many values were recorded.
    pub count: u64,
    /// The least value in ns, exact; null when nothing was recorded.
    pub min: Option<u64>,
    /// The largest value in ns, exact; null when nothing was recorded.
    pub max: Option<u64>,
    /// The buckets in ns: base64 of the HDR histogram's compressed V2 encoding, which the tools at
    /// <https://hdrhistogram.github.io/HdrHistogram/> read too.
    pub histogram: String,
}

/// Why a histogram could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum HistogramError {
    /// The histogram could not be encoded.
    #[error("encoding a latency histogram failed: {0}")]
    Encode(#[from] V2DeflateSerializeError),
    /// What is stored is no histogram, or contradicts what is stated beside it.
    #[error("a latency histogram {0}; the file is damaged or was edited")]
    Damaged(String),
}

impl LatencyRecord {
    /// The record of a histogram.
    ///
    /// # Errors
    /// [`HistogramError::Encode`] when the buckets cannot be encoded.
    pub fn of(histogram: &LatencyHistogram) -> Result<Self, HistogramError> {
        let mut bytes = Vec::new();
        V2DeflateSerializer::new().serialize(&histogram.buckets, &mut bytes)?;
        Ok(Self {
            p50: histogram.quantile(0.5),
            p99: histogram.quantile(0.99),
            p999: histogram.quantile(0.999),
            count: histogram.count(),
            min: histogram.shortest(),
            max: histogram.longest(),
            histogram: BASE64.encode(bytes),
        })
    }

    /// The record of a histogram, and null of an empty one.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn if_any(histogram: &LatencyHistogram) -> Result<Option<Self>, HistogramError> {
        (histogram.count() > 0).then(|| Self::of(histogram)).transpose()
    }

    /// The histogram of a record.
    ///
    /// # Errors
    /// [`HistogramError::Damaged`] when the text is not base64 of a V2 histogram, or the numbers beside it
    /// contradict it.
    pub fn histogram(&self) -> Result<LatencyHistogram, HistogramError> {
        let Self { count, min, max, .. } = *self;
        let bytes = BASE64.decode(&self.histogram);
        let bytes = bytes.map_err(|it| HistogramError::Damaged(format!("is not base64: {it}")))?;
        let buckets = Deserializer::new().deserialize(&mut bytes.as_slice());
        let mut buckets: Histogram<u64> = buckets.map_err(|error| {
            HistogramError::Damaged(format!("is not in HdrHistogram's V2 encoding: {error}"))
        })?;
        buckets.auto(true);
        if buckets.len() != count {
            let problem =
                format!("holds {} values, but {count} are stated beside it", buckets.len());
            return Err(HistogramError::Damaged(problem));
        }
        let extremes_ns = min.zip(max);
        let fits = match extremes_ns {
            None => count == 0 && min == max,
            Some((min_ns, max_ns)) => {
                count > 0
                    && min_ns <= max_ns
                    && buckets.equivalent(min_ns, buckets.min())
                    && buckets.equivalent(max_ns, buckets.max())
            }
        };
        if !fits {
            return Err(HistogramError::Damaged(format!(
                "of {count} values states the extremes {min:?} and {max:?} ns, which its buckets contradict"
            )));
        }
        Ok(LatencyHistogram { buckets, extremes_ns })
    }
}

impl LatencyHistogram {
    /// An empty histogram.
    #[must_use]
    pub fn new() -> Self {
        let mut buckets = Histogram::new_with_bounds(1, HIGHEST_PLANNED_NS, DIGITS)
            .expect("bounds of 1 ns and 60 s with 3 digits are legal");
        buckets.auto(true);
        Self { buckets, extremes_ns: None }
    }

    /// Records one latency in ns.
    pub fn record_ns(&mut self, latency_ns: u64) {
        self.buckets
            .record(latency_ns)
            .expect("a growing histogram of 64-bit values holds every 64-bit value");
        self.widen(latency_ns, latency_ns);
    }

    /// Adds everything that `other` recorded.
    pub fn merge(&mut self, other: &Self) {
        self.buckets
            .add(&other.buckets)
            .expect("a growing histogram of 64-bit values holds every 64-bit value");
        if let Some((min_ns, max_ns)) = other.extremes_ns {
            self.widen(min_ns, max_ns);
        }
    }

    /// How many latencies were recorded.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.buckets.len()
    }

    /// The quantile `q` (0.5 is the median) in ns, to three digits and never above the longest.
    ///
    /// `None` unless at least ten values lie beyond it, which takes `10 / (1 - q)` values: 20 for
    /// the median, 1,000 for p99, 10,000 for p99.9. A `q` outside of `0..1` has no such count.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<u64> {
        let (_, max_ns) = self.extremes_ns?;
        supports_quantile(self.count(), q).then(|| self.buckets.value_at_quantile(q).min(max_ns))
    }

    /// The mean in ns, as exact as the buckets; `None` when nothing was recorded.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        self.extremes_ns.map(|_| self.buckets.mean())
    }

    /// The longest latency in ns, exact; `None` when nothing was recorded.
    #[must_use]
    pub fn longest(&self) -> Option<u64> {
        self.extremes_ns.map(|(_, max_ns)| max_ns)
    }

    /// The shortest latency in ns, exact; `None` when nothing was recorded.
    #[must_use]
    pub fn shortest(&self) -> Option<u64> {
        self.extremes_ns.map(|(min_ns, _)| min_ns)
    }

    fn widen(&mut self, min_ns: u64, max_ns: u64) {
        let (least, largest) = self.extremes_ns.unwrap_or((min_ns, max_ns));
        self.extremes_ns = Some((least.min(min_ns), largest.max(max_ns)));
    }
}

impl Default for LatencyHistogram {
    fn default() -> Self {
        Self::new()
    }
}

/// The stages of one packet's way, each with its own histogram in ns.
///
/// They are parts of the ack latency, not a second account of it: hand-in to ack also holds the
/// previous packet's deferred work and the time in between.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stages {
    /// Putting the packet's operations into the engine, up to the commit.
    pub insert: LatencyHistogram,
    /// The commit: from the call until the packet is as durable as its settings promise.
    pub commit: LatencyHistogram,
    /// Work after the ack that the next packet waits for: a checkpoint, a deferred persist.
    pub deferred: LatencyHistogram,
}

impl Stages {
    /// Adds everything that `other` recorded, stage by stage.
    pub fn merge(&mut self, other: &Self) {
        self.insert.merge(&other.insert);
        self.commit.merge(&other.commit);
        self.deferred.merge(&other.deferred);
    }
}

/// Whether `count` values are enough to state the quantile `q`: ten of them lie beyond it.
#[must_use]
pub fn supports_quantile(count: u64, q: f64) -> bool {
    // 1 - 0.999 is a little more or less than a thousandth in binary; the slack is far below one
    // value.
    const ROUNDING_SLACK: f64 = 1e-6;
    (0.0..1.0).contains(&q) && count as f64 * (1.0 - q) >= VALUES_BEYOND_MIN - ROUNDING_SLACK
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn histogram_of(values: impl IntoIterator<Item = u64>) -> LatencyHistogram {
        let mut histogram = LatencyHistogram::new();
        values.into_iter().for_each(|value| histogram.record_ns(value));
        histogram
    }

    /// Each bucket that is not empty: its upper bound in ns, and how many values it has.
    fn buckets(histogram: &LatencyHistogram) -> Vec<(u64, u64)> {
        let recorded = histogram.buckets.iter_recorded();
        recorded.map(|bucket| (bucket.value_iterated_to(), bucket.count_at_value())).collect()
    }

    #[test]
    fn a_quantile_is_told_from_ten_values_beyond_it_on() {
        for (q, enough) in [(0.5, 20), (0.99, 1_000), (0.999, 10_000), (0.0, 10)] {
            assert!(!supports_quantile(enough - 1, q), "q {q} with {}", enough - 1);
            assert!(supports_quantile(enough, q), "q {q} with {enough}");
        }
        for q in [1.0, 1.5, -0.1, f64::NAN] {
            assert!(!supports_quantile(u64::MAX, q), "q {q}");
        }
        assert_eq!(histogram_of(0..999).quantile(0.99), None);
        assert_eq!(histogram_of(1..=1_000).quantile(0.99), Some(990));
    }

    #[test]
    fn values_outside_the_planned_range_are_kept() {
        let beyond = 2 * HIGHEST_PLANNED_NS + 12_345;
        let histogram = histogram_of([0, 7, 999, beyond, u64::MAX]);
        assert_eq!(histogram.count(), 5);
        assert_eq!(histogram.shortest(), Some(0));
        assert_eq!(histogram.longest(), Some(u64::MAX));
        let read_back = LatencyRecord::of(&histogram).unwrap().histogram().unwrap();
        assert_eq!(buckets(&read_back).last(), buckets(&histogram).last());
    }

    #[test]
    fn an_empty_histogram_states_nothing() {
        let empty = LatencyHistogram::new();
        assert_eq!((empty.longest(), empty.quantile(0.5)), (None, None));
        let record = LatencyRecord::of(&empty).unwrap();
        assert_eq!(record.histogram().unwrap(), empty);
        assert_eq!(LatencyRecord::if_any(&empty).unwrap(), None);
    }

    #[test]
    fn a_contradiction_is_refused() {
        let good = LatencyRecord::of(&histogram_of([1_000, 2_000, 3_000])).unwrap();
        let refusal = |record: LatencyRecord| record.histogram().unwrap_err().to_string();
        let wrong_count = refusal(LatencyRecord { count: 4, ..good.clone() });
        assert!(wrong_count.contains("holds 3 values, but 4 are stated"), "{wrong_count}");
        for (min, max) in [(Some(1_000), Some(9_000)), (None, None), (Some(1), Some(3_000))] {
            let wrong_extremes = refusal(LatencyRecord { min, max, ..good.clone() });
            assert!(wrong_extremes.contains("of 3 values states the extremes"), "{wrong_extremes}");
        }
        let not_base64 = refusal(LatencyRecord { histogram: "!".into(), ..good.clone() });
        assert!(not_base64.contains("is not base64"), "{not_base64}");
        let not_v2 = refusal(LatencyRecord { histogram: BASE64.encode("durabench"), ..good });
        assert!(not_v2.contains("V2 encoding"), "{not_v2}");
    }

    proptest! {
        #[test]
        fn encoding_loses_nothing(values in prop::collection::vec(0..u64::MAX / 2, 0..200)) {
            let histogram = histogram_of(values);
            let read_back = LatencyRecord::of(&histogram).unwrap().histogram().unwrap();
            prop_assert_eq!(buckets(&read_back), buckets(&histogram));
            prop_assert_eq!(read_back.shortest(), histogram.shortest());
            prop_assert_eq!(read_back.longest(), histogram.longest());
        }

        #[test]
        fn damage_is_an_error_and_never_a_panic(
            values in prop::collection::vec(0..1_u64 << 40, 0..50),
            damage in prop::collection::vec((0..2_000_usize, any::<u8>()), 0..8),
        ) {
            let histogram = histogram_of(values);
            let record = LatencyRecord::of(&histogram).unwrap();
            let mut bytes = BASE64.decode(&record.histogram).unwrap();
            for (position, byte) in damage {
                let position = position % bytes.len();
                bytes[position] = byte;
            }
            let damaged = LatencyRecord { histogram: BASE64.encode(bytes), ..record };
            if let Ok(read) = damaged.histogram() {
                prop_assert_eq!(read.count(), histogram.count());
            }
        }

        #[test]
        fn merging_equals_recording_together(
            left in prop::collection::vec(0..1_u64 << 40, 0..100),
            right in prop::collection::vec(0..1_u64 << 40, 0..100),
        ) {
            let together = histogram_of(left.iter().chain(&right).copied());
            let mut merged = histogram_of(left);
            merged.merge(&histogram_of(right));
            prop_assert_eq!(buckets(&merged), buckets(&together));
            prop_assert_eq!(merged.longest(), together.longest());
            prop_assert_eq!(merged.shortest(), together.shortest());
        }

        #[test]
        fn a_quantile_has_three_digits(
            values in prop::collection::vec(1_000..60_000_000_000_u64, 20..300),
        ) {
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let exact = sorted[(sorted.len() as f64 * 0.5).ceil() as usize - 1] as f64;
            let told = histogram_of(values).quantile(0.5).unwrap() as f64;
            prop_assert!((told - exact).abs() <= exact / 1_000.0, "{} for {}", told, exact);
        }
    }
}

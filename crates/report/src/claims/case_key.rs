//! Which cases a claim is about, by stable keys of their axes.

use std::fmt;

use measure::record::RunRecord;
use serde::Deserialize;

use super::estimate::Estimate;
use super::figures::{acked_rates, no_figure};
use crate::evidence::Evidence;

/// Cases by the keys of some axes; every other axis may be anything.
///
/// It is written as `engine sqlite, table keyed or votes, driver open:*, no concurrent_reader`: an axis and its keys, a key
/// with any parameters, an axis that the case does not have. `largest of` and the like in front of it picks one where several
/// fit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct CaseKey {
    axes: Vec<(String, Is)>,
    pick: Pick,
    words: String,
}

/// Where a case stands on an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Is {
    /// At one of these keys.
    OneOf(Vec<String>),
    /// At this key with any parameters: `open` is `open:poisson:percent=50` too.
    Kind(String),
    /// Nowhere: the case has no such axis.
    Absent,
}

/// Which of several cases that fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pick {
    /// There is only one, or the keys say too little.
    Only,
    LargestStore,
    SmallestStore,
    /// That with the highest acked rate; one whose rate is not known is none of them.
    Quickest,
    /// The point of a load at which a path acked the most; none unless it fell behind at one, since it may take more then.
    Busiest,
}

/// A case, and among how many it was chosen by its figure.
pub(super) type Chosen<'run> = (&'run RunRecord, usize);

impl TryFrom<String> for CaseKey {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (pick, keys) = match text.split_once(" of ") {
            Some(("largest", keys)) => (Pick::LargestStore, keys),
            Some(("smallest", keys)) => (Pick::SmallestStore, keys),
            Some(("quickest", keys)) => (Pick::Quickest, keys),
            Some(("busiest", keys)) => (Pick::Busiest, keys),
            _ => (Pick::Only, text.as_str()),
        };
        let axes = keys.split(", ").map(axis).collect::<Result<_, _>>()?;
        Ok(Self { axes, pick, words: keys.replace(":*", "") })
    }
}

fn axis(text: &str) -> Result<(String, Is), String> {
    let wrong = || format!("expected `AXIS KEY`, `AXIS KEY or KEY` or `no AXIS`, got `{text}`");
    let (axis, keys) = text.split_once(' ').ok_or_else(wrong)?;
    let keys: Vec<String> = keys.split(" or ").map(str::to_owned).collect();
    if axis.is_empty() || keys.iter().any(|key| key.is_empty() || key.contains(' ')) {
        return Err(wrong());
    }
    Ok(match (axis, keys.as_slice()) {
        ("no", [axis]) => (axis.clone(), Is::Absent),
        (axis, [key]) if key.ends_with(":*") => {
            (axis.to_owned(), Is::Kind(key.trim_end_matches(":*").to_owned()))
        }
        (axis, _) => (axis.to_owned(), Is::OneOf(keys)),
    })
}

impl CaseKey {
    /// Every case that fits, second halves of A/A pairs left out.
    #[must_use]
    pub fn all<'evidence>(&self, evidence: &'evidence Evidence) -> Vec<&'evidence RunRecord> {
        let originals = evidence.records.iter().filter(|record| record.case.repeats_case.is_none());
        originals.filter(|record| self.fits(record)).collect()
    }

    /// The case.
    pub(super) fn find<'run>(&self, evidence: &'run Evidence) -> Result<Chosen<'run>, String> {
        let mut fitting = self.all(evidence);
        match self.pick {
            Pick::Quickest => fitting.retain(|it| Estimate::of(&acked_rates(it), 1).is_some()),
            Pick::Busiest => fitting.retain(|it| it.load.is_some()),
            Pick::Only | Pick::LargestStore | Pick::SmallestStore => {}
        }
        let fit = fitting.iter();
        let picked = match self.pick {
            Pick::Only if fitting.len() > 1 => {
                let cases: Vec<&str> = fit.map(|record| record.case.id.as_str()).collect();
                return Err(format!("expected one case with {self}, got {}", cases.join(" and ")));
            }
            Pick::Only => fitting.first(),
            Pick::LargestStore => fit.max_by_key(|it| it.space.database_bytes),
            Pick::SmallestStore => fit.min_by_key(|it| it.space.database_bytes),
            Pick::Quickest => fit.max_by(|a, b| mean_rate(a).total_cmp(&mean_rate(b))),
            Pick::Busiest => fit
                .max_by(|a, b| a.records_per_second.median.total_cmp(&b.records_per_second.median)),
        };
        let picked = *picked.ok_or_else(|| format!("no case with {self}"))?;
        let mut loads = fitting.iter().filter_map(|it| it.load.as_ref());
        if self.pick == Pick::Busiest && !loads.any(|load| load.is_saturated) {
            return Err(no_figure(picked, "rate at which the path fell behind"));
        }
        Ok((picked, if self.pick == Pick::Quickest { fitting.len() } else { 1 }))
    }

    /// The keys that it allows on an axis; none where it allows any, or none at all.
    #[must_use]
    pub fn keys_on(&self, axis: &str) -> Vec<&str> {
        let of_axis = self.axes.iter().filter(|(name, _)| name == axis);
        let keys = of_axis.filter_map(|(_, is)| match is {
            Is::OneOf(keys) => Some(keys),
            Is::Kind(_) | Is::Absent => None,
        });
        keys.flatten().map(String::as_str).collect()
    }

    fn fits(&self, record: &RunRecord) -> bool {
        self.axes.iter().all(|(axis, is)| is.fits(key_of(record, axis).as_deref()))
    }
}

fn mean_rate(record: &RunRecord) -> f64 {
    Estimate::of(&acked_rates(record), 1).map_or(0.0, |estimate| estimate.value)
}

impl Is {
    fn fits(&self, key: Option<&str>) -> bool {
        match (self, key) {
            (Self::Absent, key) => key.is_none(),
            (_, None) => false,
            (Self::OneOf(keys), Some(key)) => keys.iter().any(|allowed| allowed == key),
            (Self::Kind(kind), Some(key)) => key.split(':').next() == Some(kind),
        }
    }
}

/// Where a case stands on an axis. Each record has an engine and a number of records in a packet, though no question lists
/// them.
fn key_of(record: &RunRecord, axis: &str) -> Option<String> {
    match (axis, record.axis(axis)) {
        (_, Some(key)) => Some(key.to_owned()),
        ("engine", None) => Some(record.case.engine.clone()),
        ("records_per_packet", None) => Some(record.case.records_per_packet.to_string()),
        (_, None) => None,
    }
}

impl fmt::Display for CaseKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_written() {
        let key =
            CaseKey::try_from("largest of engine sqlite, driver open:*, no reader".to_owned());
        let key = key.unwrap();
        assert_eq!(key.pick, Pick::LargestStore);
        assert_eq!(key.axes[1], ("driver".to_owned(), Is::Kind("open".to_owned())));
        assert_eq!(key.axes[2], ("reader".to_owned(), Is::Absent));
        assert_eq!(key.to_string(), "engine sqlite, driver open, no reader");
        let several = CaseKey::try_from("synchronous full or extra".to_owned()).unwrap();
        assert_eq!(several.keys_on("synchronous"), ["full", "extra"]);
    }

    #[test]
    fn words_are_no_keys() {
        for wrong in ["", "engine", "engine ", "engine sqlite,table votes", "table two words"] {
            assert!(CaseKey::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}

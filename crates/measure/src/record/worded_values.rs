//! Values of axes in the English words that records held before values were stable keys.

/// Axis, words, key: each `{}` of the words is a number or name without a space, and stands in the key at the place of
/// its own number.
const WORDS: [(&str, &str, &str); 41] = [
    ("driver", "closed loop", "closed"),
    ("driver", "{} clients merged by the driver", "merged:clients={0}"),
    ("driver", "{} threads, the engine's group commit", "appenders:threads={0}"),
    ("driver", "{} packets in flight, one thread", "in_flight:packets={0}"),
    ("driver", "open loop, Poisson arrivals, {} % of saturation", "open:poisson:percent={0}"),
    ("driver", "open loop, Poisson arrivals, {} packets per second", "open:poisson:per_second={0}"),
    ("driver", "open loop, paced arrivals, {} % of saturation", "open:paced:percent={0}"),
    ("driver", "open loop, paced arrivals, {} packets per second", "open:paced:per_second={0}"),
    ("place", "scratch directory", "disk"),
    ("place", "tmpfs", "memory"),
    ("concurrent_reader", "a reader that never rests", "reader"),
    ("pacing", "steady", "continuous"),
    ("prefill", "{} MiB of payload", "mebibytes={0}"),
    ("task", "range-read of {} records", "range-read:records={0}"),
    ("flusher", "own thread", "own_thread"),
    ("prepare", "when needed", "when_needed"),
    ("packets", "encoded by the commit", "encoded"),
    ("packets", "ready bytes", "ready"),
    ("group_wait", "{} us or {} packets", "us={0}:packets={1}"),
    ("gather", "{} us or {} packets", "us={0}:packets={1}"),
    ("gather", "at once", "at_once"),
    ("ack_moment", "before the rows", "before_rows"),
    ("ack_moment", "after the rows", "after_rows"),
    ("durability", "memory only", "memory_only"),
    ("retention", "what is not fed", "unfed"),
    ("front", "native log", "native_log"),
    ("front", "Soup's log", "soup_log"),
    ("feed", "after each ack", "each_ack"),
    ("feed", "beyond {} rows in memory", "buffered:rows={0}"),
    (
        "feed",
        "a thread, {} or {} ms, at most {} in a transaction",
        "thread:operations={0}:ms={1}:transaction={2}",
    ),
    (
        "deferred_work",
        "incremental_vacuum({}) after every {} acks",
        "incremental_vacuum:acks={1}:pages={0}",
    ),
    ("keys", "zipf {}", "zipf:{0}"),
    ("users", "always 0", "zero"),
    (STRATEGY, "{} after the ack, every {} records", "after_ack:records={1}:{0}"),
    (STRATEGY, "{} after the ack, every {} frames", "after_ack:frames={1}:{0}"),
    (STRATEGY, "{} in the background, every {} ms", "background:ms={1}:{0}"),
    (
        STRATEGY,
        "{} in the background, every {} ms, database synced each time",
        "background:ms={1}:{0}:synced",
    ),
    (STRATEGY, "{} in the background, every {} frames", "background:frames={1}:{0}"),
    (
        STRATEGY,
        "passive in the background, every {} frames; the rest after an ack, from {} frames",
        "two_phase:copy={0}:reset={1}",
    ),
    (
        STRATEGY,
        "passive in the background, every {} frames, database synced each time; the rest after an \
         ack, from {} frames",
        "two_phase:copy={0}:reset={1}:synced",
    ),
    (
        STRATEGY,
        "passive in the background, every {} frames, database synced each time; the rest handed \
         over from {} frames",
        "hand_over:reset={1}:rest={0}",
    ),
];

const STRATEGY: &str = "checkpoint_strategy";

/// Axes that older records know by another name.
const RENAMED_AXES: [(&str, &str); 2] = [("company", "concurrent_reader"), ("rhythm", "pacing")];

/// The name of an axis today.
pub(super) fn axis(name: String) -> String {
    let renamed = RENAMED_AXES.iter().find(|(old, _)| *old == name);
    renamed.map_or(name, |(_, today)| (*today).to_owned())
}

/// The stable key of a value of this axis, which may be in words; a value that is not is its own key.
pub(super) fn key(axis: &str, value: String) -> String {
    let of_axis = WORDS.iter().filter(|(name, ..)| *name == axis);
    let keys = of_axis.filter_map(|(_, words, key)| Some(filled(key, &parts(words, &value)?)));
    keys.into_iter().next().unwrap_or(value)
}

/// What stands in a text for each `{}` of the words; `None` where the text is other words.
fn parts<'text>(words: &str, text: &'text str) -> Option<Vec<&'text str>> {
    let mut literals = words.split("{}");
    let mut rest = text.strip_prefix(literals.next()?)?;
    let mut parts = Vec::new();
    for literal in literals {
        let end = if literal.is_empty() { rest.len() } else { rest.find(literal)? };
        let (part, after) = rest.split_at(end);
        if part.is_empty() || part.contains(' ') {
            return None;
        }
        parts.push(part);
        rest = after.strip_prefix(literal)?;
    }
    rest.is_empty().then_some(parts)
}

fn filled(key: &str, parts: &[&str]) -> String {
    let numbered = parts.iter().enumerate();
    numbered.fold(key.to_owned(), |key, (number, part)| key.replace(&format!("{{{number}}}"), part))
}

#[cfg(test)]
mod tests {
    use super::key;
    use crate::record::AxisValue;

    fn keyed(axis: &str, words: &str) -> String {
        key(axis, words.to_owned())
    }

    #[test]
    fn words_become_keys_with_their_numbers() {
        assert_eq!(keyed("driver", "closed loop"), "closed");
        assert_eq!(
            keyed("driver", "open loop, Poisson arrivals, 50 % of saturation"),
            "open:poisson:percent=50"
        );
        assert_eq!(
            keyed("deferred_work", "incremental_vacuum(1024) after every 32 acks"),
            "incremental_vacuum:acks=32:pages=1024"
        );
        let strategy = |words| keyed("checkpoint_strategy", words);
        assert_eq!(
            strategy("passive after the ack, every 100000 records"),
            "after_ack:records=100000:passive"
        );
        assert_eq!(strategy("full in the background, every 50 ms"), "background:ms=50:full");
        assert_eq!(
            strategy(
                "passive in the background, every 1000 frames; the rest after an ack, from 4000 frames"
            ),
            "two_phase:copy=1000:reset=4000"
        );
        assert_eq!(
            strategy(
                "passive in the background, every 250 frames, database synced each time; the rest \
                 handed over from 2000 frames"
            ),
            "hand_over:reset=2000:rest=250"
        );
    }

    #[test]
    fn keys_and_other_axes_stay() {
        for (axis, value) in [
            ("driver", "closed"),
            ("checkpoint_strategy", "automatic"),
            ("checkpoint_strategy", "after_ack:records=100000:passive"),
            ("table", "closed loop"),
            ("driver", "many clients, 3 of them, merged by the driver"),
        ] {
            assert_eq!(keyed(axis, value), value);
        }
    }

    #[test]
    fn a_record_in_words_is_read_as_keys_and_written_as_such() {
        let read: AxisValue =
            serde_json::from_str(r#"{"axis":"place","value":"scratch directory"}"#).unwrap();
        assert_eq!((read.axis.as_str(), read.value.as_str()), ("place", "disk"));
        assert_eq!(serde_json::to_string(&read).unwrap(), r#"{"axis":"place","value":"disk"}"#);
    }
}

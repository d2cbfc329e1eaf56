//! The options of a load, the same for one run and for a search.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::bounded::{SECONDS_MAX, from_one_to, up_to};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use fixture::Arrivals;
use vote_load::{Clients, Keys, Users, VoteLoad};

/// Threads that may wait for acks at most: more would measure the scheduler.
const CLIENTS_MAX: u32 = 1_000;

/// Operations per second at most: more than any machine makes.
pub(super) const RATE_MAX: u32 = 100_000_000;

/// Copies of a path at most.
pub(super) const SHARDS_MAX: u32 = 16;

/// Articles at most: the count of each lies in memory.
pub(super) const ARTICLES_MAX: u32 = 10_000_000;

/// How often a measurement is repeated at most.
pub(super) const ROUNDS_MAX: u32 = 1_000;

/// A second, in microseconds: a batch lies in memory until it closes.
const WAIT_US_MAX: u32 = 1_000_000;

/// What is asked of a path. "The document" is soup-write-performance; its load is noria's
/// `benchmarks/vote`, as of March 2018.
#[derive(Args)]
pub(crate) struct LoadOptions {
    /// Copies of the path among which articles are divided, each with a directory and a thread (1 to
    /// 16). The document tried 1 and 4.
    #[arg(long, default_value = "1", value_name = "COPIES", value_parser = from_one_to(SHARDS_MAX))]
    pub(crate) shards: NonZeroU32,
    /// Client threads, each of which waits for its ack before it hands the next batch in; or
    /// `unlimited`, where every batch that waits goes into the next commit. The document had 4, and
    /// 10 for RocksDB.
    #[arg(long, default_value = "4", value_parser = clients, value_name = "THREADS")]
    clients: Clients,
    /// Articles, each of which has one vote before the load. The document had 100,000.
    #[arg(long, default_value = "100000", value_parser = from_one_to(ARTICLES_MAX))]
    articles: NonZeroU32,
    /// Which articles are voted for; zipf has the document's exponent of 1.08.
    #[arg(long, value_parser = one_of(&KEYS), default_value = "uniform")]
    keys: Keys,
    /// Who votes: numbered users tell votes apart; `zero` is the document's, where equal votes are
    /// legal and only their number is compared.
    #[arg(long, value_parser = one_of(&USERS), default_value = "numbered")]
    users: Users,
    /// One operation in so many is a vote, the others read an article's count. The document had 1 and
    /// 19.
    #[arg(long, default_value = "1", value_name = "OPERATIONS", value_parser = from_one_to(1_000_000))]
    write_every: NonZeroU32,
    /// When operations are due: independently of each other, as in the document, or in equal gaps.
    #[arg(long, value_parser = one_of(&ARRIVALS), default_value = "poisson")]
    arrivals: Arrivals,
    /// A client's batch closes so many microseconds after its oldest operation. The document had
    /// 1,000.
    #[arg(long, default_value = "1000", value_name = "MICROSECONDS", value_parser = up_to(WAIT_US_MAX))]
    batch_wait_us: u32,
    /// A path that commits one group at a time waits so many microseconds for more packets after a group's
    /// first batch, if clients are limited. The document had 100.
    #[arg(long, default_value = "100", value_name = "MICROSECONDS", value_parser = up_to(WAIT_US_MAX))]
    merge_wait_us: u32,
}

const KEYS: [(&str, Keys); 2] = [("uniform", Keys::Uniform), ("zipf", Keys::Zipf)];
const USERS: [(&str, Users); 2] = [("numbered", Users::Sequence), ("zero", Users::Zero)];
const ARRIVALS: [(&str, Arrivals); 2] =
    [("poisson", Arrivals::Poisson), ("paced", Arrivals::Paced)];

/// A value by its name.
fn one_of<T: Copy + Send + Sync + 'static>(
    values: &'static [(&'static str, T)],
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(values.iter().map(|(name, _)| name)).try_map(|said: String| {
        let named = values.iter().find(|(name, _)| *name == said);
        named.map(|(_, value)| *value).ok_or("no such value")
    })
}

impl LoadOptions {
    /// The load that was asked for.
    pub(crate) fn load(&self) -> VoteLoad {
        VoteLoad {
            articles: self.articles,
            keys: self.keys,
            users: self.users,
            write_every: self.write_every,
            arrivals: self.arrivals,
            batch_wait: Duration::from_micros(self.batch_wait_us.into()),
            clients: self.clients,
            merge_wait: Duration::from_micros(self.merge_wait_us.into()),
        }
    }
}

fn clients(text: &str) -> Result<Clients, String> {
    if text == "unlimited" {
        return Ok(Clients::Unlimited);
    }
    let number = text.parse().ok().and_then(NonZeroU32::new);
    number.filter(|number| number.get() <= CLIENTS_MAX).map(Clients::Blocking).ok_or_else(|| {
        format!("expected a number from 1 to {CLIENTS_MAX}, or `unlimited`, got {text:?}")
    })
}

/// A length in seconds: more than none, and at most a day.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds =
        text.parse::<f64>().ok().filter(|seconds| *seconds > 0.0 && *seconds <= SECONDS_MAX.into());
    seconds.map(Duration::from_secs_f64).ok_or_else(|| {
        format!("expected a number of seconds above 0 and up to 86,400, got {text:?}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_a_number_or_unlimited() {
        assert_eq!(clients("10"), Ok(Clients::Blocking(NonZeroU32::new(10).expect("not zero"))));
        assert_eq!(clients("unlimited"), Ok(Clients::Unlimited));
        for refused in ["0", "-1", "1001", "many"] {
            let error = clients(refused).expect_err(refused);
            assert!(error.contains("from 1 to 1000") && error.contains(refused), "{error}");
        }
    }

    #[test]
    fn a_length_is_more_than_none() {
        assert_eq!(seconds("1.5"), Ok(Duration::from_millis(1_500)));
        for refused in ["0", "-3", "NaN", "inf", "1e9", "long"] {
            assert!(seconds(refused).is_err(), "{refused}");
        }
    }
}

//! What is asked of a path, of which paths, and for how long: the same for one run and for a search.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::bounded::{from_one_to, one_of, seconds, whole};
use clap::Args;
use fixture::Arrivals;
use vote_load::{Clients, Keys, LoadError, Point, Subject, Users, VoteLoad};

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
    pub(super) shards: NonZeroU32,
    /// Client threads, each of which waits for its ack before it hands the next batch in; or
    /// `unlimited`, where every batch that waits goes into the next commit. The document had 4, and
    /// 10 for RocksDB.
    #[arg(long, default_value = "4", value_parser = clients, value_name = "THREADS")]
    clients: Clients,
    /// Articles, each of which has one vote before the load. The document had 100,000.
    #[arg(long, default_value = "100000", value_parser = from_one_to(ARTICLES_MAX))]
    articles: NonZeroU32,
    /// Which articles are voted for; zipf has the document's exponent of 1.08.
    #[arg(long, value_parser = one_of(KEYS), default_value = "uniform")]
    keys: Keys,
    /// Who votes: numbered users tell votes apart; `zero` is the document's, where equal votes are
    /// legal and only their number is compared.
    #[arg(long, value_parser = one_of(USERS), default_value = "numbered")]
    users: Users,
    /// One operation in so many is a vote, the others read an article's count. The document had 1 and
    /// 19.
    #[arg(long, default_value = "1", value_name = "OPERATIONS", value_parser = from_one_to(1_000_000))]
    write_every: NonZeroU32,
    /// When operations are due: independently of each other, as in the document, or in equal gaps.
    #[arg(long, value_parser = one_of(ARRIVALS), default_value = "poisson")]
    arrivals: Arrivals,
    /// A client's batch closes so many microseconds after its oldest operation. The document had
    /// 1,000.
    #[arg(long, default_value = "1000", value_name = "MICROSECONDS", value_parser = whole(Duration::from_micros, 0, WAIT_US_MAX))]
    batch_wait_us: Duration,
    /// A path that commits one group at a time waits so many microseconds for more packets after a group's
    /// first batch, if clients are limited. The document had 100.
    #[arg(long, default_value = "100", value_name = "MICROSECONDS", value_parser = whole(Duration::from_micros, 0, WAIT_US_MAX))]
    merge_wait_us: Duration,
}

const KEYS: [(&str, &str, Keys); 2] = [
    ("uniform", "Each article alike", Keys::Uniform),
    ("zipf", "Few articles most often", Keys::Zipf),
];
const USERS: [(&str, &str, Users); 2] = [
    ("numbered", "Each vote has a user of its own", Users::Sequence),
    ("zero", "All votes are one user's", Users::Zero),
];
const ARRIVALS: [(&str, &str, Arrivals); 2] = [
    ("poisson", "Independently of each other", Arrivals::Poisson),
    ("paced", "In equal gaps", Arrivals::Paced),
];

impl LoadOptions {
    /// The load that was asked for.
    pub(crate) fn load(&self) -> VoteLoad {
        VoteLoad {
            articles: self.articles,
            keys: self.keys,
            users: self.users,
            write_every: self.write_every,
            arrivals: self.arrivals,
            batch_wait: self.batch_wait_us,
            clients: self.clients,
            merge_wait: self.merge_wait_us,
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

/// The paths of a search, and the load that each of them has.
#[derive(Args)]
pub(crate) struct PathOptions {
    /// A write path, and the option again for each further one; `durabench vote paths` lists them.
    #[arg(long = "path", default_values_t = [String::from("arm-a")])]
    paths: Vec<String>,
    #[command(flatten)]
    pub(super) load: LoadOptions,
}

impl PathOptions {
    /// The paths, each with its shards.
    ///
    /// # Errors
    /// A path that nobody knows, or one that cannot be sharded so.
    pub(crate) fn subjects(&self) -> Result<Vec<Subject>, LoadError> {
        self.paths.iter().map(|path| Subject::find(path, self.load.shards)).collect()
    }
}

/// How long a rate is measured. Each command has its own defaults.
#[derive(Args)]
pub(crate) struct LengthOptions {
    /// How long each point is measured, in seconds.
    #[arg(long, default_value = "2", value_parser = seconds)]
    seconds: Duration,
    /// How long each point runs before, in seconds.
    #[arg(long, default_value = "0.5", value_parser = seconds)]
    warm_up_seconds: Duration,
}

impl LengthOptions {
    /// A point of this load and rate; what waits at its end has as long to be served.
    pub(super) fn point(&self, load: VoteLoad, target: NonZeroU32) -> Point {
        let (warm_up, run) = (self.warm_up_seconds, self.seconds);
        Point { load, target, warm_up, run, catch_up_max: run, p99_max_ns: None }
    }
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
}

//! What is asked of a write path: which votes, how they come in, and who hands them on.

use std::num::NonZeroU32;
use std::time::Duration;

use runner::driver::Arrivals;
use write_path::AxisValue;

/// The load of the first document's `vote` benchmark, and what may differ from it.
///
/// Every value of [`VoteLoad::of_the_document`] is from noria's `benchmarks/vote/main.rs` as of March
/// 2018 (noria, pull request 58).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VoteLoad {
    /// Articles that can be voted for; each has one vote before the load begins.
    pub articles: NonZeroU32,
    /// Which articles votes and reads are about.
    pub keys: Keys,
    /// Who votes.
    pub users: Users,
    /// One operation in so many is a vote, drawn for each; the others read an article's count.
    pub write_every: NonZeroU32,
    /// When operations are due.
    pub arrivals: Arrivals,
    /// A client's batch closes so long after its oldest operation was due, however large it is.
    pub batch_wait: Duration,
    /// Who hands batches in.
    pub clients: Clients,
    /// How long a serial path's group commit waits after its first packet.
    pub merge_wait: Duration,
}

/// Which articles operations are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// Each article is as likely as any other.
    Uniform,
    /// Zipf's law with the document's exponent of 1.08: the first article gets one vote in ten.
    Zipf,
}

/// Who votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Users {
    /// Each vote's user is its sequence number, so that no two votes are equal.
    Sequence,
    /// User 0, as in the document: equal votes are legal, and are compared by their number.
    Zero,
}

/// Who hands batches in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clients {
    /// So many threads, each of which waits for the ack of its batch before it takes the next one.
    Blocking(NonZeroU32),
    /// As many as there are batches: what waits goes into the next commit.
    Unlimited,
}

/// How ids name clients without a limit.
pub(crate) const UNLIMITED_LABEL: &str = "free";

/// Threads of the document's load generator that wait for acks (`-t 4`).
const CLIENTS_OF_THE_DOCUMENT: NonZeroU32 = NonZeroU32::new(4).expect("not zero");

/// How long the document's group commit waited after its first packet (`--flush-timeout 100000`
/// ns).
const FLUSH_TIMEOUT: Duration = Duration::from_micros(100);

/// How long the document's clients gathered a batch.
const BATCH_WAIT: Duration = Duration::from_millis(1);

impl VoteLoad {
    /// The document's write-only load, but that each vote has a user of its own.
    pub const fn of_the_document() -> Self {
        Self {
            articles: runner::workload::ARTICLES,
            keys: Keys::Uniform,
            users: Users::Sequence,
            write_every: NonZeroU32::MIN,
            arrivals: Arrivals::Poisson,
            batch_wait: BATCH_WAIT,
            clients: Clients::Blocking(CLIENTS_OF_THE_DOCUMENT),
            merge_wait: FLUSH_TIMEOUT,
        }
    }

    /// Whether some operations read.
    pub fn reads(&self) -> bool {
        self.write_every.get() > 1
    }

    /// The load's axes, in the order of ids.
    pub fn axes(&self) -> Vec<AxisValue> {
        let batch_us = self.batch_wait.as_micros();
        let merge_us = self.merge_wait.as_micros();
        vec![
            self.clients.axis(),
            self.keys.axis(),
            self.users.axis(),
            AxisValue::labelled(
                "write_every",
                self.write_every.to_string(),
                format!("1in{}", self.write_every),
            ),
            AxisValue::plain(
                "arrivals",
                match self.arrivals {
                    Arrivals::Poisson => "poisson",
                    Arrivals::Paced => "paced",
                },
            ),
            AxisValue::labelled(
                "articles",
                self.articles.to_string(),
                format!("a{}", self.articles),
            ),
            AxisValue::labelled(
                "batch_wait_us",
                batch_us.to_string(),
                format!("batch{batch_us}us"),
            ),
            AxisValue::labelled("merge_wait_us", merge_us.to_string(), format!("wait{merge_us}us")),
        ]
    }
}

impl Clients {
    fn axis(self) -> AxisValue {
        match self {
            Self::Blocking(clients) => {
                AxisValue::labelled("clients", clients.to_string(), format!("c{clients}"))
            }
            Self::Unlimited => AxisValue::labelled("clients", "unlimited", UNLIMITED_LABEL),
        }
    }
}

impl Keys {
    fn axis(self) -> AxisValue {
        match self {
            Self::Uniform => AxisValue::plain("keys", "uniform"),
            Self::Zipf => AxisValue::labelled("keys", "zipf:1.08", "zipf"),
        }
    }
}

impl Users {
    fn axis(self) -> AxisValue {
        match self {
            Self::Sequence => AxisValue::labelled("users", "sequence", "numbered"),
            Self::Zero => AxisValue::labelled("users", "zero", "user0"),
        }
    }
}

//! How the threads are connected.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::error::conflict;
use crate::mailbox::{Lane, Order};

/// Which channels lead to the database's thread, and how it receives from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topology {
    /// Messages and acks share a channel of 100, as in the prototype's beginning: it can deadlock.
    SharedBounded,
    /// They share a channel without a bound, as later: acks wait behind messages.
    SharedUnbounded,
    /// Each has a channel, and the database takes from both in turns.
    TwoFair,
    /// Each has a channel of 1,000, and what cannot be sent within 250 ms is given up: what the product shipped.
    TwoBoundedTimeout,
    /// Each has a channel, and acks go before messages.
    AcksFirst,
}

/// The prototype's bound.
const SHARED_CAPACITY: NonZeroUsize = NonZeroUsize::new(100).expect("not zero");

/// The prototype's channel to the sink, once it was enlarged.
const SINK_CAPACITY: NonZeroUsize = NonZeroUsize::new(5_000).expect("not zero");

/// The product's default (`LOGDRIVER_CHANNEL_CAPACITY`).
const PRODUCT_CAPACITY: NonZeroUsize = NonZeroUsize::new(1_000).expect("not zero");

/// The product's default (`LOGDRIVER_CHANNEL_TIMEOUT`).
const PRODUCT_TIMEOUT: Duration = Duration::from_millis(250);

/// The channels of a topology.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Channels {
    /// The channel of messages, and that of acks if they have one.
    pub(crate) to_database: Vec<Lane>,
    pub(crate) order: Order,
    pub(crate) to_sink: Lane,
    /// How long a thread tries to send; `None` for without end.
    pub(crate) patience: Option<Duration>,
}

/// The channel of messages.
pub(crate) const MESSAGES: usize = 0;

impl Topology {
    /// Every topology.
    pub const ALL: [Self; 5] = [
        Self::SharedBounded,
        Self::SharedUnbounded,
        Self::TwoFair,
        Self::TwoBoundedTimeout,
        Self::AcksFirst,
    ];

    /// Its name in ids and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::SharedBounded => "shared-bounded",
            Self::SharedUnbounded => "shared-unbounded",
            Self::TwoFair => "two-fair",
            Self::TwoBoundedTimeout => "two-timeout",
            Self::AcksFirst => "acks-first",
        }
    }

    /// The channels; the messages' channel holds as many as `capacity` says, if it does.
    ///
    /// # Errors
    /// For a bound where the topology is that there is none.
    pub(crate) fn channels(self, capacity: Option<NonZeroUsize>) -> anyhow::Result<Channels> {
        let (messages, acks, sink) = match (self, capacity) {
            (Self::SharedBounded, _) => {
                let capacity = capacity.unwrap_or(SHARED_CAPACITY);
                (Some(capacity), None, capacity)
            }
            (Self::SharedUnbounded, None) => (None, None, SINK_CAPACITY),
            (Self::SharedUnbounded, Some(capacity)) => {
                let expected = "none with shared-unbounded; shared-bounded has one";
                return Err(conflict("channel capacity", expected, capacity));
            }
            // Acks are no more than what is in flight: without a bound they cannot close a circle.
            (Self::TwoFair | Self::AcksFirst, _) => (capacity, None, SINK_CAPACITY),
            (Self::TwoBoundedTimeout, _) => {
                let capacity = capacity.unwrap_or(PRODUCT_CAPACITY);
                (Some(capacity), Some(capacity), capacity)
            }
        };
        let lane = |name, capacity| Lane { name, capacity };
        let to_database = match self {
            Self::SharedBounded | Self::SharedUnbounded => {
                vec![lane("messages and acks", messages)]
            }
            Self::TwoFair | Self::TwoBoundedTimeout | Self::AcksFirst => {
                vec![lane("messages", messages), lane("acks", acks)]
            }
        };
        Ok(Channels {
            to_database,
            order: if self == Self::AcksFirst { Order::LastFirst } else { Order::Fair },
            to_sink: lane("deliveries", Some(sink)),
            patience: (self == Self::TwoBoundedTimeout).then_some(PRODUCT_TIMEOUT),
        })
    }
}

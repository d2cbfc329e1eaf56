//! What the threads send each other.

use std::time::Instant;

use crate::message::Message;
use crate::store::Key;

/// What the database receives.
#[derive(Debug)]
pub(crate) enum ToDatabase {
    Message(Message),
    Answer(Answer),
}

/// What the sink says of a message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer {
    pub(crate) key: Key,
    pub(crate) is_acked: bool,
}

/// A message on its way to the sink.
#[derive(Debug)]
pub(crate) struct Delivery {
    /// When it was handed on.
    pub(crate) sent: Instant,
    pub(crate) key: Key,
    pub(crate) message: Message,
}

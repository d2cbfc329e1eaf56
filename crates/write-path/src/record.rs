//! The records that applications want kept: votes and log events.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Bytes of one vote as the native log stores it: operation, article and user, eight bytes each.
///
/// Soup's own wire format is of the same size (bincode 1.0: an eight-byte length and two tagged
/// 32-bit integers).
pub const VOTE_BYTES: usize = 24;

/// Bytes of an event's ray id: twelve random bytes in unpadded base64url.
pub const RAY_ID_BYTES: usize = 16;

/// One vote of the first document: a user votes for an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Vote {
    /// The article voted for.
    pub article: u32,
    /// Who votes. A workload gives each vote its sequence number here, so that a lost, a doubled
    /// and a misplaced vote can be told apart.
    pub user: u64,
}

/// The identity of an event: sixteen ASCII letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RayId([u8; RAY_ID_BYTES]);

impl RayId {
    /// The id that encodes these random bytes (unpadded base64url, as the log driver does).
    pub fn from_random(random: [u8; 12]) -> Self {
        let mut letters = [0; RAY_ID_BYTES];
        URL_SAFE_NO_PAD
            .encode_slice(random, &mut letters)
            .expect("twelve bytes make sixteen letters of base64");
        Self(letters)
    }

    /// The id of these letters, unless one of them is not ASCII.
    pub fn from_letters(letters: [u8; RAY_ID_BYTES]) -> Option<Self> {
        letters.is_ascii().then_some(Self(letters))
    }

    /// The letters.
    pub fn as_bytes(&self) -> &[u8; RAY_ID_BYTES] {
        &self.0
    }

    /// The letters as text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("the constructors admit ASCII only")
    }
}

/// One event of the second document's log driver.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Event {
    /// Unique within a run.
    pub ray_id: RayId,
    /// The event as the application serialised it.
    pub data: Box<[u8]>,
}

/// What a table row or a log entry keeps.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Record {
    /// See [`Vote`].
    Vote(Vote),
    /// See [`Event`].
    Event(Event),
}

/// The identity by which a record is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordKey {
    /// The vote of this user. Workloads that delete never reuse a user.
    VoteUser(u64),
    /// The event with this ray id.
    EventRay(RayId),
}

impl Record {
    /// The identity by which the record is deleted.
    pub fn key(&self) -> RecordKey {
        match self {
            Self::Vote(vote) => RecordKey::VoteUser(vote.user),
            Self::Event(event) => RecordKey::EventRay(event.ray_id),
        }
    }

    /// The bytes that this record brings to a packet's payload.
    pub fn payload_bytes(&self) -> usize {
        match self {
            Self::Vote(_) => VOTE_BYTES,
            Self::Event(event) => 8 + RAY_ID_BYTES + event.data.len(),
        }
    }
}

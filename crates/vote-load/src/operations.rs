//! The operations of a load, one after the other: votes and reads of counts.

use rand::distr::{Distribution, Uniform};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rand_distr::Zipf;
use write_path::{Record, Vote};

use crate::load::{Keys, Users, VoteLoad};

/// The exponent of the document's skewed keys.
const ZIPF_EXPONENT: f64 = 1.08;

/// One operation of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClientOperation {
    /// Keep this vote.
    Write(Vote),
    /// How many votes has this article?
    Read {
        /// The article.
        article: u32,
    },
}

/// Draws a load's operations, the same ones for the same seed.
#[derive(Debug, Clone)]
pub(crate) struct Operations {
    random: SmallRng,
    articles: ArticleDistribution,
    users: Users,
    write_every: u32,
    next_user: u64,
}

#[derive(Debug, Clone)]
enum ArticleDistribution {
    Uniform(Uniform<u32>),
    Zipf(Zipf<f64>),
}

impl Operations {
    /// A load's operations from the first one on.
    pub(crate) fn of(load: &VoteLoad, seed: u64) -> Self {
        let articles = match load.keys {
            Keys::Uniform => ArticleDistribution::Uniform(
                Uniform::new(0, load.articles.get()).expect("there is at least one article"),
            ),
            Keys::Zipf => ArticleDistribution::Zipf(
                Zipf::new(f64::from(load.articles.get()), ZIPF_EXPONENT)
                    .expect("there is at least one article, and the exponent is positive"),
            ),
        };
        Self {
            random: SmallRng::seed_from_u64(seed),
            articles,
            users: load.users,
            write_every: load.write_every.get(),
            next_user: load.articles.get().into(),
        }
    }

    /// One vote for each article: what a store holds before the load begins.
    pub(crate) fn before(load: &VoteLoad) -> impl Iterator<Item = Record> + use<> {
        let users = load.users;
        (0..load.articles.get()).map(move |article| {
            let user = users.number(article.into());
            Record::Vote(Vote { article, user })
        })
    }

    /// The next operation.
    pub(crate) fn next_operation(&mut self) -> ClientOperation {
        let article = match &self.articles {
            ArticleDistribution::Uniform(uniform) => uniform.sample(&mut self.random),
            // Ranks begin at 1.
            ArticleDistribution::Zipf(zipf) => zipf.sample(&mut self.random) as u32 - 1,
        };
        if self.write_every > 1 && !self.random.random_ratio(1, self.write_every) {
            return ClientOperation::Read { article };
        }
        let user = self.users.number(self.next_user);
        self.next_user += 1;
        ClientOperation::Write(Vote { article, user })
    }
}

impl Users {
    fn number(self, sequence: u64) -> u64 {
        match self {
            Self::Sequence => sequence,
            Self::Zero => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::num::NonZeroU32;

    use super::*;

    const DRAWN: usize = 40_000;

    fn drawn(load: VoteLoad) -> Vec<ClientOperation> {
        let mut operations = Operations::of(&load, 7);
        (0..DRAWN).map(|_| operations.next_operation()).collect()
    }

    fn votes_by_article(operations: &[ClientOperation]) -> HashMap<u32, usize> {
        let mut votes = HashMap::new();
        for operation in operations {
            if let ClientOperation::Write(vote) = operation {
                *votes.entry(vote.article).or_default() += 1;
            }
        }
        votes
    }

    #[test]
    fn a_seed_draws_the_same_and_users_count_on_from_the_articles() {
        let load = VoteLoad::of_the_document();
        assert_eq!(drawn(load), drawn(load));
        let ClientOperation::Write(first) = drawn(load)[0] else { panic!("a vote") };
        assert_eq!(first.user, u64::from(load.articles.get()));
        assert_eq!(Operations::before(&load).count() as u64, first.user);
    }

    #[test]
    fn skewed_keys_favour_the_first_article_and_uniform_ones_none() {
        let load = VoteLoad::of_the_document();
        let most = |load| votes_by_article(&drawn(load)).into_values().max().unwrap_or(0);
        assert!(most(load) < 20, "of 40,000 votes for 100,000 articles");
        let zipf = drawn(VoteLoad { keys: Keys::Zipf, ..load });
        let first = votes_by_article(&zipf)[&0] as f64 / DRAWN as f64;
        // 1 / (the sum of k^-1.08 for k up to 100,000) is 0.1183.
        assert!((first - 0.1183).abs() < 0.01, "{first}");
    }

    #[test]
    fn one_operation_in_nineteen_writes() {
        let write_every = NonZeroU32::new(19).expect("not zero");
        let mixed = drawn(VoteLoad { write_every, ..VoteLoad::of_the_document() });
        let writes = votes_by_article(&mixed).into_values().sum::<usize>() as f64;
        assert!((writes * 19.0 / DRAWN as f64 - 1.0).abs() < 0.1, "{writes}");
    }

    #[test]
    fn the_documents_user_is_always_zero() {
        let load = VoteLoad { users: Users::Zero, ..VoteLoad::of_the_document() };
        let is_zero = |operation: &ClientOperation| match operation {
            ClientOperation::Write(vote) => vote.user == 0,
            ClientOperation::Read { .. } => false,
        };
        assert!(drawn(load).iter().all(is_zero));
    }
}

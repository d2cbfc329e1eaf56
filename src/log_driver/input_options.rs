//! Where messages come from.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;
use log_driver::InputFile;

use crate::bounded::from_one_to;

/// Messages of an input file at most: 20 GB.
const INPUT_MESSAGES_MAX: u32 = 10_000_000;

#[derive(Args, Clone)]
pub(super) struct InputOptions {
    /// The input file, which is generated if there is none; by default one below the target directory.
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Messages in the input file; after the last one the same texts come again under new ids. The document had files of
    /// 10,000 and of 100,000.
    #[arg(long, default_value = "10000", value_parser = from_one_to(INPUT_MESSAGES_MAX))]
    input_messages: NonZeroU32,
}

impl InputOptions {
    /// The input file, whole.
    pub(super) fn file(&self) -> anyhow::Result<InputFile> {
        let path = match &self.input {
            Some(path) => path.clone(),
            None => log_driver::default_input(self.input_messages)?,
        };
        InputFile::at(&path, self.input_messages)
    }
}

//! What can be wrong in `builds.toml`, in words that say what to do.

use thiserror::Error;

/// A mistake in a manifest file: where it stands, and what it is.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{}", self.render())]
pub(crate) struct ManifestError {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) build: Option<String>,
    pub(crate) key: Option<&'static str>,
    /// Boxed, so that a result stays small.
    pub(crate) problem: Box<Problem>,
}

impl ManifestError {
    fn render(&self) -> String {
        let mut text = format!("{}:{}: ", self.file, self.line);
        if let Some(build) = &self.build {
            text += &format!("build `{build}`, ");
        }
        if let Some(key) = self.key {
            text += &format!("key `{key}`: ");
        }
        text + &self.problem.to_string()
    }
}

/// What is wrong, what is allowed, and what to do about it.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum Problem {
    #[error("{message}")]
    Syntax { message: String },
    #[error("found `{found}`, expected a letter followed by letters, digits and `-`")]
    BadName { found: String },
    #[error(
        "found an empty text or several lines, expected one line that says what the build is for"
    )]
    BadWhy,
    #[error("the name is taken by the build at {first_file}:{first_line}; choose another")]
    DuplicateName { first_file: String, first_line: usize },
    #[error("no build is named `{found}`; the builds are {}", known.join(", "))]
    UnknownBase { found: String, known: Vec<String> },
    #[error("the bases form a circle ({}); one of them must stand on its own", names.join(" -> "))]
    BaseCycle { names: Vec<String> },
    #[error("found `{found}`, expected \"NAME\" or \"NAME=VALUE\" without -D")]
    BadDefine { found: String },
    #[error("`{name}` stands twice in this list; keep one")]
    DuplicateDefine { name: String },
    #[error("`{name}` is refused: {reason}")]
    RefusedDefine { name: String, reason: &'static str },
    #[error(
        "found `{found}`, expected SQLITE_THREADSAFE=0 (single thread), =1 (serialized) or =2 \
         (multi-thread)"
    )]
    BadThreadSafe { found: String },
    #[error("this is not inherited: `{found}`; inherited are: {}", or_nothing(inherited))]
    NotInherited { found: String, inherited: Vec<String> },
    #[error("found `{found}`, expected HAVE_FDATASYNC=1 (fdatasync) or =0 (fsync)")]
    BadFdatasync { found: String },
    #[error(
        "found `{found}`, expected one flag that begins with -f, -g, -m, -W, -std= or --param= and \
         hands nothing on to the preprocessor, assembler or linker{}",
        elsewhere(*belongs_to)
    )]
    BadFlag { found: String, belongs_to: Option<&'static str> },
    #[error("found `{found}`, expected \"0\", \"1\", \"2\" or \"3\"")]
    BadOptimize { found: String },
    #[error("found `{found}`, expected \"default\", \"wide\" or \"calibrate\"")]
    BadProfile { found: String },
}

fn elsewhere(key: Option<&str>) -> String {
    key.map_or_else(String::new, |key| format!("; this one belongs under `{key}`"))
}

fn or_nothing(names: &[String]) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

//! `builds.toml`: reading the named builds, resolving what each inherits, and refusing what cannot
//! work.
//!
//! Shared by the build script and by `tests/manifest.rs`.

use std::collections::BTreeMap;
use std::fmt::Display;

use anyhow::{Error, Result, anyhow, ensure};
use serde::Deserialize;
use toml::Spanned;

use crate::refused;

/// One manifest file: the name that errors show, and its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ManifestFile<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
}

/// What the files say together.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) builds: Vec<BuildSpec>,
    /// What a program would notice of each flag, empty for nothing.
    pub(crate) flags: BTreeMap<String, String>,
}

/// A build with everything that it inherits resolved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct BuildSpec {
    pub(crate) name: String,
    pub(crate) why: String,
    pub(crate) base: Option<String>,
    /// `NAME` or `NAME=VALUE`, each name once.
    pub(crate) defines: Vec<String>,
    pub(crate) compiler_flags: Vec<String>,
    /// What follows `-O`; without it the cargo profile decides.
    pub(crate) optimize: Option<String>,
    pub(crate) profile: Profile,
    pub(crate) thread_mode: ThreadMode,
}

/// Which builds are compiled when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Profile {
    #[default]
    Default,
    Wide,
    Calibrate,
}

/// What `SQLITE_THREADSAFE` says: 0, 2 and 1 (the default).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum ThreadMode {
    SingleThread,
    MultiThread,
    #[default]
    Serialized,
}

/// Reads the files in order. A later file may build on the builds of an earlier one, and its words on a flag replace
/// earlier ones.
pub(crate) fn parse(files: &[ManifestFile<'_>]) -> Result<Manifest> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut flags = BTreeMap::new();
    for file in files {
        let raw: RawManifest = toml::from_str(file.text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            file.error(offset, error.message().replace('\n', ", "))
        })?;
        flags.extend(raw.flags);
        for raw in raw.build {
            let entry = Entry { file: *file, raw };
            entry.check_name(&entries)?;
            entries.push(entry);
        }
    }
    let builds = entries.iter().map(|entry| entry.resolve(&entries, &[])).collect::<Result<_>>()?;
    Ok(Manifest { builds, flags })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest {
    #[serde(default)]
    build: Vec<RawBuild>,
    #[serde(default)]
    flags: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBuild {
    name: Spanned<String>,
    why: Spanned<String>,
    base: Option<Spanned<String>>,
    #[serde(default)]
    defines: Vec<Spanned<String>>,
    #[serde(default)]
    undefine: Vec<Spanned<String>>,
    #[serde(default)]
    compiler_flags: Vec<Spanned<String>>,
    optimize: Option<Spanned<String>>,
    #[serde(default)]
    profile: Profile,
}

impl ManifestFile<'_> {
    fn line(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }

    fn error(&self, offset: usize, problem: impl Display) -> Error {
        anyhow!("{}:{}: {problem}", self.name, self.line(offset))
    }
}

/// A build as it stands in its file.
struct Entry<'a> {
    file: ManifestFile<'a>,
    raw: RawBuild,
}

impl Entry<'_> {
    fn name(&self) -> &str {
        self.raw.name.get_ref()
    }

    /// An error at `value`, which stands under `key` in this build.
    fn error(&self, value: &Spanned<String>, key: &str, problem: impl Display) -> Error {
        let problem = format_args!("build `{}`, key `{key}`: {problem}", self.name());
        self.file.error(value.span().start, problem)
    }

    fn check_name(&self, earlier: &[Self]) -> Result<()> {
        let name = self.name();
        let error = |problem| self.error(&self.raw.name, "name", problem);
        let is_well_formed = name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
        ensure!(
            is_well_formed,
            error(format!("found `{name}`, expected a letter followed by letters, digits and `-`"))
        );
        if let Some(first) = earlier.iter().find(|other| other.name() == name) {
            let (file, line) = (first.file.name, first.file.line(first.raw.name.span().start));
            let problem =
                format!("the name is taken by the build at {file}:{line}; choose another");
            return Err(error(problem));
        }
        let why = self.raw.why.get_ref();
        let problem = "found an empty text or several lines, expected one line that says what the \
                       build is for";
        ensure!(
            !why.trim().is_empty() && !why.contains('\n'),
            self.error(&self.raw.why, "why", problem)
        );
        Ok(())
    }

    /// The build with what it inherits; `above` are the names of those that inherit it.
    fn resolve(&self, entries: &[Self], above: &[&str]) -> Result<BuildSpec> {
        let raw = &self.raw;
        let chain = [above, &[self.name()]].concat();
        let mut build = match &raw.base {
            None => BuildSpec::default(),
            Some(base) => self.find_base(base, entries, &chain)?.resolve(entries, &chain)?,
        };
        build.name = self.name().to_owned();
        build.why = raw.why.get_ref().clone();
        build.base = raw.base.as_ref().map(|base| base.get_ref().clone());
        self.remove_undefined(&mut build.defines)?;
        self.add_defines(&mut build.defines)?;
        build.thread_mode = thread_mode(&build.defines);
        for flag in &raw.compiler_flags {
            self.check_flag(flag)?;
            build.compiler_flags.push(flag.get_ref().clone());
        }
        if let Some(level) = &raw.optimize {
            let problem =
                format!("found `{}`, expected \"0\", \"1\", \"2\" or \"3\"", level.get_ref());
            ensure!(
                ["0", "1", "2", "3"].contains(&level.get_ref().as_str()),
                self.error(level, "optimize", problem)
            );
            build.optimize = Some(level.get_ref().clone());
        }
        build.profile = raw.profile;
        Ok(build)
    }

    fn find_base<'e>(
        &self,
        base: &Spanned<String>,
        entries: &'e [Self],
        chain: &[&str],
    ) -> Result<&'e Self> {
        let name = base.get_ref().as_str();
        if let Some(start) = chain.iter().position(|link| *link == name) {
            let circle = [&chain[start..], &[name]].concat().join(" -> ");
            let problem =
                format!("the bases form a circle ({circle}); one of them must stand on its own");
            return Err(self.error(base, "base", problem));
        }
        entries.iter().find(|other| other.name() == name).ok_or_else(|| {
            let known: Vec<&str> = entries.iter().map(Self::name).collect();
            let problem =
                format!("no build is named `{name}`; the builds are {}", known.join(", "));
            self.error(base, "base", problem)
        })
    }

    fn remove_undefined(&self, defines: &mut Vec<String>) -> Result<()> {
        for name in &self.raw.undefine {
            let Some(at) = position(defines, name.get_ref()) else {
                let inherited = defines.iter().map(|define| name_of(define));
                let inherited = match inherited.collect::<Vec<_>>().join(", ") {
                    none if none.is_empty() => "nothing".to_owned(),
                    names => names,
                };
                let found = name.get_ref();
                let problem =
                    format!("this is not inherited: `{found}`; inherited are: {inherited}");
                return Err(self.error(name, "undefine", problem));
            };
            defines.remove(at);
        }
        Ok(())
    }

    fn add_defines(&self, defines: &mut Vec<String>) -> Result<()> {
        let mut own: Vec<&str> = Vec::new();
        for text in &self.raw.defines {
            let define = text.get_ref();
            let name = name_of(define);
            if let Some(problem) = problem_of(define) {
                return Err(self.error(text, "defines", problem));
            }
            let problem = format!("`{name}` stands twice in this list; keep one");
            ensure!(!own.contains(&name), self.error(text, "defines", problem));
            own.push(name);
            match position(defines, name) {
                Some(inherited) => defines[inherited].clone_from(define),
                None => defines.push(define.clone()),
            }
        }
        Ok(())
    }

    fn check_flag(&self, flag: &Spanned<String>) -> Result<()> {
        let found = flag.get_ref();
        let begins_with = |starts: &[&str]| starts.iter().any(|start| found.starts_with(start));
        if begins_with(&ALLOWED_FLAGS)
            && !begins_with(&REFUSED_FLAGS)
            && !found.contains(char::is_whitespace)
        {
            return Ok(());
        }
        let key = FLAGS_OF_OTHER_KEYS.iter().find(|(_, starts)| begins_with(starts));
        let elsewhere =
            key.map_or_else(String::new, |(key, _)| format!("; this one belongs under `{key}`"));
        let problem = format!(
            "found `{found}`, expected one flag that begins with -f, -g, -m, -W, -std= or --param= and \
             hands nothing on to the preprocessor, assembler or linker{elsewhere}"
        );
        Err(self.error(flag, "compiler_flags", problem))
    }
}

/// The name in `NAME` or `NAME=VALUE`.
pub(crate) fn name_of(define: &str) -> &str {
    define.split_once('=').map_or(define, |(name, _)| name)
}

fn position(defines: &[String], name: &str) -> Option<usize> {
    defines.iter().position(|define| name_of(define) == name)
}

/// `-DSQLITE_THREADSAFE` alone defines it as 1; without the define SQLite takes 1 as well.
fn thread_mode(defines: &[String]) -> ThreadMode {
    match position(defines, "SQLITE_THREADSAFE").map(|at| defines[at].as_str()) {
        Some("SQLITE_THREADSAFE=0") => ThreadMode::SingleThread,
        Some("SQLITE_THREADSAFE=2") => ThreadMode::MultiThread,
        _ => ThreadMode::Serialized,
    }
}

/// What is wrong with a define, if anything is.
fn problem_of(define: &str) -> Option<String> {
    let name = name_of(define);
    let value = define.strip_prefix(name).and_then(|rest| rest.strip_prefix('='));
    let is_identifier = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let is_value =
        value.is_none_or(|value| !value.is_empty() && !value.chars().any(char::is_control));
    if !is_identifier || !is_value {
        return Some(format!("found `{define}`, expected \"NAME\" or \"NAME=VALUE\" without -D"));
    }
    if let Some(reason) = refused::reason(name) {
        return Some(format!("`{name}` is refused: {reason}"));
    }
    let expected = match (name, value) {
        ("SQLITE_THREADSAFE", None | Some("0" | "1" | "2"))
        | ("HAVE_FDATASYNC", None | Some("0" | "1")) => return None,
        ("SQLITE_THREADSAFE", _) => {
            "SQLITE_THREADSAFE=0 (single thread), =1 (serialized) or =2 (multi-thread)"
        }
        ("HAVE_FDATASYNC", _) => "HAVE_FDATASYNC=1 (fdatasync) or =0 (fsync)",
        _ => return None,
    };
    Some(format!("found `{define}`, expected {expected}"))
}

/// How flags begin that choose code generation, warnings or debug information. Whatever else a
/// compiler takes can carry a define, a file or another compiler: `--define-macro=`, `-Wp,`,
/// `-include`, `-specs=`, `-Xclang`.
const ALLOWED_FLAGS: [&str; 6] = ["-f", "-g", "-m", "-W", "-std=", "--param="];

/// How flags begin that look like these and hand something on.
const REFUSED_FLAGS: [&str; 8] = [
    "-Wp,",
    "-Wa,",
    "-Wl,",
    "-fplugin",
    "-fpass-plugin",
    "-fpreprocessed",
    "-fdirectives-only",
    "-mllvm",
];

/// How flags begin that are said under another key.
const FLAGS_OF_OTHER_KEYS: [(&str, &[&str]); 3] = [
    ("defines", &["-D", "--define-macro", "-Wp,-D"]),
    ("undefine", &["-U", "--undefine-macro", "-Wp,-U"]),
    ("optimize", &["-O", "--optimize"]),
];

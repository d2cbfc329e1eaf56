//! `builds.toml`: reading the named builds, resolving what each inherits, and refusing what cannot
//! work.
//!
//! Shared by the build script and by `tests/manifest.rs`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use crate::manifest_error::{ManifestError, Problem};
use crate::refused;

/// One manifest file: the name that errors show, and its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ManifestFile<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
}

/// A build with everything that it inherits resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BuildSpec {
    pub(crate) name: String,
    pub(crate) why: String,
    pub(crate) base: Option<String>,
    pub(crate) defines: Vec<Define>,
    pub(crate) compiler_flags: Vec<String>,
    pub(crate) optimize: Option<Optimize>,
    pub(crate) profile: Profile,
    pub(crate) thread_mode: ThreadMode,
}

/// A preprocessor define: `NAME` or `NAME=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Define {
    pub(crate) name: String,
    pub(crate) value: Option<String>,
}

/// The compiler's optimisation level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Optimize {
    O0,
    O1,
    O2,
    O3,
}

/// Which builds are compiled when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Default,
    Wide,
    Calibrate,
}

impl Profile {
    /// The value in `builds.toml` and in the environment.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "default" => Some(Self::Default),
            "wide" => Some(Self::Wide),
            "calibrate" => Some(Self::Calibrate),
            _ => None,
        }
    }
}

/// What `SQLITE_THREADSAFE` says: 0, 2 and 1 (the default).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ThreadMode {
    SingleThread,
    MultiThread,
    Serialized,
}

/// Reads the files in order; a later file may build on the builds of an earlier one.
pub(crate) fn parse(files: &[ManifestFile<'_>]) -> Result<Vec<BuildSpec>, ManifestError> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for file in files {
        for raw in read_file(file)? {
            let entry = Entry { file: *file, raw };
            check_name(&entry, &entries)?;
            entries.push(entry);
        }
    }
    let mut resolved: BTreeMap<String, BuildSpec> = BTreeMap::new();
    for entry in &entries {
        resolve(entry, &entries, &mut resolved, &mut Vec::new())?;
    }
    Ok(entries.iter().filter_map(|entry| resolved.remove(entry.name())).collect())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest {
    #[serde(default)]
    build: Vec<RawBuild>,
    /// Read by `flags.rs`.
    #[serde(default, rename = "flags")]
    _flags: IgnoredAny,
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
    profile: Option<Spanned<String>>,
}

struct Entry<'a> {
    file: ManifestFile<'a>,
    raw: RawBuild,
}

impl Entry<'_> {
    fn name(&self) -> &str {
        self.raw.name.get_ref()
    }

    fn line<T>(&self, value: &Spanned<T>) -> usize {
        line_of(self.file.text, value.span().start)
    }

    /// An error at `value`, which stands under `key` in this build.
    fn error<T>(&self, value: &Spanned<T>, key: &'static str, problem: Problem) -> ManifestError {
        ManifestError {
            file: self.file.name.to_owned(),
            line: self.line(value),
            build: Some(self.name().to_owned()),
            key: Some(key),
            problem: Box::new(problem),
        }
    }
}

fn read_file(file: &ManifestFile<'_>) -> Result<Vec<RawBuild>, ManifestError> {
    let manifest: RawManifest =
        toml::from_str(file.text).map_err(|error| syntax_error(file, &error))?;
    Ok(manifest.build)
}

/// An error where the file is not even TOML of this form.
pub(crate) fn syntax_error(file: &ManifestFile<'_>, error: &toml::de::Error) -> ManifestError {
    ManifestError {
        file: file.name.to_owned(),
        line: line_of(file.text, error.span().map_or(0, |span| span.start)),
        build: None,
        key: None,
        problem: Box::new(Problem::Syntax { message: error.message().replace('\n', ", ") }),
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

fn check_name(entry: &Entry<'_>, earlier: &[Entry<'_>]) -> Result<(), ManifestError> {
    let name = entry.name();
    let well_formed = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    if !well_formed {
        let problem = Problem::BadName { found: name.to_owned() };
        return Err(entry.error(&entry.raw.name, "name", problem));
    }
    if let Some(first) = earlier.iter().find(|other| other.name() == name) {
        let problem = Problem::DuplicateName {
            first_file: first.file.name.to_owned(),
            first_line: first.line(&first.raw.name),
        };
        return Err(entry.error(&entry.raw.name, "name", problem));
    }
    let why = entry.raw.why.get_ref();
    if why.trim().is_empty() || why.contains('\n') {
        return Err(entry.error(&entry.raw.why, "why", Problem::BadWhy));
    }
    Ok(())
}

/// Resolves `entry` and, before it, what it builds on; `chain` holds the names being resolved.
fn resolve(
    entry: &Entry<'_>,
    entries: &[Entry<'_>],
    resolved: &mut BTreeMap<String, BuildSpec>,
    chain: &mut Vec<String>,
) -> Result<(), ManifestError> {
    if resolved.contains_key(entry.name()) {
        return Ok(());
    }
    chain.push(entry.name().to_owned());
    let base = match &entry.raw.base {
        None => None,
        Some(expected) => {
            let base = find_base(entry, expected, entries, chain)?;
            resolve(base, entries, resolved, chain)?;
            resolved.get(base.name()).cloned()
        }
    };
    chain.pop();
    let spec = merge(entry, base.as_ref())?;
    resolved.insert(spec.name.clone(), spec);
    Ok(())
}

fn find_base<'e, 'a>(
    entry: &Entry<'_>,
    expected: &Spanned<String>,
    entries: &'e [Entry<'a>],
    chain: &[String],
) -> Result<&'e Entry<'a>, ManifestError> {
    let name = expected.get_ref();
    if let Some(start) = chain.iter().position(|link| link == name) {
        let mut names = chain[start..].to_vec();
        names.push(name.clone());
        return Err(entry.error(expected, "base", Problem::BaseCycle { names }));
    }
    entries.iter().find(|other| other.name() == name).ok_or_else(|| {
        let known = entries.iter().map(|other| other.name().to_owned()).collect();
        entry.error(expected, "base", Problem::UnknownBase { found: name.clone(), known })
    })
}

fn merge(entry: &Entry<'_>, base: Option<&BuildSpec>) -> Result<BuildSpec, ManifestError> {
    let raw = &entry.raw;
    let mut defines = base.map(|base| base.defines.clone()).unwrap_or_default();
    remove_undefined(entry, &mut defines)?;
    add_defines(entry, &mut defines)?;
    let mut compiler_flags = base.map(|base| base.compiler_flags.clone()).unwrap_or_default();
    for flag in &raw.compiler_flags {
        compiler_flags.push(checked_flag(entry, flag)?);
    }
    Ok(BuildSpec {
        name: entry.name().to_owned(),
        why: raw.why.get_ref().clone(),
        base: base.map(|base| base.name.clone()),
        thread_mode: thread_mode(&defines),
        defines,
        compiler_flags,
        optimize: match &raw.optimize {
            Some(level) => Some(parse_optimize(entry, level)?),
            None => base.and_then(|base| base.optimize),
        },
        profile: raw
            .profile
            .as_ref()
            .map_or(Ok(Profile::Default), |it| parse_profile(entry, it))?,
    })
}

fn remove_undefined(entry: &Entry<'_>, defines: &mut Vec<Define>) -> Result<(), ManifestError> {
    for name in &entry.raw.undefine {
        let Some(at) = defines.iter().position(|define| define.name == *name.get_ref()) else {
            let problem = Problem::NotInherited {
                found: name.get_ref().clone(),
                inherited: defines.iter().map(|define| define.name.clone()).collect(),
            };
            return Err(entry.error(name, "undefine", problem));
        };
        defines.remove(at);
    }
    Ok(())
}

fn add_defines(entry: &Entry<'_>, defines: &mut Vec<Define>) -> Result<(), ManifestError> {
    let mut own: Vec<String> = Vec::new();
    for text in &entry.raw.defines {
        let define = parse_define(entry, text)?;
        if own.contains(&define.name) {
            let problem = Problem::DuplicateDefine { name: define.name };
            return Err(entry.error(text, "defines", problem));
        }
        own.push(define.name.clone());
        match defines.iter_mut().find(|inherited| inherited.name == define.name) {
            Some(inherited) => *inherited = define,
            None => defines.push(define),
        }
    }
    Ok(())
}

fn parse_define(entry: &Entry<'_>, text: &Spanned<String>) -> Result<Define, ManifestError> {
    let found = text.get_ref();
    let (name, value) = match found.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (found.as_str(), None),
    };
    let is_identifier = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let is_value =
        value.is_none_or(|value| !value.is_empty() && !value.chars().any(char::is_control));
    if !is_identifier || !is_value {
        let problem = Problem::BadDefine { found: found.clone() };
        return Err(entry.error(text, "defines", problem));
    }
    if let Some(reason) = refused::reason(name) {
        let problem = Problem::RefusedDefine { name: name.to_owned(), reason };
        return Err(entry.error(text, "defines", problem));
    }
    if name == "SQLITE_THREADSAFE" && !matches!(value, None | Some("0" | "1" | "2")) {
        let problem = Problem::BadThreadSafe { found: found.clone() };
        return Err(entry.error(text, "defines", problem));
    }
    if name == "HAVE_FDATASYNC" && !matches!(value, None | Some("0" | "1")) {
        let problem = Problem::BadFdatasync { found: found.clone() };
        return Err(entry.error(text, "defines", problem));
    }
    Ok(Define { name: name.to_owned(), value: value.map(str::to_owned) })
}

/// `-DSQLITE_THREADSAFE` alone defines it as 1; without the define SQLite takes 1 as well.
fn thread_mode(defines: &[Define]) -> ThreadMode {
    let define = defines.iter().find(|define| define.name == "SQLITE_THREADSAFE");
    match define.and_then(|define| define.value.as_deref()) {
        Some("0") => ThreadMode::SingleThread,
        Some("2") => ThreadMode::MultiThread,
        _ => ThreadMode::Serialized,
    }
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

fn checked_flag(entry: &Entry<'_>, flag: &Spanned<String>) -> Result<String, ManifestError> {
    let found = flag.get_ref();
    let begins_with = |starts: &[&str]| starts.iter().any(|start| found.starts_with(start));
    if begins_with(&ALLOWED_FLAGS)
        && !begins_with(&REFUSED_FLAGS)
        && !found.contains(char::is_whitespace)
    {
        return Ok(found.clone());
    }
    let belongs_to = if begins_with(&["-D", "--define-macro", "-Wp,-D"]) {
        Some("defines")
    } else if begins_with(&["-U", "--undefine-macro", "-Wp,-U"]) {
        Some("undefine")
    } else if begins_with(&["-O", "--optimize"]) {
        Some("optimize")
    } else {
        None
    };
    let problem = Problem::BadFlag { found: found.clone(), belongs_to };
    Err(entry.error(flag, "compiler_flags", problem))
}

fn parse_optimize(entry: &Entry<'_>, level: &Spanned<String>) -> Result<Optimize, ManifestError> {
    match level.get_ref().as_str() {
        "0" => Ok(Optimize::O0),
        "1" => Ok(Optimize::O1),
        "2" => Ok(Optimize::O2),
        "3" => Ok(Optimize::O3),
        found => {
            let problem = Problem::BadOptimize { found: found.to_owned() };
            Err(entry.error(level, "optimize", problem))
        }
    }
}

fn parse_profile(entry: &Entry<'_>, profile: &Spanned<String>) -> Result<Profile, ManifestError> {
    let found = profile.get_ref();
    Profile::named(found).ok_or_else(|| {
        let problem = Problem::BadProfile { found: found.clone() };
        entry.error(profile, "profile", problem)
    })
}

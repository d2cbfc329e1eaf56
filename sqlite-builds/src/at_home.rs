//! What a reader puts into a project to get a build there, and what a program would notice beside the speed.

use crate::build::{FLAGS, SqliteBuild};

/// A build for a reader's own project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtHome {
    /// What to set, one line for each place; none for what rusqlite's feature `bundled` compiles already.
    pub settings: Vec<String>,
    /// What a program would notice, in sentences.
    pub warnings: Vec<String>,
}

/// The level of cargo's release profile.
const RELEASE_LEVEL: &str = "3";

impl SqliteBuild {
    /// How to get this build in a project that uses rusqlite's feature `bundled`.
    pub fn at_home(&self) -> AtHome {
        let flags = self.libsqlite3_flags();
        let others = self.compiler_flags.join(" ");
        let mut settings = Vec::new();
        if !flags.is_empty() {
            settings.push(format!("LIBSQLITE3_FLAGS=\"{}\"", flags.join(" ")));
        }
        if !others.is_empty() {
            settings.push(format!("CFLAGS=\"{others}\""));
        }
        if self.optimize != RELEASE_LEVEL {
            settings.push(format!(
                "[profile.release.package.libsqlite3-sys] opt-level = {}",
                self.optimize
            ));
        }
        let of_compiler = self.compiler_flags.iter().map(|flag| (*flag).to_owned());
        AtHome { settings, warnings: warnings(&flags, of_compiler, &FLAGS) }
    }
}

/// What is noticed of these flags; of a define that is only replaced by another value, once. What else the compiler is
/// told is no business of SQLite's where nothing is known of it.
fn warnings(
    defines: &[String],
    of_compiler: impl Iterator<Item = String>,
    known: &[(&str, &str)],
) -> Vec<String> {
    let noticed = |flag: &str| known.iter().find(|(name, _)| *name == flag).map(|(_, what)| *what);
    let of_defines = defines.iter().filter_map(|flag| {
        let is_replaced = flag.strip_prefix("-U").is_some_and(|name| {
            let defined = format!("-D{name}");
            defines.iter().any(|other| other.split('=').next() == Some(defined.as_str()))
        });
        match noticed(flag) {
            Some("") => None,
            Some(what) => Some(what.to_owned()),
            None if is_replaced => None,
            None => {
                Some(format!("`{flag}` is not known here: see <https://sqlite.org/compile.html>"))
            }
        }
    });
    let of_compiler = of_compiler.filter_map(|flag| noticed(&flag).map(str::to_owned));
    of_defines.chain(of_compiler).filter(|what| !what.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [(&str, &str); 3] =
        [("-DTHREADSAFE=0", "no mutexes"), ("-UCORE", ""), ("-march=native", "this processor")];

    fn of(defines: &[&str], compiler: &[&str]) -> Vec<String> {
        let owned = |flags: &[&str]| -> Vec<String> {
            flags.iter().map(|flag| (*flag).to_owned()).collect()
        };
        warnings(&owned(defines), owned(compiler).into_iter(), &KNOWN)
    }

    #[test]
    fn a_replaced_define_is_warned_of_once() {
        assert_eq!(of(&["-UTHREADSAFE", "-DTHREADSAFE=0"], &[]), ["no mutexes"]);
        assert_eq!(of(&["-UTHREADSAFE"], &[]).len(), 1);
    }

    #[test]
    fn a_flag_that_nobody_knows_is_named_and_a_harmless_one_is_not() {
        assert_eq!(of(&["-UCORE"], &["-O2"]), Vec::<String>::new());
        let unknown = of(&["-DFAST=1"], &[]);
        assert!(unknown[0].starts_with("`-DFAST=1` is not known"), "{unknown:?}");
        assert_eq!(of(&[], &["-march=native"]), ["this processor"]);
    }

    const SHIPPED: &str = include_str!("../builds.toml");

    #[test]
    fn every_flag_of_every_build_is_known() {
        for build in crate::builds() {
            let AtHome { warnings, .. } = build.at_home();
            let unknown = warnings.iter().find(|warning| warning.contains("is not known here"));
            // A user's own build may have any flag, and what is planted is no flag of SQLite's.
            let is_shipped = SHIPPED.contains(&format!("name = \"{}\"", build.name));
            let is_planted = build.profile == crate::BuildProfile::Calibrate;
            assert!(!is_shipped || is_planted || unknown.is_none(), "{}: {unknown:?}", build.name);
        }
    }

    #[test]
    fn bundled_takes_nothing_and_changes_nothing() {
        let home = crate::find("bundled").map(SqliteBuild::at_home);
        let home = home.expect("it is always compiled");
        // A test profile compiles at another level.
        assert!(home.settings.iter().all(|setting| setting.contains("opt-level")), "{home:?}");
        assert_eq!(home.warnings, Vec::<String>::new());
        let single = crate::find("single-thread").map(SqliteBuild::at_home);
        let single = single.expect("it is always compiled");
        let flags = "LIBSQLITE3_FLAGS=\"-USQLITE_THREADSAFE -DSQLITE_THREADSAFE=0\"";
        assert_eq!(single.settings[0], flags);
        assert!(single.warnings[0].starts_with("no mutexes: "), "{:?}", single.warnings);
    }
}

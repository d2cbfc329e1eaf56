//! What a reader puts into a project to get a build there, and what a program would notice beside the speed.

use crate::build::{FLAGS, SqliteBuild, find};

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

/// The build whose defines libsqlite3-sys passes for its feature `bundled`.
const BUNDLED: &str = "bundled";

impl SqliteBuild {
    /// What the environment variable `LIBSQLITE3_FLAGS` must hold, separated by spaces, for
    /// libsqlite3-sys' feature `bundled` to compile with this build's defines.
    ///
    /// Its build script passes them after its own flags, so that `-U` takes one of those back.
    /// [`SqliteBuild::compiler_flags`] and [`SqliteBuild::optimize`] cannot be passed in this way.
    pub fn libsqlite3_flags(&self) -> Vec<String> {
        between(find(BUNDLED).map_or(&[], |bundled| bundled.defines), self.defines)
    }

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

/// The flags that turn the defines of one build into those of another.
fn between(from: &[&str], to: &[&str]) -> Vec<String> {
    let gone = from.iter().filter(|define| !to.contains(define));
    let added = to.iter().filter(|define| !from.contains(define));
    let gone = gone.map(|define| format!("-U{}", define.split('=').next().unwrap_or(define)));
    gone.chain(added.map(|define| format!("-D{define}"))).collect()
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
    fn what_is_gone_is_undefined_and_what_is_new_or_changed_is_defined() {
        let from = ["THREADSAFE=1", "SOUNDEX", "CORE"];
        assert_eq!(between(&from, &from), Vec::<String>::new());
        assert_eq!(
            between(&from, &["CORE", "THREADSAFE=0", "DQS=0"]),
            ["-UTHREADSAFE", "-USOUNDEX", "-DTHREADSAFE=0", "-DDQS=0"]
        );
    }

    #[test]
    fn the_builds_differ_by_what_builds_toml_says() {
        let flags = |name| find(name).map(SqliteBuild::libsqlite3_flags).unwrap_or_default();
        assert_eq!(flags("bundled"), Vec::<String>::new());
        assert_eq!(flags("bundled-fdatasync"), ["-DHAVE_FDATASYNC=1"]);
        assert_eq!(flags("single-thread"), ["-USQLITE_THREADSAFE", "-DSQLITE_THREADSAFE=0"]);
        assert!(flags("stock").iter().all(|flag| flag.starts_with("-U")));
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
        let home = find("bundled").map(SqliteBuild::at_home);
        let home = home.expect("it is always compiled");
        // A test profile compiles at another level.
        assert!(home.settings.iter().all(|setting| setting.contains("opt-level")), "{home:?}");
        assert_eq!(home.warnings, Vec::<String>::new());
        let single = find("single-thread").map(SqliteBuild::at_home);
        let single = single.expect("it is always compiled");
        let flags = "LIBSQLITE3_FLAGS=\"-USQLITE_THREADSAFE -DSQLITE_THREADSAFE=0\"";
        assert_eq!(single.settings[0], flags);
        assert!(single.warnings[0].starts_with("no mutexes: "), "{:?}", single.warnings);
    }
}

//! A build's defines as the flags that turn libsqlite3-sys' own into them.

use crate::build::{SqliteBuild, builds};

/// The build whose defines libsqlite3-sys passes for its feature `bundled`.
const BUNDLED: &str = "bundled";

impl SqliteBuild {
    /// What the environment variable `LIBSQLITE3_FLAGS` must hold, separated by spaces, for
    /// libsqlite3-sys' feature `bundled` to compile with this build's defines.
    ///
    /// Its build script passes them after its own flags, so that `-U` takes one of those back.
    /// [`SqliteBuild::compiler_flags`] and [`SqliteBuild::optimize`] cannot be passed in this way.
    pub fn libsqlite3_flags(&self) -> Vec<String> {
        let bundled = builds().iter().find(|build| build.name == BUNDLED);
        between(bundled.map_or(&[], |bundled| bundled.defines), self.defines)
    }
}

/// The flags that turn the defines of one build into those of another.
fn between(from: &[&str], to: &[&str]) -> Vec<String> {
    let gone = from.iter().filter(|define| !to.contains(define));
    let added = to.iter().filter(|define| !from.contains(define));
    let gone = gone.map(|define| format!("-U{}", name(define)));
    gone.chain(added.map(|define| format!("-D{define}"))).collect()
}

fn name(define: &str) -> &str {
    define.split_once('=').map_or(define, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let flags = |name| crate::find(name).map(SqliteBuild::libsqlite3_flags).unwrap_or_default();
        assert_eq!(flags("bundled"), Vec::<String>::new());
        assert_eq!(flags("bundled-fdatasync"), ["-DHAVE_FDATASYNC=1"]);
        assert_eq!(flags("single-thread"), ["-USQLITE_THREADSAFE", "-DSQLITE_THREADSAFE=0"]);
        assert!(flags("stock").iter().all(|flag| flag.starts_with("-U")));
    }
}

//! Reading `builds.toml`: what inherits what, and what each mistake is answered with.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

#[path = "../build/chosen.rs"]
mod chosen;
#[path = "../build/manifest.rs"]
mod manifest;
#[path = "../build/refused.rs"]
mod refused;

use manifest::{BuildSpec, ManifestFile, Profile, ThreadMode, parse};
use proptest::prelude::*;

fn read(text: &str) -> Result<Vec<BuildSpec>, String> {
    let manifest = parse(&[ManifestFile { name: "builds.toml", text }]);
    manifest.map(|manifest| manifest.builds).map_err(|error| error.to_string())
}

/// A build named `a` with `lines` after its required keys, so that these start at line 4.
fn with_lines(lines: &str) -> String {
    read(&format!("[[build]]\nname = \"a\"\nwhy = \"w\"\n{lines}")).unwrap_err()
}

#[test]
fn a_build_inherits_replaces_adds_and_leaves_out() {
    let specs = read(
        r#"
        [[build]]
        name = "child"
        why = "comes before its base"
        base = "parent"
        defines = ["SQLITE_THREADSAFE=0", "SQLITE_DQS=0"]
        undefine = ["SQLITE_SOUNDEX"]
        compiler_flags = ["-fno-plt"]
        profile = "wide"

        [[build]]
        name = "parent"
        why = "the base"
        defines = ["SQLITE_SOUNDEX", "SQLITE_THREADSAFE=1", "SQLITE_USE_URI"]
        compiler_flags = ["-march=native"]
        optimize = "2"
        "#,
    )
    .unwrap();
    let [child, parent] = &specs[..] else { panic!("two builds") };
    assert_eq!(child.defines, ["SQLITE_THREADSAFE=0", "SQLITE_USE_URI", "SQLITE_DQS=0"]);
    assert_eq!(child.compiler_flags, ["-march=native", "-fno-plt"]);
    assert_eq!(child.base.as_deref(), Some("parent"));
    assert_eq!(child.optimize, Some("2".to_owned()));
    assert_eq!((child.profile, parent.profile), (Profile::Wide, Profile::Default));
    assert_eq!(child.thread_mode, ThreadMode::SingleThread);
    assert_eq!(parent.thread_mode, ThreadMode::Serialized);
    assert_eq!((child.name.as_str(), child.why.as_str()), ("child", "comes before its base"));
}

#[test]
fn the_shipped_file_is_sound() {
    let specs = read(include_str!("../builds.toml")).unwrap();
    assert_eq!(specs.len(), 11);
    let mode = |name: &str| specs.iter().find(|spec| spec.name == name).unwrap().thread_mode;
    assert_eq!(mode("multi-thread"), ThreadMode::MultiThread);
    assert_eq!(mode("lean"), ThreadMode::SingleThread);
}

#[test]
fn a_local_file_builds_on_the_shipped_one() {
    let shipped = ManifestFile {
        name: "builds.toml",
        text: "[[build]]\nname = \"a\"\nwhy = \"w\"\ndefines = [\"SQLITE_DQS=0\"]\n",
    };
    let local = "[[build]]\nname = \"mine\"\nwhy = \"w\"\nbase = \"a\"\n";
    let manifest = parse(&[shipped, ManifestFile { name: "local", text: local }]).unwrap();
    assert_eq!(manifest.builds[1].defines, ["SQLITE_DQS=0"]);
    let again = parse(&[shipped, ManifestFile { name: "local", ..shipped }]).unwrap_err();
    assert_eq!(
        again.to_string(),
        "local:2: build `a`, key `name`: the name is taken by the build at builds.toml:2; choose \
         another"
    );
}

#[test]
fn syntax_and_unknown_keys_are_located() {
    assert_eq!(
        with_lines("define = []"),
        "builds.toml:4: unknown field `define`, expected one of `name`, `why`, `base`, `defines`, \
         `undefine`, `compiler_flags`, `optimize`, `profile`"
    );
    assert_eq!(
        with_lines("defines = \"SQLITE_DQS=0\""),
        "builds.toml:4: invalid type: string \"SQLITE_DQS=0\", expected a sequence"
    );
    assert_eq!(
        read("\n[[build]]\nname = \"a\"\n").unwrap_err(),
        "builds.toml:2: missing field `why`"
    );
    let text = with_lines("defines = [");
    assert!(text.starts_with("builds.toml:4: "), "{text}");
}

#[test]
fn names_are_checked() {
    assert_eq!(
        read("[[build]]\nname = \"my build\"\nwhy = \"w\"").unwrap_err(),
        "builds.toml:2: build `my build`, key `name`: found `my build`, expected a letter followed by \
         letters, digits and `-`"
    );
    assert_eq!(
        with_lines("[[build]]\nname = \"a\"\nwhy = \"again\""),
        "builds.toml:5: build `a`, key `name`: the name is taken by the build at builds.toml:2; \
         choose another"
    );
    assert_eq!(
        read("[[build]]\nname = \"a\"\nwhy = \" \"").unwrap_err(),
        "builds.toml:3: build `a`, key `why`: found an empty text or several lines, expected one line \
         that says what the build is for"
    );
}

#[test]
fn bases_are_checked() {
    assert_eq!(
        with_lines("base = \"b\"\n[[build]]\nname = \"c\"\nwhy = \"w\""),
        "builds.toml:4: build `a`, key `base`: no build is named `b`; the builds are a, c"
    );
    assert_eq!(
        with_lines("base = \"b\"\n[[build]]\nname = \"b\"\nwhy = \"w\"\nbase = \"a\""),
        "builds.toml:8: build `b`, key `base`: the bases form a circle (a -> b -> a); one of them \
         must stand on its own"
    );
    assert_eq!(
        with_lines("undefine = [\"SQLITE_DQS\"]"),
        "builds.toml:4: build `a`, key `undefine`: this is not inherited: `SQLITE_DQS`; inherited \
         are: nothing"
    );
}

#[test]
fn defines_are_checked() {
    for bad in ["-DSQLITE_DQS=0", "SQLITE DQS", "SQLITE_DQS=", "=1", "", "1ST"] {
        assert_eq!(
            with_lines(&format!("defines = [\n  \"{bad}\",\n]")),
            format!(
                "builds.toml:5: build `a`, key `defines`: found `{bad}`, expected \"NAME\" or \
                 \"NAME=VALUE\" without -D"
            )
        );
    }
    assert_eq!(
        with_lines("defines = [\"SQLITE_DQS=0\", \"SQLITE_DQS=1\"]"),
        "builds.toml:4: build `a`, key `defines`: `SQLITE_DQS` stands twice in this list; keep one"
    );
    assert_eq!(
        with_lines("defines = [\"SQLITE_THREADSAFE=3\"]"),
        "builds.toml:4: build `a`, key `defines`: found `SQLITE_THREADSAFE=3`, expected \
         SQLITE_THREADSAFE=0 (single thread), =1 (serialized) or =2 (multi-thread)"
    );
}

#[test]
fn what_cannot_work_is_refused_by_name_with_the_reason() {
    assert_eq!(
        with_lines("defines = [\"SQLITE_OMIT_LOAD_EXTENSION\"]"),
        "builds.toml:4: build `a`, key `defines`: `SQLITE_OMIT_LOAD_EXTENSION` is refused: it \
         removes the table sqlite3Apis, through which rusqlite reaches the build; leave it out \
         (rusqlite cannot load extensions here in any case)"
    );
    for parser_option in ["SQLITE_OMIT_VIEW", "SQLITE_OMIT_CTE", "SQLITE_OMIT_WINDOWFUNC"] {
        let text = with_lines(&format!("defines = [\"{parser_option}=1\"]"));
        assert!(text.contains(&format!("`{parser_option}` is refused: it changes the SQL parser")));
    }
    for ours in ["SQLITE_API=extern", "fdatasync=fdatasync", "DURABENCH_ENTRY=x"] {
        let text = with_lines(&format!("defines = [\"{ours}\"]"));
        assert!(text.contains("is refused: the build's C file sets it"), "{text}");
    }
    assert!(with_lines("defines = [\"SQLITE_OMIT_DISKIO\"]").contains("removes the unix VFS"));
}

#[test]
fn what_takes_away_what_is_read_back_or_promised_is_refused_by_name_with_the_reason() {
    for (define, reason) in [
        ("SQLITE_OMIT_AUTOVACUUM", "it takes away PRAGMA auto_vacuum"),
        ("SQLITE_OMIT_WAL", "it takes away the WAL"),
        ("SQLITE_OMIT_PRAGMA", "it changes the SQL parser"),
        ("SQLITE_ENABLE_ORDERED_SET_AGGREGATES", "it changes the SQL parser"),
        ("SQLITE_OMIT_FLAG_PRAGMAS", "it takes away PRAGMA foreign_keys"),
        ("SQLITE_OMIT_PAGER_PRAGMAS", "the amalgamation does not link with it"),
        ("SQLITE_OMIT_SCHEMA_VERSION_PRAGMAS", "it takes away PRAGMA freelist_count"),
        ("SQLITE_OMIT_SCHEMA_PRAGMAS", "it takes away PRAGMA database_list"),
        ("SQLITE_OMIT_COMPILEOPTION_DIAGS", "it takes away PRAGMA compile_options"),
        ("SQLITE_OMIT_INTEGRITY_CHECK", "it takes away PRAGMA integrity_check"),
        ("SQLITE_OMIT_WSD", "the amalgamation does not link with it"),
        ("SQLITE_MAX_MMAP_SIZE=0", "it bounds PRAGMA mmap_size"),
        ("SQLITE_NO_SYNC", "it leaves out syncs"),
        ("SQLITE_DISABLE_DIRSYNC=1", "it leaves out syncs"),
    ] {
        let name = define.split('=').next().unwrap();
        let text = with_lines(&format!("defines = [\"{define}\"]"));
        assert!(
            text.starts_with(&format!(
                "builds.toml:4: build `a`, key `defines`: `{name}` is refused: {reason}"
            )),
            "{text}"
        );
    }
    let fdatasync = with_lines("defines = [\"HAVE_FDATASYNC=yes\"]");
    assert!(fdatasync.contains("found `HAVE_FDATASYNC=yes`, expected HAVE_FDATASYNC=1"));
}

#[test]
fn a_flag_that_carries_something_else_in_is_refused_by_name() {
    for (flag, belongs_to) in [
        ("--define-macro=SQLITE_THREADSAFE=0", "; this one belongs under `defines`"),
        ("-Wp,-DSQLITE_THREADSAFE=0", "; this one belongs under `defines`"),
        ("--undefine-macro=SQLITE_THREADSAFE", "; this one belongs under `undefine`"),
        ("--optimize=0", "; this one belongs under `optimize`"),
        ("-Xpreprocessor", ""),
        ("-Xclang", ""),
        ("-include/tmp/other.h", ""),
        ("-imacros/tmp/other.h", ""),
        ("--include=/tmp/other.h", ""),
        ("-I/tmp", ""),
        ("-isystem/tmp", ""),
        ("-specs=/tmp/specs", ""),
        ("-fplugin=/tmp/plugin.so", ""),
        ("-B/tmp", ""),
        ("-undef", ""),
        ("-xc++", ""),
        ("@/tmp/flags", ""),
    ] {
        let text = with_lines(&format!("compiler_flags = [\"{flag}\"]"));
        let begin =
            format!("builds.toml:4: build `a`, key `compiler_flags`: found `{flag}`, expected ");
        assert!(
            text.starts_with(&begin) && text.ends_with(&format!("linker{belongs_to}")),
            "{text}"
        );
    }
    let allowed = "[[build]]\nname = \"a\"\nwhy = \"w\"\ncompiler_flags = [\"-march=native\", \
                   \"-fno-plt\", \"-g3\", \"-Wno-all\", \"-std=gnu11\", \"--param=ssp-buffer-size=4\"]";
    assert_eq!(read(allowed).unwrap()[0].compiler_flags.len(), 6);
}

#[test]
fn flags_levels_and_profiles_are_checked() {
    let flags = "builds.toml:4: build `a`, key `compiler_flags`: found";
    for (flag, answer) in [
        ("march=native", ""),
        ("-g -O2", ""),
        ("-O2", "; this one belongs under `optimize`"),
        ("-DX", "; this one belongs under `defines`"),
        ("-UX", "; this one belongs under `undefine`"),
    ] {
        assert_eq!(
            with_lines(&format!("compiler_flags = [\"{flag}\"]")),
            format!(
                "{flags} `{flag}`, expected one flag that begins with -f, -g, -m, -W, -std= or \
                 --param= and hands nothing on to the preprocessor, assembler or linker{answer}"
            )
        );
    }
    assert_eq!(
        with_lines("optimize = \"s\""),
        "builds.toml:4: build `a`, key `optimize`: found `s`, expected \"0\", \"1\", \"2\" or \"3\""
    );
    assert_eq!(
        with_lines("profile = \"all\""),
        "builds.toml:4: unknown variant `all`, expected one of `default`, `wide`, `calibrate`"
    );
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "(?s).{0,200}", tail in "[a-z=\"\\[\\]\n ]{0,80}") {
        for text in [text, format!("[[build]]\nname = \"a\"\nwhy = \"w\"\n{tail}")] {
            match read(&text) {
                Ok(specs) => prop_assert!(specs.len() <= 1 + text.matches("build").count()),
                Err(error) => prop_assert!(error.starts_with("builds.toml:"), "{}", error),
            }
        }
    }

    #[test]
    fn what_is_defined_is_what_is_compiled(
        names in proptest::collection::btree_set("[A-Z]{3,9}_X", 0..9)
    ) {
        let list: Vec<String> = names.iter().map(|name| format!("\"{name}=7\"")).collect();
        let text = format!("[[build]]\nname = \"a\"\nwhy = \"w\"\ndefines = [{}]", list.join(", "));
        let expected: Vec<String> = names.iter().map(|name| format!("{name}=7")).collect();
        prop_assert_eq!(&read(&text).unwrap()[0].defines, &expected);
    }
}

#[test]
fn a_later_file_says_more_of_flags_and_builds_pass_over_them() {
    let file = |name, text| ManifestFile { name, text };
    let shipped =
        "[[build]]\nname = \"a\"\nwhy = \"w\"\n[flags]\n\"-DA\" = \"one\"\n\"-UB\" = \"\"\n";
    let files = [file("builds.toml", shipped), file("local", "[flags]\n\"-DA\" = \"other\"\n")];
    let manifest = parse(&files).unwrap();
    let flags: Vec<_> = manifest.flags.into_iter().collect();
    assert_eq!(flags, [("-DA".into(), "other".into()), ("-UB".into(), String::new())]);
    assert_eq!(manifest.builds.len(), 1);
    let wrong = parse(&[file("builds.toml", "[flags]\n\"-DA\" = 1\n")]).unwrap_err();
    assert!(wrong.to_string().starts_with("builds.toml:2: "), "{wrong}");
}

#[test]
fn profiles_come_on_top_and_names_leave_out_all_others() {
    let build = |name: &str, profile: &str| {
        format!("[[build]]\nname = \"{name}\"\nwhy = \"w\"\nprofile = \"{profile}\"\n")
    };
    let manifest = [
        build("bundled", "default"),
        build("lean", "default"),
        build("lean-O2", "wide"),
        build("planted", "calibrate"),
    ];
    let specs = read(&manifest.concat()).unwrap();
    let chosen = |text: &str| -> Vec<&str> {
        let is_chosen = chosen::predicate(text, &specs).unwrap();
        specs.iter().filter(|spec| is_chosen(spec)).map(|spec| spec.name.as_str()).collect()
    };
    for (text, expected) in [
        ("", &["bundled", "lean"][..]),
        ("default", &["bundled", "lean"]),
        (" wide,, calibrate ", &["bundled", "lean", "lean-O2", "planted"]),
        ("bundled", &["bundled"]),
        ("lean-O2", &["bundled", "lean-O2"]),
        ("lean,calibrate", &["bundled", "lean", "planted"]),
        ("default,planted", &["bundled", "lean", "planted"]),
    ] {
        assert_eq!(chosen(text), expected, "{text:?}");
    }
    let refusal = chosen::predicate("wide,leen", &specs).map(drop).unwrap_err().to_string();
    let told = "separated by commas, got `leen`; unset it, or choose among bundled, lean, lean-O2";
    assert!(refusal.contains(told), "{refusal}");
}

//! What the program says of itself.

use insta::assert_snapshot;

use crate::plugin::plugin;

#[test]
fn help_of_the_program_and_of_each_verb() {
    assert_snapshot!("help", plugin().line("--help").run().code(0));
    assert_snapshot!("help-short", plugin().line("-h").run().code(0));
    for verb in ["status", "leader", "capture", "version"] {
        assert_snapshot!(format!("help-{verb}"), plugin().line(&format!("{verb} --help")).run().code(0));
        let other = plugin().line(&format!("help {verb}")).run().code(0);
        assert_eq!(other.stdout, plugin().line(&format!("{verb} --help")).run().stdout, "{verb}");
    }
}

#[test]
fn the_version_in_each_way_it_is_asked_for() {
    let version = concat!("kubectl-stateful ", env!("CARGO_PKG_VERSION"), "\n");
    for line in ["version", "--version", "-V"] {
        let answer = plugin().line(line).run().code(0);
        assert_eq!((answer.stdout.as_str(), answer.stderr.as_str()), (version, ""), "{line}");
    }
}

#[test]
fn the_help_is_no_wider_than_a_terminal() {
    for line in ["--help", "status --help", "leader --help", "capture --help"] {
        let text = plugin().line(line).env("COLUMNS", "80").run().code(0).stdout;
        let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > 100).collect();
        assert!(long.is_empty(), "{line}: {long:#?}");
    }
}

//! What `-o` and `--color` accept.

use clap::ValueEnum;

/// How the answer is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Table,
    /// For people, with more columns
    Wide,
    /// The document as JSON
    Json,
    /// The same document as YAML
    Yaml,
    /// Only the names: statefulset.apps/NAME
    Name,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set; also elsewhere with `CLICOLOR_FORCE`
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl ColorChoice {
    /// Whether to colour a stream. An empty variable counts as unset (no-color.org).
    pub fn colors(self, terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
        let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty() && value != "0");
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if variable("NO_COLOR").is_some_and(|value| !value.is_empty()) => false,
            Self::Auto if set("CLICOLOR_FORCE") => true,
            Self::Auto => terminal && variable("TERM").is_none_or(|term| term != "dumb"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_color_wins_over_force_and_the_flag_over_both() {
        let env =
            |names: &'static [&'static str]| move |name: &str| names.contains(&name).then(|| "1".to_owned());
        assert!(ColorChoice::Auto.colors(true, env(&[])));
        assert!(!ColorChoice::Auto.colors(false, env(&[])));
        assert!(!ColorChoice::Auto.colors(true, env(&["NO_COLOR", "CLICOLOR_FORCE"])));
        assert!(ColorChoice::Auto.colors(false, env(&["CLICOLOR_FORCE"])));
        assert!(ColorChoice::Always.colors(false, env(&["NO_COLOR"])));
        assert!(!ColorChoice::Never.colors(true, env(&["CLICOLOR_FORCE"])));
    }
}

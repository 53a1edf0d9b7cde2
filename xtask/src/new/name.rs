//! What a new crate may be called.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use heck::ToKebabCase;

/// What the names of the SDK's own crates start with; a new crate depends on them.
const OURS: &str = "metaproto";

/// An error that says why `name` is not one, and what would be.
///
/// Cargo is asked, so that its rules hold. It takes names in which the compiler then finds fault, and those are refused as well:
/// the new crate would not be free of warnings.
pub(super) fn check(name: &str) -> Result<()> {
    let kebab = name.to_kebab_case();
    if let Some(why) = refused_by_cargo(name)? {
        let another = if kebab != name && refused_by_cargo(&kebab)?.is_none() {
            format!("`{kebab}` would do")
        } else {
            "choose another, such as `my-rpc`".to_owned()
        };
        anyhow::bail!("{why}; {another}");
    }
    ensure!(
        name.replace('_', "-") == kebab,
        "the name `{name}` would make the compiler warn: words in lower case, with one `-` or `_` between them, are usual; \
         `{kebab}` would do"
    );
    ensure!(
        kebab != OURS && !kebab.starts_with(&format!("{OURS}-")),
        "names that start with `{OURS}` are those of the crates on which the new one depends; choose another, such as `my-rpc`"
    );
    Ok(())
}

/// Cargo's own words, if it makes no crate of this name.
fn refused_by_cargo(name: &str) -> Result<Option<String>> {
    let place = tempfile::tempdir()?;
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["new", "--quiet", "--lib", "--vcs", "none"])
        .arg(format!("--name={name}"))
        .arg("crate")
        .current_dir(place.path())
        .output()
        .context("cargo does not start")?;
    if output.status.success() {
        return Ok(None);
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let first = words.lines().find_map(|line| line.strip_prefix("error: "));
    Ok(Some(first.unwrap_or(&words).trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn usual_names_are_taken() {
        for name in ["orders", "my-rpc", "my_rpc", "http2", "rpc2-go"] {
            check(name).unwrap();
        }
    }

    #[test]
    fn a_refusal_says_why_and_what_to_do() {
        for (name, words) in [
            ("", ["cannot be empty", "such as `my-rpc`"]),
            ("9lives", ["cannot start with a digit", "such as `my-rpc`"]),
            ("a b", ["invalid character ` `", "`a-b` would do"]),
            ("match", ["it is a Rust keyword", "such as `my-rpc`"]),
            (
                "test",
                [
                    "conflicts with Rust's built-in test library",
                    "such as `my-rpc`",
                ],
            ),
            ("MyRpc", ["in lower case", "`my-rpc` would do"]),
            ("my--rpc", ["one `-` or `_`", "`my-rpc` would do"]),
            ("metaproto", ["start with `metaproto`", "such as `my-rpc`"]),
            (
                "metaproto-codec",
                ["start with `metaproto`", "such as `my-rpc`"],
            ),
        ] {
            let error = check(name).unwrap_err().to_string();
            for part in words {
                assert!(error.contains(part), "{name:?}: {error}");
            }
        }
    }
}

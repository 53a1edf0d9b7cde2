//! The commands of `docs/dump.md` are run, and what they print is compared.

use std::path::Path;
use std::process::Command;

const PAGE: &str = include_str!("../../../../docs/dump.md");

/// How the program is called there, from the root of the repository.
const PROGRAM: &str = "$ cargo run -q --release -p metaproto-dump -- ";

#[test]
fn every_command_prints_what_the_page_shows() {
    let listings = PAGE.split("```console\n").skip(1);
    let mut count = 0;
    for listing in listings {
        let (listing, _) = listing.split_once("```").unwrap();
        let (command, shown) = listing.split_once('\n').unwrap();
        let arguments = command.strip_prefix(PROGRAM).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_metaproto-dump"))
            .args(arguments.split(' '))
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
            .env_remove("CLICOLOR_FORCE")
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(printed, shown, "{command}");
        count += 1;
    }
    assert!(count >= 4, "only {count} listings");
}

#[test]
fn the_page_names_every_option_and_protocol() {
    let help = Command::new(env!("CARGO_BIN_EXE_metaproto-dump"))
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let options = help
        .split_whitespace()
        .filter(|word| word.starts_with("--"));
    for option in options.filter(|option| !["--help", "--version"].contains(option)) {
        assert!(PAGE.contains(&format!("`{option}")), "{option}");
    }
    for protocol in ["dubbo", "brpc", "trpc", "thrift", "awesomerpc"] {
        assert!(PAGE.contains(&format!("`{protocol}`")), "{protocol}");
    }
}

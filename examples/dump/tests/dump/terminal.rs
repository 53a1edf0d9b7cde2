//! Colours and pages, through the command line.

use std::fs;
use std::path::Path;
use std::process::Command;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/calls.pcap");

fn text(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_metaproto-dump"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    let command = command.args(arguments).arg(SAMPLE);
    let output = command.envs(environment.iter().copied()).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn colours_are_where_they_are_wanted() {
    type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], bool);
    let cases: [Case<'_>; 7] = [
        (&[], &[], false), // stdout is a pipe
        (&["--color", "always"], &[], true),
        (&["--color", "always"], &[("NO_COLOR", "1")], true),
        (&[], &[("CLICOLOR_FORCE", "1")], true),
        (&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        (&["--color", "never"], &[("CLICOLOR_FORCE", "1")], false),
        (&["--color", "always", "--json"], &[], false),
    ];
    for (arguments, environment, coloured) in cases {
        let text = text(arguments, environment);
        assert_eq!(
            text.contains('\x1b'),
            coloured,
            "{arguments:?} {environment:?}"
        );
    }
}

#[test]
fn a_page_is_written_and_lines_only_if_they_are_wanted() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("calls.html");
    let name = file.to_str().unwrap();
    assert_eq!(
        text(&["--html", name], &[]),
        format!("{name}: 12 messages\n")
    );
    let page = fs::read_to_string(&file).unwrap();
    assert_eq!(page.matches("<details class=\"message\"").count(), 12);
    assert!(page.contains("<h1>calls.pcap</h1>"));
    let lines = text(&["--html", name, "--json"], &[]);
    assert_eq!(lines, text(&["--json"], &[]));
}

#[test]
fn what_cannot_be_done_is_said() {
    let cases = [
        (
            vec!["--protocol", "rpc"],
            1,
            "no protocol \"rpc\"; there are dubbo, brpc, trpc, thrift, awesomerpc",
        ),
        (
            vec!["--format", "hex"],
            1,
            "this is no hex text with an even number of digits",
        ),
        (
            vec!["--html", "/no/such/directory/page.html"],
            1,
            "cannot write /no/such/directory/page.html",
        ),
        (vec!["--direction", "up"], 2, "invalid value 'up'"),
    ];
    for (arguments, status, words) in cases {
        let output = Command::new(env!("CARGO_BIN_EXE_metaproto-dump"))
            .args(arguments)
            .arg(SAMPLE)
            .output()
            .unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(status), "{errors}");
        assert!(errors.contains(words), "{errors}");
    }
}

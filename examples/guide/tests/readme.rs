//! What `README.md` shows is what its codec looks like and what the suite says.

use metaproto_codec::{
    Capabilities, Codec, CodecError, DecodeStatus, Direction, Error, Metadata, Mutation, Output,
    Part, Schema,
};
use metaproto_testkit::conformance::Suite;
use metaproto_testkit::report::Outcome;
use my_codec::{Rpc, RpcHeader};

const README: &str = include_str!("../../../README.md");
const INSTRUCTIONS: &str = include_str!("../../../bench/record/2026-11-25.md");
const ENVOY: &str = include_str!("../../../bench/record/envoy-2026-11-26.md");

#[test]
fn the_diagram_is_that_of_the_header() {
    shows(&metaproto_describe::diagram(&RpcHeader::SCHEMA));
}

#[test]
fn the_failure_is_what_the_suite_says() {
    let suite = Suite::new("rpc", || Box::new(AsksTooMuch(Rpc::new()))).name("Rpc");
    let rule = suite.check_rule("D008").unwrap();
    let Outcome::Failed(failure) = rule.outcome else {
        panic!("{:?}", rule.outcome)
    };
    let (shown, _) = failure.text.split_once("  replay: ").unwrap();
    shows(shown);
}

#[test]
fn the_figures_are_those_of_the_records() {
    let (_, section) = README.split_once("## Performance").unwrap();
    let (section, _) = section.split_once("## Beside others").unwrap();
    let rows = section.lines().filter(|line| line.starts_with('|'));
    let mut count = 0;
    for cell in rows.flat_map(|row| row.split('|')).map(str::trim) {
        let plain = cell.replace(',', "");
        if plain.parse::<f64>().is_ok() {
            let is_recorded = INSTRUCTIONS.contains(&format!("| {cell} |"))
                || ENVOY.contains(&format!("| {plain} ("));
            assert!(is_recorded, "no record has {cell}");
            count += 1;
        }
    }
    assert!(count > 40, "{count}");
}

/// Asks for the length of the message where it should ask for what is missing of it.
struct AsksTooMuch(Rpc);

impl Codec for AsksTooMuch {
    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    fn decode(
        &mut self,
        input: &[u8],
        metadata: &mut Metadata,
    ) -> Result<DecodeStatus, CodecError> {
        let status = self.0.decode(input, metadata)?;
        let length = input.get(5..9).and_then(|bytes| bytes.try_into().ok());
        Ok(match (status, length.map(u32::from_be_bytes)) {
            (DecodeStatus::WaitForData { .. }, Some(length)) => DecodeStatus::WaitForData {
                at_least: length as usize,
            },
            (status, _) => status,
        })
    }

    fn encode(
        &self,
        message: &Metadata,
        mutation: &Mutation,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        self.0.encode(message, mutation, output)
    }

    fn on_error(
        &self,
        request: &Metadata,
        error: &Error<'_>,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        self.0.on_error(request, error, output)
    }

    fn schema(&self, direction: Direction) -> Option<Schema> {
        self.0.schema(direction)
    }
}

#[track_caller]
fn shows(text: &str) {
    assert!(
        README.contains(text),
        "README.md does not show this:\n{text}"
    );
}

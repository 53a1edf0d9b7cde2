//! Replaying, observing, blessing and recording.

use metaproto_codec::{Codec, CodecError, DecodeStatus, Direction, Metadata};
use metaproto_testkit::vector::{
    Block, EditResult, Expect, Recorder, Rejection, VectorFile, bless, observe, replay,
};

use crate::shop::{message, shop};

/// A call in two pieces with a change, and bytes that are refused.
const SHOP: &str = "\
# By hand.
mpv 1

[call]     # the first
direction c2s
chunks 3 20
before
  ca fe 00 01 00 00 00 0c  00 00 00 00  # a whole message

bytes
  ca fe 00 07  # magic, id
# half of it
expect wait 8

bytes
  00 00 00 1b 05 00 00 0a
  04 \"zone\" 04 \"blue\"
  \"hello\"
expect request
  request_id 7
  header_size 22   # with the tags
  property \"cmd\" \"5\"
  property \"zone\" \"blue\"
mutate set \"cmd\" \"6\" remove \"zone\" request_id 8
becomes
  ca fe 00 08 00 00 00 11  06 00 00 00 \"hello\"
mutate set \"cmd\" \"128\"
refused cannot_hold
mutate remove \"cmd\"
refused

[short]
direction s2c
before 00  # another connection
bytes ca fe 00 07 00 00 00 0b
expect reject below_minimum at 4 in length

[long]
direction s2c
bytes ca fe 00 07 00 00 10 01
expect limit at 4

[cut off]
";

fn parsed(text: &str) -> VectorFile {
    VectorFile::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

fn shop_file() -> VectorFile {
    parsed(&SHOP.replace(
        "[cut off]\n",
        "[\"cut off\"]\ndirection s2c\nbytes ca fe\nexpect reject truncated at 2\n",
    ))
}

/// What a replay of the first vector says after a change of the text.
fn mismatch(from: &str, to: &str) -> String {
    let text = SHOP.replace("[cut off]\n", "");
    let changed = text.replacen(from, to, 1);
    assert_ne!(text, changed);
    for vector in parsed(&changed).vectors {
        if let Err(mismatch) = replay(&vector, shop) {
            return mismatch.to_string();
        }
    }
    panic!("it still holds")
}

#[test]
fn what_holds_is_replayed() {
    for vector in shop_file().vectors {
        replay(&vector, shop).unwrap_or_else(|mismatch| panic!("{mismatch}"));
        assert_eq!(observe(&vector, shop), vector, "what holds stays");
    }
}

#[test]
fn what_differs_is_shown_row_by_row() {
    assert_eq!(
        mismatch("property \"zone\" \"blue\"", "property \"zone\" \"red\""),
        "\
vector \"call\", block 2 (line 15)
               expected   found
  outcome      a message  a message
  direction    c2s        c2s
  kind         request    request
  request_id   7          7
  header_size  22         22
  length       27         27
  [cmd]        \"5\"        \"5\"
  [zone]       \"red\"      \"blue\"     <- differs"
    );
    assert_eq!(
        mismatch("expect wait 8", "expect wait 9"),
        "\
vector \"call\", block 1 (line 10)
            expected  found
  outcome   wait      wait
  at_least  9         8      <- differs"
    );
    assert_eq!(
        mismatch("06 00 00 00 \"hello\"", "06 00 00 00 \"hellO\""),
        "\
vector \"call\", block 2 (line 15), mutation 1
           expected     found
  outcome  other bytes  other bytes
  length   17           17
  000010   4f           6f           <- differs"
    );
    assert_eq!(
        mismatch("refused cannot_hold", "refused cannot_set"),
        "\
vector \"call\", block 2 (line 15), mutation 2
           expected            found
  outcome  refused cannot_set  refused cannot_hold  <- differs"
    );
    assert_eq!(
        mismatch("at 4 in length", "at 5 in length"),
        "\
vector \"short\", block 1 (line 35)
           expected       found
  outcome  reject         reject
  rule     below_minimum  below_minimum
  offset   5              4              <- differs
  field    length         length"
    );
    assert_eq!(
        mismatch("expect limit at 4", "expect message"),
        "\
vector \"long\", block 1 (line 40)
           expected   found
  outcome  a message  limit          <- differs
  rule     -          above_maximum  <- differs
  offset   -          4              <- differs
  field    -          length         <- differs"
    );
}

#[test]
fn other_outcomes_differ() {
    let lines = |from: &str, to: &str| {
        mismatch(from, to)
            .lines()
            .skip(2)
            .map(String::from)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        lines("expect limit at 4", "expect reject at 4")[0],
        "  outcome  reject    limit  <- differs"
    );
    let order = "property \"cmd\" \"5\"\n  property \"zone\" \"blue\"";
    let swapped = "property \"zone\" \"blue\"\n  property \"cmd\" \"5\"";
    let rows = lines(order, swapped);
    assert!(
        rows.last()
            .unwrap()
            .starts_with("  order of properties  [zone] [cmd]  [cmd] [zone]"),
        "{rows:?}"
    );
    let stated = lines("refused\n", "becomes 00\n");
    assert_eq!(
        stated[0],
        "  outcome  other bytes  refused cannot_remove  <- differs"
    );
    let more = lines(
        "04 \"blue\"\n  \"hello\"",
        "04 \"blue\"\n  \"hello\" ca fe 00 01 00 00 00 0c 00 00 00 00",
    );
    assert!(
        more[0].starts_with(
            "  outcome      a message  2 message(s), ending at byte 27, 39; the block ends at 39"
        ),
        "{more:?}"
    );
}

#[test]
fn a_block_of_two_messages_is_left_to_be_cut_by_hand() {
    let two = [message(1, b""), message(2, b"")].concat();
    let mut vector = parsed("mpv 1\n[x]\ndirection c2s\n").vectors.remove(0);
    vector.blocks.push(Block::new(two, Expect::Message));
    assert_eq!(observe(&vector, shop), vector);
    assert!(replay(&vector, shop).is_err());
}

#[test]
fn a_message_of_half_the_bytes_is_no_whole_message() {
    let text =
        "mpv 1\n[x]\ndirection c2s\nbytes ca fe 00 01 00 00 00 0c 00 00 00 00 ca\nexpect message\n";
    assert!(replay(&parsed(text).vectors[0], shop).is_err());
}

#[test]
fn blessing_fills_in_and_keeps_the_rest() {
    let text = "\
# By hand.\r
mpv 1\r
[call]     # the first\r
direction c2s\r
bytes\r
  ca fe 00 07 00 00 00 1b  05 00 00 0a 04 7a 6f 6e   # a header\r
  \"e\" 04 \"blue\"  \"hello\"\r
expect message   # to be blessed\r
mutate set \"cmd\" \"6\"\r
mutate set \"cmd\" \"128\"   # too large\r
refused cannot_set           # says who?\r
mutate remove \"zone\"\r
becomes\r
  # an older codec said so\r
  ca fe 00 07 00 00 00 11  06 00 00 00 68 65 6c 6c  # ............hell\r
  6f  # and this\r
# the end\r
[answer]\r
direction s2c\r
bytes ca fe 00 07 00 00 00 0c  05 01 00 00\r
expect response\r
    header_size 13   # wrong\r
    request_id 7     # right\r
    status ok\r
    stream_id 3      # there are none\r
bytes ca fe\r
expect wait # 1 or more\r
[last]\r
direction s2c\r
bytes ca ff\r
expect wait";
    let expected = "\
# By hand.\r
mpv 1\r
[call]     # the first\r
direction c2s\r
bytes\r
  ca fe 00 07 00 00 00 1b  05 00 00 0a 04 7a 6f 6e   # a header\r
  \"e\" 04 \"blue\"  \"hello\"\r
expect request   # to be blessed\r
  request_id 7\r
  header_size 22\r
  property \"cmd\" \"5\"\r
  property \"zone\" \"blue\"\r
mutate set \"cmd\" \"6\"\r
becomes\r
  ca fe 00 07 00 00 00 1b  06 00 00 0a 04 7a 6f 6e  # .............zon\r
  65 04 62 6c 75 65 68 65  6c 6c 6f                 # e.bluehello\r
mutate set \"cmd\" \"128\"   # too large\r
refused cannot_hold\r
# says who?\r
mutate remove \"zone\"\r
becomes\r
  ca fe 00 07 00 00 00 11  05 00 00 00 68 65 6c 6c  # ............hell\r
  6f\r
  # an older codec said so\r
# and this\r
# the end\r
[answer]\r
direction s2c\r
bytes ca fe 00 07 00 00 00 0c  05 01 00 00\r
expect error\r
    header_size 12   # wrong\r
  property \"cmd\" \"5\"\r
    request_id 7     # right\r
    status error\r
# there are none\r
bytes ca fe\r
expect wait # 1 or more\r
[last]\r
direction s2c\r
bytes ca ff\r
expect reject constant at 1 in magic";
    let mut file = parsed(text);
    for vector in &mut file.vectors {
        *vector = observe(vector, shop);
    }
    let blessed = bless(text, &file);
    assert_eq!(blessed, expected);
    assert_eq!(parsed(&blessed), file, "the text says what was observed");
    assert_eq!(bless(&blessed, &file), blessed, "once is enough");
    for vector in &parsed(&blessed).vectors {
        replay(vector, shop).unwrap_or_else(|mismatch| panic!("{mismatch}"));
    }
}

#[test]
fn blessing_leaves_alone_what_it_does_not_know() {
    let text = SHOP.replace("[cut off]\n", "");
    assert_eq!(bless(&text, &shop_file()), text);
    assert_eq!(bless("no vectors", &shop_file()), "no vectors");
    let mut other = shop_file();
    other.vectors[0].blocks[1].bytes.push(0);
    other.vectors[0].blocks[1].expect = Expect::Anything;
    other.vectors[1].name.push('x');
    other.vectors[1].blocks[0].expect = Expect::Anything;
    assert_eq!(bless(&text, &other), text);
}

#[test]
fn facts_go_where_they_no_longer_hold() {
    let text =
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nexpect ping\n  header_size 1 # all\n  status ok\n";
    let mut file = parsed(text);
    file.vectors[0].blocks[0].expect = Expect::Wait { at_least: None };
    let blessed = bless(text, &file);
    assert_eq!(
        blessed,
        "mpv 1\n[x]\ndirection c2s\nbytes 00\nexpect wait\n# all\n"
    );
}

#[test]
fn a_recording_replays() {
    let [first, second] = [message(7, b"hello"), message(8, b"")];
    let stream = [&first[..], &second, &second[..9]].concat();
    let mut recorder = Recorder::new(shop);
    recorder.bytes(Direction::ClientToServer, &stream[..5]);
    recorder.bytes(Direction::ServerToClient, b"\xca\xfe\x00");
    recorder.bytes(Direction::ClientToServer, b"");
    recorder.bytes(Direction::ClientToServer, &stream[5..40]);
    recorder.bytes(Direction::ServerToClient, b"\x00\x00\x00\x00\x00");
    recorder.bytes(Direction::ServerToClient, b"more");
    recorder.bytes(Direction::ClientToServer, &stream[40..]);
    let file = recorder.finish();
    let [c2s, s2c] = file.vectors.as_slice() else {
        panic!("two vectors, not {file}")
    };
    assert_eq!(
        (c2s.name.as_str(), c2s.direction),
        ("c2s", Direction::ClientToServer)
    );
    assert_eq!((c2s.stream(), &c2s.chunks[..]), (stream, &[5, 35][..]));
    assert_eq!(
        (s2c.direction, &s2c.chunks[..]),
        (Direction::ServerToClient, &[3, 5][..])
    );
    assert_eq!(c2s.blocks[0].bytes, first);
    let Expect::Facts(facts) = &c2s.blocks[1].expect else {
        panic!("facts, not {:?}", c2s.blocks[1].expect)
    };
    assert_eq!((facts.length, facts.get("zone")), (22, Some("blue")));
    assert_eq!(
        c2s.blocks[2],
        Block::new(&second[..9], Expect::Wait { at_least: Some(13) })
    );
    let refused = Rejection {
        limit: false,
        rule: Some("below_minimum".into()),
        offset: Some(4),
        field: Some("length".into()),
    };
    assert_eq!(
        s2c.blocks,
        [Block::new(
            b"\xca\xfe\0\0\0\0\0\0more".to_vec(),
            Expect::Reject(refused)
        )]
    );
    let read = parsed(&file.to_string());
    assert_eq!(read, file);
    for vector in &read.vectors {
        replay(vector, shop).unwrap_or_else(|mismatch| panic!("{mismatch}"));
    }
}

#[test]
fn a_recording_of_nothing_is_empty() {
    assert_eq!(Recorder::new(shop).finish(), VectorFile::default());
}

/// A codec that keeps count: one byte is a message, and the second of a stream is refused.
struct Once(bool);

impl Codec for Once {
    fn capabilities(&self) -> metaproto_codec::Capabilities {
        metaproto_codec::Capabilities::new("once", 10)
    }
    fn decode(&mut self, input: &[u8], _: &mut Metadata) -> Result<DecodeStatus, CodecError> {
        if input.is_empty() {
            return Ok(DecodeStatus::WaitForData { at_least: 1 });
        }
        if std::mem::replace(&mut self.0, true) {
            let fault = metaproto_codec::Fault::Protocol { rule: "only once" };
            return Err(CodecError::new(
                0,
                metaproto_codec::FieldPath::new("message"),
                fault,
            ));
        }
        Ok(DecodeStatus::Done { consumed: 1 })
    }
    fn encode(
        &self,
        _: &Metadata,
        _: &metaproto_codec::Mutation,
        _: &mut metaproto_codec::Output,
    ) -> Result<(), CodecError> {
        Ok(())
    }
    fn on_error(
        &self,
        _: &Metadata,
        _: &metaproto_codec::Error<'_>,
        _: &mut metaproto_codec::Output,
    ) -> Result<(), CodecError> {
        Ok(())
    }
    fn heartbeat_reply(
        &self,
        _: &Metadata,
        _: &mut metaproto_codec::Output,
    ) -> Result<(), CodecError> {
        Ok(())
    }
}

#[test]
fn bytes_before_came_on_the_same_connection() {
    let text =
        "mpv 1\n[x]\ndirection c2s\nbefore 00\nbytes 01\nexpect reject protocol at 0\nmutate\n";
    let text = text.replace("mutate\n", "");
    replay(&parsed(&text).vectors[0], || Box::new(Once(false))).unwrap();
    let alone = text.replace("before 00\n", "");
    assert!(replay(&parsed(&alone).vectors[0], || Box::new(Once(false))).is_err());
}

#[test]
fn input_only_states_nothing() {
    let text = "mpv 1\n[x]\ndirection c2s\nbytes ca fe 00 01 00 00 00 0c 00 00 00 00\nexpect anything\nmutate\n";
    let vector = &parsed(text).vectors[0];
    replay(vector, shop).unwrap();
    let observed = observe(vector, shop);
    assert_eq!(observed.blocks[0].expect, Expect::Anything);
    assert_eq!(
        observed.blocks[0].edits[0].result,
        EditResult::Becomes(vector.stream())
    );
}

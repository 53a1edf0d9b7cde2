//! What is read and written here is what prost reads and writes.

use std::collections::BTreeMap;

use metaproto_codec::{Change, CodecError, Fault, Metadata, Mutation};
use metaproto_protobuf::{Edit, Found, Layout, Message, Path, Value};
use proptest::prelude::*;
use prost::Message as _;

#[derive(Clone, PartialEq, prost::Message)]
struct Header {
    #[prost(uint64, tag = "1")]
    id: u64,
    #[prost(int32, optional, tag = "2")]
    code: Option<i32>,
    #[prost(btree_map = "string, string", tag = "3")]
    tags: BTreeMap<String, String>,
    #[prost(message, optional, tag = "4")]
    call: Option<Call>,
    #[prost(fixed64, tag = "5")]
    stamp: u64,
    #[prost(fixed32, repeated, packed = "false", tag = "6")]
    marks: Vec<u32>,
    #[prost(bytes = "vec", tag = "2000")]
    late: Vec<u8>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Call {
    #[prost(string, tag = "1")]
    method: String,
    #[prost(btree_map = "string, string", tag = "5")]
    tags: BTreeMap<String, String>,
    #[prost(bytes = "vec", tag = "9")]
    token: Vec<u8>,
}

/// Reads nothing but a map.
const TAGS: Layout<0, 0> = Layout {
    numbers: [],
    ranges: [],
    tags: &[3],
};

fn tags() -> impl Strategy<Value = BTreeMap<String, String>> {
    proptest::collection::btree_map("[a-z]{0,3}", "\\PC{0,200}", 0..5)
}

prop_compose! {
    fn call()(method in "\\PC{0,20}", tags in tags(), token: Vec<u8>) -> Call {
        Call { method, tags, token }
    }
}

prop_compose! {
    fn header()(
        id: u64, code: Option<i32>, tags in tags(), call in proptest::option::of(call()), stamp: u64,
        marks in proptest::collection::vec(any::<u32>(), 0..3), late: Vec<u8>,
    ) -> Header {
        Header { id, code, tags, call, stamp, marks, late }
    }
}

/// The changes as edits of the map at `path`.
fn entries(path: Path, mutation: &Mutation) -> Vec<Edit<'_>> {
    let edit = |(key, change)| Edit::entry(path, key, change).unwrap();
    mutation.changes().map(edit).collect()
}

/// The message between two other parts of a frame.
fn framed(message: &[u8]) -> Vec<u8> {
    [b"before", message, b"behind"].concat()
}

fn within(frame: &[u8]) -> Message<'_> {
    Message::new(frame, 6..frame.len() - 6, "header")
}

/// What the walk makes of the fields that a codec would ask for.
fn walked(frame: &[u8]) -> Result<Header, CodecError> {
    let message = within(frame);
    let text = |range| String::from_utf8(message.bytes(range).to_vec()).unwrap();
    let mut header = Header::default();
    for field in message.fields() {
        let field = field?;
        match (field.number, field.value) {
            (1, Value::Varint(id)) => header.id = id,
            (2, Value::Varint(code)) => header.code = Some(code as i32),
            (3, Value::Bytes(entry)) => {
                let (key, value) = message.entry(entry)?;
                header.tags.insert(text(key), text(value));
            }
            (4, Value::Bytes(range)) => {
                let call = header.call.get_or_insert_default();
                for field in message.within(range).fields() {
                    let field = field?;
                    match (field.number, field.value) {
                        (1, Value::Bytes(range)) => call.method = text(range),
                        (5, Value::Bytes(entry)) => {
                            let (key, value) = message.entry(entry)?;
                            call.tags.insert(text(key), text(value));
                        }
                        (9, Value::Bytes(range)) => call.token = message.bytes(range).to_vec(),
                        other => panic!("{other:?}"),
                    }
                }
            }
            (5 | 6, Value::Other) => {}
            (2000, Value::Bytes(range)) => header.late = message.bytes(range).to_vec(),
            other => panic!("{other:?}"),
        }
    }
    Ok(header)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn a_message_is_what_prost_wrote(header in header()) {
        let frame = framed(&header.encode_to_vec());
        let known = Header { stamp: 0, marks: Vec::new(), ..header };
        prop_assert_eq!(walked(&frame), Ok(known));
    }

    #[test]
    fn changes_are_what_prost_reads(
        header in header(), id: u64, code: Option<i32>, method in "\\PC{0,200}",
        set in ("[a-z]{0,3}", "\\PC{0,200}"), removed in "[a-z]{0,3}",
    ) {
        let frame = framed(&header.encode_to_vec());
        let (key, value) = &set;
        let mutation = Mutation::new().set(key, value).remove(&removed);
        let mut edits = vec![
            Edit::bytes(&[4, 1], method.as_bytes()),
            Edit::varint(&[1], id),
            Edit::varint(&[2], code.map(|code| i64::from(code).cast_unsigned())),
        ];
        edits.extend(entries(&[4, 5], &mutation));
        edits.extend(entries(&[3], &mutation));
        let edited = within(&frame).edited(edits).unwrap();

        let mut expected = header;
        let change = |tags: &mut BTreeMap<String, String>| {
            tags.remove(&removed);
            if *key != removed {
                tags.insert(key.clone(), value.clone());
            }
        };
        change(&mut expected.tags);
        let call = expected.call.get_or_insert_default();
        change(&mut call.tags);
        call.method = method.clone();
        expected.id = id;
        expected.code = code;
        prop_assert_eq!(Header::decode(&*edited), Ok(expected));
    }

    #[test]
    fn what_is_set_and_then_removed_leaves_no_trace(header in header(), value in "\\PC{0,200}") {
        let mut header = header;
        header.id = 0;
        let bytes = header.encode_to_vec();
        let frame = framed(&bytes);
        let set = Mutation::new().set("new", &value);
        let mut set = entries(&[3], &set);
        set.push(Edit::varint(&[1], 7));
        let changed = framed(&within(&frame).edited(set).unwrap());
        let remove = Mutation::new().remove("NEW");
        let mut remove = entries(&[3], &remove);
        remove.push(Edit::varint(&[1], None));
        prop_assert_eq!(within(&changed).edited(remove).unwrap(), bytes);
    }

    #[test]
    fn whatever_the_bytes_nothing_is_read_beyond_them(bytes: Vec<u8>) {
        let frame = framed(&bytes);
        let end = frame.len() - 6;
        let mut at = 6;
        for field in within(&frame).fields().map_while(Result::ok) {
            prop_assert_eq!(field.range.start, at);
            at = field.range.end;
            prop_assert!(at <= end && field.range.start < at);
        }
        let is_whole = within(&frame).fields().all(|field| field.is_ok());
        prop_assert_eq!(is_whole, at == end);
        // What prost refuses for a known field, an unknown one may be; but never the other way round.
        if Empty::decode(&*bytes).is_ok() {
            prop_assert!(is_whole, "{bytes:02x?}");
        }
    }
}

/// Knows no field, and so skips all.
#[derive(Clone, PartialEq, prost::Message)]
struct Empty {}

fn refused(bytes: &[u8]) -> (u64, Fault) {
    let frame = framed(bytes);
    let error = within(&frame).fields().find_map(Result::err).unwrap();
    (error.offset() - 6, error.fault().clone())
}

#[test]
fn what_is_no_protobuf_is_an_error_where_it_stands() {
    assert_eq!(
        refused(b"\x08\x01\x12\x05abc"),
        (4, Fault::PastEnd { needed: 5, left: 3 })
    );
    assert_eq!(
        refused(b"\x08\x80\x80"),
        (1, Fault::PastEnd { needed: 3, left: 2 })
    );
    assert_eq!(refused(&[0xFF; 20]), (0, Fault::Varint { max: 10 }));
    assert_eq!(
        refused(b"\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02"),
        (1, Fault::Varint { max: 10 })
    );
    assert_eq!(refused(b"\x0f"), (0, Fault::Code { found: 7 }));
    assert_eq!(refused(b"\x00\x00").0, 0);
    assert_eq!(
        refused(b"\x09\x01\x02"),
        (1, Fault::PastEnd { needed: 8, left: 2 })
    );
}

#[test]
fn groups_are_skipped_as_deep_as_googles_parsers_do() {
    let nested = |depth| [vec![0x53; depth], vec![0x54; depth], b"\x08\x07".to_vec()].concat();
    let frame = framed(&nested(100));
    let values: Vec<_> = within(&frame)
        .fields()
        .map(|field| field.unwrap().value)
        .collect();
    assert_eq!(values, [Value::Other, Value::Varint(7)]);
    let deeper = Fault::AboveMaximum {
        found: 101,
        max: 100,
    };
    assert_eq!(refused(&nested(101)), (100, deeper));
    assert_eq!(refused(b"\x53\x08\x01\x5c").0, 3, "another group ends");
    assert_eq!(refused(b"\x08\x01\x54").0, 2, "no group ends");
    assert_eq!(refused(b"\x53\x08\x01").0, 3, "a group has no end");
}

#[test]
fn a_repeated_field_is_changed_as_the_one_that_it_means() {
    // Two calls, which are one, each with the method and a tag.
    let call = b"\x22\x0a\x0a\x01m\x2a\x05\x0a\x01k\x12\x00";
    let bytes = [&call[..], b"\x08\x01\x08\x02", call].concat();
    let mutation = Mutation::new().set("k", "v");
    let edits = || {
        let mut edits = entries(&[4, 5], &mutation);
        edits.push(Edit::bytes(&[4, 1], &b"n"[..]));
        edits.push(Edit::varint(&[1], 9));
        edits
    };
    let frame = framed(&bytes);
    let edited = within(&frame).edited(edits()).unwrap();
    let header = Header::decode(&*edited).unwrap();
    let call = header.call.unwrap();
    assert_eq!((header.id, call.method.as_str()), (9, "n"));
    assert_eq!(
        call.tags,
        BTreeMap::from([("k".to_owned(), "v".to_owned())])
    );
    let frame = framed(&edited);
    assert_eq!(within(&frame).edited(edits()).unwrap(), edited);
}

#[test]
fn a_field_of_another_type_is_another_field() {
    let frame = framed(b"\x0a\x01x\x18\x05");
    let mutation = Mutation::new().set("a", "b");
    let mut edits = entries(&[3], &mutation);
    edits.push(Edit::varint(&[1], 7));
    let edited = within(&frame).edited(edits).unwrap();
    assert_eq!(
        edited,
        b"\x0a\x01x\x08\x07\x18\x05\x1a\x06\x0a\x01a\x12\x01b"
    );
}

#[test]
fn entries_that_are_no_text_are_kept_and_not_exposed() {
    let frame = framed(b"\x1a\x06\x0a\x01\xff\x12\x01v\x1a\x06\x0a\x01k\x12\x01\xff\x1a\x05\x0a\x01\n\x12\x00\x1a\x03\x12\x01e");
    let message = within(&frame);
    let mut metadata = Metadata::default();
    TAGS.read(&message, &mut metadata).unwrap();
    metadata.attach_frame(frame.clone().into());
    let all: Vec<_> = metadata
        .properties()
        .map(|(key, value)| (key, value.to_string()))
        .collect();
    assert_eq!(all, [("", "e".to_owned())]);
    let changes = Mutation::new().set("k", "v").remove("\u{FF}");
    assert_eq!(
        message.edited(entries(&[3], &changes)).unwrap(),
        b"\x1a\x06\x0a\x01\xff\x12\x01v\x1a\x06\x0a\x01k\x12\x01v\x1a\x05\x0a\x01\n\x12\x00\x1a\x03\x12\x01e"
    );
    assert!(Edit::entry(&[3], "a\nb", Change::Set("")).is_err());
    assert!(Edit::entry(&[3], "a\nb", Change::Remove).is_ok());
}

#[test]
fn a_map_has_at_most_4096_entries() {
    let frame = framed(&b"\x1a\x00".repeat(4097));
    let error = TAGS
        .read(&within(&frame), &mut Metadata::default())
        .unwrap_err();
    assert!(error.is_limit());
    assert_eq!(error.offset(), 6 + 2 * 4096 + 2);
}

#[test]
fn of_a_layout_the_last_value_holds_and_messages_are_merged() {
    const LAYOUT: Layout<2, 3> = Layout {
        numbers: [&[1], &[2, 1]],
        ranges: [&[2], &[2, 2], &[7]],
        tags: &[2, 3],
    };
    // 1 = 5; 2 = {1 = 6, 2 = "a", 3 = {"k": ""}}; 1 = 8; 2 = {1 = 9}; 1 of another type.
    let frame = framed(
        b"\x08\x05\x12\x0a\x08\x06\x12\x01a\x1a\x03\x0a\x01k\x08\x08\x12\x02\x08\x09\x0a\x00",
    );
    let mut metadata = Metadata::default();
    let Found {
        numbers, ranges, ..
    } = LAYOUT.read(&within(&frame), &mut metadata).unwrap();
    assert_eq!(numbers, [Some(8), Some(9)]);
    assert_eq!(ranges, [Some(24..26), Some(14..15), None]);
    metadata.attach_frame(frame.into());
    assert_eq!(metadata.get("k").unwrap().to_string(), "");
}

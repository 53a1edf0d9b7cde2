//! The messages: that of tRPC as a client of tRPC-Go sent it, the others put together as their specifications say.

use std::iter;

/// A text that makes a message of Thrift have some 300 bytes.
pub(super) const LONG: &str = "restock the shelves of the northern warehouse before the holidays, \
     tell the manager of the shop which of them are empty, and send what is left of the old mugs to the depot";

/// The same within a THeader frame.
const SHORT: &str = "restock";

/// The first message of `examples/trpc/tests/recorded/large-go-go`, of 277 bytes.
pub(super) fn trpc() -> Vec<u8> {
    let recorded = include_bytes!("../../../examples/trpc/tests/recorded/large-go-go/c2s.bin");
    recorded[..277].to_vec()
}

/// A request of Dubbo to `restock` with one text and so many attachments, at most 16.
pub(super) fn dubbo(attachments: usize) -> Vec<u8> {
    let pairs = DUBBO_PAIRS.iter().take(attachments);
    let start = [
        "2.0.2",
        INTERFACE,
        "1.2.3",
        "restock",
        "Ljava/lang/String;",
        "mugs",
    ];
    let start: Vec<u8> = start.into_iter().flat_map(short).collect();
    let pairs: Vec<u8> = pairs.flatten().flat_map(|text| short(text)).collect();
    let body = [&start, &b"H"[..], &pairs, b"Z"].concat();
    let length = (body.len() as u32).to_be_bytes();
    [&b"\xDA\xBB\xC2\0\0\0\0\0\0\0\0\x07"[..], &length, &body].concat()
}

/// A request of brpc with four user fields, an attachment of 8 bytes, and a payload.
pub(super) fn brpc() -> Vec<u8> {
    let request = [
        block(1, INTERFACE.as_bytes()),
        block(2, b"restock"),
        block(7, b"5f0d1b9e-77a0"),
        b"\x40\xE8\x07".to_vec(),
    ];
    let field = |(key, value): &(&str, &str)| {
        block(
            9,
            &[block(1, key.as_bytes()), block(2, value.as_bytes())].concat(),
        )
    };
    let meta = [block(1, &request.concat()), b"\x20\x07\x28\x08".to_vec()];
    let meta: Vec<u8> = meta
        .into_iter()
        .chain(PAIRS[1..].iter().map(field))
        .flatten()
        .collect();
    let payload = [&block(1, &LONG.as_bytes()[..90])[..], b"attached"].concat();
    let lengths = [meta.len() + payload.len(), meta.len()].map(|it| (it as u32).to_be_bytes());
    [b"PRPC", &lengths.concat()[..], &meta, &payload].concat()
}

/// `message` of Thrift in a frame.
pub(super) fn framed(message: Vec<u8>) -> Vec<u8> {
    [&(message.len() as u32).to_be_bytes()[..], &message].concat()
}

/// A call of Thrift in the binary protocol, with a text, a number, a list, a map and a struct.
pub(super) fn binary(note: &str) -> Vec<u8> {
    let text = |text: &str| [&(text.len() as u32).to_be_bytes(), text.as_bytes()].concat();
    [
        b"\x80\x01\0\x01".to_vec(),
        text("restock"),
        b"\0\0\0\x07".to_vec(),
        [b"\x0B\0\x01", &text(note)[..]].concat(),
        b"\x08\0\x02\0\0\0\x2A".to_vec(),
        [
            b"\x0F\0\x03\x0B\0\0\0\x03",
            &["mug", "plate", "spoon"].map(text).concat()[..],
        ]
        .concat(),
        [
            b"\x0D\0\x04\x0B\x0B\0\0\0\x02",
            &["aisle", "seven", "shelf", "top"].map(text).concat()[..],
        ]
        .concat(),
        b"\x0C\0\x05\x0A\0\x01\0\0\0\0\0\x98\x96\x80\x02\0\x02\x01\0\0".to_vec(),
    ]
    .concat()
}

/// The same call in the compact protocol.
pub(super) fn compact(note: &str) -> Vec<u8> {
    [
        b"\x82\x21\x07".to_vec(),
        short("restock"),
        [b"\x18", &short(note)[..]].concat(),
        b"\x15\x54".to_vec(),
        [
            b"\x19\x38",
            &["mug", "plate", "spoon"].map(short).concat()[..],
        ]
        .concat(),
        [
            b"\x1B\x02\x88",
            &["aisle", "seven", "shelf", "top"].map(short).concat()[..],
        ]
        .concat(),
        b"\x1C\x16\x80\xDA\xC4\x09\x11\0\0".to_vec(),
    ]
    .concat()
}

/// A shorter call in the binary protocol, in a THeader frame with five key-values.
pub(super) fn theader() -> Vec<u8> {
    let pairs = PAIRS
        .iter()
        .flat_map(|(key, value)| [short(key), short(value)]);
    let mut header: Vec<u8> = iter::once(b"\0\0\x01\x05".to_vec())
        .chain(pairs)
        .flatten()
        .collect();
    header.resize(header.len().next_multiple_of(4), 0);
    let words = (header.len() / 4) as u16;
    let start = [&b"\x0F\xFF\0\0\0\0\0\x07"[..], &words.to_be_bytes()].concat();
    framed([start, header, binary(SHORT)].concat())
}

const INTERFACE: &str = "shop.inventory.ShelfService";

/// What peers tell beside the arguments, in the order of the keys.
const PAIRS: [(&str, &str); 5] = [
    ("authority", "inventory.shop.example"),
    ("client", "checkout"),
    ("region", "eu-central-1"),
    ("tenant", "blue"),
    ("x-trace-id", "4bf92f3577b34da6"),
];

const DUBBO_PAIRS: [[&str; 2]; 16] = [
    ["path", INTERFACE],
    ["remote.application", "checkout"],
    ["interface", INTERFACE],
    ["version", "1.2.3"],
    ["timeout", "1000"],
    ["tenant", "blue"],
    ["x-trace-id", "4bf92f3577b34da6"],
    ["group", "north"],
    ["region", "eu-central-1"],
    ["zone", "b"],
    ["client", "checkout"],
    ["user", "4711"],
    ["locale", "de-AT"],
    ["experiment", "shelf-7"],
    ["priority", "low"],
    ["retries", "2"],
];

/// A text with its length before it, as a varint: one of up to 31 bytes in Hessian, one of up to 255 in the compact protocol
/// and THeader.
fn short(text: &str) -> Vec<u8> {
    let length = match text.len() as u8 {
        low @ ..0x80 => vec![low],
        long => vec![long, 1],
    };
    [&length, text.as_bytes()].concat()
}

/// A field of protobuf of up to 127 bytes.
fn block(number: u8, bytes: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2, bytes.len() as u8], bytes].concat()
}

//! Every attribute of `#[derive(Header)]`, each with the bytes that it makes. There is no code in this module.
//!
//! A header is a struct with named fields, which stand in the message in the order in which they are written down; behind
//! them stands the body. Attributes go on a field: `#[header(len = u16, max = 64)]`. A number is as wide as its type, and
//! has the byte order of the struct. What is computed from the rest of the message (lengths, counts, tags, checksums) is
//! checked where it is read and worked out where it is written, whatever the struct says.
//!
//! | on a field | |
//! |---|---|
//! | [`bytes`](#numbers), [`bits`](#bits), [`varint`, `vlq`](#numbers-of-varying-width), [`zigzag`, `scale`](#numbers-of-varying-width) | how wide a number is |
//! | [`constant`, `code`, `big_endian`, `little_endian`](#numbers), [`reserved`](#bits) | what a number is |
//! | [`len`, `until`, `pad`](#texts-and-bytes), [`count`](#lists-and-maps), [`rest`](#what-is-left), with [`max`, `scale`, `offset`](#texts-and-bytes) | where something ends |
//! | [`item`, `key`, `value`](#lists-and-maps) | the elements of a list or map |
//! | [`nested`](#parts), [`tag`](#choices) | a struct or an enum of your own |
//! | [`when`, `optional`, `null`](#presence) | whether it is there |
//! | [`align`, `trailer`, `checksum`, `over`](#alignment-trailers-checksums) | where it stands, and what it guards |
//! | [`with`](#your-own-functions) | your own functions |
//! | [`frame_len`, `rest_len`, `header_len`, `body_len`, `no_body`](#lengths-of-the-message) | the lengths of the message |
//! | [`request_id`, `stream_id`, `operation`, `metadata`, `message_type`, `oneway`, `heartbeat`, `reply`, `status`](#roles) | what it means to a host |
//!
//! On a struct: [`big_endian`, `little_endian`, `part`](#on-the-struct). On an enum: [`part`, `tag`](#choices); on its
//! variants: [`tag`, `other`](#choices).
//!
//! # Numbers
//!
//! Integers, floats and booleans (one byte, 0 or 1) are written as they are, `[u8; N]` as its bytes. `bytes = 3` makes an
//! integer narrower than its type; a signed one keeps its sign. `constant` is a value that every message has, and any other
//! is an error. `code = u8` is for an enum of names: [`codes!`](crate::codes) keeps values without a name, so they survive.
//!
//! ```
//! # use metaproto_codec::{codes, CodecError, Header};
//! codes! {
//!     enum Format: u8 { Json = 1, Cbor = 2 }
//! }
//!
//! #[derive(Header)]
//! #[header(big_endian)]
//! struct Numbers {
//!     #[header(frame_len, max = 64)]
//!     length: u8,
//!     #[header(constant = 0xCAFE)]
//!     magic: u16,
//!     #[header(bytes = 3)]
//!     stream: u32,
//!     #[header(little_endian)]
//!     port: u16,
//!     #[header(code = u8)]
//!     format: Format,
//!     ratio: f32,
//!     salt: [u8; 2],
//! }
//!
//! let message = b"\x0F\xCA\xFE\x00\x01\x02\x50\x00\x02\x3F\xC0\x00\x00\xAA\xBB";
//! let header = Numbers::read_frame(message)?;
//! assert_eq!((header.stream, header.port, header.format), (0x102, 80, Format::Cbor));
//! assert_eq!((header.ratio, header.salt), (1.5, [0xAA, 0xBB]));
//! assert_eq!(header.to_frame(b"")?, message);
//! # Ok::<(), CodecError>(())
//! ```
//!
//! # Bits
//!
//! Adjacent fields with `bits` share bytes, which they fill. In big-endian order the first field has the highest bits, in
//! little-endian order the lowest. A `reserved` field means nothing yet: it is kept as it came.
//!
//! ```
//! # use metaproto_codec::{CodecError, Header};
//! #[derive(Header)]
//! #[header(big_endian)]
//! struct Flags {
//!     #[header(frame_len, max = 64)]
//!     length: u8,
//!     #[header(bits = 4, constant = 1)]
//!     version: u8,
//!     #[header(bits = 1)]
//!     is_compressed: bool,
//!     #[header(bits = 3, reserved)]
//!     spare: u8,
//! }
//!
//! let header = Flags::read_frame(&[2, 0b0001_1_101])?;
//! assert!(header.is_compressed);
//! assert_eq!(header.to_frame(b"")?, [2, 0b0001_1_101]);
//! # Ok::<(), CodecError>(())
//! ```
//!
//! # Numbers of varying width
//!
//! `varint` is LEB128, as in protocol buffers: seven bits a byte, the lowest first. `vlq` has the highest first, as in MIDI
//! files. A signed type says `zigzag`. `bytes = 4` bounds the width. `scale = 4` is for a number that counts
//! units of four: the field holds what the units amount to.
//!
//! ```
//! # use metaproto_codec::{CodecError, Header};
//! #[derive(Header)]
//! struct Varying {
//!     #[header(frame_len, max = 64)]
//!     length: u8,
//!     #[header(varint)]
//!     count: u32,
//!     #[header(vlq)]
//!     ticks: u32,
//!     #[header(varint, zigzag)]
//!     delta: i32,
//!     #[header(bytes = 1, scale = 4)]
//!     width: u16,
//! }
//!
//! let message = b"\x07\xAC\x02\x81\x48\x03\x05";
//! let header = Varying::read_frame(message)?;
//! assert_eq!((header.count, header.ticks), (300, 200));
//! assert_eq!((header.delta, header.width), (-2, 20));
//! assert_eq!(header.to_frame(b"")?, message);
//! # Ok::<(), CodecError>(())
//! ```
//!
//! # Texts and bytes
//!
//! A text is a `String`, [`Text`](crate::wire::Text) or `&'a str`, and must be UTF-8; bytes are a `Vec<u8>`, `Bytes` or
//! `&'a [u8]`. Each says how its end is found:
//!
//! * `len = u16`: its length in bytes stands directly before it. `u8` to `u64` are possible, `u24` too, `i16`, `varint` and
//!   `vlq`;
//! * `len = earlier_field`: its length stands in that field, an unsigned number;
//! * `until = b"\r\n"` (or `0`, or `b'\n'`): a mark stands behind it, which is not part of it;
//! * `bytes = 8, pad = b' '`: it has a fixed width, filled up with that byte.
//!
//! All but the last need a `max`, in bytes, beyond which nothing is awaited or allocated. Where the number is not simply the
//! length, it is `number * scale + offset`.
//!
//! ```
//! # use metaproto_codec::{CodecError, Header};
//! #[derive(Header)]
//! #[header(big_endian)]
//! struct Texts {
//!     #[header(frame_len, max = 64)]
//!     length: u8,
//!     topic_len: u8,
//!     #[header(len = topic_len, max = 32)]
//!     topic: String,
//!     /// The number counts its own two bytes.
//!     #[header(len = u16, offset = -2, max = 32)]
//!     token: Vec<u8>,
//!     #[header(until = b"\r\n", max = 32)]
//!     verb: String,
//!     #[header(bytes = 8, pad = b' ')]
//!     station: String,
//! }
//!
//! let message = b"\x16\x02hi\x00\x05abcGET\r\nKDEN    ";
//! let header = Texts::read_frame(message)?;
//! assert_eq!((header.topic.as_str(), header.token.as_slice()), ("hi", &b"abc"[..]));
//! assert_eq!((header.verb.as_str(), header.station.as_str()), ("GET", "KDEN"));
//! assert_eq!(header.to_frame(b"")?, message);
//! # Ok::<(), CodecError>(())
//! ```
//!
//! # Lists and maps
//!
//! A list is a `Vec<T>` of numbers, texts, bytes or parts, a map a `Vec<(K, V)>` in the order of the message. Their end is
//! found as that of a text, or by `count = ..`, the number of elements; `max` is in elements for `count` and `until`, in
//! bytes for `len`. Elements that are texts or bytes say how they end, numbers may be `varint`: in `item(..)` for a list,
//! `key(..)` and `value(..)` for a map.
//!
//! ```
//! # use metaproto_codec::{CodecError, Header};
//! #[derive(Header)]
//! #[header(big_endian)]
//! struct Lists {
//!     #[header(frame_len, max = 64)]
//!     length: u8,
//!     #[header(count = u8, max = 8)]
//!     ports: Vec<u16>,
//!     #[header(count = u8, max = 8, item(len = u8, max = 16))]
//!     names: Vec<String>,
//!     #[header(len = u16, max = 256, key(len = u8, max = 16), value(until = 0, max = 32))]
//!     tags: Vec<(String, String)>,
//!     #[header(until = 0, max = 4, item(varint))]
//!     ids: Vec<u32>,
//! }
//!
//! let message = b"\x12\x02\x00\x50\x01\xBB\x01\x01a\x00\x05\x01kv1\x00\x07\x00";
//! let header = Lists::read_frame(message)?;
//! assert_eq!((header.ports.as_slice(), header.ids.as_slice()), (&[80, 443][..], &[7][..]));
//! assert_eq!(header.tags, [("k".to_owned(), "v1".to_owned())]);
//! assert_eq!(header.to_frame(b"")?, message);
//! # Ok::<(), CodecError>(())
//! ```
//!
//! # What is left
//!
//! `rest` takes all that is left of what contains it: of a header whose length is known, or of a [part](#parts) that has one.
//!
//! ```
//! # use metaproto_codec::{CodecError, Header};
//! #[derive(Header)]
//! struct Noted {
//!     #[header(header_len, max = 64)]
//!     header: u8,
//!     #[header(body_len, max = 255)]
//!     body: u8,
//!     #[header(rest, max = 62)]
//!     note: String,
//! }
//!
//! let header = Noted::read_frame(b"\x04\x02hi..")?;
//! assert_eq!(header.note, "hi");
//! # Ok::<(), CodecError>(())
//! ```
//!
//! # Parts
//!
//! A struct with `#[header(part)]` stands in another with `nested`, alone or as elements. With a `len` (or `rest`) it is a
//! block that its fields must fill exactly.
//!
//! ```
//! # use metaproto_codec::{CodecError, Header};
//! #[derive(Header, Debug, PartialEq)]
//! #[header(part, big_endian)]
//! struct Point {
//!     x: u16,
//! }
//!
//! #[derive(Header)]
//! struct Line {
//!     #[header(frame_len, max = 64)]
//!     length: u8,
//!     #[header(nested)]
//!     start: Point,
//!     #[header(nested, len = u8, max = 8)]
//!     end: Point,
//!     #[header(count = u8, max = 4, nested)]
//!     via: Vec<Point>,
//! }
//!
//! let message = b"\x09\x00\x01\x02\x00\x03\x01\x00\x02";
//! let header = Line::read_frame(message)?;
//! assert_eq!((header.end, header.via), (Point { x: 3 }, vec![Point { x: 2 }]));
//! # Ok::<(), CodecError>(())
//! ```
//!
//! # Choices
//!
//! An enum is a choice between parts. On the field `tag = kind` names the earlier number that chooses; each variant says its
//! own `tag`, and `other` takes all the rest, without which an unknown tag is an error. Where the tag stands directly before
//! the part, the enum says how it is written, `tag = u8`, and is `nested` like a struct.
//!
//! ```
//! # use metaproto_codec::{CodecError, Header};
//! #[derive(Header, Debug, PartialEq)]
//! #[header(part)]
//! struct Name {
//!     #[header(len = u8, max = 16)]
//!     name: String,
//! }
//!
//! #[derive(Header, Debug, PartialEq)]
//! #[header(part)]
//! enum Command {
//!     #[header(tag = 1)]
//!     Join(Name),
//!     #[header(tag = 2)]
//!     Leave,
//!     #[header(other)]
//!     Other(u8, Name),
//! }
//!
//! #[derive(Header, Debug, PartialEq)]
//! #[header(part, tag = u8)]
//! enum Extra {
//!     #[header(tag = 7)]
//!     Label(Name),
//! }
//!
//! #[derive(Header)]
//! struct Message {
//!     #[header(frame_len, max = 64)]
//!     length: u8,
//!     kind: u8,
//!     #[header(tag = kind)]
//!     command: Command,
//!     #[header(count = u8, max = 4, nested)]
//!     extras: Vec<Extra>,
//! }
//!
//! let mut header = Message::read_frame(b"\x08\x01\x01a\x01\x07\x01b")?;
//! assert_eq!(header.command, Command::Join(Name { name: "a".into() }));
//! assert_eq!(header.extras, [Extra::Label(Name { name: "b".into() })]);
//! header.command = Command::Leave;
//! assert_eq!(header.to_frame(b"")?, b"\x06\x02\x01\x07\x01b");
//! # Ok::<(), CodecError>(())
//! ```
//!
//! # Presence
//!
//! What is not always there is an `Option`, and says what decides: `when`, an expression over earlier fields and constants;
//! `null`, the number that stands where its length would; or `optional`, whether bytes are left of what contains it.
//!
//! ```
//! # use metaproto_codec::{CodecError, Header};
//! #[derive(Header, Debug, PartialEq)]
//! #[header(part)]
//! struct Options {
//!     level: u8,
//!     #[header(optional)]
//!     window: Option<u8>,
//! }
//!
//! #[derive(Header)]
//! #[header(big_endian)]
//! struct Sometimes {
//!     #[header(frame_len, max = 64)]
//!     length: u8,
//!     flags: u8,
//!     #[header(when = flags & 1 != 0)]
//!     trace: Option<u16>,
//!     #[header(len = i16, null = -1, max = 64)]
//!     client: Option<String>,
//!     #[header(nested, len = u8, max = 2)]
//!     options: Options,
//! }
//!
//! let message = b"\x08\x01\x00\x07\xFF\xFF\x01\x05";
//! let header = Sometimes::read_frame(message)?;
//! assert_eq!((header.trace, &header.client), (Some(7), &None));
//! assert_eq!(header.options, Options { level: 5, window: None });
//! assert_eq!(header.to_frame(b"")?, message);
//! # Ok::<(), CodecError>(())
//! ```
//!
//! # Alignment, trailers, checksums
//!
//! `align = 4` puts zeros behind a field, up to a multiple of four bytes from the start of its struct. A `trailer` stands
//! behind the body. A `checksum` is one of [those that are here](crate::wire#structs) in lower case, or the path of a type
//! that implements [`Checksum`](crate::wire::Checksum). It covers all that stands before it; `over` names other bounds by
//! their fields: `over = length..=name`, `over = ..body`. Its own bytes count as zeros.
//!
//! ```
//! # use metaproto_codec::{CodecError, Fault, Header};
//! #[derive(Header)]
//! #[header(big_endian)]
//! struct Sealed {
//!     #[header(frame_len, max = 64)]
//!     length: u8,
//!     #[header(len = u8, max = 16, align = 4)]
//!     name: String,
//!     #[header(trailer, checksum = crc32c)]
//!     sum: u32,
//! }
//!
//! let mut message = *b"\x0E\x03abc\x00\x00\x00hi\x7E\xE3\xC5\x07";
//! let header = Sealed::read_frame(&message)?;
//! assert_eq!(header.to_frame(b"hi")?, message);
//! message[9] = b'!';
//! let error = Sealed::read_frame(&message).err().unwrap();
//! assert!(matches!(error.fault(), Fault::Checksum { .. }));
//! # Ok::<(), CodecError>(())
//! ```
//!
//! # Your own functions
//!
//! What is too irregular for attributes is `with = module`: a constant for the fewest and the most bytes, a function that
//! reads, and one that writes. The type has `Clone`, `Debug` and `Default`. A field that is also a length of the message
//! has `length(&T) -> u128` and `set_length(&mut T, u128)` in its module.
//!
//! ```
//! # use metaproto_codec::{CodecError, Header};
//! /// Hours and minutes as four decimal digits, two in a byte.
//! mod clock {
//!     use metaproto_codec::CodecError;
//!     use metaproto_codec::wire::{Cursor, Stop, Writer};
//!
//!     pub(crate) const MIN_LEN: usize = 2;
//!     pub(crate) const MAX_LEN: usize = 2;
//!
//!     pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<u16, Stop> {
//!         let digits = cursor.take_array::<2>()?;
//!         let number = |byte: u8| u16::from(byte >> 4) * 10 + u16::from(byte & 15);
//!         Ok(digits.into_iter().fold(0, |time, byte| time * 100 + number(byte)))
//!     }
//!
//!     pub(crate) fn write(time: &u16, writer: &mut Writer<'_>) -> Result<(), CodecError> {
//!         let digits = |number: u16| ((number / 10 % 10) << 4 | number % 10) as u8;
//!         writer.bytes(&[digits(time / 100), digits(time % 100)]);
//!         Ok(())
//!     }
//! }
//!
//! #[derive(Header)]
//! struct Departure {
//!     #[header(frame_len, max = 64)]
//!     length: u8,
//!     #[header(with = clock)]
//!     time: u16,
//! }
//!
//! let header = Departure::read_frame(b"\x03\x08\x15")?;
//! assert_eq!(header.time, 815);
//! assert_eq!(header.to_frame(b"")?, b"\x03\x08\x15");
//! # Ok::<(), CodecError>(())
//! ```
//!
//! # Lengths of the message
//!
//! A header says how long its message is, in a field with `frame_len` (all of it), `rest_len` (all behind that field) or
//! `body_len`; `header_len` is for headers whose own length is stated, and `offset` for what a length counts besides. Each
//! has a `max`, in bytes. `no_body` beside the length of the message says that the header is all of it.
//!
//! ```
//! # use metaproto_codec::{CodecError, Header};
//! #[derive(Header)]
//! #[header(big_endian)]
//! struct Framed {
//!     kind: u8,
//!     #[header(rest_len, max = 1024)]
//!     rest: u16,
//!     id: u8,
//! }
//!
//! let header = Framed::read_frame(b"\x01\x00\x03\x09hi")?;
//! assert_eq!(header.id, 9);
//! assert_eq!(header.to_frame(b"hello")?, b"\x01\x00\x06\x09hello");
//! # Ok::<(), CodecError>(())
//! ```
//!
//! # Roles
//!
//! A role says what a field means to a host, which reads it from the [`Metadata`](crate::Metadata) of a message:
//!
//! * `request_id` (a number, text or bytes) and `stream_id` (a number) tell calls and streams apart. A host that puts those of
//!   several clients onto one connection [replaces](crate::Mutation::set_stream_id) them, so neither is a constant, and each
//!   has a field of its own;
//! * `operation` is what is called, by which requests are routed;
//! * `metadata = "key"` is a property; `metadata` alone, on a map of texts, makes each of its entries one;
//! * `message_type(request = 1, response = 2)` has the codes of the [kinds](crate::MessageType) of messages: `request`,
//!   `oneway`, `response`, `error`, `ping`, `pong`, `stream_init`, `stream_data`, `stream_close` and `event`;
//! * `oneway = 1` and `heartbeat = 1` are codes that mark a request as one-way and a message as a heartbeat;
//! * `reply = 1` is the code that this field has in an error of a host;
//! * `status(ok = 0, other = 1)` has the codes of success and of [errors](crate::ErrorType), with which local replies are made:
//!   besides these two `route_not_found`, `cluster_not_found`, `no_healthy_upstream`, `bad_response`, `unspecified` and
//!   `over_limit`.
//!
//! A field may have several. A header with roles is a whole [codec](crate::HeaderCodec).
//!
//! ```
//! # use metaproto_codec::{Codec, Direction, Header, HeaderCodec, MessageType, Metadata, RequestId};
//! #[derive(Header, Clone, Debug)]
//! #[header(big_endian)]
//! struct Call {
//!     #[header(frame_len, max = 64)]
//!     length: u8,
//!     #[header(bits = 1, message_type(request = 0, response = 1))]
//!     is_response: u8,
//!     #[header(bits = 1, oneway = 1)]
//!     is_oneway: bool,
//!     #[header(bits = 1, heartbeat = 1)]
//!     is_heartbeat: bool,
//!     #[header(bits = 5, status(ok = 0, route_not_found = 1, other = 2))]
//!     status: u8,
//!     #[header(request_id)]
//!     id: u16,
//!     #[header(len = u8, max = 16, operation)]
//!     method: String,
//!     #[header(metadata = "zone")]
//!     zone: u8,
//! }
//!
//! let message = b"\x0A\x40\x00\x07\x04echo\x03";
//! let mut metadata = Metadata::new(Direction::ClientToServer);
//! HeaderCodec::<Call>::new().decode(message, &mut metadata).unwrap();
//! assert_eq!(metadata.kind(), MessageType::OneWay);
//! assert_eq!(metadata.request_id(), Some(RequestId::Number(7)));
//! ```
//!
//! # On the struct
//!
//! `big_endian` or `little_endian` is stated where any number is wider than a byte; a field may differ. `part` is for structs
//! that stand in others. A type parameter stands for a part (with `Clone` and `Debug`), and a lifetime for that of the message:
//!
//! ```
//! # use metaproto_codec::{CodecError, Header};
//! #[derive(Header, Clone, Debug)]
//! #[header(part)]
//! struct Path<'a> {
//!     #[header(len = u8, max = 64)]
//!     path: &'a str,
//! }
//!
//! #[derive(Header)]
//! #[header(big_endian)]
//! struct Envelope<T> {
//!     #[header(frame_len, max = 128)]
//!     length: u16,
//!     #[header(nested)]
//!     inner: T,
//! }
//!
//! let header = Envelope::<Path<'_>>::read_frame(b"\x00\x07\x04/etc")?;
//! assert_eq!(header.inner.path, "/etc");
//! # Ok::<(), CodecError>(())
//! ```
//!
//! # Views, patches, splices
//!
//! A struct that owns its texts costs their copies. Its view (`Name` has `NameView`) is what was checked, where it lies, with a
//! method for each field; `Bytes` and [`Text`](crate::wire::Text), read by [`read_shared`](crate::Header::read_shared), share
//! the message. A patch sets numbers in place, and computes checksums anew. A [`splice`](crate::Header::splice) changes
//! anything, keeps the bytes of what it leaves alone, and shares the body.
//!
//! ```
//! # use bytes::Bytes;
//! # use metaproto_codec::{Header, Output};
//! #[derive(Header, Clone, Debug)]
//! #[header(big_endian)]
//! struct Request {
//!     #[header(frame_len, max = 64)]
//!     length: u8,
//!     id: u16,
//!     #[header(len = u8, max = 16)]
//!     method: String,
//! }
//!
//! let mut message = *b"\x0A\x00\x07\x04echohi";
//! assert_eq!(Request::view(&message)?.method(), "echo");
//!
//! Request::patch(&mut message)?.set_id(8)?;
//! assert_eq!(message[..3], [10, 0, 8]);
//!
//! let mut output = Output::new();
//! let message = Bytes::copy_from_slice(&message);
//! Request::splice(&message, |header| header.method = "ping2".into(), &mut output)?;
//! assert_eq!(output.take_contiguous(), b"\x0B\x00\x08\x05ping2hi"[..]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

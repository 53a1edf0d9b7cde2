//! What a codec's schema tells people: diagrams, tables, pages, JSON, and a dissector for Wireshark.
//!
//! All of it is made from [`Schema`](metaproto_codec::Schema), so it says what the codec does and cannot lag behind.
//! The outputs depend on the declaration alone: the same schema gives the same text.
//!
//! ```
//! use metaproto_codec::{Header, HeaderCodec, MIB, Part};
//! use metaproto_describe::wireshark::{Options, wireshark};
//!
//! #[derive(Header)]
//! #[header(big_endian)]
//! struct PingHeader {
//!     #[header(request_id)]
//!     id: u32,
//!     #[header(frame_len, max = MIB)]
//!     length: u32,
//! }
//!
//! assert!(metaproto_describe::diagram(&PingHeader::SCHEMA).contains("|                              id                               |"));
//! assert!(metaproto_describe::table(&PingHeader::SCHEMA).contains("| 4 | 4 bytes | `length` | unsigned; length of the message"));
//!
//! let codec = HeaderCodec::<PingHeader>::new();
//! let lua = wireshark(&codec, &Options::new("ping").port(7000)).unwrap();
//! assert!(lua.contains(r#"ProtoField.uint32("ping.id""#));
//! ```
#![forbid(unsafe_code)]

mod cells;
mod codes;
mod json;
mod measure;
mod page;
mod parts;
pub mod wireshark;
mod words;

pub use json::json;
pub use page::{diagram, markdown, table};

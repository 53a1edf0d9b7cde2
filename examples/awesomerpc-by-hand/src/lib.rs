//! awesomeRPC written by hand, without `#[derive(Header)]`. Use the crate `awesomerpc`; this one exists to be compared.
//!
//! * It shows what the derive saves: `codec.rs` and `fields.rs` say what the 15 lines of `awesomerpc::AwesomeHeader` say.
//! * It is a second implementation of the protocol, against which the derived codec is compared (rule V003, in
//!   `tests/agreement.rs`).
//! * It is what `cargo xtask mutants` spoils, line by line, to measure how much the conformance suite notices: see
//!   `docs/strength.md`.
//!
//! ```
//! use awesomerpc_by_hand::AwesomeRpcByHand;
//! use metaproto_codec::{Direction, Limits, Metadata, Next, RequestId, Session};
//!
//! let mut session = Session::new(AwesomeRpcByHand, Direction::ClientToServer, Limits::default());
//! session.receive(b"\x01\0\0\0\x07\0\0\0\x12\0\x64\0\0hello");
//!
//! let mut message = Metadata::default();
//! assert_eq!(session.next_message(&mut message)?, Next::Message { offset: 0 });
//! assert_eq!(message.request_id(), Some(RequestId::Number(7)));
//! assert_eq!(message.get("cmd").unwrap().to_string(), "100");
//! assert_eq!(message.body(), b"hello");
//! # Ok::<(), metaproto_codec::CodecError>(())
//! ```

mod codec;
mod declared;
mod fields;

pub use codec::AwesomeRpcByHand;

//! Apache Thrift.
mod begin;
mod binary;
mod codec;
mod compact;
mod exception;
mod frame;
mod grammar;
mod theader;
mod walk;
mod zlib;

pub use begin::{BinaryBegin, CompactBegin, MAX_NAME, MessageBegin, OldBinaryBegin};
pub use codec::Thrift;
pub use frame::{MAX_LENGTH, Transport};
pub use theader::{InfoBlock, KeyValues, THeader, THeaderFrame, Unread};

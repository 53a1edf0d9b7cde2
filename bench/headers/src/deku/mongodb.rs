//! MongoDB's OP_MSG in deku.
//!
//! Not said: how many bytes a partial message lacks (an error tells the size of the field that is cut)
//! Not said: sections and documents bounded by the lengths around them (one that leaves them is read on)
//! Not said: the checksum (compared or computed)
//! Not said: that lengths follow what they measure (they do when the caller has called `update`)
//! Not said: roles of the fields (request id, response to, one-way by flag)
//! Not said: a field changed in the bytes, without the whole being read and written again

use std::ffi::CString;

use deku::ctx::{Endian, Order};
use deku::prelude::*;

/// A message: 16 bytes of header, flags, sections, a checksum where the flags say so.
#[derive(Clone, Debug, PartialEq, Eq, DekuRead, DekuWrite)]
#[deku(endian = "little", bit_order = "lsb")]
pub struct OpMsg {
    /// Length of the message.
    #[deku(
        update = "20 + Section::total(&self.sections) + self.checksum.map_or(0, |_| 4)",
        assert = "(20..=48_000_000).contains(message_length)"
    )]
    pub message_length: u32,
    /// Matches a response to its request.
    pub request_id: i32,
    /// The request that this answers.
    pub response_to: i32,
    /// OP_MSG.
    #[deku(assert_eq = "2013")]
    pub op_code: i32,
    /// A CRC-32C ends the message.
    #[deku(bits = 1)]
    pub checksum_present: bool,
    /// Another message follows without a request.
    #[deku(bits = 1)]
    pub more_to_come: bool,
    /// Flags that must be known to be set.
    #[deku(bits = 14, assert_eq = "0")]
    pub required: u16,
    /// The client takes several replies.
    #[deku(bits = 1)]
    pub exhaust_allowed: bool,
    /// Flags that may be ignored, kept as they came.
    #[deku(bits = 15)]
    pub optional: u16,
    /// One body, any number of sequences.
    #[deku(bytes_read = "message_length.saturating_sub(20 + 4 * u32::from(*checksum_present))")]
    pub sections: Vec<Section>,
    /// CRC-32C of all before it.
    #[deku(
        cond = "*checksum_present",
        assert = "checksum.is_some() == *checksum_present"
    )]
    pub checksum: Option<u32>,
}

/// A section.
#[deku_derive(DekuRead, DekuWrite)]
#[derive(Clone, Debug, PartialEq, Eq)]
#[deku(id_type = "u8", ctx = "endian: Endian, _order: Order")]
pub enum Section {
    /// One document.
    #[deku(id = 0)]
    Body(#[deku(ctx = "endian")] Document),
    /// Documents under a name.
    #[deku(id = 1)]
    Sequence {
        #[deku(
            endian = "endian",
            temp,
            temp_value = "u32::try_from(5 + identifier.count_bytes() + Document::total(documents))?"
        )]
        size: u32,
        /// The argument of the command.
        identifier: CString,
        /// In their order.
        #[deku(
            bytes_read = "(*size as usize).saturating_sub(5 + identifier.count_bytes())",
            ctx = "endian"
        )]
        documents: Vec<Document>,
    },
}

/// A BSON document.
#[deku_derive(DekuRead, DekuWrite)]
#[derive(Clone, Debug, PartialEq, Eq)]
#[deku(endian = "endian", ctx = "endian: Endian")]
pub struct Document {
    #[deku(
        temp,
        temp_value = "u32::try_from(4 + elements.len())?",
        map = "|n: u32| (5..=16 << 20).contains(&n).then_some(n).ok_or(DekuError::Parse(\"document length\".into()))"
    )]
    length: u32,
    /// Elements and the NUL that ends them.
    #[deku(count = "length - 4")]
    pub elements: Vec<u8>,
}

impl Section {
    fn total(sections: &[Self]) -> usize {
        sections
            .iter()
            .map(|section| match section {
                Self::Body(document) => 5 + document.elements.len(),
                Self::Sequence {
                    identifier,
                    documents,
                } => 6 + identifier.count_bytes() + Document::total(documents),
            })
            .sum()
    }
}

impl Document {
    fn total(documents: &[Self]) -> usize {
        documents
            .iter()
            .map(|document| 4 + document.elements.len())
            .sum()
    }
}

use zerocopy::big_endian::{I16, U32};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use super::MAX_FRAME;
use super::gather::{Parse, Step};
use crate::w1::LEN;

#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Header {
    version: i8,
    pack_flow: U32,
    pack_len: U32,
    req_cmd: I16,
    rsp_code: I16,
}

pub(super) struct Parser;

impl Parse for Parser {
    #[inline(always)]
    fn parse(bytes: &[u8]) -> Step<'_> {
        let Ok((header, rest)) = Header::ref_from_prefix(bytes) else {
            return Step::More;
        };
        let length = header.pack_len.get();
        if !(LEN as u32..=MAX_FRAME).contains(&length) {
            return Step::Malformed;
        }
        let Some((payload, rest)) = rest.split_at_checked(length as usize - LEN) else {
            return Step::More;
        };
        Step::Message {
            flow: header.pack_flow.get(),
            cmd: header.req_cmd.get(),
            payload,
            rest,
        }
    }
}

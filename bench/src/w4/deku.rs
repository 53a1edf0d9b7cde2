use deku::prelude::*;

use super::MAX_FRAME;
use super::gather::{Parse, Step};
use crate::w1::LEN;

#[derive(DekuRead)]
#[deku(endian = "big")]
struct Header {
    _version: i8,
    pack_flow: u32,
    pack_len: u32,
    req_cmd: i16,
    _rsp_code: i16,
}

pub(super) struct Parser;

impl Parse for Parser {
    fn parse(bytes: &[u8]) -> Step<'_> {
        let Ok(((rest, _), header)) = Header::from_bytes((bytes, 0)) else {
            return Step::More;
        };
        if !(LEN as u32..=MAX_FRAME).contains(&header.pack_len) {
            return Step::Malformed;
        }
        let Some((payload, rest)) = rest.split_at_checked(header.pack_len as usize - LEN) else {
            return Step::More;
        };
        Step::Message {
            flow: header.pack_flow,
            cmd: header.req_cmd,
            payload,
            rest,
        }
    }
}

use std::io::Cursor;

use binrw::BinRead;

use super::MAX_FRAME;
use super::gather::{Parse, Step};
use crate::w1::LEN;

#[derive(BinRead)]
#[br(big)]
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
        let Ok(header) = Header::read(&mut Cursor::new(bytes)) else {
            return Step::More;
        };
        if !(LEN as u32..=MAX_FRAME).contains(&header.pack_len) {
            return Step::Malformed;
        }
        let Some((frame, rest)) = bytes.split_at_checked(header.pack_len as usize) else {
            return Step::More;
        };
        Step::Message {
            flow: header.pack_flow,
            cmd: header.req_cmd,
            payload: &frame[LEN..],
            rest,
        }
    }
}

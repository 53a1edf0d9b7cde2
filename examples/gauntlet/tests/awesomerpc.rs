//! awesomeRPC.

mod common;

use bytes::Bytes;
use common::{check, golden};
use gauntlet::awesomerpc::AwesomeHeader;
use metaproto_codec::{CodecError, Fault, Header, Output};

#[test]
fn golden_messages_are_read_and_written() {
    check::<AwesomeHeader>(&golden("awesomerpc", |_| true), &[]);
}

#[test]
fn a_spoiled_length_is_refused_where_it_stands() {
    let spoiled = |length: u32| -> CodecError {
        let mut message = golden("awesomerpc", |case| case == "request")
            .remove(0)
            .bytes;
        message[5..9].copy_from_slice(&length.to_be_bytes());
        AwesomeHeader::read_frame(&message).unwrap_err()
    };
    let error = spoiled(12);
    assert_eq!(*error.fault(), Fault::BelowMinimum { found: 12, min: 13 });
    assert_eq!(
        (error.offset(), error.field().to_string()),
        (5, "pack_len".into())
    );
    let max = 4 << 20;
    let error = spoiled(max + 1);
    let (found, max) = (u128::from(max) + 1, max as usize);
    assert_eq!(*error.fault(), Fault::AboveMaximum { found, max });
}

#[test]
fn a_change_touches_its_field_alone() {
    let message = Bytes::from(
        golden("awesomerpc", |case| case == "request")
            .remove(0)
            .bytes,
    );
    let mut output = Output::new();
    AwesomeHeader::splice(&message, |header| header.req_cmd = -7, &mut output).unwrap();
    let expected = [&message[..9], &(-7_i16).to_be_bytes(), &message[11..]].concat();
    assert_eq!(output.take_contiguous(), expected);
}

//! Cassandra.

mod common;

use bytes::Bytes;
use common::{check, golden};
use gauntlet::cassandra::CassandraHeader;
use metaproto_codec::{CodecError, Fault, Header, Output};

#[test]
fn golden_frames_are_read_and_written() {
    let frames = golden("cassandra", |_| true);
    check::<CassandraHeader>(&frames, &["flags", "version"]);
    for frame in &frames {
        let header = CassandraHeader::read_frame(&frame.bytes).unwrap();
        let flags = u64::from(header.compression)
            | u64::from(header.tracing) << 1
            | u64::from(header.custom_payload) << 2
            | u64::from(header.warning) << 3;
        assert_eq!(frame.fields["flags"], flags, "{}", frame.case);
    }
}

#[test]
fn a_spoiled_byte_is_refused_where_it_stands() {
    let spoiled = |at: usize, byte: u8| -> CodecError {
        let mut frame = golden("cassandra", |case| case == "query").remove(0).bytes;
        frame[at] = byte;
        CassandraHeader::read_frame(&frame).unwrap_err()
    };
    let error = spoiled(0, 5);
    assert_eq!(
        *error.fault(),
        Fault::ConstantBits {
            expected: 4,
            found: 5
        }
    );
    assert_eq!(
        (error.offset(), error.field().to_string()),
        (0, "protocol_version".into())
    );
    let error = spoiled(5, 0x11);
    let (found, max) = (0x1100_0031, 256 << 20);
    assert_eq!(*error.fault(), Fault::AboveMaximum { found, max });
    assert_eq!(
        (error.offset(), error.field().to_string()),
        (5, "length".into())
    );
}

#[test]
fn a_change_of_a_flag_leaves_reserved_bits() {
    let mut frame = golden("cassandra", |case| case == "query").remove(0).bytes;
    frame[1] = 0xA0;
    let frame = Bytes::from(frame);
    let mut output = Output::new();
    CassandraHeader::splice(&frame, |header| header.tracing = true, &mut output).unwrap();
    let expected = [&frame[..1], &[0xA2], &frame[2..]].concat();
    assert_eq!(output.take_contiguous(), expected);
}

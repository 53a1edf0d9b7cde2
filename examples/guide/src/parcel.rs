//! The codec of `docs/empty-folder.md`.

use metaproto_codec::{Header, HeaderCodec, KIB};

/// Header of a parcel, 19 bytes and more.
#[derive(Header)]
#[header(big_endian)]
pub struct Parcel {
    /// "PC".
    #[header(constant = 0x5043)]
    pub magic: u16,
    /// Version of the protocol.
    #[header(bits = 4, constant = 1)]
    pub version: u8,
    /// To be delivered before others.
    #[header(bits = 1, metadata = "urgent")]
    pub urgent: bool,
    /// Without meaning yet.
    #[header(bits = 3, reserved)]
    pub spare: u8,
    /// What a response says of its request.
    #[header(status(ok = 0, route_not_found = 1, other = 2))]
    pub status: u8,
    /// Matches a response to its request.
    #[header(request_id)]
    pub id: u32,
    /// Length of the whole message, bytes.
    #[header(frame_len, max = 64 * KIB)]
    pub length: u32,
    /// What is called.
    #[header(operation, metadata = "method", len = u8, max = 64)]
    pub method: String,
    /// What the sender adds.
    #[header(metadata, len = u16, max = 512, key(len = u8, max = 32), value(len = u8, max = 128))]
    pub labels: Vec<(String, String)>,
    /// CRC-32C of all that stands before it.
    #[header(trailer, checksum = crc32c)]
    pub sum: u32,
}

/// The codec of parcels.
pub type Parcels = HeaderCodec<Parcel>;

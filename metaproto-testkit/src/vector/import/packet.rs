//! From a captured packet to its TCP segment.

use std::net::{IpAddr, SocketAddr};

use etherparse::{EtherType, IpNumber, LaxNetSlice, LaxSlicedPacket, TransportSlice};

/// Link types, as registered at tcpdump.org.
mod link {
    pub(super) const NULL: u32 = 0;
    pub(super) const ETHERNET: u32 = 1;
    /// Raw IP, as some systems number it.
    pub(super) const RAW_OLD: [u32; 2] = [12, 14];
    pub(super) const RAW: u32 = 101;
    pub(super) const LOOP: u32 = 108;
    pub(super) const LINUX_SLL: u32 = 113;
    pub(super) const IPV4: u32 = 228;
    pub(super) const IPV6: u32 = 229;
    pub(super) const LINUX_SLL2: u32 = 276;
}

/// One segment as it was captured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) sequence: u32,
    pub(super) acknowledged: Option<u32>,
    pub(super) syn: bool,
    pub(super) fin: bool,
    pub(super) rst: bool,
    pub(super) payload: &'a [u8],
}

/// Why a packet that may hold TCP cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    LinkType,
    CutShort,
    Fragment,
    Header,
}

/// The segment in a packet; `None` for packets that are not TCP.
pub(super) fn segment(link: u32, data: &[u8]) -> Result<Option<Segment<'_>>, Unusable> {
    let Some(packet) = slice(link, data)? else {
        return Ok(None);
    };
    let (source, destination, payload) = match &packet.net {
        Some(LaxNetSlice::Ipv4(ip)) => (
            IpAddr::V4(ip.header().source_addr()),
            IpAddr::V4(ip.header().destination_addr()),
            ip.payload(),
        ),
        Some(LaxNetSlice::Ipv6(ip)) => (
            IpAddr::V6(ip.header().source_addr()),
            IpAddr::V6(ip.header().destination_addr()),
            ip.payload(),
        ),
        Some(LaxNetSlice::Arp(_)) | None => return Ok(None),
    };
    if payload.ip_number != IpNumber::TCP {
        return Ok(None);
    }
    if payload.fragmented {
        return Err(Unusable::Fragment);
    }
    if payload.incomplete {
        return Err(Unusable::CutShort);
    }
    let Some(TransportSlice::Tcp(tcp)) = &packet.transport else {
        return Err(Unusable::Header);
    };
    Ok(Some(Segment {
        from: SocketAddr::new(source, tcp.source_port()),
        to: SocketAddr::new(destination, tcp.destination_port()),
        sequence: tcp.sequence_number(),
        acknowledged: tcp.ack().then(|| tcp.acknowledgment_number()),
        syn: tcp.syn(),
        fin: tcp.fin(),
        rst: tcp.rst(),
        payload: tcp.payload(),
    }))
}

/// The layers of a packet; `None` for one that is too short to have any.
fn slice(link: u32, data: &[u8]) -> Result<Option<LaxSlicedPacket<'_>>, Unusable> {
    let typed = |at: usize, header: usize| {
        let kind = u16::from_be_bytes(*data.get(at..)?.first_chunk()?);
        let payload = data.get(header..)?;
        Some(LaxSlicedPacket::from_ether_type(EtherType(kind), payload))
    };
    let ip = |header: usize| LaxSlicedPacket::from_ip(data.get(header..)?).ok();
    Ok(match link {
        link::ETHERNET => LaxSlicedPacket::from_ethernet(data).ok(),
        link::LINUX_SLL => typed(14, 16),
        link::LINUX_SLL2 => typed(0, 20),
        link::NULL | link::LOOP => ip(4),
        link::RAW | link::IPV4 | link::IPV6 => ip(0),
        raw if link::RAW_OLD.contains(&raw) => ip(0),
        _ => return Err(Unusable::LinkType),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::PacketBuilder;

    const PAYLOAD: &[u8] = b"hello";

    fn ipv4() -> Vec<u8> {
        let mut packet = Vec::new();
        PacketBuilder::ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64)
            .tcp(4000, 80, 7, 100)
            .ack(9)
            .write(&mut packet, PAYLOAD)
            .unwrap();
        packet
    }

    fn with(header: &[u8], packet: &[u8]) -> Vec<u8> {
        [header, packet].concat()
    }

    #[test]
    fn every_link_layer_is_understood() {
        let mut ipv6 = Vec::new();
        PacketBuilder::ipv6([1; 16], [2; 16], 64)
            .tcp(4000, 80, 7, 100)
            .write(&mut ipv6, PAYLOAD)
            .unwrap();
        let mut sll = vec![0; 16];
        sll[14..].copy_from_slice(&[8, 0]);
        let mut sll2 = vec![0; 20];
        sll2[..2].copy_from_slice(&[8, 0]);
        let ethernet = |kind: &[u8]| with(&[0; 12], kind);
        let cases = [
            (link::ETHERNET, with(&ethernet(&[8, 0]), &ipv4())),
            (link::ETHERNET, with(&ethernet(&[0x86, 0xdd]), &ipv6)),
            (
                link::ETHERNET,
                with(&ethernet(&[0x81, 0, 0, 5, 8, 0]), &ipv4()),
            ),
            (
                link::ETHERNET,
                with(&ethernet(&[0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 8, 0]), &ipv4()),
            ),
            (link::LINUX_SLL, with(&sll, &ipv4())),
            (link::LINUX_SLL2, with(&sll2, &ipv4())),
            (link::NULL, with(&[2, 0, 0, 0], &ipv4())),
            (link::LOOP, with(&[0, 0, 0, 24], &ipv6)),
            (link::RAW, ipv4()),
            (12, ipv6.clone()),
            (link::IPV4, ipv4()),
            (link::IPV6, ipv6),
        ];
        for (link, data) in cases {
            let segment = segment(link, &data).unwrap().unwrap();
            assert_eq!(
                (segment.from.port(), segment.to.port()),
                (4000, 80),
                "link type {link}"
            );
            assert_eq!((segment.sequence, segment.payload), (7, PAYLOAD));
        }
    }

    #[test]
    fn padding_of_short_frames_is_not_payload() {
        let data = [&with(&[0; 12], &[8, 0]), &ipv4()[..], &[0xee; 9]].concat();
        assert_eq!(segment(1, &data).unwrap().unwrap().payload, PAYLOAD);
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        let whole = ipv4();
        assert_eq!(segment(147, &whole).unwrap_err(), Unusable::LinkType);
        assert_eq!(
            segment(101, &whole[..whole.len() - 1]).unwrap_err(),
            Unusable::CutShort
        );
        let mut fragment = whole.clone();
        fragment[6] = 0x20; // more fragments
        assert_eq!(segment(101, &fragment).unwrap_err(), Unusable::Fragment);
        let mut header = whole.clone();
        header[20 + 12] = 0x10; // a data offset of 4 bytes
        assert_eq!(segment(101, &header).unwrap_err(), Unusable::Header);
        let mut udp = whole;
        udp[9] = 17;
        assert!(segment(101, &udp).unwrap().is_none());
        assert!(segment(1, &[0; 3]).unwrap().is_none());
    }
}

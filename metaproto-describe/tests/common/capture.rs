//! Captures of TCP connections, as a pcap file.

use std::borrow::Cow;
use std::time::Duration;

use etherparse::PacketBuilder;
use metaproto_codec::Direction;
use pcap_file::pcap::{PcapPacket, PcapWriter};

/// The port of every server.
pub const SERVER: u16 = 7070;

/// Packets of connections, in order.
#[derive(Default)]
pub struct Capture {
    packets: Vec<Vec<u8>>,
}

/// One connection within a capture.
pub struct Connection {
    client: u16,
    sent: [u32; 2],
}

impl Capture {
    /// A connection from this port, after its handshake.
    pub fn connect(&mut self, client: u16) -> Connection {
        let mut connection = Connection {
            client,
            sent: [1000, 2000],
        };
        let (to_server, to_client) = (Direction::ClientToServer, Direction::ServerToClient);
        self.packet(&connection, to_server, "S", &[]);
        connection.sent[0] += 1;
        self.packet(&connection, to_client, "SA", &[]);
        connection.sent[1] += 1;
        self.packet(&connection, to_server, "A", &[]);
        connection
    }

    /// One segment.
    pub fn send(&mut self, connection: &mut Connection, direction: Direction, bytes: &[u8]) {
        self.packet(connection, direction, "PA", bytes);
        let sent = u32::try_from(bytes.len()).unwrap();
        connection.sent[usize::from(direction == Direction::ServerToClient)] += sent;
    }

    fn packet(&mut self, connection: &Connection, direction: Direction, flags: &str, bytes: &[u8]) {
        let to_server = direction == Direction::ClientToServer;
        let [client, server] = connection.sent;
        let (ports, seq, ack) = if to_server {
            ((connection.client, SERVER), client, server)
        } else {
            ((SERVER, connection.client), server, client)
        };
        let (from, to) = if to_server { (1, 2) } else { (2, 1) };
        let mut tcp = PacketBuilder::ethernet2([2, 0, 0, 0, 0, from], [2, 0, 0, 0, 0, to])
            .ipv4([10, 0, 0, from], [10, 0, 0, to], 64)
            .tcp(ports.0, ports.1, seq, 0xFFFF);
        for flag in flags.chars() {
            tcp = match flag {
                'S' => tcp.syn(),
                'A' => tcp.ack(ack),
                _ => tcp.psh(),
            };
        }
        let mut packet = Vec::new();
        tcp.write(&mut packet, bytes).unwrap();
        self.packets.push(packet);
    }

    /// The capture as a pcap file.
    pub fn to_pcap(&self) -> Vec<u8> {
        let mut writer = PcapWriter::new(Vec::new()).unwrap();
        for (number, packet) in self.packets.iter().enumerate() {
            let packet = PcapPacket {
                timestamp: Duration::from_millis(u64::try_from(number).unwrap()),
                orig_len: u32::try_from(packet.len()).unwrap(),
                data: Cow::Borrowed(packet),
            };
            writer.write_packet(&packet).unwrap();
        }
        writer.into_writer()
    }
}

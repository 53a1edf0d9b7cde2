//! A parcel goes through the development proxy, as in `docs/empty-folder.md`.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use metaproto_codec::{Direction, Header, Limits, Message, Metadata, Next, Session};
use metaproto_testkit::proxy::{Changes, Config, Match, Proxy, Route};
use my_codec::{Parcel, Parcels};

/// One side of a connection that waits where it reads.
struct Peer {
    stream: TcpStream,
    session: Session<Parcels>,
}

impl Peer {
    fn new(stream: TcpStream, reads: Direction) -> Self {
        let session = Session::new(Parcels::new(), reads, Limits::default());
        Self { stream, session }
    }

    fn send(&mut self, id: u32, status: u8, method: &str, body: &[u8]) {
        let parcel = Parcel {
            magic: 0,   // constants, lengths and checksums
            version: 0, // are written as they must be
            urgent: false,
            spare: 0,
            status,
            id,
            length: 0,
            method: method.into(),
            labels: Vec::new(),
            sum: 0,
        };
        let frame = parcel.to_frame(body).unwrap();
        self.stream.write_all(&frame).unwrap();
    }

    /// The next message; nothing at the end of the stream.
    fn receive(&mut self) -> Option<(Parcel, Vec<u8>)> {
        let mut message = Metadata::default();
        let mut chunk = [0; 1024];
        while let Next::Wait { .. } = self.session.next_message(&mut message).unwrap() {
            match self.stream.read(&mut chunk).unwrap() {
                0 => return None,
                count => self.session.receive(&chunk[..count]),
            }
        }
        let message = Message::<Parcel>::share(message.share_frame()).unwrap();
        Some((message.header().unwrap(), message.body().to_vec()))
    }
}

/// A server on a free port, which answers with its name and the label `via`.
fn serve(name: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut peer = Peer::new(stream.unwrap(), Direction::ClientToServer);
            while let Some((request, _)) = peer.receive() {
                let via = request.labels.iter().find(|(key, _)| key == "via");
                let via = via.map_or("nobody", |(_, value)| value);
                let body = format!("{name} via {via}");
                peer.send(request.id, 0, "", body.as_bytes());
            }
        }
    });
    address
}

#[test]
fn requests_are_routed_by_their_method() {
    let config = Config::default()
        .cluster("stock", [serve("stock")])
        .cluster("orders", [serve("orders")])
        .route(Route::to("stock", "stock").when(Match::prefix("method", "stock/")))
        .route(
            Route::to("orders", "orders")
                .when(Match::exact("method", "orders/add"))
                .request(Changes::default().set("via", "proxy")),
        );
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let codec = Arc::new(|| Box::new(Parcels::new()) as _);
    let proxy = runtime.block_on(Proxy::start(config, codec)).unwrap();

    let stream = TcpStream::connect(proxy.local_addr()).unwrap();
    let mut client = Peer::new(stream, Direction::ServerToClient);
    let mut call = |id, method| {
        client.send(id, 0, method, b"");
        let (reply, body) = client.receive().unwrap();
        assert_eq!(reply.id, id);
        (reply.status, String::from_utf8(body).unwrap())
    };
    assert_eq!(call(1, "stock/list"), (0, "stock via nobody".into()));
    assert_eq!(call(2, "orders/add"), (0, "orders via proxy".into()));
    assert_eq!(call(3, "orders/drop"), (1, String::new())); // no route
}

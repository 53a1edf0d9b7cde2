//! Whose turn it is to be answered, among the requests of one client that have the same id.
//!
//! Some clients give every request the same id, and tell responses apart by their order alone.

use std::collections::HashMap;

use metaproto_codec::RequestId;
use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;

/// As many ids are known before those are forgotten that are no longer in flight.
const KNOWN: usize = 256;

/// The turns of one client's requests.
#[derive(Default)]
pub(super) struct Turns {
    /// When the latest request of each id is done with.
    latest: HashMap<RequestId, oneshot::Receiver<()>>,
    /// How many ids may be known before some are forgotten.
    room: usize,
}

/// A request's place among those with the same id. Dropping it lets the next one be answered.
#[derive(Default)]
pub(super) struct Turn {
    before: Option<oneshot::Receiver<()>>,
    _done: Option<oneshot::Sender<()>>,
}

impl Turns {
    /// The place behind all requests with this id that came before.
    pub(super) fn take(&mut self, id: RequestId) -> Turn {
        if self.latest.len() >= self.room.max(KNOWN) {
            self.latest.retain(|_, done| !is_done(done));
            self.room = 2 * self.latest.len();
        }
        let (done, next) = oneshot::channel();
        Turn {
            before: self.latest.insert(id, next),
            _done: Some(done),
        }
    }
}

impl Turn {
    /// Whether all that came before are done with.
    pub(super) fn has_come(&mut self) -> bool {
        // One that is done cannot be asked again.
        self.before.take_if(is_done);
        self.before.is_none()
    }

    /// Waits until all that came before are done with.
    pub(super) async fn wait(&mut self) {
        if let Some(before) = self.before.take() {
            // Done is when the other end is dropped.
            let _ = before.await;
        }
    }
}

fn is_done(request: &mut oneshot::Receiver<()>) -> bool {
    request.try_recv() != Err(TryRecvError::Empty)
}

//! What is counted, until Envoy can be told.

use std::mem;

use metaproto_codec::{ErrorType, Fault, MessageType};

/// Something that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counter {
    /// A message of this kind arrived.
    Message(MessageType),
    /// A request was answered on behalf of Envoy.
    LocalReply(ErrorType),
    /// A connection was closed because its bytes are not the protocol.
    Refused,
    /// The codec refused a change of a request or a response.
    MutationRefused,
    /// A message was turned away since too many bytes are in flight.
    OverLimit,
    /// A property was not shown since HTTP cannot carry it.
    HeaderDropped,
    /// A response came for a request that nobody waits for any more.
    Late,
    /// A heartbeat was answered without asking the other side.
    HeartbeatAnswered,
    /// A message that no response and no stream is expected of came at a place where it is dropped.
    Ignored,
    /// A panic cost a connection.
    Panic,
    /// A message named by a token was not there any more.
    Lost,
}

impl Counter {
    /// How many counters there are.
    pub(crate) const COUNT: usize = Self::LAST_OF_KINDS + 9;

    const FIRST_REPLY: usize = MessageType::ALL.len();
    const LAST_OF_KINDS: usize = Self::FIRST_REPLY + ErrorType::ALL.len();

    /// The place of the counter among all, below [`COUNT`](Self::COUNT).
    pub(crate) fn index(self) -> usize {
        match self {
            Self::Message(kind) => kind as usize,
            Self::LocalReply(reason) => Self::FIRST_REPLY + reason as usize,
            Self::Refused => Self::LAST_OF_KINDS,
            Self::MutationRefused => Self::LAST_OF_KINDS + 1,
            Self::OverLimit => Self::LAST_OF_KINDS + 2,
            Self::HeaderDropped => Self::LAST_OF_KINDS + 3,
            Self::Late => Self::LAST_OF_KINDS + 4,
            Self::HeartbeatAnswered => Self::LAST_OF_KINDS + 5,
            Self::Ignored => Self::LAST_OF_KINDS + 6,
            Self::Panic => Self::LAST_OF_KINDS + 7,
            Self::Lost => Self::LAST_OF_KINDS + 8,
        }
    }

    /// The names of all counters, in the order of their places; a dot parts groups.
    pub(crate) fn names() -> impl Iterator<Item = String> {
        let messages = MessageType::ALL.map(|kind| format!("messages.{kind}"));
        let replies = ErrorType::ALL.map(|reason| format!("local_replies.{}", reason.as_str()));
        let others = [
            "refused",
            "mutations_refused",
            "over_limit",
            "headers_dropped",
            "late_responses",
            "heartbeats_answered",
            "ignored",
            "panics",
            "lost",
        ];
        let others = others.map(str::to_owned);
        messages.into_iter().chain(replies).chain(others)
    }
}

/// A size or a duration whose distribution is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Histogram {
    /// Length of a request, a one-way request or a frame of a stream from the client, bytes.
    RequestBytes,
    /// Length of a response or a frame of a stream from the server, bytes.
    ResponseBytes,
}

impl Histogram {
    /// The names of all, in declaration order.
    pub(crate) const NAMES: [&str; 2] = ["request_bytes", "response_bytes"];
}

/// Counts and samples that Envoy has not been told yet. Filled and emptied again, it allocates nothing in steady state.
#[derive(Debug)]
pub(crate) struct Tally {
    counts: [u64; Counter::COUNT],
    /// Whether any count is not 0.
    any: bool,
    samples: Vec<(Histogram, u64)>,
    /// Rules that codecs found broken.
    faults: Vec<&'static str>,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            counts: [0; Counter::COUNT],
            any: false,
            samples: Vec::new(),
            faults: Vec::new(),
        }
    }
}

impl Tally {
    /// Counts one.
    pub(crate) fn count(&mut self, counter: Counter) {
        if let Some(count) = self.counts.get_mut(counter.index()) {
            *count += 1;
            self.any = true;
        }
    }

    /// Notes one value of a distribution.
    pub(crate) fn sample(&mut self, histogram: Histogram, value: usize) {
        self.samples
            .push((histogram, u64::try_from(value).unwrap_or(u64::MAX)));
    }

    /// Notes the rule for which a connection was refused.
    pub(crate) fn fault(&mut self, fault: &Fault) {
        self.faults.push(fault.rule());
    }

    /// Whether there is nothing to tell.
    pub(crate) fn is_empty(&self) -> bool {
        !self.any && self.samples.is_empty() && self.faults.is_empty()
    }

    /// Takes over what `other` holds, for a while in which nobody may ask: beyond `limit` samples and as many broken
    /// rules, these are dropped.
    pub(crate) fn absorb(&mut self, other: &mut Self, limit: usize) {
        let any = &mut self.any;
        let counts = &mut self.counts;
        other.take_counts(|index, count| {
            counts[index] += count;
            *any = true;
        });
        let room = limit.saturating_sub(self.samples.len());
        self.samples.extend(other.samples.drain(..).take(room));
        let room = limit.saturating_sub(self.faults.len());
        self.faults.extend(other.faults.drain(..).take(room));
    }

    /// Tells and forgets all counts, by the place of their counters.
    pub(crate) fn take_counts(&mut self, mut tell: impl FnMut(usize, u64)) {
        if !mem::take(&mut self.any) {
            return;
        }
        for (index, count) in self.counts.iter_mut().enumerate() {
            if *count != 0 {
                tell(index, mem::take(count));
            }
        }
    }

    /// Tells and forgets all samples.
    pub(crate) fn take_samples(&mut self) -> impl Iterator<Item = (Histogram, u64)> {
        self.samples.drain(..)
    }

    /// Tells and forgets the rules that were broken: the names that [`Fault::rule`] gives.
    pub(crate) fn take_faults(&mut self) -> impl Iterator<Item = &'static str> {
        self.faults.drain(..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_counter_has_a_name_and_a_place_of_its_own() {
        let names: Vec<String> = Counter::names().collect();
        assert_eq!(names.len(), Counter::COUNT);
        assert_eq!(
            names[Counter::Message(MessageType::Event).index()],
            "messages.event"
        );
        assert_eq!(
            names[Counter::LocalReply(ErrorType::OverLimit).index()],
            "local_replies.over_limit"
        );
        assert_eq!(names[Counter::Refused.index()], "refused");
        assert_eq!(names[Counter::Lost.index()], "lost");
    }

    #[test]
    fn counts_are_told_once() {
        let mut tally = Tally::default();
        tally.count(Counter::Late);
        tally.count(Counter::Late);
        let mut told = Vec::new();
        tally.take_counts(|index, count| told.push((index, count)));
        tally.take_counts(|_, _| panic!("told twice"));
        assert_eq!(told, [(Counter::Late.index(), 2)]);
    }

    #[test]
    fn what_is_taken_over_is_bounded_and_told_once() {
        let (mut kept, mut tally) = (Tally::default(), Tally::default());
        for _ in 0..3 {
            tally.count(Counter::Late);
            tally.sample(Histogram::ResponseBytes, 7);
            tally.fault(&Fault::Depth);
            kept.absorb(&mut tally, 2);
            assert!(tally.is_empty() && !kept.is_empty());
        }
        let mut told = Vec::new();
        kept.take_counts(|index, count| told.push((index, count)));
        assert_eq!(told, [(Counter::Late.index(), 3)]);
        assert_eq!(kept.take_samples().count(), 2);
        assert_eq!(kept.take_faults().collect::<Vec<_>>(), ["depth"; 2]);
        assert!(kept.is_empty());
    }
}

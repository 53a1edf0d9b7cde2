//! The tables of fields that an index stands for, RFC 7541 section 2.3.

use std::collections::VecDeque;

use super::super::fields::OVERHEAD;

/// The static table, RFC 7541 appendix A; the first has index 1.
pub(super) const STATIC: [(&str, &str); 61] = [
    (":authority", ""),
    (":method", "GET"),
    (":method", "POST"),
    (":path", "/"),
    (":path", "/index.html"),
    (":scheme", "http"),
    (":scheme", "https"),
    (":status", "200"),
    (":status", "204"),
    (":status", "206"),
    (":status", "304"),
    (":status", "400"),
    (":status", "404"),
    (":status", "500"),
    ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"),
    ("accept-language", ""),
    ("accept-ranges", ""),
    ("accept", ""),
    ("access-control-allow-origin", ""),
    ("age", ""),
    ("allow", ""),
    ("authorization", ""),
    ("cache-control", ""),
    ("content-disposition", ""),
    ("content-encoding", ""),
    ("content-language", ""),
    ("content-length", ""),
    ("content-location", ""),
    ("content-range", ""),
    ("content-type", ""),
    ("cookie", ""),
    ("date", ""),
    ("etag", ""),
    ("expect", ""),
    ("expires", ""),
    ("from", ""),
    ("host", ""),
    ("if-match", ""),
    ("if-modified-since", ""),
    ("if-none-match", ""),
    ("if-range", ""),
    ("if-unmodified-since", ""),
    ("last-modified", ""),
    ("link", ""),
    ("location", ""),
    ("max-forwards", ""),
    ("proxy-authenticate", ""),
    ("proxy-authorization", ""),
    ("range", ""),
    ("referer", ""),
    ("refresh", ""),
    ("retry-after", ""),
    ("server", ""),
    ("set-cookie", ""),
    ("strict-transport-security", ""),
    ("transfer-encoding", ""),
    ("user-agent", ""),
    ("vary", ""),
    ("via", ""),
    ("www-authenticate", ""),
];

/// The place, counted from 0, of the first field of that name in [`STATIC`].
pub(super) fn static_place(name: &[u8]) -> Option<usize> {
    let place = usize::from(*SLOTS.get(slot(name)?)?);
    let (known, _) = STATIC.get(place)?;
    (known.as_bytes() == name).then_some(place)
}

/// Fields that the peer chose to number, RFC 7541 section 2.3.2. Newest first.
#[derive(Debug)]
pub(super) struct DynamicTable {
    entries: VecDeque<Entry>,
    /// As RFC 7541 section 4.1 counts, bytes.
    size: usize,
    max_size: usize,
}

#[derive(Debug)]
struct Entry {
    text: Box<[u8]>,
    name_len: usize,
}

impl DynamicTable {
    pub(super) fn new(max_size: usize) -> Self {
        Self {
            entries: VecDeque::new(),
            size: 0,
            max_size,
        }
    }

    /// The field at that place, counted from 0.
    pub(super) fn get(&self, place: usize) -> Option<(&[u8], &[u8])> {
        let entry = self.entries.get(place)?;
        entry.text.split_at_checked(entry.name_len)
    }

    /// Adds a field and drops the oldest ones that have no room beside it; one that is too large empties the table.
    pub(super) fn insert(&mut self, name: &[u8], value: &[u8]) {
        let size = name.len() + value.len() + OVERHEAD;
        self.shrink_to(self.max_size.saturating_sub(size));
        if size <= self.max_size {
            self.size += size;
            self.entries.push_front(Entry {
                text: [name, value].concat().into_boxed_slice(),
                name_len: name.len(),
            });
        }
    }

    pub(super) fn resize(&mut self, max_size: usize) {
        self.max_size = max_size;
        self.shrink_to(max_size);
    }

    fn shrink_to(&mut self, size: usize) {
        while self.size > size
            && let Some(oldest) = self.entries.pop_back()
        {
            self.size -= oldest.text.len() + OVERHEAD;
        }
    }
}

/// Of each name in [`STATIC`] the first place, where [`slot`] says; elsewhere a place beyond the table.
static SLOTS: [u8; 128] = slots();

const fn slots() -> [u8; 128] {
    let mut slots = [u8::MAX; 128];
    let mut place = STATIC.len();
    while place > 0 {
        place -= 1;
        let name = STATIC[place].0.as_bytes();
        let Some(slot) = slot(name) else {
            panic!("a name without bytes");
        };
        let taken = slots[slot];
        assert!(
            taken == u8::MAX || taken as usize == place + 1,
            "two names have the same slot"
        );
        slots[slot] = place as u8;
    }
    slots
}

/// A number below 128 that no two names of [`STATIC`] share.
const fn slot(name: &[u8]) -> Option<usize> {
    let (Some(first), Some(last)) = (name.first(), name.last()) else {
        return None;
    };
    let middle = name[name.len() / 2] as usize;
    Some((39 * (name.len() + *first as usize) + 44 * *last as usize + middle) % 128)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7541 section 4.4.
    #[test]
    fn the_oldest_fields_make_room() {
        let mut table = DynamicTable::new(100);
        table.insert(b"a", b"1");
        table.insert(b"b", b"2");
        let (a, b) = ((&b"a"[..], &b"1"[..]), (&b"b"[..], &b"2"[..]));
        assert_eq!(
            (table.get(0), table.get(1), table.get(2)),
            (Some(b), Some(a), None)
        );
        table.insert(b"c", b"3");
        let c = (&b"c"[..], &b"3"[..]);
        assert_eq!(
            (table.get(0), table.get(1), table.get(2)),
            (Some(c), Some(b), None)
        );
        table.resize(33);
        assert_eq!(table.get(0), None);
        table.resize(68);
        table.insert(b"a", b"1");
        table.resize(68);
        assert_eq!((table.get(0), table.get(1)), (Some(a), None));
        table.insert(b"much", &[0; 33]);
        assert_eq!((table.get(0), table.size), (None, 0));
    }

    #[test]
    fn each_name_is_found_at_its_first_place() {
        for (name, _) in STATIC {
            let first = STATIC.iter().position(|(this, _)| *this == name);
            assert_eq!(static_place(name.as_bytes()), first, "{name}");
        }
        for name in ["", ":", "mp-cmd", "x-request-id", "hosts", "Host"] {
            assert_eq!(static_place(name.as_bytes()), None, "{name}");
        }
    }
}

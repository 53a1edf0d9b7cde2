//! Declarations that stand in a macro: the names of the expansion do not get lost among those of the macro.

use metaproto_codec::Header;

macro_rules! declare {
    ($outer:ident, $inner:ty, $module:path) => {
        #[derive(Header)]
        #[header(part)]
        struct Pair {
            first: u8,
        }

        #[derive(Header)]
        struct $outer {
            #[header(frame_len, max = 64)]
            length: u8,
            #[header(nested)]
            inner: $inner,
            #[header(count = u8, max = 4, nested)]
            pairs: Vec<Pair>,
            #[header(with = $module)]
            last: u8,
        }
    };
}

#[derive(Header)]
#[header(part)]
struct Inner {
    value: u8,
}

mod plain {
    use metaproto_codec::CodecError;
    use metaproto_codec::wire::{Cursor, Order, Stop, Writer};

    pub(crate) const MIN_LEN: usize = 1;
    pub(crate) const MAX_LEN: usize = 1;

    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<u8, Stop> {
        cursor.scalar::<u8, 1>(Order::Big)
    }

    pub(crate) fn write(value: &u8, writer: &mut Writer<'_>) -> Result<(), CodecError> {
        writer.scalar::<u8, 1>(*value, Order::Big)
    }
}

declare!(Outer, Inner, plain);

#[test]
fn types_and_modules_of_a_macro_are_found() {
    let message = [5, 7, 1, 8, 9];
    let outer = Outer::read_frame(&message).unwrap();
    assert_eq!((outer.inner.value, outer.last), (7, 9));
    assert_eq!(outer.pairs.first().map(|pair| pair.first), Some(8));
    assert_eq!(outer.to_frame(b"").unwrap(), message);
}

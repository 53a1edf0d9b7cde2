// A list, and a map of properties.
#[derive(Clone, Debug)]
pub struct Maps {
    pub size: u8,
    pub ports: Vec<u16>,
    pub properties: Vec<(String, String)>,
}
///The checked fields of a [`Maps`] as they lie in the bytes of a message: numbers, and slices of what varies in length.
/**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
0 |     size      | ports.length  |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
2 /                  ports (ports.length items)                   /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  |       properties.length       |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /             properties (properties.length bytes)              /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                      body (as size says)                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 1 byte | `size` | unsigned; length of the body, bytes; at most 255 |
| 1 | 1 byte | `ports.length` | unsigned; at most 16 |
| 2 | ports.length items | `ports` | list; of unsigned of 2 bytes; at most 16 |
| - | 2 bytes | `properties.length` | unsigned; at most 1024 |
| - | properties.length bytes | `properties` | map; of text after 1 byte of length, at most 32 to text after 2 bytes of length, at most 256; properties; at most 1024 |
| - | as size says | `body` | payload, opaque |
*/
#[derive(Clone, Debug)]
pub struct MapsView<'a> {
    size: u8,
    ports: ::metaproto_codec::wire::Items<'a, Maps, 1usize>,
    properties: ::metaproto_codec::wire::Items<'a, Maps, 2usize>,
    _message: ::core::marker::PhantomData<&'a [u8]>,
}
///A message that starts with a [`Maps`], of which fields of fixed width can be set in place. Lengths stay as they are; checksums are computed anew.
#[derive(Debug)]
pub struct MapsPatch<'m>(::metaproto_codec::private::Patch<'m>);
#[allow(
    unused_imports,
    clippy::cast_lossless,
    clippy::collapsible_if,
    clippy::elidable_lifetime_names,
    clippy::expl_impl_clone_on_copy,
    clippy::manual_range_contains,
    clippy::match_same_arms,
    clippy::question_mark,
    clippy::trivially_copy_pass_by_ref,
    clippy::unnecessary_cast,
    clippy::unnecessary_wraps
)]
const _: () = {
    use ::metaproto_codec::private::{Err, None, Ok, Option, Result, Some, Vec};
    use ::metaproto_codec::{private, schema, wire};
    const _: () = ::core::assert!(
        private::can_say(255, 8u32, 1, 0),
        "the maximum is more than its length field of 8 bits can say; lower the maximum or widen the field"
    );
    const _: () = ::core::assert!(
        private::can_say(16, 8u32, 1, 0),
        "the maximum is more than its length field of 8 bits can say; lower the maximum or widen the field"
    );
    const _: () = ::core::assert!(
        private::can_say(1024, 16u32, 1, 0),
        "the maximum is more than its length field of 16 bits can say; lower the maximum or widen the field"
    );
    const _: () = ::core::assert!(
        private::can_say(32, 8u32, 1, 0),
        "the maximum is more than its length field of 8 bits can say; lower the maximum or widen the field"
    );
    const _: () = ::core::assert!(
        private::can_say(256, 16u32, 1, 0),
        "the maximum is more than its length field of 16 bits can say; lower the maximum or widen the field"
    );
    impl ::metaproto_codec::Part for Maps {
        const MIN_LEN: usize = 4usize;
        const MAX_LEN: usize = 1usize
            .saturating_add(
                1usize
                    .saturating_add(
                        usize::saturating_mul(16, 0usize.saturating_add(2usize)),
                    ),
            )
            .saturating_add(2usize.saturating_add(1024));
        const SCHEMA: ::metaproto_codec::Schema = ::metaproto_codec::Schema {
            name: "Maps",
            fields: &private::declared([
                private::Declared::Length(
                    "size",
                    schema::NumberKind::Unsigned,
                    1usize,
                    wire::Order::Big,
                    &[schema::Role::BodyLen { offset: 0 }],
                    255,
                ),
                private::Declared::Field(
                    schema::Field::new(
                            "ports",
                            schema::Shape::List {
                                item: schema::Item::Number(schema::Number {
                                    kind: schema::NumberKind::Unsigned,
                                    bytes: 2usize,
                                    order: wire::Order::Big,
                                }),
                                length: schema::Length::Prefix(
                                    wire::Prefix::new(1usize, wire::Order::Big, 16),
                                ),
                                unit: schema::Unit::Elements,
                            },
                        )
                        .max(16),
                ),
                private::Declared::Field(
                    schema::Field::new(
                            "properties",
                            schema::Shape::Map {
                                key: schema::Item::Octets {
                                    text: true,
                                    length: schema::Length::Prefix(
                                        wire::Prefix::new(1usize, wire::Order::Big, 32),
                                    ),
                                    max: 32,
                                },
                                value: schema::Item::Octets {
                                    text: true,
                                    length: schema::Length::Prefix(
                                        wire::Prefix::new(2usize, wire::Order::Big, 256),
                                    ),
                                    max: 256,
                                },
                                length: schema::Length::Prefix(
                                    wire::Prefix::new(2usize, wire::Order::Big, 1024),
                                ),
                                unit: schema::Unit::Bytes,
                            },
                        )
                        .roles(&[schema::Role::Properties])
                        .max(1024),
                ),
            ]),
        };
        fn write(
            &self,
            writer: &mut wire::Writer<'_>,
        ) -> Result<(), ::metaproto_codec::CodecError> {
            if writer.field("size") {
                let raw = {
                    let number = writer.body_len(0, 255)?;
                    writer.fitting(number, 8u32)?
                };
                writer.raw::<1usize>(raw, wire::Order::Big);
            }
            if writer.field("ports") {
                let length = self.ports.len();
                writer.length(length, wire::Prefix::new(1usize, wire::Order::Big, 16))?;
                for item in &self.ports {
                    writer.scalar::<u16, 2usize>(*item, wire::Order::Big)?;
                }
            }
            if writer.field("properties") {
                let length = wire::Writer::measure(|writer| {
                    for (key, value) in &self.properties {
                        writer
                            .prefixed(
                                wire::Octets::octets(key),
                                wire::Prefix::new(1usize, wire::Order::Big, 32),
                            )?;
                        writer
                            .prefixed(
                                wire::Octets::octets(value),
                                wire::Prefix::new(2usize, wire::Order::Big, 256),
                            )?;
                    }
                    Ok(())
                })?;
                writer
                    .length(length, wire::Prefix::new(2usize, wire::Order::Big, 1024))?;
                for (key, value) in &self.properties {
                    writer
                        .prefixed(
                            wire::Octets::octets(key),
                            wire::Prefix::new(1usize, wire::Order::Big, 32),
                        )?;
                    writer
                        .prefixed(
                            wire::Octets::octets(value),
                            wire::Prefix::new(2usize, wire::Order::Big, 256),
                        )?;
                }
            }
            writer.body();
            Ok(())
        }
        #[inline]
        fn template() -> Self {
            Self {
                size: 0,
                ports: private::empty(),
                properties: private::empty(),
            }
        }
        #[inline]
        fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
            private::fields([
                ("size", private::Show::show(&self.size)),
                (
                    "ports",
                    ::metaproto_codec::FieldValue::List(
                        self.ports.iter().map(private::Show::show).collect(),
                    ),
                ),
                (
                    "properties",
                    ::metaproto_codec::FieldValue::Map(
                        self
                            .properties
                            .iter()
                            .map(|(key, value)| (
                                private::Show::show(key),
                                private::Show::show(value),
                            ))
                            .collect(),
                    ),
                ),
            ])
        }
    }
    impl<'a> ::metaproto_codec::Read<'a> for Maps {
        type View = MapsView<'a>;
        fn check(cursor: &mut wire::Cursor<'a>) -> Result<Self::View, wire::Stop> {
            cursor.field("size");
            let size = cursor.scalar::<u8, 1usize>(wire::Order::Big)?;
            cursor.body_len(u128::from(size), 0, 255)?;
            cursor.field("ports");
            let ports = {
                let length = cursor
                    .length(wire::Prefix::new(1usize, wire::Order::Big, 16), 2usize)?;
                cursor.items::<Self, 1usize>(length)?
            };
            cursor.field("properties");
            let properties = {
                let length = cursor
                    .length(wire::Prefix::new(2usize, wire::Order::Big, 1024), 1)?;
                cursor.items_filling::<Self, 2usize>(length)?
            };
            Ok(MapsView {
                size,
                ports,
                properties,
                _message: ::core::marker::PhantomData,
            })
        }
        #[allow(unused_variables)]
        fn from_view(
            view: &Self::View,
            message: Option<&private::Bytes>,
        ) -> Result<Self, ::metaproto_codec::CodecError> {
            Ok(Self {
                size: view.size,
                ports: view.ports.iter().collect(),
                properties: view
                    .properties
                    .iter()
                    .map(|(key, value)| Ok((
                        view.properties.owned::<String>("properties", &key, message)?,
                        view.properties.owned::<String>("properties", &value, message)?,
                    )))
                    .collect::<Result<_, ::metaproto_codec::CodecError>>()?,
            })
        }
        #[inline]
        #[allow(unused_variables)]
        fn bare(view: &Self::View) -> Self {
            Self {
                size: view.size,
                ports: private::empty(),
                properties: private::empty(),
            }
        }
        #[inline]
        #[allow(unused_variables)]
        fn index(
            view: &Self::View,
            message: &'a [u8],
            metadata: &mut ::metaproto_codec::Metadata,
        ) {
            {
                let value = view.properties;
                for (key, value) in value {
                    private::record_pair(metadata, message, &key, &value);
                }
            }
        }
        fn quick(message: &'a [u8]) -> Option<(Self::View, wire::Sizes)> {
            let mut sweep = wire::Sweep::new(message);
            let bytes = sweep.take::<1usize>()?;
            let size = u8::from_be_bytes(private::at(bytes, 0usize));
            let length = sweep.length::<1usize>(wire::Order::Big, 16)?;
            let ports = sweep.items::<Self, 1usize>(length)?;
            let length = sweep.length::<2usize>(wire::Order::Big, 1024)?;
            let properties = sweep.items_filling::<Self, 2usize>(length)?;
            let header = sweep.position();
            let body = private::size(u128::from(size), 0, 0, 255)?;
            let sizes = wire::Sizes::new(header, body, 0);
            Some((
                MapsView {
                    size,
                    ports,
                    properties,
                    _message: ::core::marker::PhantomData,
                },
                sizes,
            ))
        }
    }
    impl<'a> wire::Element<'a, 1usize> for Maps {
        type Item = u16;
        #[inline]
        fn element(cursor: &mut wire::Cursor<'a>) -> Result<Self::Item, wire::Stop> {
            let item = cursor.scalar::<u16, 2usize>(wire::Order::Big)?;
            Ok(item)
        }
        #[inline]
        fn skip(
            sweep: &mut wire::Sweep<'a>,
            _is_text: impl Fn(&[u8]) -> bool,
        ) -> Option<()> {
            sweep.take::<2usize>()?;
            Some(())
        }
    }
    impl<'a> wire::Element<'a, 2usize> for Maps {
        type Item = (&'a [u8], &'a [u8]);
        #[inline]
        fn element(cursor: &mut wire::Cursor<'a>) -> Result<Self::Item, wire::Stop> {
            let item = {
                let key = cursor
                    .prefixed(wire::Prefix::new(1usize, wire::Order::Big, 32))?;
                let value = cursor
                    .prefixed(wire::Prefix::new(2usize, wire::Order::Big, 256))?;
                (key, value)
            };
            Ok(item)
        }
        #[inline]
        fn skip(
            sweep: &mut wire::Sweep<'a>,
            _is_text: impl Fn(&[u8]) -> bool,
        ) -> Option<()> {
            let length = sweep.length::<1usize>(wire::Order::Big, 32)?;
            sweep.octets(length)?;
            let length = sweep.length::<2usize>(wire::Order::Big, 256)?;
            sweep.octets(length)?;
            Some(())
        }
    }
    #[allow(dead_code)]
    impl<'a> MapsView<'a> {
        ///The field `size`.
        #[inline]
        #[must_use]
        pub fn size(&self) -> u8 {
            self.size
        }
        ///The field `ports`.
        #[inline]
        #[must_use]
        pub fn ports(&self) -> ::metaproto_codec::wire::Items<'a, Maps, 1usize> {
            self.ports
        }
        ///The field `properties`.
        #[inline]
        #[must_use]
        pub fn properties(&self) -> ::metaproto_codec::wire::Items<'a, Maps, 2usize> {
            self.properties
        }
    }
    impl private::Owning for Maps {}
    impl ::metaproto_codec::Header for Maps {
        const MAX_FRAME: usize = usize::saturating_add(
            <Self as ::metaproto_codec::Part>::MAX_LEN,
            255,
        );
        const SETTABLE: &'static [&'static str] = &[];
        const OPEN_PROPERTIES: bool = true;
        #[inline]
        fn set(
            &mut self,
            key: &str,
            value: &str,
        ) -> Result<(), ::metaproto_codec::Fault> {
            private::set_pair(
                &mut self.properties,
                (key, 32, private::Ending::Length),
                (value, 256, private::Ending::Length),
            )
        }
        #[inline]
        fn remove(&mut self, key: &str) -> Result<(), ::metaproto_codec::Fault> {
            private::remove_pair(&mut self.properties, key)
        }
        fn quick_len(&self) -> usize {
            let mut len: usize = 4usize;
            len = len.wrapping_add(self.ports.len().wrapping_mul(2usize));
            len = len
                .wrapping_add(
                    self
                        .properties
                        .iter()
                        .fold(
                            0usize,
                            |len, (key, value)| {
                                len
                                    .wrapping_add(1usize + wire::Octets::octets(key).len())
                                    .wrapping_add(2usize + wire::Octets::octets(value).len())
                            },
                        ),
                );
            len
        }
        fn quick_write<S: wire::Sink>(&self, sizes: wire::Sizes, sink: &mut S) -> bool {
            sink.fill(
                sizes.header,
                |fill| {
                    let mut bytes = [0; 1usize];
                    private::put(
                        &mut bytes,
                        0usize,
                        private::stored::<
                            1usize,
                        >(
                            match private::number(sizes.body, 0, 255, 1, 8u32) {
                                Some(raw) => raw,
                                None => return false,
                            },
                            wire::Order::Big,
                        ),
                    );
                    if !fill.put(&bytes) {
                        return false;
                    }
                    if !fill.length::<1usize>(self.ports.len(), wire::Order::Big, 16) {
                        return false;
                    }
                    for item in &self.ports {
                        if !fill.scalar::<_, 2usize>(*item, wire::Order::Big) {
                            return false;
                        }
                    }
                    if !fill
                        .length::<
                            2usize,
                        >(
                            self
                                .properties
                                .iter()
                                .fold(
                                    0usize,
                                    |len, (key, value)| {
                                        len
                                            .wrapping_add(1usize + wire::Octets::octets(key).len())
                                            .wrapping_add(2usize + wire::Octets::octets(value).len())
                                    },
                                ),
                            wire::Order::Big,
                            1024,
                        )
                    {
                        return false;
                    }
                    for (key, value) in &self.properties {
                        if !fill
                            .octets::<
                                1usize,
                            >(wire::Octets::octets(key), wire::Order::Big, 32)
                        {
                            return false;
                        }
                        if !fill
                            .octets::<
                                2usize,
                            >(wire::Octets::octets(value), wire::Order::Big, 256)
                        {
                            return false;
                        }
                    }
                    true
                },
            )
        }
    }
    /**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
0 |     size      | ports.length  |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
2 /                  ports (ports.length items)                   /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  |       properties.length       |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /             properties (properties.length bytes)              /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                      body (as size says)                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 1 byte | `size` | unsigned; length of the body, bytes; at most 255 |
| 1 | 1 byte | `ports.length` | unsigned; at most 16 |
| 2 | ports.length items | `ports` | list; of unsigned of 2 bytes; at most 16 |
| - | 2 bytes | `properties.length` | unsigned; at most 1024 |
| - | properties.length bytes | `properties` | map; of text after 1 byte of length, at most 32 to text after 2 bytes of length, at most 256; properties; at most 1024 |
| - | as size says | `body` | payload, opaque |
*/
    #[allow(dead_code)]
    impl Maps {
        /**Checks a message, of which the body need not be there, to set fields of its header in place. Where there are checksums it must be whole.

# Errors

As [`view_header`](::metaproto_codec::Header::view_header).*/
        #[inline]
        pub fn patch(
            message: &mut [u8],
        ) -> Result<MapsPatch<'_>, ::metaproto_codec::CodecError> {
            private::Patch::check::<Self>(message, false).map(MapsPatch)
        }
    }
};

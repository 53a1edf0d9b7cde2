use metaproto_codec::Header;

#[derive(Header)]
enum Kind {
    Request,
    Response,
}

fn main() {}

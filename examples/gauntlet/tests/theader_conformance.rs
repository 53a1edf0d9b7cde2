//! What every codec must do, of THeader's.

use gauntlet::theader::THeaderCodec;

metaproto_testkit::conformance!(THeaderCodec);

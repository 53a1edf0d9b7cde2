//! Answers that a host gives in place of a server.

use metaproto_codec::{
    CodecError, Error, ErrorType, Fault, MessageType, Metadata, Output, RequestId,
};

use super::super::bug::{Bug, Bugs};
use super::draft::Draft;
use super::{Cart, MAX_TEXT, PONG, RESPONSE, fault};

impl Cart {
    /// An error response with the text of the error as its body; for anything but a request, nothing.
    pub(super) fn error_reply(
        &self,
        request: &Metadata,
        error: &Error<'_>,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        let is_owed = match request.kind() {
            MessageType::Request => true,
            MessageType::OneWay => self.bugs.has(Bug::AnswersOneWay),
            MessageType::Response => self.bugs.has(Bug::AnswersResponses),
            _ => false,
        };
        if !is_owed || (self.bugs.has(Bug::NoReplyWithoutText) && error.message.is_empty()) {
            return Ok(());
        }
        let mut draft = self.reply_to(request)?;
        if !self.bugs.has(Bug::ReplyIsRequest) {
            draft.kind = RESPONSE;
        }
        draft.status = self.status_of(error.r#type)?;
        if self.bugs.has(Bug::ReplyIdLost) {
            draft.set_id(&RequestId::Number(0)).map_err(refuse)?;
        }
        let text = self.cut(error.message);
        let stated = match self.bugs.0 {
            Some(Bug::TextLenWraps) => usize::from(text.len() as u16),
            _ => text.len(),
        };
        let header = draft.write(0, stated)?;
        let times = if self.bugs.has(Bug::RepliesTwice) {
            2
        } else {
            1
        };
        for _ in 0..times {
            output.push(&header);
            output.push(text.as_bytes());
        }
        Ok(())
    }

    /// The answer to a ping; to anything else, nothing.
    pub(super) fn pong(&self, ping: &Metadata, output: &mut Output) -> Result<(), CodecError> {
        let is_owed = match ping.kind() {
            MessageType::Ping => true,
            MessageType::Pong => self.bugs.has(Bug::PongForPong),
            MessageType::Request => self.bugs.has(Bug::PongForRequest),
            _ => false,
        };
        if !is_owed || self.bugs.has(Bug::NoPong) {
            return Ok(());
        }
        let mut draft = self.reply_to(ping)?;
        if !self.bugs.has(Bug::PongIsPing) {
            draft.kind = PONG;
        }
        draft.status = 0;
        if self.bugs.has(Bug::PongIdLost) {
            draft.set_id(&RequestId::Number(0)).map_err(refuse)?;
        }
        let times = if self.bugs.has(Bug::TwoPongs) { 2 } else { 1 };
        let header = draft.write(0, 0)?;
        for _ in 0..times {
            output.push(&header);
        }
        Ok(())
    }

    /// A header with the id and the other fields of fixed width of `message`, whose frame may be missing.
    ///
    /// The mistakes of changing a message are kept out of it, so that each shows in one place.
    fn reply_to(&self, message: &Metadata) -> Result<Draft, CodecError> {
        let frame = message.frame();
        let mut draft = if frame.is_empty() {
            Draft::template(Bugs::default())
        } else {
            Draft::of(frame, &self.layout(frame)?, Bugs::default())
        };
        draft.make_bare();
        if let Some(id) = message.request_id() {
            draft.set_id(&id).map_err(refuse)?;
        }
        Ok(draft)
    }

    fn status_of(&self, error: ErrorType) -> Result<u8, CodecError> {
        Ok(match error {
            _ if self.bugs.has(Bug::ReplyStatusOk) => 0,
            ErrorType::RouteNotFound => 2,
            ErrorType::OverLimit => 3,
            ErrorType::BadResponse if self.bugs.has(Bug::ErrorTypeUnreachable) => {
                unreachable!("no server answers badly")
            }
            ErrorType::ClusterNotFound if self.bugs.has(Bug::ErrorTypeRefused) => {
                let rule = "there is no code for this error";
                return Err(fault(0, "status", Fault::Protocol { rule }));
            }
            ErrorType::ClusterNotFound
            | ErrorType::NoHealthyUpstream
            | ErrorType::BadResponse
            | ErrorType::Unspecified => 1,
        })
    }

    fn cut<'t>(&self, text: &'t str) -> &'t str {
        match self.bugs.0 {
            Some(Bug::TextLenWraps) => text,
            Some(Bug::TextCutInChar) => &text[..text.len().min(MAX_TEXT)],
            _ => &text[..text.floor_char_boundary(MAX_TEXT)],
        }
    }
}

fn refuse(broken: Fault) -> CodecError {
    fault(0, "request id", broken)
}

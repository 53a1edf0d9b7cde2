//! What a check found.

/// Faults shown at most: one mistake may break every message.
const SHOWN: usize = 30;

/// What was checked, and every fault that was found.
#[must_use = "a report that nobody asserts proves nothing"]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Messages or inputs that were checked.
    pub checked: usize,
    /// One sentence for each fault, with the place.
    pub faults: Vec<String>,
}

impl Report {
    /// # Panics
    ///
    /// With all faults, if there is one; or if fewer than `least` messages or inputs were checked, for then something was
    /// not found.
    #[track_caller]
    pub fn assert_at_least(&self, least: usize) {
        let Self { checked, faults } = self;
        let shown = faults
            .iter()
            .take(SHOWN)
            .map(|fault| format!("\n  {fault}"));
        let more = faults.len().saturating_sub(SHOWN);
        assert!(
            faults.is_empty(),
            "{} faults in {checked} checked{}{}",
            faults.len(),
            shown.collect::<String>(),
            if more > 0 {
                format!("\n  and {more} more")
            } else {
                String::new()
            }
        );
        assert!(
            *checked >= least,
            "only {checked} were found to check, of {least}"
        );
    }

    /// Adds what is wrong at `place`.
    pub(crate) fn add(&mut self, place: &str, faults: impl IntoIterator<Item = String>) {
        let faults = faults.into_iter().map(|fault| format!("{place}: {fault}"));
        self.faults.extend(faults);
    }
}

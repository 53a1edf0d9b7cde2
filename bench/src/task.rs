//! What is measured: tasks, and who does them.

/// One task of a workload, and everybody who can do it.
pub(crate) struct Task {
    /// `w1-decode`: the workload, then the task.
    pub(crate) name: &'static str,
    /// The task in a line, for the record.
    pub(crate) about: &'static str,
    /// Operations in one turn; figures are for one operation.
    pub(crate) operations: u64,
    /// Turns whose instructions are counted.
    pub(crate) turns: u64,
    /// Runs the measuring loop around a function that does nothing. What this costs is taken off every count.
    pub(crate) idle: Run,
    /// Those who do the task.
    pub(crate) contenders: Vec<Contender>,
}

/// Does a task a number of turns over.
pub(crate) type Run = Box<dyn Fn(u64)>;

/// One way to do a task.
pub(crate) struct Contender {
    /// The crate, or `hand`, `limit` or `ours`, with what is special about it.
    pub(crate) name: &'static str,
    pub(crate) run: Run,
}

impl Task {
    /// A task done by the functions of `table`, of which the first one does nothing; `repeat` makes of a function the
    /// loop that calls it.
    pub(crate) fn new<F: Copy, R: Fn(u64) + 'static>(
        name: &'static str,
        about: &'static str,
        idle: F,
        table: &[(&'static str, F)],
        repeat: impl Fn(F) -> R,
    ) -> Self {
        let contender = |(name, function): &(&'static str, F)| Contender {
            name,
            run: Box::new(repeat(*function)),
        };
        Self {
            name,
            about,
            operations: 1,
            turns: 100,
            idle: Box::new(repeat(idle)),
            contenders: table.iter().map(contender).collect(),
        }
    }

    /// Sets the operations in a turn, and the turns that are counted.
    pub(crate) fn turns(mut self, operations: u64, turns: u64) -> Self {
        self.operations = operations;
        self.turns = turns;
        self
    }
}

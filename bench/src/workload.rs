//! The workloads by name.

use crate::task::Task;
use crate::{w1, w2, w3, w4, w5, w7, w8};

/// Makes the tasks of a workload.
type Tasks = fn() -> Vec<Task>;

/// All workloads that are measured in this process.
pub(crate) const WORKLOADS: &[(&str, Tasks)] = &[
    ("w1", w1::tasks),
    ("w2", w2::tasks),
    ("w3", w3::tasks),
    ("w4", w4::tasks),
    ("w5", w5::tasks),
    ("w7", w7::tasks),
    ("w8", w8::tasks),
];

/// The tasks of the workload of this name, or none.
pub(crate) fn tasks(workload: &str) -> Vec<Task> {
    let found = WORKLOADS.iter().find(|(name, _)| *name == workload);
    found.map(|(_, tasks)| tasks()).unwrap_or_default()
}

/// The task of this name; its workload is the part before the first hyphen.
pub(crate) fn task(name: &str) -> Option<Task> {
    let workload = name.split('-').next()?;
    tasks(workload).into_iter().find(|task| task.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets::TARGETS;

    #[test]
    fn every_task_is_found_by_its_name_and_has_hand_first_or_ours_where_there_is_no_hand() {
        for (workload, tasks) in WORKLOADS {
            for known in tasks() {
                let found = task(known.name).unwrap();
                assert!(known.name.starts_with(workload));
                let first = found.contenders[0].name;
                assert!(["hand", "ours"].contains(&first), "{}", known.name);
            }
        }
    }

    #[test]
    fn every_target_is_of_a_task() {
        for target in TARGETS {
            assert!(task(target.task).is_some(), "{}", target.task);
        }
    }
}

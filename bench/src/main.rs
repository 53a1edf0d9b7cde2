//! Workloads of protocol codecs.
mod task;
mod w1;
mod w2;
mod w4;
fn main() {
    let mut args = std::env::args().skip(1);
    let (task, who, turns) = (
        args.next().unwrap(),
        args.next().unwrap(),
        args.next().unwrap().parse().unwrap(),
    );
    for t in w1::tasks()
        .into_iter()
        .chain(w2::tasks())
        .chain(w4::tasks())
    {
        if t.name == task {
            if who == "idle" {
                (t.idle)(turns)
            }
            for c in &t.contenders {
                if c.name == who {
                    (c.run)(turns)
                }
            }
        }
    }
}

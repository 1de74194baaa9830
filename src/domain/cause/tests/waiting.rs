//! What follows for the other ordinals from the place where the sync stops.

use super::rolling;
use crate::domain::cause::Reason;
use crate::domain::testing::{Story, set};

/// The ordinal, its reason, its root, and a part of its message.
type Follows<'a> = (Story, u32, Reason, &'a str, &'a str);

#[test]
fn an_ordinal_that_waits_points_at_the_root_of_its_wait() {
    let cases: [Follows<'_>; 11] = [
        (
            set("web").replicas(3).crashing(0, "A"),
            2,
            Reason::LowerOrdinalNotReady,
            "CrashLoop 0",
            "web-2 is created after web-0 is available",
        ),
        (
            set("web").replicas(2).ready_for(0, "A", 2).min_ready(30),
            1,
            Reason::MinReadySeconds,
            "MinReadySeconds 0",
            "web-1 is created after web-0 has been Ready for minReadySeconds",
        ),
        (
            set("web").replicas(2).ready(0, "A").terminating(0, -100),
            1,
            Reason::PredecessorTerminating,
            "StuckTerminating 0",
            "web-1 is created after web-0 is gone",
        ),
        (
            rolling(3).not_ready(0, "A").all_ready(1..3, "A").since(0, 5),
            2,
            Reason::LowerOrdinalNotReady,
            "Starting 0",
            "web-2 is updated after web-0 is available",
        ),
        (
            rolling(3).all_ready(0..2, "A").starting(2, "B"),
            0,
            Reason::MaxUnavailableSpent,
            "Starting 2",
            "web-0 is updated after web-2 is available",
        ),
        (
            rolling(2).all_ready(0..2, "A").terminating(1, 20).parallel(),
            0,
            Reason::MaxUnavailableSpent,
            "PredecessorTerminating 1",
            "web-0 is updated after web-1 is available",
        ),
        (
            rolling(1).all_ready(0..3, "A"),
            0,
            Reason::ScaleDownFirst,
            "",
            "web-0 is updated after the scale-down is done, which is at web-2",
        ),
        (
            set("web").replicas(1).all_ready(0..3, "A"),
            1,
            Reason::PredecessorTerminating,
            "",
            "web-1 is out of range and is removed after web-2 is gone",
        ),
        (
            set("web").replicas(1).crashing(0, "A").ready(1, "A"),
            1,
            Reason::LowerOrdinalNotReady,
            "CrashLoop 0",
            "web-1 is out of range and is removed after web-0 is available",
        ),
        (
            set("web").replicas(3),
            1,
            Reason::LowerOrdinalNotReady,
            "",
            "web-1 is created after web-0 is created and available",
        ),
        (
            set("web").replicas(2).foreign(0, None),
            1,
            Reason::LowerOrdinalNotReady,
            "ForeignPod 0",
            "web-1 is created after web-0 is available",
        ),
    ];
    for (story, number, reason, root, message) in cases {
        let told = story.tell();
        let cause = told.of(number);
        assert_eq!((cause.reason, cause.root_name().as_str()), (reason, root), "{message}");
        assert_eq!(cause.message, message);
        let resolves = told.diagnosis.roots.first().is_none_or(|root| root.self_resolves);
        assert_eq!(cause.self_resolves, resolves, "who waits passes as its root does: {message}");
        assert!(cause.action.is_none(), "what frees it stands at the root: {message}");
    }
}

#[test]
fn an_ordinal_whose_turn_has_come_waits_for_nothing() {
    let told = rolling(3).all_ready(0..3, "A").tell();
    assert!(told.in_order(2), "it is deleted now");
    assert!(set("web").replicas(2).ready(0, "A").tell().in_order(1), "it is created now");
}

#[test]
fn an_ordinal_with_trouble_of_its_own_is_about_that() {
    let told = set("web").replicas(2).crashing(0, "A").image_pull(1, "A").tell();
    assert_eq!(told.of(1).reason, Reason::ImagePull);
    assert_eq!(told.roots(), "CrashLoop 0, ImagePull 1", "the one that is waited for comes first");
}

#[test]
fn an_ordinal_that_is_up_to_date_and_available_waits_for_nothing() {
    let told = rolling(3).crashing(0, "A").ready(1, "B").ready(2, "B").tell();
    assert!(told.in_order(1) && told.in_order(2));
}

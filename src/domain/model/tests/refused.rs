//! What the API server refuses.

use super::rolling;
use crate::domain::model::{Refused, next_moves_refused};
use crate::domain::testing::{Story, at, lines, set};

/// All moves and the stop, in words.
fn told(story: &Story, refused: &Refused) -> (String, String) {
    let moves = next_moves_refused(&story.build(), refused);
    (lines(moves.as_slice()), lines(&[moves.stop().clone()]))
}

fn words(moves: &str, stop: &str) -> (String, String) {
    (moves.to_owned(), stop.to_owned())
}

/// Found by the referee: with a quota for pods the claims are made all the same.
#[test]
fn claims_are_made_before_a_pod_that_is_refused() {
    let refused = Refused { pods: [at(1)].into(), ..Refused::default() };
    let story = set("web").replicas(2).claim_template("data").ready(0, "A");
    assert_eq!(told(&story, &refused), words("claim data-web-1", "wait web-1: CreateRefused"));
}

#[test]
fn a_pod_is_not_tried_when_one_of_its_claims_is_refused_and_the_others_are_made() {
    let refused = Refused { claims: ["data-web-0".to_owned()].into(), ..Refused::default() };
    let story = set("web").replicas(1).claim_template("data").claim_template("log");
    assert_eq!(told(&story, &refused), words("claim log-web-0", "wait web-0: CreateRefused"));
}

#[test]
fn a_refused_pod_keeps_later_batches_and_updates_from_happening() {
    let refused = Refused { pods: [at(1)].into(), ..Refused::default() };
    let story = rolling(5).parallel().ready(0, "A");
    assert_eq!(told(&story, &refused), words("create web-2 at B", "wait web-1: CreateRefused"));
}

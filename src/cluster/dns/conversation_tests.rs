//! Many questions over one stream, and all that a server can do wrong.

use std::net::IpAddr;
use std::time::Duration;

use proptest::prelude::*;
use tokio::io::{AsyncWriteExt, DuplexStream, duplex};

use super::answer::Answer;
use super::bytes::Bytes;
use super::conversation::{Conversation, Ended, Unanswered};
use super::name;
use super::question::Question;
use super::testing::{Server, address_of, reply};

/// Longer than anything here takes, where all goes well.
const LONG: Duration = Duration::from_secs(30);
/// Where an answer is missing on purpose.
const SHORT: Duration = Duration::from_millis(50);

type Outcome = Option<Result<Answer, Unanswered>>;

fn stream() -> (Conversation<DuplexStream>, Server) {
    let (ours, theirs) = duplex(4096);
    (Conversation::new(ours), Server(theirs))
}

fn run<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

/// `p0`, `p1`, …
fn questions(count: usize) -> Vec<Question> {
    (0..count).map(|index| address_of(&format!("p{index}"))).collect()
}

/// The number in a name like `p7`.
fn number(question: &[u8]) -> u8 {
    let name = name::read(&mut Bytes::new(question).at(12)).expect("a name");
    name[1..].parse().expect("a number")
}

fn addresses(outcomes: &[Outcome]) -> Vec<Option<IpAddr>> {
    outcomes.iter().map(|outcome| outcome.as_ref()?.as_ref().ok()?.addresses().next()).collect()
}

fn address(last: u8) -> Option<IpAddr> {
    Some(IpAddr::from([10, 0, 0, last]))
}

#[test]
fn answers_may_come_in_any_order() {
    run(async {
        let (mut conversation, mut server) = stream();
        let questions = questions(120);
        let mut outcomes = vec![None; 120];
        let serve = async {
            for _ in 0..3 {
                // As many as can wait at once: 50 + 50 + 20.
                let mut asked = Vec::new();
                for _ in 0..40 {
                    asked.push(server.question().await.expect("a question"));
                }
                for question in asked.iter().rev() {
                    server.answer(question, [10, 0, 0, number(question)]).await;
                }
            }
        };
        let (ended, ()) = tokio::join!(conversation.ask(&questions, &mut outcomes, LONG), serve);
        ended.expect("all answers");
        assert_eq!(addresses(&outcomes), (0..120).map(address).collect::<Vec<_>>());
    });
}

#[test]
fn no_more_than_fifty_wait_at_once() {
    run(async {
        let (ours, theirs) = duplex(1 << 20);
        let (mut conversation, mut server) = (Conversation::new(ours), Server(theirs));
        let questions = questions(60);
        let mut outcomes = vec![None; 60];
        let serve = async {
            let mut first = server.question().await.expect("a question");
            for _ in 1..50 {
                server.question().await.expect("a question");
            }
            tokio::time::timeout(SHORT, server.question()).await.expect_err("no further question");
            server.answer(&first, [10, 0, 0, 0]).await;
            first = server.question().await.expect("one more question");
            assert_eq!(number(&first), 50);
        };
        tokio::select! {
            ended = conversation.ask(&questions, &mut outcomes, LONG) => panic!("{ended:?}"),
            () = serve => {}
        }
    });
}

#[test]
fn an_answer_may_arrive_byte_by_byte() {
    run(async {
        let (ours, theirs) = duplex(1);
        let (mut conversation, mut server) = (Conversation::new(ours), Server(theirs));
        let mut outcomes = vec![None];
        let serve = async {
            let question = server.question().await.expect("a question");
            server.answer(&question, [10, 0, 0, 1]).await;
        };
        let questions = questions(1);
        let (ended, ()) = tokio::join!(conversation.ask(&questions, &mut outcomes, LONG), serve);
        ended.expect("the answer");
        assert_eq!(addresses(&outcomes), [address(1)]);
    });
}

#[test]
fn an_answer_that_comes_too_late_is_not_taken_for_another() {
    run(async {
        let (mut conversation, mut server) = stream();
        let questions = questions(2);
        let mut outcomes = vec![None; 2];
        let late = async {
            let late = server.question().await.expect("a question");
            let other = server.question().await.expect("a question");
            server.answer(&other, [10, 0, 0, 1]).await;
            late
        };
        let (ended, late) = tokio::join!(conversation.ask(&questions, &mut outcomes, SHORT), late);
        ended.expect("a sound stream");
        assert_eq!(outcomes[0], Some(Err(Unanswered::Silent)));
        assert_eq!(addresses(&outcomes), [None, address(1)]);

        let mut outcomes = vec![None; 2];
        let serve = async {
            server.answer(&late, [10, 0, 0, 99]).await;
            for _ in 0..2 {
                let question = server.question().await.expect("a question");
                server.answer(&question, [10, 0, 0, number(&question)]).await;
            }
        };
        let (ended, ()) = tokio::join!(conversation.ask(&questions, &mut outcomes, LONG), serve);
        ended.expect("both answers");
        assert_eq!(addresses(&outcomes), [address(0), address(1)]);
    });
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for_once_per_question() {
    run(async {
        let (mut conversation, _server) = stream();
        let mut outcomes = vec![None; 200];
        let ended = conversation.ask(&questions(200), &mut outcomes, SHORT).await;
        assert!(matches!(ended, Err(Ended::Silent)), "{ended:?}");
        assert!(outcomes.iter().all(Option::is_none));
    });
}

#[test]
fn after_the_end_of_a_stream_only_the_rest_is_asked_again() {
    run(async {
        let questions = questions(3);
        let mut outcomes = vec![None; 3];
        let (mut conversation, mut server) = stream();
        let serve = async {
            let question = server.question().await.expect("a question");
            server.answer(&question, [10, 0, 0, number(&question)]).await;
            drop(server);
        };
        let (ended, ()) = tokio::join!(conversation.ask(&questions, &mut outcomes, LONG), serve);
        assert!(matches!(ended, Err(Ended::Stream(_))), "{ended:?}");
        assert!(conversation.has_answered());
        assert_eq!(addresses(&outcomes), [address(0), None, None]);

        let (mut conversation, mut server) = stream();
        assert!(!conversation.has_answered());
        let serve = async {
            let mut asked = Vec::new();
            for _ in 0..2 {
                let question = server.question().await.expect("a question");
                server.answer(&question, [10, 0, 0, number(&question)]).await;
                asked.push(number(&question));
            }
            asked
        };
        let (ended, asked) = tokio::join!(conversation.ask(&questions, &mut outcomes, LONG), serve);
        ended.expect("the rest");
        assert_eq!(asked, [1, 2]);
        assert_eq!(addresses(&outcomes), [address(0), address(1), address(2)]);
    });
}

#[test]
fn an_answer_to_another_question_is_none() {
    run(async {
        let (mut conversation, mut server) = stream();
        let questions = questions(2);
        let mut outcomes = vec![None; 2];
        let serve = async {
            let (mut first, second) =
                (server.question().await.expect("one"), server.question().await.expect("two"));
            // The first's number, and the second's name.
            first.truncate(2);
            first.extend(&second[2..]);
            server.say(&reply(&first, 0, &[("p0", 1, 5, vec![10, 0, 0, 1])], &[])).await;
            server.say(&second[..2]).await;
        };
        let (ended, ()) = tokio::join!(conversation.ask(&questions, &mut outcomes, LONG), serve);
        ended.expect("a sound stream");
        assert_eq!(outcomes[0], Some(Err(Unanswered::Malformed("it answers another question"))));
        assert_eq!(outcomes[1], Some(Err(Unanswered::Malformed("it ends early"))));
    });
}

#[test]
fn a_name_that_cannot_be_asked_for_keeps_no_other_from_being_asked() {
    run(async {
        let (mut conversation, mut server) = stream();
        let questions = [address_of("a..b"), address_of("p1")];
        let mut outcomes = vec![None; 2];
        let serve = async {
            let question = server.question().await.expect("a question");
            server.answer(&question, [10, 0, 0, 1]).await;
        };
        let (ended, ()) = tokio::join!(conversation.ask(&questions, &mut outcomes, LONG), serve);
        ended.expect("an answer");
        assert!(matches!(outcomes[0], Some(Err(Unanswered::Question(_)))), "{:?}", outcomes[0]);
        assert_eq!(addresses(&outcomes), [None, address(1)]);
    });
}

proptest! {
    #[test]
    fn whatever_a_server_says_the_conversation_ends(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        run(async {
            let (mut conversation, mut server) = stream();
            let mut outcomes = vec![None];
            let serve = async move {
                server.question().await.expect("a question");
                server.0.write_all(&bytes).await.expect("bytes");
            };
            let questions = questions(1);
            let (ended, ()) = tokio::join!(conversation.ask(&questions, &mut outcomes, LONG), serve);
            assert!(ended.is_err() || outcomes[0].is_some());
        });
    }
}

package sidecar.bench;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What became of every question. Callable from any thread. */
final class Answers {

    private final Map<String, Asked> asked = new ConcurrentHashMap<>();

    /**
     * A question.
     *
     * @param outcome empty while there is none
     */
    record Asked(Question question, Optional<Outcome> outcome) {}

    void begun(Question question) {
        asked.put(question.id(), new Asked(question, Optional.empty()));
    }

    void ended(Question question, Outcome outcome) {
        asked.put(question.id(), new Asked(question, Optional.of(outcome)));
    }

    int size() {
        return asked.size();
    }

    /** Of the question with that id; empty when it has none, or was never asked. */
    Optional<Outcome> of(String id) {
        return Optional.ofNullable(asked.get(id)).flatMap(Asked::outcome);
    }

    /** Questions without an end. */
    long unanswered() {
        return asked.values().stream().filter(one -> one.outcome().isEmpty()).count();
    }

    List<Outcome> outcomes() {
        return outcomesOf(one -> true).toList();
    }

    /** Those that did not end as they should. */
    List<Outcome> failed() {
        return outcomesOf(outcome -> !outcome.good()).toList();
    }

    private Stream<Outcome> outcomesOf(Predicate<Outcome> which) {
        return asked.values().stream().flatMap(one -> one.outcome().stream()).filter(which);
    }

    /** How many questions, answered as they should be, had that fate. */
    long count(Question.Fate fate) {
        return asked.values().stream()
                .filter(one -> one.question().fate() == fate)
                .filter(one -> one.outcome().map(Outcome::good).orElse(false))
                .count();
    }
}

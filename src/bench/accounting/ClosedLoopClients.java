package sidecar.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Clients with a thread and a connection each, which ask one question after the other until all are asked. */
final class ClosedLoopClients {

    private static final long RECONNECT_MILLIS = 100;
    private static final long DRAIN_MINUTES = 30;

    private final IntFunction<QuestionAsker> newClient;
    private final int end;
    private final Answers answers;
    private final AtomicInteger next;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean paused;

    ClosedLoopClients(Target target, int questions, Answers answers) {
        this(number -> new BenchClient(target), 0, questions, answers);
    }

    /**
     * Clients of another kind.
     *
     * @param newClient the client of that number, counted from 0
     * @param first number of the first question
     * @param end number of the first question that is not asked
     */
    ClosedLoopClients(IntFunction<QuestionAsker> newClient, int first, int end, Answers answers) {
        this.newClient = newClient;
        this.end = end;
        this.answers = answers;
        this.next = new AtomicInteger(first);
    }

    void start(int clients) {
        for (int i = 0; i < clients; i++) {
            int number = i;
            threads.add(Listener.thread("client " + i, () -> askOnAndOn(number)));
        }
    }

    private void askOnAndOn(int number) {
        try (QuestionAsker client = newClient.apply(number)) {
            for (int n = next.getAndIncrement(); n < end; n = next.getAndIncrement()) {
                Question question = Question.number(n);
                answers.begun(question);
                Outcome outcome = client.ask(question, System.nanoTime());
                answers.ended(question, outcome);
                for (boolean waits = !outcome.good(); waits; waits = paused) {
                    Load.pause(RECONNECT_MILLIS);
                }
            }
        }
    }

    /** Returns when that many questions have been asked. */
    void awaitAsked(int wanted) {
        while (next.get() < wanted) {
            Load.pause(5);
        }
    }

    /** Lets no client that has seen a failure begin another one. */
    void pause() {
        paused = true;
    }

    void goOn() {
        paused = false;
    }

    /** Returns when every client has its last answer. */
    void await() {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(DRAIN_MINUTES);
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}

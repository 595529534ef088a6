package sidecar.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that ask at moments fixed beforehand, whatever becomes of the questions before. A question's time counts from the
 * moment it was due, so that waiting for a slow answer before it is not forgotten.
 */
final class OpenLoopClients {

    private static final int CLIENTS = 64;
    private static final long DRAIN_MILLIS = 60_000;

    private final Target target;
    private final Answers answers;
    private final double gapNanos;
    private final long startNanos = System.nanoTime();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    /** @param rate questions a second */
    OpenLoopClients(Target target, int rate, Answers answers) {
        this.target = target;
        this.answers = answers;
        this.gapNanos = (double) TimeUnit.SECONDS.toNanos(1) / rate;
    }

    void start() {
        for (int i = 0; i < CLIENTS; i++) {
            int first = i;
            threads.add(Listener.thread("client " + i, () -> askOnAndOn(first)));
        }
    }

    private void askOnAndOn(int first) {
        try (BenchClient client = new BenchClient(target)) {
            for (int n = first; !stopping; n += CLIENTS) {
                long due = startNanos + (long) (n * gapNanos);
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                Question question = Question.number(n);
                answers.begun(question);
                answers.ended(question, client.ask(question, due));
            }
        }
    }

    /** Begins no more and returns when every client has its last answer. */
    void stop() {
        stopping = true;
        try {
            for (Thread thread : threads) {
                thread.join(DRAIN_MILLIS);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}

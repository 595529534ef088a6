package sidecar.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Many clients, each with a thread and a connection of its own. They take turns between streams and plain answers; every
 * second stream asks for usage. After a failure a client pauses, so that a gateway that refuses is not hammered.
 */
final class Load {

    private static final long PAUSE_MILLIS = 1_000;
    private static final long RECONNECT_MILLIS = 250;

    private final IntFunction<Asker> newClient;
    private final Tally tally = new Tally();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger clients = new AtomicInteger();
    private volatile boolean stopping;

    Load(Target target) {
        this(number -> new Client(target, number));
    }

    /** @param newClient the client of that number, counted from 0 */
    Load(IntFunction<Asker> newClient) {
        this.newClient = newClient;
    }

    /** Clients that ask one request after the other until {@link #stop()}. */
    void loop(int count, String model) {
        for (int i = 0; i < count; i++) {
            int number = clients.getAndIncrement();
            threads.add(Listener.thread("client " + number, () -> askOnAndOn(number, model)));
        }
    }

    private void askOnAndOn(int number, String model) {
        try (Asker client = newClient.apply(number)) {
            for (int round = 0; !stopping; round++) {
                Outcome outcome = ask(client, model, number + round);
                if (!outcome.good()) {
                    pause(outcome.failure().orElseThrow().connection() ? RECONNECT_MILLIS : PAUSE_MILLIS);
                }
            }
        }
    }

    /** Requests that all leave at the same moment, each on a connection of its own. */
    void burst(int count, String model) {
        CountDownLatch gate = new CountDownLatch(1);
        for (int i = 0; i < count; i++) {
            int number = clients.getAndIncrement();
            threads.add(Listener.thread("client " + number, () -> {
                await(gate);
                try (Asker client = newClient.apply(number)) {
                    ask(client, model, number);
                }
            }));
        }
        gate.countDown();
    }

    private Outcome ask(Asker client, String model, int turn) {
        tally.begun();
        boolean stream = turn % 2 == 0;
        Outcome outcome = client.ask(model, stream, stream && turn % 4 == 0);
        tally.ended(outcome);
        return outcome;
    }

    /** Lets no client begin another request. */
    void stop() {
        stopping = true;
    }

    /** Waits until every client has its last answer, or that time is over. */
    void drain(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    Tally tally() {
        return tally;
    }

    /** Sleeps. */
    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}

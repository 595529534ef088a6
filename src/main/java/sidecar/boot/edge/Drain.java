package sidecar.boot.edge;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import sidecar.lifecycle.Drainable;
import sidecar.lifecycle.edge.ProcessPhase;

/**
 * Lets running exchanges finish before the server stops. The server's own shutdown hook tears everything down at once and
 * hooks run side by side, so waiting has to happen before any hook: this takes SIGTERM and SIGINT from the JVM, drains, and
 * then leaves as the JVM would have, with exit code 128 + signal (docs/adr/001-drain-by-signal.md). A second signal
 * ends the waiting: what is left is cut at once. A third one ends the process on the spot.
 */
public final class Drain {
    private static final System.Logger LOG = System.getLogger(Drain.class.getName());
    /** What is cut ends at once, on a machine that has time for it. */
    private static final Duration CUT = Duration.ofSeconds(10);

    private static final Duration HOOKS = Duration.ofSeconds(20);

    /** From a second signal to the end, with the cut, the last writes and the hooks: none may be lost on a slow machine. */
    private static final Duration HURRY = Duration.ofSeconds(60);

    private static final Duration LOOK = Duration.ofMillis(25);

    private final ProcessPhase lifecycle;
    private final Supplier<Duration> grace;
    private final List<Drainable> drainables;
    private final AtomicInteger signals = new AtomicInteger();
    private final CountDownLatch hurry = new CountDownLatch(1);

    /** {@code grace} is asked when the signal comes, so a changed setting counts. */
    public Drain(ProcessPhase lifecycle, Supplier<Duration> grace, List<Drainable> drainables) {
        this.lifecycle = lifecycle;
        this.grace = grace;
        this.drainables = List.copyOf(drainables);
    }

    /** From now on the process stops through this. */
    public void listen() {
        ClassLoader application = Thread.currentThread().getContextClassLoader();
        for (String name : List.of("TERM", "INT")) {
            ShutdownSignals.onSignal(name, (heard, number) -> {
                // a signal's thread comes without one, and CDI throws on such a thread
                Thread.currentThread().setContextClassLoader(application);
                stop("SIG" + heard, 128 + number);
            });
        }
    }

    /** Runs on a thread of its own for every signal. */
    private void stop(String why, int status) {
        int count = signals.incrementAndGet();
        if (count > 2) {
            Runtime.getRuntime().halt(status);
        }
        if (count == 2) {
            LOG.log(Level.WARNING, "{0} again: stopping now", why);
            hurry.countDown();
            haltLater(HURRY, status);
            return;
        }
        try {
            drain(why);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "could not drain", e);
        } finally { // whatever happens, a process told to stop stops
            haltLater(HOOKS, status);
            System.exit(status);
        }
    }

    private void drain(String why) {
        Duration atMost = grace.get();
        LOG.log(Level.INFO, "{0}: draining, at most {1} s", why, atMost.toSeconds());
        lifecycle.draining();
        each(Drainable::drain);
        long begun = System.nanoTime();
        if (!idleWithin(atMost, hurry)) {
            long waited = Duration.ofNanos(System.nanoTime() - begun).toSeconds();
            LOG.log(Level.WARNING, "still busy after {0} s: cutting what is left", waited);
            each(Drainable::cut);
            idleWithin(CUT, new CountDownLatch(1));
        }
        each(Drainable::settle);
        LOG.log(Level.INFO, "drained, stopping");
    }

    /** Whether all were idle in time; {@code hurry} ends the waiting sooner. */
    private boolean idleWithin(Duration atMost, CountDownLatch hurry) {
        long begun = System.nanoTime();
        while (!idle()) {
            if (System.nanoTime() - begun >= atMost.toNanos() || opened(hurry)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the latch is open; waits for that a moment. */
    private static boolean opened(CountDownLatch latch) {
        try {
            return latch.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private boolean idle() {
        boolean[] idle = {true};
        each(drainable -> idle[0] &= drainable.idle());
        return idle[0];
    }

    private void each(Consumer<Drainable> call) {
        for (Drainable drainable : drainables) {
            try {
                call.accept(drainable);
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "while draining", e);
            }
        }
    }

    /** A hook that hangs must not keep a stopped server alive. */
    private static void haltLater(Duration patience, int status) {
        Thread watch = new Thread(
                () -> {
                    pause(patience);
                    Runtime.getRuntime().halt(status);
                },
                "sidecar-halt");
        watch.setDaemon(true);
        watch.start();
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

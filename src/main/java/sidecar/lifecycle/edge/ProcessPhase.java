package sidecar.lifecycle.edge;

import jakarta.enterprise.context.ApplicationScoped;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Where the process stands between start and end: starting, then ready, then draining. It only moves forward. Callable
 * from any thread; never blocks and never touches the database, because the server asks for health long before the
 * application is up.
 */
@ApplicationScoped
public class ProcessPhase {
    /** The three stages, in order. */
    public enum Phase {
        /** Not wired yet: requests may find half of the application. */
        STARTING,
        /** Serving. */
        READY,
        /** Told to stop: running exchanges end, new ones are refused. */
        DRAINING
    }

    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.STARTING);

    /** Everything is wired; does nothing when the process has been told to stop meanwhile. */
    public void ready() {
        phase.compareAndSet(Phase.STARTING, Phase.READY);
    }

    /** The process has been told to stop. Idempotent. */
    public void draining() {
        phase.set(Phase.DRAINING);
    }

    /** The stage right now. */
    public Phase phase() {
        return phase.get();
    }

    /** Time since the JVM started. */
    public Duration uptime() {
        return Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
    }
}

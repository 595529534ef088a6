package sidecar.dashboard.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import sidecar.json.Json;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/**
 * The open dashboards. While there are any, a snapshot is made once an interval, on one thread, and sent to all of
 * them. Thread-safe.
 */
@ApplicationScoped
public class DashboardHub {

    private static final System.Logger LOG = System.getLogger(DashboardHub.class.getName());
    private static final int MOST_LISTENERS = 200;
    /** Whatever sits between dashboard and Sidecar takes a longer silence for the end. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

    private static final byte[] HEARTBEAT = ": heartbeat\n\n".getBytes(StandardCharsets.UTF_8);

    @Inject
    private DashboardSnapshot snapshot;

    @Inject
    private Settings settings;

    @Resource
    private ManagedScheduledExecutorService clock;

    private final Set<DashboardListener> listeners = ConcurrentHashMap.newKeySet();
    private boolean ticking; // guarded by this, as all below
    private boolean stopped;
    private Future<?> next;
    private Duration silent = Duration.ZERO;

    /** Whether one more may listen. */
    boolean hasRoom() {
        return listeners.size() < MOST_LISTENERS;
    }

    /** A new one, which gets its first snapshot at once. */
    void enter(DashboardListener listener) {
        if (!listener.send(events().apply(listener.language()))) {
            return;
        }
        listeners.add(listener);
        synchronized (this) {
            if (stopped) {
                listeners.remove(listener);
                listener.end();
            } else if (!ticking) {
                ticking = true;
                later();
            }
        }
    }

    private Duration interval() {
        return settings.get(SettingsCatalog.DASHBOARD_INTERVAL);
    }

    private void later() {
        Duration interval = interval();
        Duration nap = interval.compareTo(LONGEST_SILENCE) < 0 ? interval : LONGEST_SILENCE;
        try {
            next = clock.schedule(() -> tick(nap), nap.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException stopping) {
            ticking = false;
        }
    }

    private synchronized void tick(Duration nap) {
        if (listeners.isEmpty() || stopped) {
            ticking = false;
            return;
        }
        silent = silent.plus(nap);
        boolean due = silent.compareTo(interval()) >= 0;
        if (due) {
            silent = Duration.ZERO;
        }
        try {
            Function<Locale, byte[]> events = due ? events() : language -> HEARTBEAT;
            listeners.removeIf(listener -> !listener.send(events.apply(listener.language())));
        } finally {
            later();
        }
    }

    /** A snapshot as an event, written once for each language in which somebody asks for it. */
    private Function<Locale, byte[]> events() {
        Map<Locale, byte[]> events = new HashMap<>();
        try {
            ObjectNode now = snapshot.now();
            return language -> events.computeIfAbsent(language, each -> event(each, now));
        } catch (RuntimeException bug) {
            return language -> none(bug);
        }
    }

    private static byte[] event(Locale language, ObjectNode now) {
        try {
            String json = Json.write(DashboardSnapshot.in(language, now));
            return ("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
        } catch (RuntimeException bug) {
            return none(bug);
        }
    }

    private static byte[] none(RuntimeException bug) {
        LOG.log(System.Logger.Level.ERROR, "no snapshot for the dashboards", bug);
        return HEARTBEAT;
    }

    /**
     * Ends those that listened by leave of a session, which is over. On a thread of its own: to complete another request in the middle of one
     * takes that one's contexts away.
     */
    void leave(String session) {
        if (listeners.stream().anyMatch(listener -> listener.isOf(session))) {
            clock.execute(() -> listeners.removeIf(listener -> {
                boolean over = listener.isOf(session);
                if (over) {
                    listener.end();
                }
                return over;
            }));
        }
    }

    /** Ends them all, and takes no more. Idempotent. */
    @PreDestroy
    public void stop() {
        synchronized (this) {
            stopped = true;
            if (next != null) {
                next.cancel(false);
            }
        }
        listeners.forEach(DashboardListener::end);
        listeners.clear();
    }
}

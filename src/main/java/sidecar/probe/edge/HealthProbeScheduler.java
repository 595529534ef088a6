package sidecar.probe.edge;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import sidecar.cluster.LeaderElection;
import sidecar.probe.ProbeSchedule;
import sidecar.probe.ProbeSchedule.Turn;

/** Probes providers on the container's threads, from {@link #start} to {@link #stop}: the core says whom and when. */
@ApplicationScoped
public class HealthProbeScheduler {

    private static final System.Logger LOG = System.getLogger(HealthProbeScheduler.class.getName());

    /** Only looks whose turn it is; nothing waits on it. */
    @Resource
    private ManagedScheduledExecutorService clock;

    /** Where probes wait for their answers. */
    @Resource
    private ManagedExecutorService blocking;

    @Inject
    private ProbeSchedule schedule;

    @Inject
    private HealthProbeTask task;

    @Inject
    private LeaderElection leader;

    private volatile boolean stopped;
    private volatile Future<?> nextLook;

    /** Providers are there: begins. */
    public void start() {
        pause();
    }

    /** From now on nothing is sent. Idempotent. */
    @PreDestroy
    public void stop() {
        stopped = true;
        Future<?> look = nextLook;
        if (look != null) {
            look.cancel(false);
        }
    }

    private void pause() {
        if (!stopped) {
            Duration delay = leader.isLeader() ? schedule.delayToNext() : ProbeSchedule.LONGEST_NAP;
            nextLook = clock.schedule(this::poll, delay.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void poll() {
        try {
            if (!stopped) {
                turn().ifPresent(this::send);
            }
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "could not tell whose turn it is", bug);
        } finally {
            pause();
        }
    }

    /** The round is one node's; what this node has met, it verifies itself. */
    private Optional<Turn> turn() {
        return leader.isLeader() ? schedule.next() : schedule.nextVerification();
    }

    private void send(Turn turn) {
        try {
            blocking.execute(() -> probe(turn));
        } catch (RejectedExecutionException stopping) {
            schedule.ended(turn.provider());
        }
    }

    private void probe(Turn turn) {
        try {
            if (stopped) {
                return;
            }
            if (turn.chat().isPresent()) {
                task.chat(turn, turn.chat().get());
            } else {
                task.list(turn);
            }
        } catch (HealthProbeTask.ProbeUnansweredException alreadyJudged) {
            // attempts judge the host, and the next probe looks again
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException bug) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the probe of " + turn.provider().name() + " broke off",
                    bug);
        } finally {
            schedule.ended(turn.provider());
        }
    }
}

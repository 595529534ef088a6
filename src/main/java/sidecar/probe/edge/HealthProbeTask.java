package sidecar.probe.edge;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.faulttolerance.Retry;
import sidecar.probe.ProbeResultHandler;
import sidecar.probe.ProbeSchedule.Turn;
import sidecar.provider.ProviderProbe;
import sidecar.provider.ProviderProbe.Result;
import sidecar.provider.ProviderStatusService;

/**
 * One health probe, from asking to what it means. Blocks its thread until the answer is there. How long an answer may
 * take is a setting, which the probe itself keeps to; the bound here lies above the largest that can be set, so that a
 * thread is given back whatever goes wrong inside. It is not the container's {@code @Timeout}: that keeps a timer for each
 * call until its time has come, ten minutes after the call is over.
 */
@ApplicationScoped
class HealthProbeTask {

    /** The bound of {@code health_check_timeout_seconds} is 600. */
    private static final long MOST_SECONDS = 610;

    @Inject
    private ProviderProbe probe;

    @Inject
    private ProviderStatusService statuses;

    /** No answer came. */
    static final class ProbeUnansweredException extends RuntimeException {
        ProbeUnansweredException(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * Asks for a list. A connection lost on the way is tried once more, so that a host that has just come back is not
     * missed for a whole interval.
     *
     * @throws ProbeUnansweredException when no answer came the second time either
     */
    @Retry(maxRetries = 1, delay = 200, jitter = 100, retryOn = ProbeUnansweredException.class)
    void list(Turn turn) throws InterruptedException {
        Result result = await(probe.reach(
                turn.provider(), turn.settings().path(), turn.settings().timeout()));
        new ProbeResultHandler(statuses).listed(turn.provider(), result);
        if (result.failureClass().equals("network")) {
            throw new ProbeUnansweredException(result.message());
        }
    }

    /** Chats. Asked once: it takes a place in the window, and the pool judges it like any attempt. */
    void chat(Turn turn, String model) throws InterruptedException {
        Optional<Result> result =
                await(probe.attempt(turn.provider(), model, turn.settings().timeout()));
        new ProbeResultHandler(statuses).chatCompleted(turn.provider(), model, result);
    }

    private static <T> T await(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException lost) {
            throw new IllegalStateException("a probe was not over after " + MOST_SECONDS + " s", lost);
        } catch (ExecutionException bug) {
            throw new IllegalStateException("a probe failed otherwise than by its result", bug.getCause());
        }
    }
}

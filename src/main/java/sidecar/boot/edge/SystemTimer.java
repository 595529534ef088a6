package sidecar.boot.edge;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import sidecar.time.Timer;

/** The timer of a running Sidecar: one thread for every timeout, since none of them may block. */
final class SystemTimer implements Timer, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(SystemTimer.class.getName());

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread worker = new Thread(task, "sidecar-timer");
        worker.setDaemon(true);
        return worker;
    });

    SystemTimer() {
        // timeouts are cancelled by the thousand; they must not pile up until their time comes
        thread.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Timeout after(Duration delay, Runnable task) {
        ScheduledFuture<?> call = thread.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> call.cancel(false);
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "a timeout failed", bug);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

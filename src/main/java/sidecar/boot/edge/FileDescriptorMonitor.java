package sidecar.boot.edge;

import com.sun.management.UnixOperatingSystemMXBean;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * Asks every two seconds whether the process has file descriptors left, for readiness, and says in the log when that
 * changes. Without any, no connection can be accepted or made; those that wait are accepted as soon as others end.
 */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class FileDescriptorMonitor {

    private static final System.Logger LOG = System.getLogger(FileDescriptorMonitor.class.getName());

    /** A stream takes two, and opening the database again a few. */
    private static final long MIN_FREE = 16;

    private volatile String problem;

    /** What the shortage is, as it was found last; empty while there is none. Never blocks. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** Must not throw: the container would not call it again. */
    @Schedule(hour = "*", minute = "*", second = "*/2", persistent = false)
    void check() {
        String before = problem;
        String now = shortage().orElse(null);
        problem = now;
        if (now != null && before == null) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "the process is short of file descriptors: {0}; new connections have to wait until others end."
                            + " Allow more open files (ulimit -n)",
                    now);
        } else if (now == null && before != null) {
            LOG.log(System.Logger.Level.INFO, "there are file descriptors again");
        }
    }

    private static Optional<String> shortage() {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) {
            return Optional.empty();
        }
        long max = system.getMaxFileDescriptorCount();
        return shortage(open(system, max), max);
    }

    static Optional<String> shortage(long open, long max) {
        return max - open < MIN_FREE
                ? Optional.of(open + " of " + max + " file descriptors are in use")
                : Optional.empty();
    }

    private static long open(UnixOperatingSystemMXBean system, long max) {
        try {
            return system.getOpenFileDescriptorCount();
        } catch (InternalError none) {
            return max; // counting them takes one
        }
    }
}

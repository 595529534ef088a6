package sidecar.admin.edge;

import com.sun.management.HotSpotDiagnosticMXBean;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * How Sidecar came to run here: by {@code deploy/run.sh}, which starts a server as Sidecar wants it, or as a WAR on a server
 * that was there before. Thread-safe.
 */
@Named
@ApplicationScoped
public class Deployment {

    /** A system property that the script sets. */
    static final String LAUNCHER = "sidecar.launcher";

    /** What the script's server has, and another one may not have. */
    public static final String LACKS =
            "no limit on how long a request may take, HTTP/1.1 only, request bodies that are not"
                    + " unpacked, 24 request threads and 128 KiB for the head of a request; a second port for metrics alone; a"
                    + " heap of 256 MB; files that only this user can read";

    /** Whether the server is not the script's: then it is up to its operator to set what the script would have set. */
    public boolean isPlain() {
        return System.getProperty(LAUNCHER, "").isEmpty();
    }

    /** Whether the process ends when its memory is used up, so that whoever watches it starts it again. */
    public boolean isEndedByMemory() {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return jvm != null
                && Boolean.parseBoolean(
                        jvm.getVMOption("ExitOnOutOfMemoryError").getValue().toLowerCase(Locale.ROOT));
    }
}

package sidecar.boot.edge;

import java.util.ArrayList;
import java.util.List;

/** What {@code deploy/run.sh} sets, and the server that Sidecar was deployed on has not. Pure. */
final class DeploymentCheck {

    // as in deploy/preboot.txt and deploy/run.sh
    private static final int THREADS = 24;
    private static final int HEAD_BYTES = 128 * 1024;
    private static final long MEGABYTE = 1 << 20;

    /** Of the 256 MB that are meant, what a collector may keep for itself of each. */
    private static final long LEAST_HEAP_MEGABYTES = 230;

    /**
     * How the process was started.
     *
     * @param heapBytes the most that its heap may have
     * @param exitsOnOutOfMemory whether it ends when that is used up, so that whoever watches it starts it again
     * @param strictHeaderValues whether the server refuses header values beyond ASCII
     * @param readableByOthers the database's file, if other users of the machine can read it; else empty
     */
    record ProcessSettings(
            long heapBytes, boolean exitsOnOutOfMemory, boolean strictHeaderValues, String readableByOthers) {}

    /**
     * Who gets metrics.
     *
     * @param port where nothing but metrics and health is to be found
     * @param guarded whether they want a token
     */
    record MetricsSettings(int port, boolean guarded) {}

    private final List<String> findings = new ArrayList<>();

    private DeploymentCheck() {}

    /**
     * One sentence each, with the setting that mends it.
     *
     * @param listeners none where the server does not say
     */
    static List<String> findings(
            List<HttpListenerSettings> listeners, MetricsSettings metrics, ProcessSettings process) {
        DeploymentCheck check = new DeploymentCheck();
        listeners.forEach(check::listener);
        if (!metrics.guarded()
                && !listeners.isEmpty()
                && listeners.stream().noneMatch(listener -> listener.port() == metrics.port())) {
            check.add("/metrics answers everybody on the main port, and nothing listens on port " + metrics.port()
                    + " (SIDECAR_METRICS_PORT): set metrics_auth to viewer");
        }
        check.process(process);
        return List.copyOf(check.findings);
    }

    private void add(String finding) {
        findings.add(finding);
    }

    private void listener(HttpListenerSettings listener) {
        String port = "port " + listener.port();
        if (listener.requestTimeoutSeconds() > 0) {
            add(port + " ends requests after " + listener.requestTimeoutSeconds()
                    + " s, streams too: request-timeout-seconds=-1");
        }
        if (listener.http2()) {
            add(port + " speaks HTTP/2, which may gather the events of a stream: http2-enabled=false");
        }
        if (listener.compression()) {
            add(port + " compresses, so it gathers events, and unpacks requests of any size: compression=off");
        }
        if (listener.headBytes() < HEAD_BYTES) {
            add(port + " takes " + listener.headBytes()
                    + " bytes for the head of a request and answers longer ones in HTML:"
                    + " header-buffer-length-bytes=" + HEAD_BYTES);
        }
        if (listener.threads() < THREADS) {
            add(port + " has " + listener.threads() + " request threads, where the bounds on slow clients want more:"
                    + " max-thread-pool-size=" + THREADS);
        }
    }

    private void process(ProcessSettings process) {
        long megabytes = process.heapBytes() / MEGABYTE;
        if (megabytes < LEAST_HEAP_MEGABYTES) {
            add("the heap may have " + megabytes + " MB, which is little for many large requests: -Xmx256m");
        }
        if (!process.exitsOnOutOfMemory()) {
            add("the process goes on, unusable, when its memory is used up: -XX:+ExitOnOutOfMemoryError");
        }
        if (process.strictHeaderValues()) {
            add("header values beyond ASCII are answered with an empty 400:"
                    + " -Dorg.glassfish.grizzly.http.STRICT_HEADER_VALUE_VALIDATION_RFC_9110=false");
        }
        if (!process.readableByOthers().isEmpty()) {
            add("other users of this machine can read the database, " + process.readableByOthers()
                    + ": chmod 600, and a umask of 077 for what is made later");
        }
    }
}

package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import sidecar.kit.Gateway;
import sidecar.kit.RawClient;

/** A dashboard that somebody has left open: its stream of snapshots, read as it comes. */
final class OpenDashboard implements AutoCloseable {

    private final RawClient client;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong snapshots = new AtomicLong();

    private OpenDashboard(RawClient client) {
        this.client = client;
    }

    /** Opens it with that token, at one of the paths of the stream. */
    static OpenDashboard open(Gateway gateway, String path, String token) {
        RawClient client = RawClient.to(gateway.port()).patience(Duration.ofMinutes(1));
        client.request("GET", path, new byte[0], "Authorization", "Bearer " + token);
        assertThat(client.head().status()).isEqualTo(200);
        OpenDashboard dashboard = new OpenDashboard(client);
        Thread reader = new Thread(dashboard::read, "dashboard");
        reader.setDaemon(true);
        reader.start();
        return dashboard;
    }

    private void read() {
        try {
            for (Optional<RawClient.Frame> frame = client.frame(); frame.isPresent(); frame = client.frame()) {
                bytes.addAndGet(frame.get().data().length());
                snapshots.incrementAndGet();
            }
        } catch (UncheckedIOException over) {
            // the bench is
        }
    }

    /** Characters of all snapshots so far. */
    long bytes() {
        return bytes.get();
    }

    /** How many have come so far. */
    long snapshots() {
        return snapshots.get();
    }

    @Override
    public void close() {
        client.close();
    }
}

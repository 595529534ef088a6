package sidecar.it;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The restore drill with more of everything ({@code src/bench/restore-drill/run.sh}). */
class RestoreDrillBench {

    private static final int PROVIDERS = Integer.getInteger("bench.providers", 100);
    private static final int CLIENTS = Integer.getInteger("bench.clients", 16);
    private static final Duration LOAD = Duration.ofSeconds(Integer.getInteger("bench.seconds", 60));

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void drill(@TempDir Path home) {
        try (OwnSidecar sidecar = new OwnSidecar(home)) {
            RestoreDrill.Result result = new RestoreDrill(sidecar.start()).run(PROVIDERS, CLIENTS, LOAD);

            System.out.printf("load      %d clients for %d s%n", CLIENTS, LOAD.toSeconds());
            System.out.printf(
                    "backup    %d ms under load, %d rows read again, a file of %.1f MB%n",
                    result.backup().toMillis(), result.rows(), result.bytes() / 1e6);
            System.out.printf("wrong key refused, and nothing changed%n");
            System.out.printf(
                    "restore   %.1f s; the same %d providers and settings, %d requests in the books, none twice%n",
                    result.restore().toMillis() / 1e3, result.providers(), result.requests());
            System.out.printf(
                    "outage    %.1f s from the loss of the data directory to the first answer%n",
                    result.outage().toMillis() / 1e3);
        }
    }
}

package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Received;
import sidecar.kit.StubUpstream;

/** Probes of providers that nobody asks just now. */
class ProbesIT extends RunningSidecar {

    private static final String MODEL = "canon";

    @Test
    void aModelsProbeAsksForTheListAndSaysWhoItIs() {
        StubUpstream stub = provider("one", MODEL, "n");

        probe("models");

        Await.until(() -> stub.count() >= 2, "two probes");
        for (Received asked : stub.received()) {
            assertThat(asked.method()).isEqualTo("GET");
            assertThat(asked.path()).isEqualTo("/v1/models");
            assertThat(asked.header("User-Agent")).startsWith("Sidecar-probe/");
        }
    }

    @Test
    void aRefusedKeyIsAnErrorUntilAChatProbePasses() {
        StubUpstream stub = provider("one", MODEL, "n").always(Answers.error(401, "no", "key"));

        probe("models");
        Await.until(() -> status("one").equals("error"), "the key to be refused");
        gateway().set("health_probe_mode", "off");
        stub.always(Answers.chat("pong"));
        assertThat(status("one")).isEqualTo("error");
        probe("chat");

        Await.until(() -> status("one").equals("healthy"), "the key to be taken again");
    }

    @Test
    void offMeansNoProbeAtAll() {
        StubUpstream stub = provider("one", MODEL, "n");

        probe("off");
        Await.sleep(Duration.ofSeconds(3));

        assertThat(stub.count()).isZero();
    }

    private void probe(String mode) {
        gateway().set("health_check_interval_seconds", "1");
        gateway().set("health_probe_mode", mode);
    }

    private String status(String name) {
        return gateway().provider(name).path("status").asText();
    }
}

package sidecar.boot.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import sidecar.boot.edge.DeploymentCheck.MetricsSettings;
import sidecar.boot.edge.DeploymentCheck.ProcessSettings;

class DeploymentCheckTest {

    private static final long MB = 1 << 20;
    private static final MetricsSettings METRICS = new MetricsSettings(9191, false);

    /** As deploy/preboot.txt sets it. */
    private static final HttpListenerSettings MAIN = new HttpListenerSettings(9190, false, false, -1, 131_072, 24);

    private static final HttpListenerSettings BESIDE = new HttpListenerSettings(9191, false, false, -1, 131_072, 24);
    private static final ProcessSettings PROCESS = new ProcessSettings(253 * MB, true, false, "");

    private static List<String> of(HttpListenerSettings listener) {
        return DeploymentCheck.findings(List.of(listener, BESIDE), METRICS, PROCESS);
    }

    private static List<String> of(ProcessSettings process) {
        return DeploymentCheck.findings(List.of(MAIN, BESIDE), METRICS, process);
    }

    @Test
    void ofOurOwnServerNothingIsSaid() {
        assertThat(of(MAIN)).isEmpty();
    }

    @Test
    void ofAServerThatDoesNotSayHowItListensOnlyTheProcessIsKnown() {
        assertThat(DeploymentCheck.findings(List.of(), METRICS, PROCESS)).isEmpty();
    }

    @Test
    void metricsThatWantATokenNeedNoPortOfTheirOwn() {
        assertThat(DeploymentCheck.findings(List.of(MAIN), METRICS, PROCESS)).hasSize(1);
        assertThat(DeploymentCheck.findings(List.of(MAIN), new MetricsSettings(9191, true), PROCESS))
                .isEmpty();
    }

    @Test
    void aListenerThatDoesNotSayHowItIsSetIsThereAllTheSame() {
        assertThat(DeploymentCheck.findings(List.of(MAIN, HttpListenerSettings.unknown(9191)), METRICS, PROCESS))
                .isEmpty();
        assertThat(DeploymentCheck.findings(
                        List.of(
                                HttpListenerSettings.unknown(8080),
                                new HttpListenerSettings(9191, true, false, -1, 131_072, 24)),
                        METRICS,
                        PROCESS))
                .singleElement()
                .asString()
                .contains("port 9191 speaks HTTP/2");
    }

    @Test
    void eachSettingOfAListenerIsNamedWithItsPort() {
        assertThat(of(new HttpListenerSettings(8080, false, false, 900, 131_072, 24)))
                .containsExactly("port 8080 ends requests after 900 s, streams too: request-timeout-seconds=-1");
        assertThat(of(new HttpListenerSettings(8080, true, false, -1, 131_072, 24)))
                .singleElement()
                .asString()
                .contains("port 8080 speaks HTTP/2", "http2-enabled=false");
        assertThat(of(new HttpListenerSettings(8080, false, true, -1, 131_072, 24)))
                .singleElement()
                .asString()
                .contains("port 8080 compresses", "compression=off");
        assertThat(of(new HttpListenerSettings(8080, false, false, -1, 8_192, 24)))
                .singleElement()
                .asString()
                .contains("port 8080 takes 8192 bytes", "header-buffer-length-bytes=131072");
        assertThat(of(new HttpListenerSettings(8080, false, false, -1, 131_072, 5)))
                .singleElement()
                .asString()
                .contains("port 8080 has 5 request threads", "max-thread-pool-size=24");
    }

    @Test
    void moreThanIsMeantIsFine() {
        assertThat(of(new HttpListenerSettings(8080, false, false, 0, 262_144, 200)))
                .isEmpty();
        assertThat(of(new ProcessSettings(8_000 * MB, true, false, ""))).isEmpty();
    }

    @Test
    void whatThePlainServerSetsIsNamedForEachOfItsPorts() {
        List<String> findings = DeploymentCheck.findings(
                List.of(
                        new HttpListenerSettings(8080, true, false, 900, 8_192, 5),
                        new HttpListenerSettings(8181, true, false, 900, 8_192, 5)),
                METRICS,
                new ProcessSettings(4_000 * MB, false, true, "/data/sidecar.mv.db"));

        assertThat(findings).hasSize(4 + 4 + 1 + 3).doesNotHaveDuplicates();
        assertThat(findings).filteredOn(finding -> finding.contains("8181")).hasSize(4);
        assertThat(findings)
                .filteredOn(finding -> finding.contains("nothing listens on port 9191"))
                .hasSize(1);
    }

    @Test
    void eachSettingOfTheProcessIsNamed() {
        assertThat(of(new ProcessSettings(128 * MB, true, false, "")))
                .singleElement()
                .asString()
                .contains("128 MB", "-Xmx256m");
        assertThat(of(new ProcessSettings(256 * MB, false, false, "")))
                .singleElement()
                .asString()
                .contains("-XX:+ExitOnOutOfMemoryError");
        assertThat(of(new ProcessSettings(256 * MB, true, true, "")))
                .singleElement()
                .asString()
                .contains("STRICT_HEADER_VALUE");
        assertThat(of(new ProcessSettings(256 * MB, true, false, "/data/sidecar.mv.db")))
                .singleElement()
                .asString()
                .contains("/data/sidecar.mv.db", "chmod 600");
    }
}

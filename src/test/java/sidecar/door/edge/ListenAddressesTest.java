package sidecar.door.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenAddressesTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, http://127.0.0.1:9190",
        "0.0.0.0, http://127.0.0.1:9190",
        "::, http://[::1]:9190",
        "::1, http://[::1]:9190",
        "gateway.lan, http://gateway.lan:9190",
    })
    void theAddressIsOneThisMachineCanReach(String host, String url) {
        assertThat(new ListenAddresses(host, 9190, "elsewhere", 9191).url()).isEqualTo(url);
        assertThat(new ListenAddresses("elsewhere", 9191, host, 9190).metricsUrl())
                .isEqualTo(url);
    }

    @Test
    void onlyASecondPortIsForMetricsOnly() {
        assertThat(new ListenAddresses("127.0.0.1", 9190, "127.0.0.1", 9191).metricsOnly(9191))
                .isTrue();
        assertThat(new ListenAddresses("127.0.0.1", 9190, "127.0.0.1", 9191).metricsOnly(9190))
                .isFalse();
        assertThat(new ListenAddresses("127.0.0.1", 9190, "127.0.0.1", 9190).metricsOnly(9190))
                .isFalse();
    }
}

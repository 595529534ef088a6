package sidecar.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardedForTest {

    private static final List<AddressRange> TRUSTED =
            List.of(AddressRange.of("127.0.0.1"), AddressRange.of("10.0.0.0/8"), AddressRange.of("fd00::/8"));

    private static InetAddress address(String text) {
        return AddressRange.literal(text).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.9 | 203.0.113.9",
                "198.51.100.1, 203.0.113.9 | 203.0.113.9",
                "203.0.113.9, 10.1.1.1 | 203.0.113.9",
                "6.6.6.6, 203.0.113.9, 10.1.1.1, fd00::1 | 203.0.113.9",
                "203.0.113.9:4711 | 203.0.113.9",
                "[2001:db8::1]:4711 | 2001:db8:0:0:0:0:0:1",
                "2001:db8::1 | 2001:db8:0:0:0:0:0:1",
                "fe80::1%eth0 | fe80:0:0:0:0:0:0:1",
                "[fe80::1%2]:4711 | fe80:0:0:0:0:0:0:1",
                "10.1.1.1 | 10.1.1.1",
                "unknown | 127.0.0.1",
                "6.6.6.6, unknown, 10.1.1.1 | 10.1.1.1",
                "localhost | 127.0.0.1",
                "'' | 127.0.0.1"
            })
    void theLastOneThatNoTrustedProxyIsSpoke(String header, String client) {
        assertThat(ForwardedFor.client(address("127.0.0.1"), List.of(header), TRUSTED)
                        .orElseThrow()
                        .getHostAddress())
                .isEqualTo(client);
    }

    @Test
    void severalLinesAreOneList() {
        assertThat(ForwardedFor.client(address("127.0.0.1"), List.of("6.6.6.6", "203.0.113.9, 10.0.0.1"), TRUSTED))
                .contains(address("203.0.113.9"));
    }

    @Test
    void nobodyElseIsBelieved() {
        assertThat(ForwardedFor.client(address("192.0.2.1"), List.of("203.0.113.9"), TRUSTED))
                .isEmpty();
        assertThat(ForwardedFor.client(address("127.0.0.1"), List.of("203.0.113.9"), List.of()))
                .isEmpty();
    }
}

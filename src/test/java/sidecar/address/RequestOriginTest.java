package sidecar.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestOriginTest {

    private static RequestOrigin of(String host, @Nullable String origin, @Nullable String site) {
        return new RequestOrigin(host, Optional.ofNullable(origin), Optional.ofNullable(site));
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:9190, 127.0.0.1, true",
        "LocalHost, 127.0.0.1, true",
        "127.0.0.1:9190, 127.0.0.1, true",
        "127.0.0.1:8080, 172.17.0.2, true",
        "127.1.2.3, 127.0.0.1, true",
        "[::1]:9190, ::1, true",
        "[::1], 127.0.0.1, true",
        "192.0.2.7:9190, 192.0.2.7, true",
        "192.0.2.7:9190, ::ffff:192.0.2.7, true",
        "[2001:db8::7]:9190, 2001:db8:0:0:0:0:0:7, true",
        "[fe80::1], fe80:0:0:0:0:0:0:1%eth0, true",
        "192.0.2.7:9190, 192.0.2.8, false",
        "0.0.0.0:9190, 127.0.0.1, false",
        "sidecar.lan, 127.0.0.1, true",
        "SIDECAR.lan:443, 127.0.0.1, true",
        "other.lan, 127.0.0.1, false",
        "evil.example, 127.0.0.1, false",
        "evil.example:9190, 127.0.0.1, false",
        "localhost.evil.example, 127.0.0.1, false",
        "evil.localhost, 127.0.0.1, false",
        "127.0.0.1.evil.example, 127.0.0.1, false",
        "2130706433, 127.0.0.1, false",
        "0x7f.1, 127.0.0.1, false",
        "'', 127.0.0.1, false"
    })
    void aNameThatOthersCanPointHereIsNotOurs(String host, String localAddress, boolean ours) {
        assertThat(of(host, null, null).namesListener(localAddress, List.of("sidecar.lan")))
                .isEqualTo(ours);
    }

    @ParameterizedTest
    @CsvSource({
        // host, origin, site, foreign
        "localhost:9190, , , false",
        "localhost:9190, , none, false",
        "localhost:9190, , same-origin, false",
        "localhost:9190, , same-site, false",
        "localhost:9190, , cross-site, true",
        "localhost:9190, http://localhost:9190, same-origin, false",
        "localhost:9190, http://LOCALHOST:9190, , false",
        "localhost:9190, http://localhost:3000, same-site, true",
        "localhost:9190, http://localhost, , true",
        "localhost:9190, https://evil.example, cross-site, true",
        "localhost:9190, https://evil.example, , true",
        "localhost:9190, http://localhost:9190, cross-site, true",
        "localhost:9190, null, cross-site, true",
        "localhost:9190, null, , true",
        "localhost:9190, '', , true",
        "localhost:9190, http://localhost:9190.evil.example, , true",
        "localhost:9190, https://chat.example, cross-site, false",
        "localhost:9190, HTTPS://chat.example, , false",
        "localhost:9190, https://chat.example:8443, cross-site, true",
        "localhost:9190, http://chat.example, cross-site, true",
        "localhost:9190, https://chat.example.evil.example, cross-site, true"
    })
    void aPageOfAnotherOriginIsForeignUnlessItIsListed(
            String host, @Nullable String origin, @Nullable String site, boolean foreign) {
        assertThat(of(host, origin, site).isForeign(List.of("https://chat.example")))
                .isEqualTo(foreign);
    }

    @ParameterizedTest
    @CsvSource({
        "sidecar.lan, , , true",
        "sidecar.lan, http://sidecar.lan, , true",
        "sidecar.lan, https://sidecar.lan, , true",
        "sidecar.lan, https://evil.example, , false",
        "sidecar.lan, null, , false",
        "sidecar.lan, https://sidecar.lan, same-origin, true",
        // behind a proxy that writes a Host of its own
        "127.0.0.1:9190, https://sidecar.lan, same-origin, true",
        "sidecar.lan, https://sidecar.lan, cross-site, false",
        "sidecar.lan, https://a.sidecar.lan, same-site, false",
        "sidecar.lan, , none, true"
    })
    void aFormIsOfTheSameOriginWhereTheBrowserSaysSo(
            String host, @Nullable String origin, @Nullable String site, boolean same) {
        assertThat(of(host, origin, site).isSameOrigin()).isEqualTo(same);
    }
}

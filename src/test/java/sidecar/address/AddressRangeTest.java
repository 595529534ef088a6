package sidecar.address;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.8, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.128/25, 192.0.2.200, true",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1, 0:0:0:0:0:0:0:1, true",
        "10.0.0.0/8, ::ffff:10.1.1.1, true"
    })
    void holdsWhatBeginsAlike(String range, String address, boolean inside) {
        assertThat(AddressRange.of(range).holds(AddressRange.literal(address).orElseThrow()))
                .isEqualTo(inside);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "::ffff:192.0.2.7, 192.0.2.7",
        "2001:db8:1:2:3:4:5:6, 20010db800010002/64",
        "2001:db8:1:2::1, 20010db800010002/64",
        "2001:db8:1:3::1, 20010db800010003/64",
        "fe80::1%eth0, fe80000000000000/64",
        "unknown, unknown"
    })
    void aSubscriberIsAnAddressOrANetworkOfSixtyFourBits(String peer, String subscriber) {
        assertThat(AddressRange.subscriber(peer)).isEqualTo(subscriber);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0/8",
                "256.1.1.1",
                "::/129",
                ":::",
                "localhost",
                "example.org",
                "cafe",
                "10.0.0.1 ",
                "1",
                "10.0.0.0/8/8",
                "fe80::1%eth0",
                "[::1]"
            })
    void anythingElseIsNoRange(String text) {
        assertThat(AddressRange.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"fe80:0:0:0:0:0:0:1%eth0, true", "fe80::1%3, true", "fe80::1, true", "fec0::1%eth0, false"})
    void anEndOfAConnectionMayNameItsInterface(String peer, boolean inside) {
        assertThat(AddressRange.peer(peer).map(AddressRange.of("fe80::/10")::holds))
                .contains(inside);
    }

    @Test
    void isWrittenAsItWas() {
        assertThat(AddressRange.of("10.0.0.0/8")).hasToString("10.0.0.0/8").isEqualTo(AddressRange.of("10.0.0.0/8"));
    }
}

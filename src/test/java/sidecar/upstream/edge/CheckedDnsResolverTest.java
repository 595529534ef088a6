package sidecar.upstream.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.Test;

class CheckedDnsResolverTest {

    private final AtomicLong now = new AtomicLong();
    private final Map<String, String> zone = new HashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final Deque<Runnable> blocking = new ArrayDeque<>();
    private final AtomicInteger good = new AtomicInteger();
    private final AtomicInteger unknown = new AtomicInteger();
    private boolean allowLoopback = true;

    private final CheckedDnsResolver resolver = new CheckedDnsResolver(
            new Zone(),
            blocking::add,
            address -> address.isLoopbackAddress() && !allowLoopback
                    ? Optional.of("a loopback address")
                    : Optional.empty(),
            now::get);

    /** Names as the test wants them. */
    private final class Zone implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            asked.incrementAndGet();
            String address = zone.get(host);
            if (address == null) {
                throw new UnknownHostException(host);
            }
            return new InetAddress[] {InetAddress.getByName(address)};
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    private void ask(String host) {
        resolver.onResolved(host, good::incrementAndGet, unknown::incrementAndGet);
    }

    private void letBlockingWorkRun() {
        while (!blocking.isEmpty()) {
            blocking.remove().run();
        }
    }

    @Test
    void theCallerNeverLooksUpItself() throws Exception {
        zone.put("up.example", "192.0.2.1");

        ask("up.example");

        assertThat(asked).hasValue(0);
        assertThat(good).hasValue(0);
        letBlockingWorkRun();
        assertThat(good).hasValue(1);
        assertThat(resolver.resolve("up.example")).containsExactly(InetAddress.getByName("192.0.2.1"));
    }

    @Test
    void aFreshAnswerIsGivenAtOnceAndAnOldOneWhileItIsAskedAgain() throws Exception {
        zone.put("up.example", "192.0.2.1");
        ask("up.example");
        letBlockingWorkRun();
        zone.put("up.example", "192.0.2.2");

        now.addAndGet(Duration.ofSeconds(29).toNanos());
        ask("up.example");
        assertThat(blocking).isEmpty();
        now.addAndGet(Duration.ofSeconds(2).toNanos());
        ask("up.example");

        assertThat(good).hasValue(3);
        letBlockingWorkRun();
        assertThat(resolver.resolve("up.example")).containsExactly(InetAddress.getByName("192.0.2.2"));
    }

    @Test
    void theLastGoodAnswerHoldsForTenMinutes() {
        zone.put("up.example", "192.0.2.1");
        ask("up.example");
        letBlockingWorkRun();
        zone.clear();

        now.addAndGet(Duration.ofMinutes(9).toNanos());
        ask("up.example");
        letBlockingWorkRun();
        assertThat(good).hasValue(2);

        now.addAndGet(Duration.ofMinutes(2).toNanos());
        ask("up.example");
        letBlockingWorkRun();
        assertThat(good).hasValue(2);
        assertThat(unknown).hasValue(1);
    }

    @Test
    void aHundredWaitersCostOneLookup() {
        zone.put("up.example", "192.0.2.1");

        for (int i = 0; i < 100; i++) {
            ask("up.example");
        }
        letBlockingWorkRun();

        assertThat(asked).hasValue(1);
        assertThat(good).hasValue(100);
    }

    @Test
    void anAddressIsCheckedAtEveryConnectAndNotOnlyWhenFound() {
        zone.put("rebound.example", "127.0.0.1");
        ask("rebound.example");
        letBlockingWorkRun();
        allowLoopback = false;

        assertThatThrownBy(() -> resolver.resolve("rebound.example"))
                .isInstanceOf(CheckedDnsResolver.ForbiddenAddressException.class)
                .hasMessage("rebound.example is at 127.0.0.1, a loopback address");
    }

    /** Wherever a name server says that it is. */
    @Test
    void aCloudsMetadataServiceIsRefusedByName() {
        for (String name : List.of("metadata.google.internal", "Metadata.Goog", "instance-data.")) {
            zone.put(name, "192.0.2.1");
            ask(name);
            letBlockingWorkRun();

            assertThatThrownBy(() -> resolver.resolve(name))
                    .isInstanceOf(CheckedDnsResolver.ForbiddenAddressException.class)
                    .hasMessage(name + " is a cloud's metadata service");
        }
    }

    @Test
    void aHostThatWasNeverLookedUpIsUnknownToTheConnector() {
        assertThatThrownBy(() -> resolver.resolve("other.example")).isInstanceOf(UnknownHostException.class);
        assertThat(asked).hasValue(0);
    }
}

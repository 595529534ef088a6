package sidecar.boot.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is known of listeners by the getters of Payara's configuration beans. */
class HttpListenersTest {

    interface ListenerBean {
        String getEnabled();

        String getName();

        String getPort();

        ProtocolBean findHttpProtocol();

        PoolBean findThreadPool();
    }

    interface ProtocolBean {
        HttpBean getHttp();
    }

    interface HttpBean {
        String getHttp2Enabled();

        String getCompression();

        String getRequestTimeoutSeconds();

        String getHeaderBufferLengthBytes();
    }

    interface PoolBean {
        String getMaxThreadPoolSize();
    }

    private record AnyListener(String getEnabled, String getName, String getPort, ProtocolBean findHttpProtocol)
            implements ListenerBean {
        @Override
        public PoolBean findThreadPool() {
            return () -> "5";
        }
    }

    private record AnyHttp(String getRequestTimeoutSeconds) implements HttpBean {
        @Override
        public String getHttp2Enabled() {
            return "true";
        }

        @Override
        public String getCompression() {
            return "off";
        }

        @Override
        public String getHeaderBufferLengthBytes() {
            return "8192";
        }
    }

    private static final ListenerBean PLAIN =
            new AnyListener("true", "http-listener-1", "8080", () -> new AnyHttp("900"));

    private static final HttpListenerSettings READ = new HttpListenerSettings(8080, true, false, 900, 8_192, 5);

    @Test
    void eachListenerThatServesIsRead() {
        assertThat(HttpListeners.of(List.of(
                        PLAIN,
                        new AnyListener("false", "http-listener-2", "8181", () -> new AnyHttp("900")),
                        new AnyListener("true", "admin-listener", "4848", () -> new AnyHttp("900")))))
                .containsExactly(READ);
    }

    /** Such as one of another server's make, or with a word where a number should be. */
    @Test
    void anOddOneHidesNoOther() {
        assertThat(HttpListeners.of(List.of(
                        new Object(),
                        new AnyListener("true", "no-port", "${PORT}", () -> new AnyHttp("900")),
                        new AnyListener("true", "odd", "9191", () -> new AnyHttp("soon")),
                        new AnyListener("true", "no-http", "9192", () -> null),
                        PLAIN)))
                .containsExactly(HttpListenerSettings.unknown(9191), HttpListenerSettings.unknown(9192), READ);
    }
}

package sidecar.boot.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.boot.edge.ReadinessAnnouncer.Responder;
import sidecar.kit.FreePorts;
import sidecar.lifecycle.edge.Version;

class ReadinessAnnouncerTest {

    /** {@code $} stands for the version. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {\"status\":\"ok\",\"version\":\"$\",\"uptime_seconds\":1} | OURS",
                "503 | {\"status\":\"draining\",\"version\":\"$\",\"uptime_seconds\":1} | NONE",
                "503 | {\"status\":\"starting\",\"version\":\"$\",\"uptime_seconds\":1} | NONE",
                "200 | {\"status\":\"ok\",\"version\":\"2.9\"} | FOREIGN",
                "200 | <html>It works!</html> | FOREIGN",
                "404 | <html>Not found</html> | FOREIGN",
                "401 | '' | FOREIGN",
                "204 | '' | FOREIGN"
            })
    void whoAnswersIsTold(int status, String body, Responder expected) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] bytes = body.replace("$", Version.CURRENT).getBytes(UTF_8);
        server.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        try {
            assertThat(ReadinessAnnouncer.ask(
                            "http://127.0.0.1:" + server.getAddress().getPort()))
                    .isEqualTo(expected);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void atAClosedPortThereIsNobody() {
        assertThat(ReadinessAnnouncer.ask("http://127.0.0.1:" + FreePorts.next()))
                .isEqualTo(Responder.NONE);
    }
}

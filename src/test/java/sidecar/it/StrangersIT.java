package sidecar.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Await;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;

/** What those who have no token can do to those who have one: nothing. */
class StrangersIT extends RunningSidecar {

    private static final String ADMIN = System.getenv("SIDECAR_ADMIN_TOKEN");
    private static final String VIEWER = System.getenv("SIDECAR_VIEWER_TOKEN");
    private static final String FORM = "application/x-www-form-urlencoded";

    private final List<RawClient> clients = new CopyOnWriteArrayList<>();

    @AfterEach
    void leave() {
        clients.forEach(RawClient::close);
    }

    // --- sessions

    @ParameterizedTest
    @CsvSource({
        "GET, /login",
        "HEAD, /login",
        "GET, /login.xhtml",
        "OPTIONS, /login",
        "PUT, /login",
        "GET, /broken",
        "GET, /error",
        "GET, /dashboard",
        "GET, /models",
        "GET, /jakarta.faces.resource/console.css.xhtml?ln=sidecar",
        "GET, /nothing"
    })
    void noSessionBeginsBeforeSomebodySignsIn(String method, String path) {
        Reply reply = gateway().call(method, path, new byte[0], "Accept", "text/html");

        assertThat(reply.headers().first("Set-Cookie")).as(reply.toString()).isEmpty();
    }

    @Test
    void aSignInThatFailsBeginsNoneAndOneThatSucceedsDoes() {
        Reply wrong = signIn("this-is-not-the-token");
        Reply right = signIn(ADMIN);

        assertThat(wrong.text()).contains("neither the admin nor the viewer token");
        assertThat(wrong.headers().first("Set-Cookie")).isEmpty();
        assertThat(right.header("Location")).isEqualTo("/dashboard");
        assertThat(right.header("Set-Cookie")).startsWith("sidecar_session=").contains("HttpOnly");
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, https://evil.example",
        "Origin, null",
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site"
    })
    void aFormOfAnotherSiteSignsNobodyIn(String header, String value) {
        Reply reply = signIn(ADMIN, header, value);

        assertThat(reply.text()).contains("A page of another site");
        assertThat(reply.headers().first("Set-Cookie")).isEmpty();
    }

    private Reply signIn(String token, String... headers) {
        return gateway().signIn(token, headers);
    }

    // --- places

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/jakarta.faces.resource/console.css.xhtml?ln=sidecar", "/broken"})
    void bodiesThatNeverArriveTakeNoPlaceFromOthers(String path) {
        for (int i = 0; i < 8; i++) {
            RawClient client = RawClient.to(gateway().port());
            clients.add(client.send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + FORM
                    + "\r\nContent-Length: 1000\r\n\r\na="));
        }

        assertThat(clients.stream()
                        .filter(client -> new String(client.everything(Duration.ofSeconds(2)), UTF_8).contains(" 503 "))
                        .count())
                .as("refused, since one address has one place")
                .isGreaterThanOrEqualTo(7);
        assertThat(gateway().get("/login").status()).isEqualTo(200);
        assertThat(signIn(VIEWER).status()).isEqualTo(302);
        RawClient admin = RawClient.to(gateway().port());
        clients.add(admin);
        String body = "{\"value\":\"7\"}";
        admin.send("PUT /api/admin/config/queue_max_depth HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + ADMIN
                        + "\r\nContent-Length: " + body.length() + "\r\n\r\n{")
                .send(body.substring(1));
        assertThat(admin.head().status()).isEqualTo(200);
        gateway().admin("DELETE", "/config/queue_max_depth", "");
    }

    @Test
    void whoIsBehindAProxyTakesOnlyHisOwnPlaceForBodies() {
        gateway().set("trusted_proxies", "127.0.0.1");
        RawClient first = slowForm("203.0.113.1");
        RawClient second = slowForm("203.0.113.1");
        RawClient other = slowForm("203.0.113.2");

        assertThat(List.of(first, second).stream()
                        .map(client -> new String(client.everything(Duration.ofSeconds(2)), UTF_8))
                        .filter(answer -> answer.contains(" 503 "))
                        .count())
                .as("refused, since one client has one place")
                .isOne();
        assertThat(other.hasUnread()).as("another client's waits for its body").isFalse();
        other.send("b");
        assertThat(other.head().status()).isEqualTo(200);
    }

    private RawClient slowForm(String client) {
        RawClient slow = RawClient.to(gateway().port());
        clients.add(slow);
        return slow.send("POST /login HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: " + client + "\r\nContent-Type: "
                + FORM + "\r\nContent-Length: 2\r\n\r\na");
    }

    /** Each connection is too new to be closed for not reading: it is their number that has to be bounded. */
    @Test
    void whoOpensConnectionsAllTheTimeAndReadsNothingUsesUpOnlyHisOwnRoom() throws InterruptedException {
        gateway().set("trusted_proxies", "127.0.0.1");
        AtomicBoolean enough = new AtomicBoolean();
        Thread attack = new Thread(() -> {
            while (!enough.get()) {
                RawClient client = RawClient.to(gateway().port(), 4 * 1024);
                clients.add(client);
                client.request(
                        "GET",
                        "/jakarta.faces.resource/components.js.xhtml?ln=primefaces",
                        new byte[0],
                        "X-Forwarded-For",
                        "203.0.113.1");
                // some hundred a second: it is what they do not read that is to count, not their number
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(4));
            }
        });
        attack.start();
        try {
            Await.until(() -> clients.size() > 200, "the attack is on");
            for (int i = 0; i < 50; i++) {
                assertThat(gateway()
                                .get("/login", "X-Forwarded-For", "203.0.113.2")
                                .status())
                        .isEqualTo(200);
            }
            assertThat(attack.isAlive()).as("the attack goes on").isTrue();
        } finally {
            enough.set(true);
            attack.join();
        }
    }

    // --- guesses

    @Test
    void whoGuessesHasToWaitAndWhoIsKnownDoesNot() {
        assertThat(ask("/api/admin/pools", ADMIN).status()).isEqualTo(200);
        assertThat(ask("/api/admin/pools", VIEWER).status()).isEqualTo(200);

        Reply slowed = guessUntilSlowed("/api/admin/pools");

        assertThat(slowed.json().path("detail").asText()).contains("Too many wrong tokens");
        assertThat(Integer.parseInt(slowed.header("Retry-After"))).isPositive();
        assertThat(ask("/api/admin/pools", ADMIN).status()).isEqualTo(200);
        assertThat(ask("/api/admin/pools", VIEWER).status()).isEqualTo(200);
        assertThat(signIn(VIEWER).status()).as("the sign-in counts by itself").isEqualTo(302);
    }

    @Test
    void theMetricsAreNoOtherDoor() {
        gateway().set("metrics_auth", "viewer");
        assertThat(ask("/metrics", VIEWER).status()).isEqualTo(200);

        Reply slowed = guessUntilSlowed("/metrics");

        assertThat(Integer.parseInt(slowed.header("Retry-After"))).isPositive();
        assertThat(ask("/metrics", VIEWER).status()).isEqualTo(200);
    }

    @Test
    void aScriptWithAnOldTokenIsNotSlowed() {
        for (int i = 0; i < 20; i++) {
            assertThat(ask("/api/admin/pools", "a-token-of-last-year").status())
                    .as("try " + i)
                    .isEqualTo(401);
        }
    }

    private Reply ask(String path, String token) {
        return gateway().get(path, "Authorization", "Bearer " + token);
    }

    /** The more guesses there are, the longer is the wait: one of them falls into it, however slow the machine is. */
    private Reply guessUntilSlowed(String path) {
        for (int i = 0; i < 15; i++) {
            Reply reply = ask(path, "guess-" + path.length() + "-" + i);
            if (reply.status() == 429) {
                return reply;
            }
            assertThat(reply.status()).isEqualTo(401);
        }
        throw new AssertionError("fifteen guesses in a row, and none had to wait");
    }

    // --- odd requests

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "gzip, identity", "x-unknown"})
    void aCodedAdminBodyIsRefused(String coding) {
        Reply reply = gateway()
                .call(
                        "POST",
                        "/api/admin/backends",
                        "{}".getBytes(UTF_8),
                        "Authorization",
                        "Bearer " + ADMIN,
                        "Content-Encoding",
                        coding);

        assertThat(reply.status()).isEqualTo(415);
        assertThat(reply.json().path("detail").asText()).contains("Content-Encoding");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/WEB-INF;/x",
                "/WEB-INF;a=b/web.xml",
                "/META-INF;/x",
                "/%57EB-INF;/x",
                "/;x/WEB-INF;/x",
                "/x/..;/WEB-INF/web.xml",
                "/WEB-INF/web.xml",
                "/web-inf;/x"
            })
    void whatLiesInTheWarIsNowhere(String path) {
        Reply reply = gateway().get(path);

        assertThat(reply.status()).as(reply.toString()).isEqualTo(404);
        assertThat(reply.json().has("error")).isTrue();
    }
}

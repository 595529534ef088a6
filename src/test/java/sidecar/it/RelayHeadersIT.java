package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Answers;
import sidecar.kit.Draft;
import sidecar.kit.Json;
import sidecar.kit.Received;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/** Which headers travel, and which are never passed on. */
class RelayHeadersIT extends RelayRequests {

    private static final Set<String> MAY_GO_UP = Set.of(
            "host",
            "content-length",
            "content-type",
            "accept",
            "accept-encoding",
            "connection",
            "idempotency-key",
            "openai-beta",
            "anthropic-version",
            "user-agent",
            "authorization");

    @Test
    void onlyAFewHeadersGoUp() {
        Draft draft = Draft.of("one").serves(MODEL, "native");
        StubUpstream upstream = stub();
        gateway().create(draft.at(upstream));

        gateway()
                .chat(
                        MODEL,
                        "Authorization",
                        "Bearer the-clients-own-secret",
                        "x-api-key",
                        "the-clients-other-secret",
                        "Cookie",
                        "session=abc",
                        "User-Agent",
                        "OpenAI/Python 1.0",
                        "Accept",
                        "application/json",
                        "Idempotency-Key",
                        "idem-1",
                        "OpenAI-Beta",
                        "assistants=v2",
                        "OpenAI-Organization",
                        "org-1",
                        "anthropic-version",
                        "2023-06-01",
                        "X-Stainless-Lang",
                        "java",
                        "X-Forwarded-Host",
                        "evil.example",
                        "X-Sidecar-Deadline-Ms",
                        "60000",
                        "TE",
                        "trailers",
                        "X-Whatever",
                        "1");

        Received seen = upstream.only();
        assertThat(seen.headers().lines())
                .extracting(line -> line.name().toLowerCase(Locale.ROOT))
                .allMatch(MAY_GO_UP::contains);
        assertThat(seen.key()).isEqualTo(draft.key());
        assertThat(seen.header("Host")).isEqualTo("127.0.0.1:" + upstream.port());
        assertThat(seen.header("User-Agent")).startsWith("Sidecar");
        assertThat(seen.header("Accept")).isEqualTo("application/json");
        assertThat(seen.header("Idempotency-Key")).isEqualTo("idem-1");
        assertThat(seen.header("OpenAI-Beta")).isEqualTo("assistants=v2");
        assertThat(seen.header("anthropic-version")).isEqualTo("2023-06-01");
    }

    @Test
    void aProvidersOwnHeadersAreAddedAndItsNullsDropped() {
        StubUpstream upstream = stub();
        Draft draft = Draft.of("one").at(upstream).serves(MODEL, "native");
        var json = draft.json();
        json.set("headers", Json.object().put("X-Tenant", "tenant-secret-1234").putNull("OpenAI-Beta"));
        Reply created = gateway().admin("POST", "/backends", json.toString());
        assertThat(created.status()).as(created.toString()).isEqualTo(200);

        gateway().chat(MODEL, "OpenAI-Beta", "assistants=v2");

        assertThat(upstream.only().header("X-Tenant")).isEqualTo("tenant-secret-1234");
        assertThat(upstream.only().headers().has("OpenAI-Beta")).isFalse();
        assertThat(created.text()).doesNotContain("tenant-secret-1234");
    }

    @Test
    void headersNamedByTheSettingGoUpToo() {
        gateway().set("forward_headers", "X-Trace");
        StubUpstream upstream = provider("one", MODEL, "native");

        gateway().chat(MODEL, "X-Trace", "t-1", "X-Other", "no");

        assertThat(upstream.only().header("X-Trace")).isEqualTo("t-1");
        assertThat(upstream.only().headers().has("X-Other")).isFalse();
    }

    @Test
    void whatConcernsOnlyTheUpstreamsConnectionOrAccountStaysBehind() {
        provider("one", MODEL, "native")
                .always(Answers.json(
                        200,
                        Answers.chatBody("native", "hi", USAGE),
                        "Connection",
                        "keep-alive, X-Hop",
                        "Keep-Alive",
                        "timeout=5",
                        "X-Hop",
                        "1",
                        "Proxy-Authenticate",
                        "Basic",
                        "Set-Cookie",
                        "session=upstream",
                        "Server",
                        "upstream/1",
                        "Alt-Svc",
                        "h3=\":443\"",
                        "openai-organization",
                        "org-upstream",
                        "x-ratelimit-remaining-requests",
                        "3",
                        "Retry-After",
                        "9",
                        "Date",
                        "Mon, 23 Nov 2026 00:00:00 GMT",
                        "x-request-id",
                        "req-upstream",
                        "openai-processing-ms",
                        "12",
                        "X-Custom",
                        "1",
                        "Access-Control-Allow-Origin",
                        "*",
                        "Clear-Site-Data",
                        "\"*\"",
                        "Content-Disposition",
                        "attachment",
                        "Content-Security-Policy",
                        "default-src *",
                        "Link",
                        "</x>; rel=preload",
                        "Refresh",
                        "0; url=https://evil.example",
                        "Strict-Transport-Security",
                        "max-age=1",
                        "X-Frame-Options",
                        "ALLOWALL"));

        Reply reply = gateway().chat(MODEL, "X-Request-Id", "mine-1");

        Set<String> names = reply.headers().lines().stream()
                .map(line -> line.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        assertThat(names)
                .doesNotContain(
                        "keep-alive",
                        "x-hop",
                        "proxy-authenticate",
                        "set-cookie",
                        "server",
                        "alt-svc",
                        "openai-organization",
                        "x-ratelimit-remaining-requests",
                        "retry-after",
                        "x-powered-by",
                        "x-custom",
                        "access-control-allow-origin",
                        "clear-site-data",
                        "content-disposition",
                        "content-security-policy",
                        "link",
                        "refresh",
                        "strict-transport-security",
                        "x-frame-options");
        assertThat(reply.header("openai-processing-ms")).isEqualTo("12");
        assertThat(reply.header("X-Request-Id")).isEqualTo("mine-1");
        assertThat(reply.header("X-Sidecar-Upstream-Request-Id")).isEqualTo("req-upstream");
        assertThat(reply.headers().all("Date")).hasSizeLessThan(2);
        assertThat(reply.headers().all("Content-Length")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"has space", "a<b", "0123456789012345678901234567890123456789012345678901234567890123456789"})
    void aRequestIdThatCouldDoHarmIsReplaced(String id) {
        provider("one", MODEL, "native");

        Reply reply = gateway().chat(MODEL, "X-Request-Id", id);

        assertThat(reply.header("X-Request-Id")).isNotEqualTo(id).matches("[A-Za-z0-9._-]{1,64}");
    }
}

package sidecar.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.pool.SomeProvider;
import sidecar.provider.ApiProtocol;

class HeaderRulesTest {

    private static Headers out(SomeProvider provider, Set<String> forward, String... client) {
        return HeaderRules.toUpstream(of(client), provider.build(), forward, "Sidecar/1");
    }

    private static Headers of(String... namesAndValues) {
        List<Header> lines = new java.util.ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            lines.add(new Header(namesAndValues[i], namesAndValues[i + 1]));
        }
        return new Headers(lines);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "authorization",
                "x-api-key",
                "cookie",
                "user-agent",
                "forwarded",
                "x-forwarded-for",
                "x-forwarded-host",
                "host",
                "connection",
                "transfer-encoding",
                "content-length",
                "accept-encoding"
            })
    void theseNeverLeaveEvenIfASettingNamesThem(String name) {
        Headers wire = out(SomeProvider.named("p").key("sk-provider-key"), Set.of(name), name, "the clients");

        assertThat(wire.lines()).noneMatch(line -> line.value().equals("the clients"));
        assertThat(wire.first("Authorization")).contains("Bearer sk-provider-key");
    }

    @Test
    void onlyTheAllowListAndTheSettingPass() {
        Headers wire = out(
                SomeProvider.named("p"),
                Set.of("x-trace"),
                "content-type",
                "a",
                "ACCEPT",
                "b",
                "Idempotency-Key",
                "c",
                "OpenAI-Beta",
                "d",
                "Anthropic-Beta",
                "e",
                "X-Trace",
                "f",
                "X-Other",
                "g",
                "Range",
                "h");

        assertThat(wire.lines())
                .extracting(Header::value)
                .contains("a", "b", "c", "d", "e", "f")
                .doesNotContain("g", "h");
    }

    @Test
    void aProvidersOwnHeadersReplaceAndDrop() {
        Headers wire = out(
                SomeProvider.named("p")
                        .header("user-agent", "custom/1")
                        .dropping("OPENAI-BETA")
                        .header("X-Org", "o"),
                Set.of(),
                "OpenAI-Beta",
                "x");

        assertThat(wire.first("User-Agent")).contains("custom/1");
        assertThat(wire.lines().stream().filter(line -> line.is("User-Agent"))).hasSize(1);
        assertThat(wire.first("OpenAI-Beta")).isEmpty();
        assertThat(wire.first("X-Org")).contains("o");
    }

    @Test
    void aMappingMaySayWhichHeaderTheKeyGoesIn() {
        Headers azure = out(
                SomeProvider.named("p").key("az-key").mapsWith("m", "n", Map.of("authHeader", "api-key")), Set.of());
        Headers usual = out(
                SomeProvider.named("p").key("az-key").mapsWith("m", "n", Map.of("authHeader", "no header\r\nX: y")),
                Set.of());

        assertThat(azure.first("api-key")).contains("az-key");
        assertThat(azure.first("Authorization")).isEmpty();
        assertThat(usual.first("Authorization")).contains("Bearer az-key");
    }

    @Test
    void anthropicGetsItsKeyInItsOwnHeader() {
        SomeProvider provider =
                SomeProvider.named("p").api(ApiProtocol.ANTHROPIC_MESSAGES).key("sk-ant-key");

        assertThat(out(provider, Set.of()).first("x-api-key")).contains("sk-ant-key");
        assertThat(out(provider, Set.of()).first("Authorization")).isEmpty();
        assertThat(out(provider, Set.of()).first("anthropic-version")).contains("2023-06-01");
        assertThat(out(provider, Set.of(), "anthropic-version", "2099-01-01").first("anthropic-version"))
                .contains("2099-01-01");
    }

    @Test
    void aProviderWithoutAKeyIsNeverAsked() {
        assertThatThrownBy(() -> out(SomeProvider.named("p").withoutKey(), Set.of()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatConcernsTheConnectionOrTheUpstreamStaysThere() {
        Headers home = HeaderRules.toClient(
                of(
                        "Connection",
                        "close, X-Hop",
                        "X-Hop",
                        "1",
                        "Keep-Alive",
                        "1",
                        "Transfer-Encoding",
                        "chunked",
                        "Date",
                        "1",
                        "Set-Cookie",
                        "1",
                        "Server",
                        "1",
                        "Alt-Svc",
                        "1",
                        "OpenAI-Organization",
                        "1",
                        "X-RateLimit-Remaining-Requests",
                        "1",
                        "Retry-After",
                        "1",
                        "X-Sidecar-Provider",
                        "forged",
                        "Content-Length",
                        "1",
                        "X-Request-ID",
                        "up",
                        "Content-Type",
                        "a/b",
                        "openai-version",
                        "v"),
                false);

        assertThat(home.lines())
                .containsExactly(
                        new Header("X-Sidecar-Upstream-Request-Id", "up"),
                        new Header("Content-Type", "a/b"),
                        new Header("openai-version", "v"));
        assertThat(HeaderRules.toClient(of("Retry-After", "3"), true).first("Retry-After"))
                .contains("3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Access-Control-Allow-Origin",
                "Access-Control-Allow-Credentials",
                "access-control-expose-headers",
                "Clear-Site-Data",
                "Strict-Transport-Security",
                "Content-Security-Policy",
                "Content-Security-Policy-Report-Only",
                "Cross-Origin-Opener-Policy",
                "Permissions-Policy",
                "Refresh",
                "Link",
                "Location",
                "Content-Location",
                "Set-Cookie",
                "Set-Cookie2",
                "Content-Disposition",
                "X-Frame-Options",
                "X-Content-Type-Options",
                "X-Accel-Redirect",
                "X-Sendfile",
                "NEL",
                "Report-To",
                "SourceMap",
                "Service-Worker-Allowed",
                "WWW-Authenticate",
                "Proxy-Authenticate",
                "Authentication-Info",
                "Server",
                "Via",
                "X-Powered-By",
                "CF-Ray",
                "Alt-Svc",
                "Vary",
                "Trailer",
                "Content-Length",
                "Date",
                "X-RateLimit-Limit-Requests",
                "anthropic-ratelimit-requests-remaining",
                "anthropic-organization-id",
                "openai-organization",
                "openai-project",
                "X-Sidecar-Provider",
                "X-Anything-Else"
            })
    void whatIsNotOnTheListIsNotRelayed(String name) {
        assertThat(HeaderRules.toClient(of(name, "1"), false).lines()).isEmpty();
        assertThat(HeaderRules.toClient(of(name, "1"), true).lines()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type",
                "content-language",
                "Content-Encoding",
                "Cache-Control",
                "ETag",
                "Expires",
                "Last-Modified",
                "request-id",
                "NVCF-REQID",
                "openai-processing-ms",
                "OpenAI-Version",
                "anthropic-version"
            })
    void whatSpeaksOfTheAnswerIsRelayed(String name) {
        assertThat(HeaderRules.toClient(of(name, "1"), false).lines()).containsExactly(new Header(name, "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Retry-After", "x-should-retry", "Allow"})
    void adviceGoesWithErrorsOfTheClientsOwn(String name) {
        assertThat(HeaderRules.toClient(of(name, "1"), true).lines()).containsExactly(new Header(name, "1"));
        assertThat(HeaderRules.toClient(of(name, "1"), false).lines()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai-\u00e9",
                "openai-\u0080",
                "openai-a b",
                "openai-a:",
                "openai-\u0000",
                "openai-\r\nSet-Cookie",
                "openai-\u4f60"
            })
    void aNameThatIsNoTokenIsDropped(String name) {
        assertThat(HeaderRules.toClient(of(name, "1"), true).lines()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\u0000b", "a\u007fb", "a\u0085b", "\u001b[2J"})
    void aValueWithControlsIsDropped(String value) {
        assertThat(HeaderRules.toClient(of("ETag", value, "x-request-id", value), true)
                        .lines())
                .isEmpty();
    }

    @Test
    void valuesMayHoldTabsAndWhatIsNoAscii() {
        assertThat(HeaderRules.toClient(of("ETag", "a\tb \u00e9"), false).lines())
                .hasSize(1);
    }
}

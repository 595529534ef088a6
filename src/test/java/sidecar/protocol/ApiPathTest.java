package sidecar.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.pool.SomeProvider;
import sidecar.provider.ApiProtocol;
import sidecar.provider.UpstreamUrl;

class ApiPathTest {

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, /v1/chat/completions, CHAT",
        "/chat/completions, /v1/chat/completions, CHAT",
        "/completions, /v1/completions, COMPLETIONS",
        "/embeddings, /v1/embeddings, EMBEDDINGS",
        "/models, /v1/models, MODELS",
        "/v1/models/org%2Fname, /v1/models/org%2Fname, MODELS",
        "/v1/responses, /v1/responses, RESPONSES",
        "/v1/responses/resp_1, /v1/responses/resp_1, OTHER",
        "/v1/messages, /v1/messages, MESSAGES",
        "/v1/images/edits, /v1/images/edits, MODEL",
        "/v1/audio/transcriptions, /v1/audio/transcriptions, MODEL",
        "/v1/moderations, /v1/moderations, MODEL",
        "/v1/rerank, /v1/rerank, MODEL",
        "//chat/completions, /v1/chat/completions, CHAT",
        "/v1/chat/completions/, /v1/chat/completions, CHAT",
        "//v1/chat/completions, /v1/chat/completions, CHAT",
        "/v1//chat/completions, /v1/chat/completions, CHAT",
        "/v1/chat//completions//, /v1/chat/completions, CHAT",
        "/v1/embeddings/, /v1/embeddings, EMBEDDINGS",
        "///models/, /v1/models, MODELS",
        "/v1/messages/, /v1/messages, MESSAGES",
        "/v1//audio/transcriptions, /v1/audio/transcriptions, MODEL",
        "/v1/files/a..b, /v1/files/a..b, OTHER",
        "/v1/files/...,  /v1/files/..., OTHER",
        "/v1/files/%C3%A9, /v1/files/%C3%A9, OTHER"
    })
    void pathsUnderV1AndTheFourAliasesAreServed(String raw, String path, ApiPath.PathKind kind) {
        assertThat(ApiPath.of(raw)).contains(new ApiPath(path, kind));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/v1",
                "/v2/chat",
                "/V1/chat/completions",
                "/admin",
                "/v1/../admin",
                "/v1/..",
                "/v1/.",
                "/v1/./chat",
                "/v1/%2e%2e/admin",
                "/v1/%2E./admin",
                "/v1/.%2e",
                "/v1//chat",
                "/v1/chat//",
                "/v1//files",
                "/v1/images/../admin",
                "/v1/images//../admin",
                "//v1/models//x",
                "/v1/files/a%2fb",
                "/v1/files/a%2Fb",
                "/v1/files/a%5cb",
                "/v1/files\\a",
                "/v1/files;jsessionid=1",
                "/v1/a b",
                "/v1/a\tb",
                "/v1/a\u0000",
                "/v1/é",
                "/v1/a{b}",
                "/v1/files/[x]",
                "/v1/files/a#b",
                "/v1/files/a?b",
                "/v1/files/%",
                "/v1/files/%4",
                "/v1/files/%zz",
                "/v1/files/%00",
                "/v1/files/%0d%0aX:y",
                "/v1/models/..%2F..%2Fadmin",
                "/v1/models/%2e%2e%2fadmin",
                "/responses",
                "/messages"
            })
    void whatAnUpstreamCouldReadAsAnotherPathIsRefused(String raw) {
        assertThat(ApiPath.of(raw)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, true, true, false",
        "/v1/files, true, true, false",
        "/v1/responses, false, true, false",
        "/v1/responses/resp_1, false, true, false",
        "/v1/messages, false, false, true",
        "/v1/messages/count_tokens, false, false, true"
    })
    void eachProtocolServesItsPaths(String raw, boolean completions, boolean responses, boolean messages) {
        ApiPath path = ApiPath.of(raw).orElseThrow();

        assertThat(path.apis().contains(ApiProtocol.OPENAI_COMPLETIONS)).isEqualTo(completions);
        assertThat(path.apis().contains(ApiProtocol.OPENAI_RESPONSES)).isEqualTo(responses);
        assertThat(path.apis().contains(ApiProtocol.ANTHROPIC_MESSAGES)).isEqualTo(messages);
    }

    @Test
    void everyAcceptedPathCanBeJoinedToABaseUrlAndStaysThere() {
        UpstreamUrl base = SomeProvider.named("p").build().endpoint().url();
        Random random = new Random(3);
        String bits = "/.%2eF5cC0ab[]?#&=+~!$'()*,:@-_x ";
        for (int i = 0; i < 30_000; i++) {
            StringBuilder raw = new StringBuilder("/v1/");
            for (int n = random.nextInt(12); n > 0; n--) {
                raw.append(bits.charAt(random.nextInt(bits.length())));
            }
            ApiPath.of(raw.toString()).ifPresent(path -> {
                assertThat(base.join(path.path(), "").getRawPath()).isEqualTo(path.path());
                assertThat(base.join(path.path(), "").normalize().getRawPath()).isEqualTo(path.path());
            });
        }
    }
}

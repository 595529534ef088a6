package sidecar.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureRulesTest {

    private static final FailureRules OPENAI = new FailureRules(Preset.OPENAI.rules());
    private static final FailureRules NIM = new FailureRules(Preset.NVIDIA_NIM.rules());

    private static Optional<FailureClass> meaning(FailureRules rules, int status, String body) {
        return rules.classify(status, body, "").map(Verdict::means);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "429 | {\"status\":429,\"title\":\"Too Many Requests\"} | RATE_LIMITED | RATE_LIMITED",
                "429 | ResourceExhausted: Worker local total request limit reached (71/32) | RATE_LIMITED | MODEL_BUSY",
                "500 | ResourceExhausted | OVERLOADED | MODEL_BUSY",
                "502 | resourceexhausted | OVERLOADED | MODEL_BUSY",
                "503 | All workers are busy, please retry later | OVERLOADED | MODEL_BUSY",
                "504 | ResourceExhausted | OVERLOADED | OVERLOADED",
                "401 | x | CREDENTIAL | CREDENTIAL",
                "402 | x | CREDENTIAL | CREDENTIAL",
                "403 | x | CREDENTIAL | CREDENTIAL",
                "404 | Function '0f3c': Not found for account 'abc' | CLIENT | MODEL_MISSING",
                "404 | {\"error\":{\"code\":\"model_not_found\"}} | MODEL_MISSING | MODEL_MISSING",
                "404 | The model `x` does not exist | MODEL_MISSING | MODEL_MISSING",
                "404 | No such File object: file-1 | CLIENT | CLIENT",
                "404 | <html>nginx</html> | CLIENT | CLIENT",
                "410 | x | MODEL_MISSING | MODEL_MISSING",
                "400 | DEGRADED function cannot be invoked | CLIENT | OVERLOADED",
                "400 | bad temperature | CLIENT | CLIENT",
                "400 | ResourceExhausted | CLIENT | CLIENT",
                "408 | x | CLIENT | CLIENT",
                "413 | x | CLIENT | CLIENT",
                "415 | x | CLIENT | CLIENT",
                "422 | x | CLIENT | CLIENT",
                "451 | x | CLIENT | CLIENT",
                "500 | x | OVERLOADED | OVERLOADED",
                "502 | <html> | OVERLOADED | OVERLOADED",
                "503 | x | OVERLOADED | OVERLOADED",
                "504 | x | OVERLOADED | OVERLOADED",
                "529 | overloaded_error | OVERLOADED | OVERLOADED",
                "599 | x | OVERLOADED | OVERLOADED",
                "300 | x | BAD_SUCCESS | BAD_SUCCESS",
                "301 | x | BAD_SUCCESS | BAD_SUCCESS",
                "302 | x | BAD_SUCCESS | BAD_SUCCESS",
                "307 | x | BAD_SUCCESS | BAD_SUCCESS",
                "308 | x | BAD_SUCCESS | BAD_SUCCESS",
                "600 | x | BAD_SUCCESS | BAD_SUCCESS"
            })
    void everyRowOfTheTableIsRecognisedByEachPreset(int status, String body, FailureClass openai, FailureClass nim) {
        assertThat(meaning(OPENAI, status, body)).contains(openai);
        assertThat(meaning(NIM, status, body)).contains(nim);
        assertThat(meaning(FailureRules.defaults(), status, body)).contains(nim);
    }

    @ParameterizedTest
    @CsvSource({"200", "201", "202", "204", "206", "304"})
    void successIsNoFailure(int status) {
        assertThat(meaning(NIM, status, "model ResourceExhausted DEGRADED")).isEmpty();
        assertThat(meaning(new FailureRules(List.of()), status, "x")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "500, OVERLOADED",
        "599, OVERLOADED",
        "429, RATE_LIMITED",
        "401, CREDENTIAL",
        "418, CLIENT",
        "302, BAD_SUCCESS",
        "999, BAD_SUCCESS"
    })
    void whatNoRuleSpeaksOfIsStillAFailure(int status, FailureClass means) {
        assertThat(meaning(new FailureRules(List.of()), status, "ResourceExhausted"))
                .contains(means);
        assertThat(meaning(
                        new FailureRules(List.of(FailureRule.of(400, 599, "never said", FailureClass.CLIENT))),
                        status,
                        "ResourceExhausted"))
                .contains(means);
    }

    @Test
    void theFirstRuleThatMatchesDecidesWithItsCooldown() {
        FailureRules rules = new FailureRules(List.of(
                new FailureRule(
                        429,
                        429,
                        Optional.of(BodyPattern.of("daily")),
                        new LabelGlob("nv*"),
                        FailureClass.RATE_LIMITED,
                        Duration.ofHours(1)),
                FailureRule.of(429, 429, FailureClass.OVERLOADED)));

        assertThat(rules.classify(429, "Daily limit", "nvidia"))
                .contains(new Verdict(FailureClass.RATE_LIMITED, Duration.ofHours(1)));
        assertThat(rules.classify(429, "Daily limit", "groq")).contains(Verdict.of(FailureClass.OVERLOADED));
        assertThat(rules.classify(429, "slow down", "nvidia")).contains(Verdict.of(FailureClass.OVERLOADED));
    }

    @Test
    void presetsSpeakOfAnyLabel() {
        assertThat(NIM.classify(400, "DEGRADED", "something else")).contains(Verdict.of(FailureClass.OVERLOADED));
    }

    @Test
    void onlyTheClientsFaultIsNotTriedElsewhere() {
        for (FailureClass kind : FailureClass.values()) {
            assertThat(kind.retryElsewhere()).isEqualTo(kind != FailureClass.CLIENT);
            assertThat(kind.wire()).matches("[a-z_]+");
            assertThat(FailureClass.of(kind.wire())).contains(kind);
        }
    }
}

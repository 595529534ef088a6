package sidecar.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureRulesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "429 | {\"status\":429,\"title\":\"Too Many Requests\"} | RATE_LIMITED",
                "429 | ResourceExhausted: Worker local total request limit reached (71/32) | MODEL_BUSY",
                "500 | ResourceExhausted | MODEL_BUSY",
                "502 | resourceexhausted | MODEL_BUSY",
                "503 | All workers are busy, please retry later | MODEL_BUSY",
                "401 | x | CREDENTIAL",
                "402 | x | CREDENTIAL",
                "403 | x | CREDENTIAL",
                "404 | Function '0f3c': Not found for account 'abc' | MODEL_MISSING",
                "404 | {\"error\":{\"code\":\"model_not_found\"}} | MODEL_MISSING",
                "404 | The model `x` does not exist | MODEL_MISSING",
                "404 | No such File object: file-1 | CLIENT",
                "404 | <html>nginx</html> | CLIENT",
                "410 | x | MODEL_MISSING",
                "400 | DEGRADED function cannot be invoked | OVERLOADED",
                "400 | bad temperature | CLIENT",
                "400 | ResourceExhausted | CLIENT",
                "408 | x | CLIENT",
                "413 | x | CLIENT",
                "415 | x | CLIENT",
                "422 | x | CLIENT",
                "451 | x | CLIENT",
                "500 | x | OVERLOADED",
                "502 | <html> | OVERLOADED",
                "503 | x | OVERLOADED",
                "504 | x | OVERLOADED",
                "529 | overloaded_error | OVERLOADED",
                "599 | x | OVERLOADED",
                "300 | x | BAD_SUCCESS",
                "301 | x | BAD_SUCCESS",
                "302 | x | BAD_SUCCESS",
                "307 | x | BAD_SUCCESS",
                "308 | x | BAD_SUCCESS"
            })
    void everyRowOfTheTableIsRecognised(int status, String body, FailureClass kind) {
        assertThat(FailureRules.defaults().classify(status, body)).contains(kind);
    }

    @ParameterizedTest
    @CsvSource({"200", "201", "202", "204", "206", "304"})
    void successIsNoFailure(int status) {
        assertThat(FailureRules.defaults().classify(status, "model ResourceExhausted DEGRADED"))
                .isEmpty();
    }

    @Test
    void onlyTheClientsFaultIsNotTriedElsewhere() {
        for (FailureClass kind : FailureClass.values()) {
            assertThat(kind.retryElsewhere()).isEqualTo(kind != FailureClass.CLIENT);
            assertThat(kind.wire()).matches("[a-z_]+");
        }
    }
}

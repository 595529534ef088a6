package sidecar.body;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Whether two bodies say the same. */
class RequestBodyTest {

    private static long fingerprint(String body) {
        return RequestBody.of(body.getBytes(UTF_8)).fingerprint();
    }

    private static String form(String boundary, String file) {
        String part = "--" + boundary + "\r\nContent-Disposition: form-data; name=";
        return part + "\"model\"\r\n\r\nwhisper\r\n" + part + "\"file\"\r\n\r\n" + file + "\r\n--" + boundary
                + "--\r\n";
    }

    @Test
    void whatSaysSomethingElseIsAnother() {
        assertThat(fingerprint("{\"a\":1}")).isEqualTo(fingerprint("{\"a\":1}")).isNotEqualTo(fingerprint("{\"a\":2}"));
        assertThat(fingerprint("")).isNotEqualTo(fingerprint("-")).isNotEqualTo(fingerprint("--"));
        assertThat(fingerprint("--no line ends here")).isNotEqualTo(fingerprint("--no line ends there"));
    }

    @Test
    void theSameFormIsTheSameWhateverTellsItsPartsApart() {
        assertThat(fingerprint(form("3f2a", "sound")))
                .isEqualTo(fingerprint(form("b71c", "sound")))
                .isNotEqualTo(fingerprint(form("3f2a", "noise")));
    }
}

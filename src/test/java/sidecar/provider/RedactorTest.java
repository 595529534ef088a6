package sidecar.provider;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {

    private static Redactor of(String... secrets) {
        return Redactor.of(Stream.of(secrets).map(Secret::new).toList());
    }

    @Test
    void everyOccurrenceBecomesItsMask() {
        Redactor redactor = of("nvapi-first-0001", "nvapi-second-0002");

        assertThat(redactor.text("nvapi-second-0002, nvapi-first-0001; nvapi-first-0001nvapi-first-0001"))
                .isEqualTo("nvapi-****0002, nvapi-****0001; nvapi-****0001nvapi-****0001");
    }

    @Test
    void aTextWithoutSecretsStaysTheSameObject() {
        String text = "nvapi-first-000 and nothing else";

        assertThat(of("nvapi-first-0001").text(text)).isSameAs(text);
        assertThat(Redactor.NONE.text(text)).isSameAs(text);
    }

    @Test
    void ofTwoSecretsWithTheSameBeginningTheLongerGoes() {
        assertThat(of("sk-12345678", "sk-12345678-and-more").text("<sk-12345678-and-more>"))
                .isEqualTo("<sk-123****more>");
    }

    @Test
    void shortSecretsAreFoundToo() {
        assertThat(of("abc", "a-longer-secret-4711").text("xabcx a-longer-secret-4711"))
                .isEqualTo("xab****x a-long****4711");
    }

    @Test
    void everySecretIsReplacedInAnyBytes() {
        byte[] body = {(byte) 0xff, 's', 'k', '-', '1', '2', '3', '4', '5', '6', '7', '8', '9', (byte) 0xfe};

        assertThat(new String(of("sk-123456789").bytes(body), ISO_8859_1)).isEqualTo("\u00ffsk-123****6789\u00fe");
        assertThat(of("absent-secret").bytes(body)).isSameAs(body);
    }

    @Test
    void aSecretBeyondAsciiIsFoundInTextsAndInBytes() {
        Redactor redactor = of("пароль-длинный-1234");

        assertThat(redactor.text("<пароль-длинный-1234>")).isEqualTo("<пароль****1234>");
        assertThat(new String(redactor.bytes("<пароль-длинный-1234>".getBytes(UTF_8)), UTF_8))
                .isEqualTo("<пароль****1234>");
    }

    @Test
    void nothingIsSettledThatASecretMayReachInto() {
        Redactor redactor = of("secret-0001");

        assertThat(redactor.redactableLength("....".getBytes(UTF_8))).isZero();
        assertThat(redactor.redactableLength("0123456789012345".getBytes(UTF_8)))
                .isEqualTo(6);
        assertThat(redactor.redactableLength("012secret-0001...".getBytes(UTF_8)))
                .isEqualTo(3);
        assertThat(redactor.redactableLength("secret-0001..........".getBytes(UTF_8)))
                .isEqualTo(11);
    }

    @Test
    void piecesGiveWhatTheWholeGives() {
        Redactor redactor = of("secret-0001", "secret-0001-longer", "0001-se");
        Random random = new Random(7);
        List<String> parts = List.of("secret-0001", "secret-0001-longer", "0001-se", "secret", "-", "0001", ".", "x");
        for (int round = 0; round < 2_000; round++) {
            String text = IntStream.range(0, 12)
                    .mapToObj(i -> parts.get(random.nextInt(parts.size())))
                    .reduce("", String::concat);

            int cut = redactor.redactableLength(text.getBytes(UTF_8));
            String pieces = redactor.text(text.substring(0, cut)) + redactor.text(text.substring(cut));

            assertThat(pieces).as("%s cut at %d", text, cut).doesNotContain("secret-0001");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sk-abc/def+0001",
                "\\u0073k-abc/def+0001",
                "sk-abc\\/def+0001",
                "\\u0073\\u006b\\u002d\\u0061\\u0062\\u0063\\u002f\\u0064\\u0065\\u0066\\u002b\\u0030\\u0030\\u0030\\u0031",
                "\\u0073\\u006B\\u002D\\u0061\\u0062\\u0063\\u002F\\u0064\\u0065\\u0066\\u002B\\u0030\\u0030\\u0030\\u0031",
                "sk-abc/def+000\\u0031",
                "sk-abc\\\\/def+0001",
                "\\\\u0073k-abc\\\\\\/def+0001",
                "\\\\\\\\u0073k-abc\\\\\\\\u002fdef+0001",
                "sk-abc\\\\u002Fdef\\u002b0001"
            })
    void aSecretInJsonEscapesIsFound(String spelled) {
        Redactor redactor = of("sk-abc/def+0001", "another-secret-1");

        assertThat(redactor.text("{\"error\":\"bad\\nkey " + spelled + ".\"}"))
                .isEqualTo("{\"error\":\"bad\\nkey sk-abc****0001.\"}");
        assertThat(new String(redactor.bytes(("é " + spelled + " é").getBytes(UTF_8)), UTF_8))
                .isEqualTo("é sk-abc****0001 é");
    }

    @Test
    void aSecretWithCharactersThatJsonEscapesIsFound() {
        assertThat(of("a\"b\\\\c-secret-01").text("<a\\\"b\\\\\\\\c-secret-01>"))
                .isEqualTo("<a\"b\\\\c****t-01>");
        assertThat(of("a\"b\\\\c-secret-01").text("<a\"b\\\\c-secret-01>")).isEqualTo("<a\"b\\\\c****t-01>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\",
                "\\u",
                "\\u007",
                "\\u00zz",
                "\\u００７３k-abc/def+0001",
                "C:\\new\\table",
                "\\\\\\\\\\",
                "\\u0073k-abc/def+000",
                "x\\u0000y"
            })
    void escapesOfNoSecretStayAsTheyAre(String text) {
        assertThat(of("sk-abc/def+0001").text(text)).isSameAs(text);
        assertThat(Redactor.NONE.text(text)).isSameAs(text);
    }

    @Test
    void escapedSecretsAreFoundAcrossAnyChunks() {
        Redactor redactor = of("secret-0001");
        String spelled = "{\"m\":\"x\\n \\u0073ecret\\u002d0001 y \\\\u0073\\\\u0065cret-000\\\\u0031 \\/ secret-0001\\"
                + "\\\\".repeat(70) + "secret-0001 and so on";
        String whole = redactor.text(spelled);
        assertThat(whole).doesNotContain("secret-0001", "u0073").contains("secret****0001".substring(0, 2));
        for (int size = 1; size < 40; size++) {
            StringBuilder relayed = new StringBuilder();
            String held = "";
            for (int from = 0; from < spelled.length(); from += size) {
                held += spelled.substring(from, Math.min(spelled.length(), from + size));
                int cut = redactor.redactableLength(held.getBytes(ISO_8859_1));
                relayed.append(redactor.text(held.substring(0, cut)));
                held = held.substring(cut);
            }
            relayed.append(redactor.text(held));

            assertThat(relayed.toString()).as("in pieces of %d", size).isEqualTo(whole);
        }
    }
}

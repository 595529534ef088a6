package sidecar.door;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpFramingValidatorTest {

    private static final String HOST = "Host: here:9190|";

    private static byte[] bytes(String text) {
        return text.replace("|", "\r\n").getBytes(ISO_8859_1);
    }

    private static HttpFramingValidator after(String text) {
        byte[] bytes = bytes(text);
        HttpFramingValidator validator = new HttpFramingValidator();
        validator.take(bytes, 0, bytes.length);
        return validator;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1|Host: a||",
                "GET /v1/models?a=b%20c HTTP/1.1|host: [::1]:9190||",
                "GET http://here/v1/models HTTP/1.1|Host: here||",
                "OPTIONS * HTTP/1.1|Host: a||",
                "GET / HTTP/1.0||",
                "||GET / HTTP/1.1|Host: a||",
                "POST / HTTP/1.1|Host: a|Content-Length: 3||abc",
                "POST / HTTP/1.1|Host: a|Content-Length:3  |X: ||abcGET / HTTP/1.1|Host: a||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: Chunked||3|abc|0A|0123456789|0||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||0|X-Sum: 1||GET / HTTP/1.1|Host: a||",
                "POST / HTTP/1.1|Host: a|Content-Length: 0||",
                "POST /v1/models/a%2Fb;c=d/(e)'$,@!~ HTTP/1.1|Host: a||",
            })
    void whatIsWrittenAsItShouldBeIsFoundToEndWhereItEnds(String text) {
        HttpFramingValidator validator = after(text);

        assertThat(validator.fault()).isEmpty();
        assertThat(validator.inRequest()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0016\u0003\u0001",
                " ",
                "GET  / HTTP/1.1|Host: a||",
                "GET /|",
                "GET / FOO|",
                "PRI * HTTP/2.0||SM||",
                "G\0T / HTTP/1.1|",
                "GET /a\0b HTTP/1.1|",
                "GET /%zz HTTP/1.1|",
                "GET /% HTTP/1.1|",
                "GET /a\\b HTTP/1.1|",
                "GET v1 HTTP/1.1|",
                "GET ftp://a/b HTTP/1.1|",
                "CONNECT a:80 HTTP/1.1|",
                "GET / HTTP/1.1||",
                "GET / HTTP/1.1|Host:||",
                "GET / HTTP/1.1|Host: a|Host: a||",
                "GET / HTTP/1.1|Host: a b||",
                "GET / HTTP/1.1|Host: a:999999||",
                "GET / HTTP/1.1|Host: a:-1||",
                "GET / HTTP/1.1\nHost: a\n\n",
                "GET / HTTP/1.1|Host: a\n|",
                "GET / HTTP/1.1|Host: a|X: a\rb||",
                "GET / HTTP/1.1|Host: a|X: a\0b||",
                "GET / HTTP/1.1| Host: a||",
                "GET / HTTP/1.1|Host: a|X: b| c||",
                "GET / HTTP/1.1|Host: a|X: b|\tc||",
                "GET / HTTP/1.1|Host: a|X||",
                "GET / HTTP/1.1|Host: a|: x||",
                "GET / HTTP/1.1|Host: a|X : x||",
                "POST / HTTP/1.1|Host: a|Content-Length: 3|Content-Length: 3||",
                "POST / HTTP/1.1|Host: a|Content-Length: 3, 3||",
                "POST / HTTP/1.1|Host: a|Content-Length: +3||",
                "POST / HTTP/1.1|Host: a|Content-Length: -3||",
                "POST / HTTP/1.1|Host: a|Content-Length: 9999999999999999999||",
                "POST / HTTP/1.1|Host: a|Content-Length:||",
                "POST / HTTP/1.1|Host: a|Content-Length: 3|Transfer-Encoding: chunked||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked|Content-Length: 3||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked|Transfer-Encoding: chunked||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: gzip, chunked||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: \"chunked\"||",
            })
    void whatCouldBeReadInTwoWaysIsAFaultOfTheHead(String text) {
        assertThat(after(text).fault()).isPresent().get().satisfies(fault -> {
            assertThat(fault.head()).isTrue();
            assertThat(fault.status()).isBetween(400, 505);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz|",
                "|",
                "-1|",
                "+1|",
                "0x1|",
                "1 |",
                "1;|",
                "1;=b|",
                "1;a b|",
                "1;a=\"b|",
                "1;a=\u0001|",
                "1;a\n",
                "1\n",
                "1000000000000000f|",
                "3|abcX|",
                "3|abc\n0||",
                "0|bad trailer|",
            })
    void aBodyWhoseChunksAreNotWhatTheySayIsAFaultOfTheBody(String chunks) {
        HttpFramingValidator validator = after("POST / HTTP/1.1|" + HOST + "Transfer-Encoding: chunked||" + chunks);

        assertThat(validator.fault())
                .isPresent()
                .get()
                .extracting(HttpFramingValidator.Fault::head)
                .isEqualTo(false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1;a=b|", "1;a|", "1 ; a = b;c|", "1;a=\"b c\"|", "1;a=\"\";b=1|", "1;a=\"b\\\"c\\\\\"|"})
    void extensionsOfAChunkAreNotRead(String head) {
        HttpFramingValidator validator = after("POST / HTTP/1.1|" + HOST + "Transfer-Encoding: chunked||" + head
                + "x|0;z=1||GET / HTTP/1.1|" + HOST + "|");

        assertThat(validator.fault()).isEmpty();
        assertThat(validator.inHead()).isFalse();
    }

    @Test
    void nothingIsLookedAtAfterAFault() {
        HttpFramingValidator validator = after("GET /%zz HTTP/1.1|" + HOST + "|GET / HTTP/1.1|" + HOST + "|");

        assertThat(validator.fault().orElseThrow().message()).contains("target");
        assertThat(validator.inHead()).isFalse();
    }

    /** It decides the shape in which a client is told. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "POST /v1/messages?beta=true HTTP/1.1|Host: a|Content-Length: x|| > /v1/messages",
                "POST http://here:1/v1/messages HTTP/1.1|Host: a|Host: b|| > /v1/messages",
                "POST /v1/messages HTTP/3|| > /v1/messages",
                "GET /first HTTP/1.1|Host: a||POST /v1/messages HTTP/1.1|: x|| > /v1/messages",
                "GET /first HTTP/1.1|Host: a||nonsense|| > ''",
                "POST /v1/mess%zzages HTTP/1.1|| > ''",
                "POST /v1/mes > ''"
            })
    void thePathIsKnownAsFarAsItWasRead(String text, String path) {
        assertThat(after(text).path()).isEqualTo(path);
    }

    @Test
    void aHeadIsBoundedHoweverItIsMade() {
        for (String endless : new String[] {
            "GET /" + "a".repeat(70_000),
            "GET / HTTP/1.1|" + HOST + ("X: " + "y".repeat(1_000) + "|").repeat(70),
            "|".repeat(40_000)
        }) {
            assertThat(after(endless).fault().orElseThrow().status()).isEqualTo(431);
        }
        assertThat(after(("GET / HTTP/1.1|" + HOST + "X: " + "y".repeat(1_000) + "||").repeat(100))
                        .fault())
                .as("each head is counted for itself")
                .isEmpty();
    }

    @Test
    void itTellsAHeadFromABody() {
        assertThat(after("").inRequest()).isFalse();
        assertThat(after("G").inHead()).isTrue();
        assertThat(after("POST / HTTP/1.1|" + HOST).inHead()).isTrue();
        HttpFramingValidator body = after("POST / HTTP/1.1|" + HOST + "Content-Length: 9||abc");
        assertThat(body.inHead()).isFalse();
        assertThat(body.inRequest()).isTrue();
    }

    @Test
    void itDoesNotMatterInWhichPiecesBytesCome() {
        byte[] all = bytes("POST /v1/x HTTP/1.1|" + HOST + "Transfer-Encoding: chunked||1f|" + "x".repeat(31)
                + "|0||POST / HTTP/1.1|" + HOST + "Content-Length: 5||hello" + "GET /%zz HTTP/1.1|");
        Random random = new Random(3);
        for (int run = 0; run < 500; run++) {
            HttpFramingValidator validator = new HttpFramingValidator();
            for (int at = 0; at < all.length; ) {
                int to = Math.min(all.length, at + 1 + random.nextInt(9));
                assertThat(validator.fault()).isEmpty();
                validator.take(all, at, to);
                at = to;
            }
            assertThat(validator.fault()).isPresent();
        }
    }

    @ParameterizedTest
    @CsvSource({"5;a=b, 0;z", "5 ; a = b;c, 0", "5;a=\"; b\", 0\t;z=1", "5, 0"})
    void chunkExtensionsAreTakenOutInWhicheverPiecesTheyCome(String chunk, String last) {
        String request = "POST / HTTP/1.1|" + HOST + "Transfer-Encoding: chunked||%s|; ; ;|%s|X: a;b||";
        byte[] all = bytes(String.format(request + request, chunk, last, chunk, last));
        String plain = new String(bytes(String.format(request + request, "5", "0", "5", "0")), ISO_8859_1);
        for (int size = 1; size <= all.length; size++) {
            HttpFramingValidator validator = new HttpFramingValidator();
            StringBuilder passed = new StringBuilder();
            for (int at = 0; at < all.length; at += size) {
                byte[] piece = java.util.Arrays.copyOfRange(all, at, Math.min(all.length, at + size));
                passed.append(new String(piece, 0, validator.take(piece, 0, piece.length), ISO_8859_1));
            }

            assertThat(validator.fault()).isEmpty();
            assertThat(validator.complete()).isEqualTo(2);
            assertThat(passed).as("in pieces of %d", size).hasToString(plain);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Upgrade: h2c, Upgrad_: h2c",
        "UPGRADE:TLS/1.0, UPGRAD_:TLS/1.0",
        "Upgrade:, Upgrad_:",
        "upgrade: WebSocket, upgrade: WebSocket",
        "'Upgrade: h2c, websocket', 'Upgrade: h2c, websocket'",
        "Upgrade-Insecure-Requests: 1, Upgrade-Insecure-Requests: 1",
        "Downgrade: h2c, Downgrade: h2c",
        "X: Upgrade: h2c, X: Upgrade: h2c"
    })
    void anOfferOfAnotherProtocolButWebSocketIsHidden(String header, String passed) {
        String request = "GET / HTTP/1.1|" + HOST + "%s|A: b||";
        byte[] all = bytes(String.format(request, header));

        int until = new HttpFramingValidator().take(all, 0, all.length);

        assertThat(new String(all, 0, until, ISO_8859_1))
                .isEqualTo(new String(bytes(String.format(request, passed)), ISO_8859_1));
    }

    @Test
    void anOfferIsHiddenInWhicheverPiecesItComes() {
        byte[] all = bytes("GET / HTTP/1.1|" + HOST + "Upgrade: h2c|A: b||");
        for (int cut = 1; cut < all.length; cut++) {
            HttpFramingValidator validator = new HttpFramingValidator();
            byte[] some = all.clone();
            validator.take(some, 0, cut);
            validator.take(some, cut, some.length);

            assertThat(new String(some, ISO_8859_1)).as("cut at %d", cut).contains("\r\nUpgrad_: h2c\r\nA: b\r\n");
            assertThat(validator.complete()).isEqualTo(1);
        }
    }

    @Test
    void behindAnExtensionAFaultStillStandsWhereTheLastRequestEnds() {
        byte[] all = bytes("POST / HTTP/1.1|" + HOST + "Transfer-Encoding: chunked||1;a=b|x|0||GET /%zz HTTP/1.1|");

        HttpFramingValidator validator = new HttpFramingValidator();
        int until = validator.take(all, 0, all.length);

        assertThat(validator.fault()).isPresent();
        assertThat(new String(all, 0, until, ISO_8859_1)).endsWith("\r\n1\r\nx\r\n0\r\n\r\n");
    }

    @Test
    void noBytesMakeItThrow() {
        Random random = new Random(4);
        String alphabet = "GPOST /HTTP1.0:\r\n\r\n\t chunkedContent-LengthTransfer-Encoding09afAF%;\0\u00ff";
        for (int run = 0; run < 20_000; run++) {
            HttpFramingValidator validator = new HttpFramingValidator();
            byte[] some = new byte[random.nextInt(120)];
            for (int i = 0; i < some.length; i++) {
                some[i] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
            }
            validator.take(some, 0, some.length);
            validator.take(bytes("||GET / HTTP/1.1|" + HOST + "|"), 0, 10);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "GET / HTTP/1.1|Host: a||~GET /%zz HTTP/1.1|Host: a||~1",
                "GET / HTTP/1.1|Host: a||GET / HTTP/1.1|Host: a||~GET /|~2",
                "POST / HTTP/1.1|Host: a|Content-Length: 3||abc~POST / HTTP/1.1|Host: a|Content-Length: x||abc~1",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||1|a|0||~POST / HTTP/1.1|Host:"
                        + " a|Transfer-Encoding: chunked||z|a|0||~1",
                "|GET / HTTP/1.1|Host: a|||~GET / HTTP/1.1||~1",
                "''~GET /%zz HTTP/1.1|~0"
            })
    void whatStandsBeforeAFaultIsGoodUpToTheEndOfItsLastRequest(String good, String bad, int requests) {
        byte[] all = bytes(good + bad);
        byte[] before = bytes(good);
        for (int size = 1; size <= all.length; size++) {
            HttpFramingValidator validator = new HttpFramingValidator();
            int passed = 0;
            for (int at = 0; at < all.length; at += size) {
                int to = Math.min(all.length, at + size);
                int until = validator.take(all, at, to);
                assertThat(until).isBetween(at, to);
                passed = validator.fault().isEmpty() || until > at ? until : passed;
            }

            assertThat(validator.fault()).isPresent();
            assertThat(validator.complete()).isEqualTo(requests);
            assertThat(passed).as("in pieces of %d", size).isGreaterThanOrEqualTo(before.length);
            if (size == all.length) {
                assertThat(passed).isEqualTo(before.length);
            }
        }
    }

    @Test
    void requestsBeyondThoseThatMayWaitAreAFaultAndThoseBeforeAreGood() {
        HttpFramingValidator validator = new HttpFramingValidator();
        validator.admitUpTo(2);
        byte[] three = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(3).getBytes(ISO_8859_1);

        assertThat(validator.take(three, 0, three.length)).isEqualTo(three.length / 3 * 2);

        assertThat(validator.fault()).hasValueSatisfying(fault -> {
            assertThat(fault.status()).isEqualTo(503);
            assertThat(fault.message()).contains("overloaded").doesNotContainIgnoringCase("too many requests");
        });
        assertThat(validator.complete()).isEqualTo(2);
    }

    @Test
    void requestsThatWereAnsweredMakeRoomForMore() {
        HttpFramingValidator validator = new HttpFramingValidator();
        byte[] one = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1);
        for (int answered = 0; answered < 50; answered++) {
            validator.admitUpTo(answered + 1);
            assertThat(validator.take(one, 0, one.length)).isEqualTo(one.length);
        }

        assertThat(validator.fault()).isEmpty();
    }

    @Test
    void aHeadHasAHundredLinesAtTheMost() {
        String head = "GET / HTTP/1.1|" + HOST;

        assertThat(after(head + "X: y|".repeat(99) + "|" + head + "X: y|".repeat(99) + "|")
                        .fault())
                .isEmpty();
        assertThat(after(head + "X: y|".repeat(100)).fault().orElseThrow())
                .isEqualTo(new HttpFramingValidator.Fault(431, "The head of a request has more than 100 lines", true));
    }
}

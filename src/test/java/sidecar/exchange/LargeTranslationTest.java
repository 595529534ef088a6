package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sidecar.kit.Json;
import sidecar.pool.SomeProvider;
import sidecar.provider.ApiProtocol;

/** Requests as long, as wide and as deep as clients send them, translated for a provider: all of it arrives, or the client is told why not. */
class LargeTranslationTest {

    private static final String BASE64 = "aGVsbG8gd29ybGQh";

    /** A dialect that is translated, and how it says things. */
    enum Client {
        MESSAGES_ON_CHAT("/v1/messages", "messages", ApiProtocol.OPENAI_COMPLETIONS) {
            @Override
            String tool(String name, String schema) {
                return "{\"name\":\"" + name + "\",\"input_schema\":" + schema + "}";
            }

            @Override
            String picture(String data) {
                return "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\""
                        + data + "\"}}";
            }
        },
        RESPONSES_ON_CHAT("/v1/responses", "input", ApiProtocol.OPENAI_COMPLETIONS),
        RESPONSES_ON_MESSAGES("/v1/responses", "input", ApiProtocol.ANTHROPIC_MESSAGES),
        CHAT_ON_MESSAGES("/v1/chat/completions", "messages", ApiProtocol.ANTHROPIC_MESSAGES) {
            @Override
            String tool(String name, String schema) {
                return "{\"type\":\"function\",\"function\":{\"name\":\"" + name + "\",\"parameters\":" + schema + "}}";
            }

            @Override
            String picture(String data) {
                return "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64," + data + "\"}}";
            }
        };

        private final String path;
        private final String turns;
        private final ApiProtocol provider;

        Client(String path, String turns, ApiProtocol provider) {
            this.path = path;
            this.turns = turns;
            this.provider = provider;
        }

        /** In Responses; the others say it otherwise. */
        String tool(String name, String schema) {
            return "{\"type\":\"function\",\"name\":\"" + name + "\",\"parameters\":" + schema + "}";
        }

        String picture(String data) {
            return "{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64," + data + "\"}";
        }

        ExchangeFixture ask(List<String> tools, List<String> said) {
            return new ExchangeFixture(SomeProvider.named("p1").api(provider).maps("m", "n"))
                    .post(
                            path,
                            "{\"model\":\"m\",\"max_tokens\":100,\"tools\":[" + String.join(",", tools) + "],\"" + turns
                                    + "\":[" + String.join(",", said) + "]}");
        }

        JsonNode sent(List<String> tools, List<String> said) {
            ExchangeFixture fixture = ask(tools, said);
            assertThat(fixture.client.text()).as("it is not refused").isEmpty();
            return Json.read(fixture.call().body());
        }
    }

    private static String turn(String role, String content) {
        return "{\"role\":\"" + role + "\",\"content\":" + content + "}";
    }

    private static String user(String text) {
        return turn("user", '"' + text + '"');
    }

    private static List<String> inside(JsonNode node, String member) {
        List<String> found = new ArrayList<>();
        if (node instanceof ObjectNode || node instanceof ArrayNode) {
            for (JsonNode value : node.findValues(member)) {
                found.add(value.asText());
            }
        }
        return found;
    }

    @ParameterizedTest
    @EnumSource
    void twoThousandMessages(Client client) {
        List<String> turns = IntStream.range(0, 2_001)
                .mapToObj(i -> turn(i % 2 == 0 ? "user" : "assistant", "\"turn " + i + "\""))
                .toList();

        JsonNode sent = client.sent(List.of(), turns);

        assertThat(sent.path("messages")).hasSize(2_001);
        assertThat(sent.path("messages").path(2_000).toString()).contains("turn 2000");
    }

    @ParameterizedTest
    @EnumSource
    void twoHundredToolsOfWhichSomeHaveNamesThatAreTooLong(Client client) {
        String rest = "-of-a-server-with-a-very-long-name-that-nobody-would-give-to-anything";
        List<String> tools = IntStream.range(0, 200)
                .mapToObj(i -> client.tool("tool" + i + (i % 3 == 0 ? rest : ""), "{\"type\":\"object\"}"))
                .toList();

        JsonNode sent = client.sent(tools, List.of(user("hi")));

        assertThat(sent.path("tools")).hasSize(200);
        assertThat(inside(sent.path("tools"), "name"))
                .hasSize(200)
                .doesNotHaveDuplicates()
                .allMatch(name -> name.length() <= 64);
    }

    @ParameterizedTest
    @EnumSource
    void twoDifferentToolsOfOneNameAreRefused(Client client) {
        List<String> tools = List.of(
                client.tool("read", "{\"type\":\"object\"}"), client.tool("read", "{\"type\":\"object\",\"a\":1}"));

        ExchangeFixture fixture = client.ask(tools, List.of(user("hi")));

        assertThat(fixture.upstream.calls).isEmpty();
        assertThat(fixture.client.status()).isEqualTo(400);
        assertThat(fixture.client.text()).containsPattern("tools\\[1][a-z.]*name: must be another one");
    }

    @ParameterizedTest
    @EnumSource
    void tenMegabytesOfPictures(Client client) {
        String data = BASE64.repeat(1_000_000 / BASE64.length());
        String pictures = "["
                + String.join(
                        ",",
                        IntStream.range(0, 10)
                                .mapToObj(i -> client.picture(data))
                                .toList()) + "]";

        JsonNode sent = client.sent(List.of(), List.of(turn("user", pictures)));

        assertThat(sent.toString().replace(data, "#").chars().filter(c -> c == '#'))
                .as("pictures")
                .hasSize(10);
    }

    @ParameterizedTest
    @EnumSource
    void aSchemaThatIsDeep(Client client) {
        String deep = "{\"a\":".repeat(200) + "{}" + "}".repeat(200);

        JsonNode sent = client.sent(List.of(client.tool("read", deep)), List.of(user("hi")));

        assertThat(sent.toString()).contains("{\"a\":".repeat(200));
    }

    @ParameterizedTest
    @EnumSource
    void halvesOfCharactersAndControlsArrive(Client client) {
        JsonNode sent = client.sent(List.of(), List.of(user("a\\ud83d\\u0000\\u2028b")));

        assertThat(sent.toString()).contains("a").contains("b\"");
    }
}

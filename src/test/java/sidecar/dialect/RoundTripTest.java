package sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.provider.Dialect;

/** A request that is translated there and back: what both dialects can say comes back as it was, and what was lost is lost once. */
class RoundTripTest {

    private static final MappingOptions OPTIONS = new MappingOptions(
            "m",
            65_536,
            true,
            List.of("text", "image", "pdf"),
            false,
            false,
            "max_tokens",
            true,
            Optional.empty(),
            false,
            false);

    /** Each change of a sample takes so many bytes. */
    private static final int CHANGE = 4;

    private static final int MOST_CHANGES = 6;

    private static TranslatedRequest translate(Dialect from, Dialect to, ObjectNode body)
            throws InvalidRequestException {
        return TranslatedRequest.of(from, to, body, OPTIONS);
    }

    /** As it would be sent: a tree tells one form of a number from another. */
    private static JsonNode asText(ObjectNode body) {
        try {
            return Json.read(Json.write(body));
        } catch (MalformedJsonException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Dialect other(Dialect dialect) {
        return dialect == Dialect.CHAT ? Dialect.MESSAGES : Dialect.CHAT;
    }

    private static ObjectNode thereAndBack(Dialect from, ObjectNode body) throws InvalidRequestException {
        return translate(other(from), from, translate(from, other(from), body).body())
                .body();
    }

    private static void assertComesBack(Dialect from, String request) throws InvalidRequestException {
        ObjectNode body = ChatChunks.json(request);

        TranslatedRequest there = translate(from, other(from), body);
        TranslatedRequest back = translate(other(from), from, there.body());

        assertThat(there.losses()).isEmpty();
        assertThat(back.losses()).isEmpty();
        assertThat(asText(back.body())).isEqualTo(asText(body));
    }

    @Test
    void whatMessagesAndChatCanSayComesBackToMessages() throws InvalidRequestException {
        assertComesBack(Dialect.MESSAGES, """
                {'model': 'm', 'max_tokens': 9000, 'stream': true, 'temperature': 0.5, 'top_k': 40, 'stop_sequences': ['END', 'STOP'],
                 'tool_choice': {'type': 'tool', 'name': 'read', 'disable_parallel_tool_use': true},
                 'output_config': {'format': {'type': 'json_schema', 'schema': {'type': 'object'}}},
                 'system': [{'type': 'text', 'text': 'Be brief.'}],
                 'tools': [{'name': 'read', 'description': 'Reads', 'input_schema': {'type': 'object', 'properties': {'path': {'type': 'string'}}}}],
                 'messages': [
                  {'role': 'user', 'content': [
                   {'type': 'text', 'text': 'What is this?'},
                   {'type': 'image', 'source': {'type': 'base64', 'media_type': 'image/png', 'data': 'aGVsbG8='}},
                   {'type': 'image', 'source': {'type': 'url', 'url': 'https://example.org/a.png'}},
                   {'type': 'document', 'source': {'type': 'base64', 'media_type': 'application/pdf', 'data': 'aGVsbG8='}, 'title': 'a.pdf'}]},
                  {'role': 'assistant', 'content': [
                   {'type': 'text', 'text': 'Let me see.'},
                   {'type': 'tool_use', 'id': 'toolu_1', 'name': 'read', 'input': {'path': 'a'}},
                   {'type': 'tool_use', 'id': 'toolu_xZnVuY3Rpb25zLlJlYWQ6MA', 'name': 'read', 'input': {}}]},
                  {'role': 'user', 'content': [
                   {'type': 'tool_result', 'tool_use_id': 'toolu_1', 'content': [{'type': 'text', 'text': 'one'}]},
                   {'type': 'tool_result', 'tool_use_id': 'toolu_xZnVuY3Rpb25zLlJlYWQ6MA', 'content': [{'type': 'text', 'text': 'two'}]},
                   {'type': 'text', 'text': 'Go on.'}]}]}
                """);
    }

    @Test
    void whatChatAndMessagesCanSayComesBackToChat() throws InvalidRequestException {
        assertComesBack(Dialect.CHAT, """
                {'model': 'm', 'max_tokens': 9000, 'stream': true, 'temperature': 0.5, 'stop': ['END', 'STOP'], 'parallel_tool_calls': false,
                 'tool_choice': {'type': 'function', 'function': {'name': 'read'}},
                 'response_format': {'type': 'json_schema', 'json_schema': {'name': 'answer', 'schema': {'type': 'object'}}},
                 'tools': [{'type': 'function', 'function': {'name': 'read', 'description': 'Reads', 'parameters': {'type': 'object'}}}],
                 'messages': [
                  {'role': 'system', 'content': 'Be brief.'},
                  {'role': 'user', 'content': [
                   {'type': 'text', 'text': 'What is this?'},
                   {'type': 'image_url', 'image_url': {'url': 'data:image/png;base64,aGVsbG8='}},
                   {'type': 'image_url', 'image_url': {'url': 'https://example.org/a.png'}},
                   {'type': 'file', 'file': {'filename': 'a.pdf', 'file_data': 'data:application/pdf;base64,aGVsbG8='}}]},
                  {'role': 'assistant', 'content': 'Let me see.', 'tool_calls': [
                   {'id': 'functions.Read:0', 'type': 'function', 'function': {'name': 'read', 'arguments': '{"path":"a"}'}},
                   {'id': 'call_2', 'type': 'function', 'function': {'name': 'read', 'arguments': '{}'}}]},
                  {'role': 'tool', 'tool_call_id': 'functions.Read:0', 'content': 'one'},
                  {'role': 'tool', 'tool_call_id': 'call_2', 'content': 'two'},
                  {'role': 'user', 'content': 'Go on.'}]}
                """);
    }

    @ParameterizedTest
    @CsvSource({"{'type': 'auto'}, 'auto'", "{'type': 'any'}, 'required'", "{'type': 'none'}, 'none'"})
    void aChoiceOfToolsIsTheSameBothWays(String messages, String chat) throws InvalidRequestException {
        String tools = "'tools': [{'name': 'f', 'input_schema': {'type': 'object'}}], ";
        ObjectNode body = ChatChunks.json("{'model': 'm', 'max_tokens': 9, 'stream': false, " + tools
                + "'messages': [{'role': 'user', 'content': [{'type': 'text', 'text': 'a'}]}], 'tool_choice': "
                + messages
                + "}");

        TranslatedRequest there = translate(Dialect.MESSAGES, Dialect.CHAT, body);

        assertThat(there.body().path("tool_choice").asText()).isEqualTo(chat);
        assertThat(translate(Dialect.CHAT, Dialect.MESSAGES, there.body())
                        .body()
                        .path("tool_choice"))
                .isEqualTo(body.path("tool_choice"));
    }

    /** Whatever else is said. What the second trip changes is how it is said: texts are joined, a choice that was none becomes the usual one. */
    @ParameterizedTest
    @CsvSource({"MESSAGES", "CHAT"})
    void whatIsLostIsLostOnce(Dialect from) {
        Random random = new Random(4711);
        int tried = 0;
        for (int i = 0; i < ScriptCount.ALL; i++) {
            byte[] changes = new byte[CHANGE * random.nextInt(MOST_CHANGES)];
            random.nextBytes(changes);
            ObjectNode body = DialectSamples.changedRequest(from, changes, 0);
            try {
                ObjectNode twice = thereAndBack(from, thereAndBack(from, body));
                TranslatedRequest again = translate(from, other(from), twice);
                TranslatedRequest andBack = translate(other(from), from, again.body());

                assertThat(again.losses()).as("changed request %d: %s", i, body).isEmpty();
                assertThat(andBack.losses())
                        .as("changed request %d: %s", i, body)
                        .isEmpty();
                assertThat(asText(andBack.body()))
                        .as("changed request %d: %s", i, body)
                        .isEqualTo(asText(twice));
                tried++;
            } catch (InvalidRequestException refused) {
                assertThat(refused.explanation()).isNotBlank();
            }
        }
        assertThat(tried).as("not only refused ones").isGreaterThan(ScriptCount.ALL / 4);
    }
}

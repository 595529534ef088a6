package sidecar.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.json.FieldError;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.json.Parsed;

class ClientReaderTest {

    @ParameterizedTest
    @ValueSource(ints = {0x061c, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2069, 0x1b, 0x2028})
    void noNameTurnsTheDirectionOfWriting(int code) {
        ObjectNode body = Json.object().put("name", "ann" + (char) code + "toor");
        body.putArray("models").add("m" + (char) code + "n");

        Parsed<ClientToken> parsed = ClientReader.create(Clients.named("blank"), body, Instant.EPOCH);

        assertThat(parsed.errors()).extracting(FieldError::field).containsExactlyInAnyOrder("name", "models");
    }

    private static ObjectNode json(String text) throws MalformedJsonException {
        return (ObjectNode) Json.read(text.replace('\'', '"'));
    }

    @Test
    void whoSaysNothingTakesLossesAndHearsComments() throws MalformedJsonException {
        ClientPermissions read = ClientReader.create(Clients.named("blank"), json("{'name':'ann'}"), Instant.EPOCH)
                .toOptional()
                .orElseThrow()
                .permissions();

        assertThat(read.strictTranslation()).isFalse();
        assertThat(read.heartbeat()).isEqualTo(HeartbeatForm.COMMENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | true | CHUNK",
                "{'strict_translation':false} | false | CHUNK",
                "{'heartbeat':'comment'} | true | COMMENT",
                "{'heartbeat':' chunk ','strict_translation':true} | true | CHUNK"
            })
    void aChangeChangesWhatItNames(String body, boolean strict, HeartbeatForm form) throws MalformedJsonException {
        ClientToken old = ClientReader.update(
                        Clients.named("ann"), json("{'strict_translation':true,'heartbeat':'chunk'}"), Instant.EPOCH)
                .toOptional()
                .orElseThrow();

        Parsed<ClientToken> changed = ClientReader.update(old, json(body), Instant.EPOCH);

        assertThat(changed.warnings()).isEmpty();
        ClientPermissions permissions = changed.toOptional().orElseThrow().permissions();
        assertThat(permissions.strictTranslation()).isEqualTo(strict);
        assertThat(permissions.heartbeat()).isEqualTo(form);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'strict_translation':'yes'} | strict_translation must be true or false",
                "{'strict_translation':null} | strict_translation must be true or false",
                "{'heartbeat':'ping'} | heartbeat must be one of comment, chunk",
                "{'heartbeat':'CHUNK'} | heartbeat must be one of comment, chunk",
                "{'heartbeat':null} | heartbeat must be one of comment, chunk",
                "{'heartbeat':true} | heartbeat must be one of comment, chunk"
            })
    void anythingElseIsRefusedByName(String body, String rule) throws MalformedJsonException {
        Parsed<ClientToken> parsed = ClientReader.update(Clients.named("ann"), json(body), Instant.EPOCH);

        assertThat(parsed.errors()).extracting(FieldError::message).containsExactly(rule);
    }
}

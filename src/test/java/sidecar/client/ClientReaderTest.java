package sidecar.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.json.FieldError;
import sidecar.json.Json;
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
}

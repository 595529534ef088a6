package sidecar.transfer.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.BadRequestException;
import java.util.Optional;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.vault.PassphraseCipher;

/** The bodies of export and import: JSON objects, or nothing at all. What is wrong with them ends the request with 400. */
public final class ConfigurationRequest {

    private final ObjectNode body;

    public ConfigurationRequest(byte[] bytes) {
        this.body = read(bytes);
    }

    private static ObjectNode read(byte[] bytes) {
        try {
            JsonNode read = bytes.length == 0 ? Json.object() : Json.read(bytes);
            if (read instanceof ObjectNode object) {
                return object;
            }
            throw new BadRequestException("The body must be a JSON object");
        } catch (MalformedJsonException e) {
            throw new BadRequestException("The body is not valid JSON: " + e.reason(), e);
        }
    }

    /** Null, absent and empty stand for none. */
    public Optional<PassphraseCipher> passphrase() {
        JsonNode text = body.path("passphrase");
        if (text.isMissingNode()
                || text.isNull()
                || (text.isTextual() && text.textValue().isEmpty())) {
            return Optional.empty();
        }
        Optional<PassphraseCipher> passphrase =
                text.isTextual() ? PassphraseCipher.of(text.textValue()) : Optional.empty();
        if (passphrase.isEmpty()) {
            throw new BadRequestException("passphrase " + PassphraseCipher.RULE);
        }
        return passphrase;
    }

    /** What is to be imported: the body itself, or its field {@code configuration}. */
    ObjectNode document() {
        JsonNode document = body.has("configuration") ? body.get("configuration") : body;
        Optional<String> fault = ConfigurationAdmin.fault(document);
        if (fault.isPresent()) {
            throw new BadRequestException(fault.get());
        }
        return (ObjectNode) document;
    }

    /** Its secrets; none when it came without. */
    ObjectNode secrets() {
        ObjectNode document = document();
        if (!document.has(ConfigurationAdmin.SECRETS)) {
            return Json.object();
        }
        PassphraseCipher cipher = passphrase()
                .orElseThrow(() -> new BadRequestException("The secrets of this configuration need their passphrase."
                        + " Give it as passphrase, or take the field secrets out to import without them"));
        return ConfigurationAdmin.secrets(document, cipher)
                .orElseThrow(() -> new BadRequestException("The passphrase does not open the secrets of this"
                        + " configuration: it is another one, or the file is damaged"));
    }
}

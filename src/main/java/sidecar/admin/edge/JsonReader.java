package sidecar.admin.edge;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

/** Reads request bodies as strict JSON, whatever type they claim: curl calls them forms unless told otherwise. */
@Provider
@Consumes(MediaType.WILDCARD)
public class JsonReader implements MessageBodyReader<JsonNode> {

    @Override
    public boolean isReadable(Class<?> type, Type generic, Annotation[] annotations, MediaType media) {
        return type == JsonNode.class;
    }

    @Override
    public JsonNode readFrom(
            Class<JsonNode> type,
            Type generic,
            Annotation[] annotations,
            MediaType media,
            MultivaluedMap<String, String> headers,
            InputStream body)
            throws IOException {
        if (media != null && media.getType().equals("multipart")) {
            throw new NotSupportedException("Send the JSON itself as the body, with Content-Type: application/json");
        }
        try {
            return Json.read(body.readAllBytes());
        } catch (MalformedJsonException e) {
            throw new BadRequestException("The body is not valid JSON: " + e.reason(), e);
        }
    }
}

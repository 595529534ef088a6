package sidecar.dialect.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import sidecar.dialect.request.ConversationTurn;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses.Loss;
import sidecar.dialect.request.ReadRequest;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

/** JSON and requests as tests write them: with single quotes and names without any. */
final class ResponsesTrees {

    private ResponsesTrees() {}

    static ObjectNode tree(String json5) {
        try {
            return (ObjectNode) Json.readLenient(json5);
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException(json5, e);
        }
    }

    static ReadRequest read(String json5) throws InvalidRequestException {
        return ResponsesRequestReader.read(tree(json5));
    }

    /** With the items of an input. */
    static ReadRequest readItems(String... items) throws InvalidRequestException {
        return read("{model: 'm', input: [" + String.join(",", items) + "]}");
    }

    static List<ConversationTurn> turns(String... items) throws InvalidRequestException {
        return readItems(items).conversation().turns();
    }

    /** Names of losses; those that cannot change the answer in parentheses. */
    static List<String> losses(ReadRequest read) {
        return read.losses().list().stream().map(ResponsesTrees::named).toList();
    }

    private static String named(Loss loss) {
        return loss.changesAnswer() ? loss.name() : "(" + loss.name() + ")";
    }
}

package sidecar.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import sidecar.dialect.request.Losses;
import sidecar.dialect.request.RequestObject;

/** Names losses by the members of a request that say something nobody reads. Pure functions. */
final class MessagesMemberLosses {

    private MessagesMemberLosses() {}

    /** All that was not asked for. Call when the object has been read. */
    static void addUnknown(RequestObject object, Losses losses) {
        for (String name : object.unknown()) {
            losses.changing(dottedPath(object, name));
        }
    }

    /** Whether a member says anything: it is there and not an empty object or array. */
    static boolean isSaid(RequestObject object, String name) {
        Optional<JsonNode> value = object.member(name);
        return value.isPresent()
                && !(value.get().isContainerNode() && value.get().isEmpty());
    }

    /** The path of a member without indexes, so that a loss is named once however often it is met. */
    static String dottedPath(RequestObject object, String name) {
        return object.at(name).replaceAll("\\[[0-9]+]", "");
    }
}

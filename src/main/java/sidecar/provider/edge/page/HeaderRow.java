package sidecar.provider.edge.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import sidecar.json.Json;

/** One header in the form. A stored value is known by its mask only, which the API takes for "as it is". */
public final class HeaderRow extends FormRow {

    private static final long serialVersionUID = 1L;

    private final SecretInput secret = new SecretInput();
    private boolean dropped;

    /** A new line. */
    HeaderRow() {}

    /** The line for a header as the API answers it. */
    HeaderRow(String name, JsonNode value) {
        getValues().put("name", name);
        secret.shows(value.isNull() ? "" : value.asText());
        this.dropped = value.isNull();
    }

    @Override
    String key() {
        return value("name");
    }

    /** What the API takes. */
    JsonNode body() {
        if (dropped) {
            return JsonNodeFactory.instance.nullNode();
        }
        return Json.tree(secret.getValue().isEmpty() ? secret.getMask() : secret.getValue());
    }

    public SecretInput getSecret() {
        return secret;
    }

    public boolean isDropped() {
        return dropped;
    }

    public void setDropped(boolean dropped) {
        this.dropped = dropped;
    }
}

package sidecar.provider.edge.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.StreamSupport;

/** The question which models an upstream has, and its answer once it is there, to be ticked. Written by the thread that gets the answer, read by pages. */
public final class ModelPicker implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Set<String> had;
    private volatile List<Item> items;
    private volatile String failure = "";

    /** A model that may be ticked. */
    public static final class Item implements Serializable {

        private static final long serialVersionUID = 1L;

        private final String id;
        private final boolean had;
        private boolean chosen;

        Item(String id, boolean had) {
            this.id = id;
            this.had = had;
        }

        public String getId() {
            return id;
        }

        /** Whether the form has it already. */
        public boolean isHad() {
            return had;
        }

        public boolean isChosen() {
            return chosen;
        }

        public void setChosen(boolean chosen) {
            this.chosen = chosen;
        }
    }

    /** @param had native ids that the form has already */
    ModelPicker(Set<String> had, CompletionStage<JsonNode> answer) {
        this.had = had;
        answer.whenComplete((told, error) -> {
            if (error == null) {
                tell(told);
            } else {
                failure = String.valueOf(error.getMessage());
                items = List.of();
            }
        });
    }

    private void tell(JsonNode told) {
        failure = told.path("ok").asBoolean() ? "" : told.path("message").asText();
        items = StreamSupport.stream(told.path("models").spliterator(), false)
                .map(JsonNode::asText)
                .distinct()
                .sorted()
                .map(id -> new Item(id, had.contains(id)))
                .toList();
    }

    public boolean isWaiting() {
        return items == null;
    }

    /** In the upstream's own words or about them; empty when it answered well. */
    public String getFailure() {
        return failure;
    }

    public List<Item> getItems() {
        return items == null ? List.of() : items;
    }
}

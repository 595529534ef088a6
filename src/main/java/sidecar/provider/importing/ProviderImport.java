package sidecar.provider.importing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.json.Texts;

/** Turns a text that people have lying about into providers to be. */
final class ProviderImport {

    private ProviderImport() {}

    static ImportDrafts read(String given, ImportOptions options) {
        String text = given.startsWith("\uFEFF") ? given.substring(1) : given;
        ImportDrafts drafts = new ImportDrafts();
        switch (options.format().orElseGet(() -> ImportFormat.guess(text))) {
            case KEYS, ENV -> LineImport.read(text, drafts);
            case CSV -> CsvImport.read(text, drafts);
            case JSON, OPENCLAW -> json(text, drafts);
        }
        if (drafts.drafts().isEmpty() && drafts.errors().isEmpty()) {
            drafts.error("", "holds no key");
        }
        return drafts;
    }

    private static void json(String text, ImportDrafts drafts) {
        try {
            JsonNode node = Json.readLenient(text);
            JsonNode openClaw = node.path("models").path("providers");
            JsonNode list = node.has("providers") ? node.get("providers") : node.path("backends");
            if (openClaw instanceof ObjectNode providers) {
                OpenClawImport.read(node, providers, drafts);
            } else if (node instanceof ArrayNode array) {
                array(array, drafts);
            } else if (list instanceof ArrayNode array) {
                array(array, drafts);
            } else if (list instanceof ObjectNode providers) {
                OpenClawImport.read(node, providers, drafts);
            } else if (node instanceof ObjectNode single && single.has("api_base_url")) {
                drafts.add("provider 1", single.deepCopy());
            } else {
                drafts.error("", "is JSON but neither a list of providers nor an openclaw.json");
            }
        } catch (MalformedJsonException e) {
            drafts.error("", "is not readable JSON: " + Texts.excerpt(e.reason()));
        }
    }

    /** Providers as GET and POST have them, or only keys. */
    private static void array(ArrayNode array, ImportDrafts drafts) {
        for (int i = 0; i < array.size() && i <= ImportDrafts.MAX; i++) {
            String where = "provider " + (i + 1);
            JsonNode node = array.get(i);
            if (node instanceof ObjectNode object) {
                drafts.add(where, object.deepCopy());
            } else if (node.isTextual()) {
                keys(where, node.textValue(), drafts);
            } else {
                drafts.error(where, "must be an object or a key");
            }
        }
    }

    private static void keys(String where, String text, ImportDrafts drafts) {
        KeyScanner.ScannedKeys found = KeyScanner.read(text);
        found.keys().forEach(key -> drafts.add(where, Json.object().put("api_key", key)));
        found.leftOut().forEach(reason -> drafts.leaveOut(where, reason));
    }
}

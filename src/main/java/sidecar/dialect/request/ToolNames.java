package sidecar.dialect.request;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The names of one request's tools, as the client and as the provider know them. Providers take up to {@value #MAX_LENGTH} letters,
 * digits, dashes and underscores; names of MCP servers are longer, and namespaces have to be joined to theirs. The same request
 * gets the same names again. Not thread-safe while names are added.
 */
public final class ToolNames {

    /** The rule that a tool breaks which has the name of another one. */
    public static final String NAME_TAKEN = "must be another one than that of every other tool";

    /** OpenAI's and Anthropic's bound. */
    public static final int MAX_LENGTH = 64;

    /** How a client's tool is called, which decides how a call of it is given back. */
    public enum ToolKind {
        /** With arguments: a JSON object. */
        FUNCTION,
        /** Responses' custom tools: with free text, which travels as the one argument {@code input}. */
        CUSTOM
    }

    /**
     * A tool as the client knows it.
     *
     * @param namespace of Responses' {@code namespace} tools; empty for a tool outside of one
     */
    public record ClientTool(ToolKind kind, String name, Optional<String> namespace) {

        public static ClientTool function(String name) {
            return new ClientTool(ToolKind.FUNCTION, name, Optional.empty());
        }
    }

    private static final int HASH_LENGTH = 8;

    private final Map<String, ClientTool> byProviderName = new LinkedHashMap<>();
    private final Map<ClientTool, String> byTool = new LinkedHashMap<>();

    /** The provider's name for a tool; the same for the same tool, another for another one. */
    public String providerName(ClientTool tool) {
        String known = byTool.get(tool);
        if (known != null) {
            return known;
        }
        String whole = tool.namespace().map(space -> space + "__").orElse("") + tool.name();
        String name = whole.replaceAll("[^A-Za-z0-9_-]", "_");
        if (!name.equals(whole) || name.length() > MAX_LENGTH || name.isEmpty()) {
            name = shortened(name, whole);
        }
        for (int i = 2; byProviderName.containsKey(name); i++) {
            name = shortened(name, whole + ' ' + i + tool.kind());
        }
        byProviderName.put(name, tool);
        byTool.put(tool, name);
        return name;
    }

    /** The client's tool of that name; a function of the same name where the client has declared none. */
    public ClientTool clientTool(String providerName) {
        return byProviderName.getOrDefault(providerName, ClientTool.function(providerName));
    }

    private static String shortened(String name, String whole) {
        CRC32C hash = new CRC32C();
        hash.update(whole.getBytes(StandardCharsets.UTF_8));
        int room = MAX_LENGTH - HASH_LENGTH - 1;
        return (name.length() > room ? name.substring(0, room) : name) + '_' + String.format("%08x", hash.getValue());
    }
}

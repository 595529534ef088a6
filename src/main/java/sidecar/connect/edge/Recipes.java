package sidecar.connect.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sidecar.client.ClientRegistry;
import sidecar.connect.OpenClawExport;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Dialect;
import sidecar.provider.ModelMapping;

/** What to paste into which client, with the address that the operator came by. No recipe holds a secret. */
@ApplicationScoped
class Recipes {

    /** The clients, in the order of the page. */
    enum Client {
        OPENCLAW("any"),
        OPENCODE("any"),
        CLAUDECODE("messages"),
        CODEX("responses"),
        QWENCODE("chat"),
        CLINE("chat"),
        PYTHON("chat"),
        JAVASCRIPT("chat"),
        AGENTS("chat"),
        VERCEL("chat"),
        LANGCHAINJS("chat"),
        LLAMAINDEX("chat");

        private final String speaks;

        Client(String speaks) {
            this.speaks = speaks;
        }

        /** As messages and elements of the page name it. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The dialect it needs, in one word: what to say is missing when there is no recipe. */
        String speaks() {
            return speaks;
        }

        /** What to paste; empty when no model is served in what this client speaks. */
        Optional<String> recipe(RecipeInput input) {
            return switch (this) {
                case OPENCLAW -> AgentFiles.openClaw(input);
                case OPENCODE -> AgentFiles.openCode(input);
                case CLAUDECODE -> AgentFiles.claudeCode(input);
                case CODEX -> AgentFiles.codex(input);
                case QWENCODE -> AgentFiles.qwenCode(input);
                case CLINE -> AgentFiles.cline(input);
                case PYTHON -> LibrarySnippets.python(input);
                case JAVASCRIPT -> LibrarySnippets.javaScript(input);
                case AGENTS -> LibrarySnippets.agentsSdk(input);
                case VERCEL -> LibrarySnippets.vercel(input);
                case LANGCHAINJS -> LibrarySnippets.langChainJs(input);
                case LLAMAINDEX -> LibrarySnippets.llamaIndex(input);
            };
        }
    }

    @Inject
    private CatalogHolder catalog;

    @Inject
    private ClientRegistry clients;

    /** Whether clients have to show a token. */
    boolean tokenNeeded() {
        return !clients.get().all().isEmpty();
    }

    /** What clients may ask for, by name. */
    List<String> models() {
        return List.copyOf(catalog.get().models().keySet());
    }

    private RecipeInput input(String origin, String wanted) {
        return new RecipeInput(catalog.get(), origin, tokenNeeded(), wanted);
    }

    /** Of every client, also of those that nothing is served for. */
    List<ConnectPage.Recipe> all(String origin, String wanted) {
        RecipeInput input = input(origin, wanted);
        return Arrays.stream(Client.values())
                .map(client -> new ConnectPage.Recipe(
                        client.word(), client.recipe(input).orElse(""), client.speaks()))
                .toList();
    }

    /** For {@code ~/.openclaw/openclaw.json}. */
    ObjectNode openClaw(String origin) {
        return OpenClawExport.of(catalog.get(), origin, input(origin, "").key("${" + RecipeInput.TOKEN + "}"));
    }

    /** On a command line; empty when nothing is served as chat. */
    Optional<String> curl(String origin, String wanted) {
        return LibrarySnippets.curl(input(origin, wanted));
    }

    /** The model that {@link #curl} asks for. */
    Optional<String> chatModel(String wanted) {
        return input("", wanted).model(Dialect.CHAT).map(ModelMapping::canonical);
    }
}

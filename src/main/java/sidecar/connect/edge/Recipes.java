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
import sidecar.provider.model.TranslationMode;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/** What to paste into which client, with the address that the operator came by. No recipe holds a secret. */
@ApplicationScoped
class Recipes {

    /** The clients, in the order of the page. */
    enum Client {
        OPENCLAW,
        OPENCODE,
        CLAUDECODE(Dialect.MESSAGES),
        CODEX(Dialect.RESPONSES),
        QWENCODE(Dialect.CHAT),
        CLINE(Dialect.CHAT),
        PYTHON(Dialect.CHAT),
        JAVASCRIPT(Dialect.CHAT),
        AGENTS(Dialect.CHAT),
        VERCEL(Dialect.CHAT),
        LANGCHAINJS(Dialect.CHAT),
        LLAMAINDEX(Dialect.CHAT);

        private final Optional<Dialect> dialect;

        /** Speaks every dialect. */
        Client() {
            dialect = Optional.empty();
        }

        Client(Dialect dialect) {
            this.dialect = Optional.of(dialect);
        }

        /** As messages and elements of the page name it. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The dialect it needs, in one word: what to say is missing when there is no recipe. */
        String speaks() {
            return dialect.map(Dialect::wire).orElse("any");
        }

        /** Whether what it says is translated for the providers of the model in its recipe. */
        boolean isTranslated(RecipeInput input) {
            return dialect.filter(input::translates).isPresent();
        }

        /** What to paste; empty when this client can use no model. */
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

    @Inject
    private Settings settings;

    /** Whether clients have to show a token. */
    boolean tokenNeeded() {
        return !clients.get().all().isEmpty();
    }

    /** What clients may ask for, by name. */
    List<String> models() {
        return List.copyOf(catalog.get().models().keySet());
    }

    private RecipeInput input(String origin, String wanted) {
        return new RecipeInput(
                catalog.get(),
                origin,
                tokenNeeded(),
                wanted,
                TranslationMode.of(settings.get(SettingsCatalog.TRANSLATION)).orElseThrow());
    }

    /** Of every client, also of those that can use no model. */
    List<ConnectPage.Recipe> all(String origin, String wanted) {
        RecipeInput input = input(origin, wanted);
        return Arrays.stream(Client.values())
                .map(client -> new ConnectPage.Recipe(
                        client.word(), client.recipe(input).orElse(""), client.speaks(), client.isTranslated(input)))
                .toList();
    }

    /** For {@code ~/.openclaw/openclaw.json}. */
    ObjectNode openClaw(String origin) {
        return OpenClawExport.of(catalog.get(), origin, input(origin, "").key("${" + RecipeInput.TOKEN + "}"));
    }

    /** To try a dialect with; empty when its clients can use no model. */
    Optional<SampleRequest> sample(String origin, String wanted, Dialect dialect) {
        return SampleRequest.of(input(origin, wanted), dialect);
    }
}

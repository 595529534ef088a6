package sidecar.transfer.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import sidecar.console.edge.AdminOnly;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.json.Texts;
import sidecar.transfer.ImportReport;
import sidecar.transfer.SectionPlan;
import sidecar.vault.PassphraseCipher;

/**
 * Carries the configuration from one Sidecar to another, as one document. Secrets are in it as one text, sealed under a
 * passphrase, or not at all. Callable from any thread; blocks on the database and on DNS.
 */
@ApplicationScoped
public class ConfigurationAdmin {

    static final String FORMAT = "sidecar-configuration";
    static final int VERSION = 1;
    static final String SECRETS = "secrets";

    private static final System.Logger LOG = System.getLogger(ConfigurationAdmin.class.getName());

    @Inject
    private ConfigurationSections parts;

    @Inject
    private ConfigurationWriter writer;

    @Inject
    private InstantSource clock;

    /** Everything, with secrets if there is a passphrase. */
    @AdminOnly
    public ObjectNode write(Optional<PassphraseCipher> passphrase) {
        ObjectNode document = Json.object().put("format", FORMAT).put("version", VERSION);
        document.put(
                "exported_at", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        ObjectNode secrets = Json.object();
        parts.all().forEach(section -> section.write(document, secrets));
        passphrase.ifPresent(phrase -> document.put(SECRETS, phrase.seal(Json.write(secrets))));
        LOG.log(
                System.Logger.Level.INFO,
                "the configuration was exported, {0} secrets",
                passphrase.isPresent() ? "with" : "without");
        return document;
    }

    /** The secrets of a document; empty when the passphrase is another one. */
    static Optional<ObjectNode> secrets(ObjectNode document, PassphraseCipher cipher) {
        return cipher.open(document.path(SECRETS).asText()).flatMap(ConfigurationAdmin::object);
    }

    private static Optional<ObjectNode> object(String text) {
        try {
            return Json.read(text) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (MalformedJsonException wrongPassphrase) {
            return Optional.empty();
        }
    }

    /** Stores everything, or with any error nothing; nothing at all for a preview. */
    @AdminOnly
    ImportReport read(ObjectNode document, ObjectNode secrets, boolean preview) {
        ImportReport first = ImportReport.of(findings(plans(document, secrets)));
        if (preview || !first.errors().isEmpty()) {
            return first;
        }
        AtomicReference<ImportReport> stored = new AtomicReference<>(first);
        parts.exclusively(() -> {
            // again, since somebody may have been faster; hosts were looked up just now, and Java remembers them
            List<SectionPlan> plans = plans(document, secrets);
            stored.set(ImportReport.of(findings(plans)));
            if (stored.get().errors().isEmpty()) {
                writer.store(plans);
            }
        });
        LOG.log(System.Logger.Level.INFO, "a configuration was imported");
        return stored.get();
    }

    private List<SectionPlan> plans(ObjectNode document, ObjectNode secrets) {
        return parts.all().stream()
                .map(section -> section.read(document, secrets))
                .toList();
    }

    private static List<ImportReport> findings(List<SectionPlan> plans) {
        return plans.stream().map(SectionPlan::report).toList();
    }

    /** One sentence for each field of the document that nobody reads. */
    List<String> unknownFields(ObjectNode document) {
        List<String> known = new ArrayList<>(List.of("format", "version", "exported_at", SECRETS));
        parts.all().forEach(section -> known.addAll(section.fields()));
        return document.properties().stream()
                .filter(field -> !known.contains(field.getKey()))
                .map(field -> Texts.excerpt(field.getKey()) + " is unknown and was ignored")
                .toList();
    }

    /** Why a document is none of ours; empty for a good one. */
    static Optional<String> fault(JsonNode document) {
        if (!document.path("format").asText().equals(FORMAT)) {
            return Optional.of("This is not a configuration that Sidecar exported: its format must be " + FORMAT);
        }
        JsonNode version = document.path("version");
        if (!version.isIntegralNumber() || version.asInt() < 1) {
            return Optional.of("version must be a number from 1");
        }
        return version.asInt() > VERSION
                ? Optional.of("The configuration was exported by a newer Sidecar (version " + version.asInt()
                        + " of the format, this one reads up to " + VERSION + "): import it into that one")
                : Optional.empty();
    }
}

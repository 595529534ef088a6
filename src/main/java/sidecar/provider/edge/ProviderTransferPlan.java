package sidecar.provider.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import sidecar.json.Json;
import sidecar.json.Parsed;
import sidecar.provider.Endpoint;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.Secret;
import sidecar.provider.UpstreamUrl;
import sidecar.provider.reader.ProviderChange;
import sidecar.provider.reader.ProviderReader;
import sidecar.transfer.SectionReader;
import sidecar.transfer.SectionReader.Kind;
import sidecar.transfer.SectionReader.SectionEntry;

/**
 * What an import would make of the providers. One that is here already, by its id or else by its name, is changed; the
 * others are new and keep their ids. Not thread-safe; blocks on DNS.
 */
final class ProviderTransferPlan {

    private final Tools tools;
    private final ProviderCatalog now;
    private final JsonNode secrets;
    private final SectionReader sections;
    private final Map<String, Provider> after = new LinkedHashMap<>();
    private final List<Provider> created = new ArrayList<>();
    private final List<Provider> updated = new ArrayList<>();
    private final Map<String, String> named = new HashMap<>();

    /** What reading takes. */
    record Tools(ProviderReader reader, HostCheck hosts, Supplier<String> ids, Instant time) {}

    ProviderTransferPlan(Tools tools, ProviderCatalog now, ObjectNode document, ObjectNode secrets) {
        this.tools = tools;
        this.now = now;
        this.secrets = secrets.path(ProviderTransfer.PROVIDERS);
        this.sections = new SectionReader(document, ProviderTransfer.PROVIDERS);
        now.all().forEach(provider -> after.put(provider.id(), provider));
        sections.all().forEach(this::read);
        sections.all().forEach(this::refuseTakenName);
    }

    private void read(SectionEntry entry) {
        ObjectNode body = entry.body().deepCopy();
        String name = body.path("name").asText("").strip();
        Optional<Provider> old = now.byId(body.path("id").asText()).or(() -> now.byName(name));
        String id = old.map(Provider::id).orElseGet(() -> idOf(body));
        if (named.put(id, entry.where()) != null) {
            sections.refuse(entry, "the same provider stands there twice");
            return;
        }
        JsonNode sealed = secrets.path(body.path("id").asText());
        Optional<String> elsewhere = elsewhere(body, sealed, old);
        if (elsewhere.isPresent()) {
            sections.refuse(entry, elsewhere.get());
            return;
        }
        giveHeaders(body, name, sealed, old);
        giveKey(body, name, sealed, old);
        Instant since = since(body);
        body.remove(ProviderReader.READ_ONLY);
        sections.accepted(entry, reading(body, id, old)).ifPresent(read -> take(entry, old, since, read.provider()));
    }

    private String idOf(ObjectNode body) {
        String id = body.path("id").asText();
        return id.matches("bkd_[0-9a-f]{12}") ? id : tools.ids().get();
    }

    /** Secrets go only to where they went before: a file may have been changed on its way, or come from somebody else. */
    private static Optional<String> elsewhere(ObjectNode body, JsonNode sealed, Optional<Provider> old) {
        String address = body.path("api_base_url").asText();
        if (sealed.isObject()) {
            return sealed.path("api_base_url").asText().equals(address)
                    ? Optional.empty()
                    : Optional.of("api_base_url was changed after the export, and the secrets are for another one:"
                            + " export again, or import without secrets and enter the key");
        }
        boolean own = body.path("api_key").isTextual();
        boolean moved = old.map(Provider::endpoint)
                .filter(there ->
                        !own && !origin(address).equals(Optional.of(there.url().origin())))
                .isPresent();
        return moved && body.has("api_base_url")
                ? Optional.of("api_base_url leads to another host than here, where the key is not for: import with the"
                        + " secrets, or change the address here first")
                : Optional.empty();
    }

    private static Optional<String> origin(String address) {
        return UpstreamUrl.parse(address).toOptional().map(UpstreamUrl::origin);
    }

    private void giveKey(ObjectNode body, String name, JsonNode sealed, Optional<Provider> old) {
        if (body.path("api_key").isTextual()) {
            return;
        }
        if (sealed.path("api_key").isTextual()) {
            body.set("api_key", sealed.path("api_key"));
        } else if (old.map(Provider::endpoint).flatMap(Endpoint::key).isEmpty()) {
            sections.miss("provider " + name + ": api_key");
        }
    }

    private void giveHeaders(ObjectNode body, String name, JsonNode sealed, Optional<Provider> old) {
        JsonNode secret = body.remove(ExportedProvider.SECRET_HEADERS);
        if (secret == null) {
            return;
        }
        ObjectNode headers = body.path("headers") instanceof ObjectNode given ? given : Json.object();
        for (JsonNode header : secret) {
            String wanted = header.asText();
            JsonNode value = sealed.path("headers").path(wanted);
            if (value.isTextual()) {
                headers.set(wanted, value);
            } else {
                // its mask stands for what is stored
                kept(old, wanted)
                        .ifPresentOrElse(
                                stored -> headers.put(wanted, stored.mask()),
                                () -> sections.miss("provider " + name + ": header " + wanted));
            }
        }
        body.set("headers", headers);
    }

    private static Optional<Secret> kept(Optional<Provider> old, String header) {
        return old.stream()
                .flatMap(provider -> provider.endpoint().headers().entrySet().stream())
                .filter(stored -> stored.getKey().equalsIgnoreCase(header))
                .flatMap(stored -> stored.getValue().stream())
                .findFirst();
    }

    /** When it was made where it comes from; now when that is not said. */
    private Instant since(ObjectNode body) {
        try {
            Instant made = Instant.parse(body.path("created_at").asText());
            return made.isBefore(tools.time()) && made.isAfter(Instant.EPOCH) ? made : tools.time();
        } catch (DateTimeException unsaid) {
            return tools.time();
        }
    }

    private Parsed<ProviderChange> reading(ObjectNode body, String id, Optional<Provider> old) {
        if (old.isPresent()) {
            // its status of this moment is computed, and not to be carried
            return tools.reader().update(old.get(), body, tools.time());
        }
        return body.path("api_key").isTextual()
                ? tools.reader().create(id, body, tools.time())
                : tools.reader().createWithoutKey(id, body, tools.time());
    }

    private void take(SectionEntry entry, Optional<Provider> old, Instant since, Provider read) {
        HostCheck.HostFinding host = tools.hosts().of(read.endpoint().url());
        host.refusal().ifPresent(why -> sections.refuse(entry, "api_base_url " + why));
        host.warning().ifPresent(warning -> sections.warn(entry, List.of(warning)));
        if (old.isEmpty()) {
            keep(dated(read, since, tools.time()), created, Kind.CREATED);
        } else if (dated(
                        read,
                        old.get().provenance().createdAt(),
                        old.get().provenance().updatedAt())
                .equals(old.get())) {
            sections.count(Kind.UNCHANGED);
        } else {
            keep(read, updated, Kind.UPDATED);
        }
    }

    private void keep(Provider provider, List<Provider> list, Kind kind) {
        list.add(provider);
        after.put(provider.id(), provider);
        sections.count(kind);
    }

    private static Provider dated(Provider p, Instant created, Instant changed) {
        return p.withProvenance(p.provenance().dated(created, changed));
    }

    private void refuseTakenName(SectionEntry entry) {
        String name = entry.body().path("name").asText("").strip();
        long bearers =
                after.values().stream().filter(p -> p.name().equals(name)).count();
        if (bearers > 1) {
            sections.refuse(entry, "the name " + name + " is taken by another provider");
        }
    }

    SectionReader sections() {
        return sections;
    }

    /** The providers that there would be, in creation order. */
    List<Provider> after() {
        return List.copyOf(after.values());
    }

    List<Provider> created() {
        return List.copyOf(created);
    }

    List<Provider> updated() {
        return List.copyOf(updated);
    }
}

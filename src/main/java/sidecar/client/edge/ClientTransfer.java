package sidecar.client.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sidecar.client.ClientReader;
import sidecar.client.ClientRegistry;
import sidecar.client.ClientToken;
import sidecar.client.ClientTokens;
import sidecar.json.Parsed;
import sidecar.transfer.ConfigurationSection;
import sidecar.transfer.ImportReport;
import sidecar.transfer.SectionPlan;
import sidecar.transfer.SectionReader;
import sidecar.transfer.SectionReader.Kind;
import sidecar.transfer.SectionReader.SectionEntry;

/**
 * Clients, as they are carried to another Sidecar. The hashes of their tokens go with the secrets, so that a token goes on
 * working there; the client of the environment stays with its environment.
 */
@ApplicationScoped
public class ClientTransfer implements ConfigurationSection {

    private static final String CLIENTS = "clients";
    private static final String HASH = "sha256";
    private static final String HINT = "hint";

    @Inject
    private ClientAdmin admin;

    @Inject
    private ClientStore store;

    @Inject
    private ClientRegistry clients;

    @Override
    public List<String> fields() {
        return List.of(CLIENTS);
    }

    @Override
    public void write(ObjectNode document, ObjectNode secrets) {
        ArrayNode list = document.putArray(CLIENTS);
        ObjectNode hashes = secrets.putObject(CLIENTS);
        for (ClientToken client : clients.get().all()) {
            if (!client.environment()) {
                list.add(admin.view(client, List.of()).remove(ClientReader.READ_ONLY));
                hashes.putObject(client.name()).put(HASH, client.sha256()).put(HINT, client.hint());
            }
        }
    }

    @Override
    public SectionPlan read(ObjectNode document, ObjectNode secrets) {
        SectionReader sections = new SectionReader(document, CLIENTS);
        List<ClientToken> changed = new ArrayList<>();
        Set<String> named = new HashSet<>();
        for (SectionEntry entry : sections.all()) {
            if (named.add(nameIn(entry))) {
                read(entry, secrets.path(CLIENTS), sections, changed);
            } else {
                sections.refuse(entry, "the same client stands there twice");
            }
        }
        return new SectionPlan() {
            @Override
            public ImportReport report() {
                return sections.report();
            }

            @Override
            public void store() {
                changed.forEach(store::put);
            }
        };
    }

    private static String nameIn(SectionEntry entry) {
        return entry.body().path("name").asText().strip();
    }

    private void read(SectionEntry entry, JsonNode hashes, SectionReader sections, List<ClientToken> changed) {
        String name = nameIn(entry);
        Optional<ClientToken> old = clients.get().byName(name).filter(there -> !there.environment());
        Parsed<ClientToken> parsed = old.isPresent()
                ? ClientReader.carried(old.get(), entry.body(), admin.now())
                : ClientReader.carriedNew(admin.unknownToken(), entry.body(), admin.now());
        Optional<ClientToken> read = sections.accepted(entry, parsed);
        if (read.isEmpty()) {
            return;
        }
        ClientToken client = withHash(read.get(), hashes.path(name));
        if (isTaken(client, changed)) {
            sections.refuse(entry, "its token is another client's already");
        } else if (old.filter(there -> there.equals(client.updated(there.updatedAt())))
                .isPresent()) {
            sections.count(Kind.UNCHANGED);
        } else {
            changed.add(client);
            sections.count(old.isPresent() ? Kind.UPDATED : Kind.CREATED);
            if (old.isEmpty() && hashes.path(name).path(HASH).asText().isEmpty()) {
                sections.miss("client " + name + ": token");
            }
        }
    }

    private static ClientToken withHash(ClientToken client, JsonNode hash) {
        String sha256 = hash.path(HASH).asText();
        return sha256.matches("[0-9a-f]{64}")
                ? client.token(sha256, hash.path(HINT).asText())
                : client;
    }

    private boolean isTaken(ClientToken client, List<ClientToken> changed) {
        ClientTokens now = clients.get();
        List<ClientToken> others = new ArrayList<>(now.all());
        others.addAll(changed);
        return others.stream()
                .anyMatch(other ->
                        !other.name().equals(client.name()) && other.sha256().equals(client.sha256()));
    }

    @Override
    public void exclusively(Runnable work) {
        admin.exclusively(work);
    }
}

package sidecar.provider.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import sidecar.json.Json;
import sidecar.provider.AccountIdentity;
import sidecar.provider.Endpoint;
import sidecar.provider.Provider;
import sidecar.provider.Secret;
import sidecar.vault.KeyVault;

/** Seals the secrets of providers into their rows, and opens them again; the rest is between the row and the provider. */
final class ProviderEntityMapper {

    private final KeyVault vault;
    private final AccountIdentity identity;

    ProviderEntityMapper(KeyVault vault) {
        this.vault = vault;
        this.identity = new AccountIdentity(vault::fingerprint);
    }

    void write(Provider provider, ProviderEntity row) {
        Endpoint endpoint = provider.endpoint();
        row.take(provider);
        // A key, or headers, that could not be read stay as they are stored: the right vault key may come back.
        endpoint.key()
                .ifPresent(key -> row.sealedKey = vault.forRecord(provider.id()).encrypt(key.reveal()));
        if (!endpoint.headers().isEmpty() || headersOpen(row)) {
            row.sealedHeaders = sealHeaders(provider.id(), endpoint.headers());
        }
    }

    /** Whether the row's key opens. */
    boolean opens(ProviderEntity row) {
        return vault.open(row.id, row.sealedKey).isPresent();
    }

    private boolean headersOpen(ProviderEntity row) {
        return row.sealedHeaders.isEmpty()
                || vault.open(headersOf(row.id), row.sealedHeaders).isPresent();
    }

    /**
     * The provider of a row; without a key when it does not open.
     *
     * @throws IllegalArgumentException when something else in the row is not as {@link #write} leaves it
     */
    Provider read(ProviderEntity row) {
        Optional<Secret> key = vault.open(row.id, row.sealedKey).map(Secret::new);
        return row.provider(key, openHeaders(row), identity);
    }

    /** Headers are another use than the key, so they are sealed for another record. */
    static String headersOf(String id) {
        return id + "/headers";
    }

    private String sealHeaders(String id, Map<String, Optional<Secret>> headers) {
        if (headers.isEmpty()) {
            return "";
        }
        ObjectNode object = Json.object();
        headers.forEach(
                (name, value) -> object.put(name, value.map(Secret::reveal).orElse(null)));
        return vault.forRecord(headersOf(id)).encrypt(Json.write(object));
    }

    private Map<String, Optional<Secret>> openHeaders(ProviderEntity row) {
        Map<String, Optional<Secret>> headers = new LinkedHashMap<>();
        vault.open(headersOf(row.id), row.sealedHeaders)
                .ifPresent(text -> ProviderEntity.object(text)
                        .properties()
                        .forEach(e -> headers.put(
                                e.getKey(),
                                Optional.ofNullable(e.getValue().textValue()).map(Secret::new))));
        return headers;
    }
}

package sidecar.provider.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.json.Json;
import sidecar.provider.Provider;
import sidecar.provider.ProviderStatusView;
import sidecar.provider.Secret;
import sidecar.provider.reader.ProviderReader;

/** A provider as it is carried to another Sidecar: what the API answers, without what is computed, and its secrets apart. */
final class ExportedProvider {

    /** The names of headers whose values are among the secrets. */
    static final String SECRET_HEADERS = "secret_headers";

    private ExportedProvider() {}

    /** Everything that may be seen. */
    static ObjectNode write(Provider provider, ProviderStatusView statusView) {
        ObjectNode all = ProviderView.write(provider, statusView, List.of());
        ObjectNode carried = Json.object().put("id", provider.id());
        carried.setAll(all.deepCopy().remove(ProviderReader.READ_ONLY));
        carried.remove("api_key");
        ObjectNode dropped = carried.putObject("headers");
        ArrayNode secret = Json.array();
        provider.endpoint().headers().forEach((name, value) -> {
            if (value.isPresent()) {
                secret.add(name);
            } else {
                dropped.putNull(name);
            }
        });
        if (!secret.isEmpty()) {
            carried.set(SECRET_HEADERS, secret);
        }
        return carried.put("created_at", provider.provenance().createdAt().toString());
    }

    /** What nobody may see, with the address that it is for: it must not be sent anywhere else. */
    static ObjectNode secrets(Provider provider) {
        ObjectNode secrets =
                Json.object().put("api_base_url", provider.endpoint().url().toString());
        provider.endpoint().key().ifPresent(key -> secrets.put("api_key", key.reveal()));
        ObjectNode headers = secrets.putObject("headers");
        for (Map.Entry<String, Optional<Secret>> header :
                provider.endpoint().headers().entrySet()) {
            header.getValue().ifPresent(value -> headers.put(header.getKey(), value.reveal()));
        }
        return secrets;
    }
}

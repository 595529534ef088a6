package sidecar.bench;

import java.util.Map;
import java.util.stream.Collectors;
import sidecar.kit.Json;

/**
 * A provider as its operator enters it.
 *
 * @param pool {@code primary} or {@code fallback}
 * @param prices by the name that clients ask for
 */
record Provider(String name, String pool, String key, Map<String, Price> prices) {

    private static final String VENDOR = "vendor/";

    /** What the upstream calls a model that clients ask for by that name. */
    static String nativeId(String model) {
        return VENDOR + model;
    }

    /** What clients call a model of the upstream. */
    static String model(String nativeId) {
        return nativeId.substring(VENDOR.length());
    }

    /** Its models, as the admin REST takes them. */
    String mappings() {
        return prices.entrySet().stream()
                .map(model -> Json.quoted(model.getKey()) + ":{\"native_id\":" + Json.quoted(nativeId(model.getKey()))
                        + ",\"cost\":" + model.getValue().json() + "}")
                .collect(Collectors.joining(","));
    }

    boolean primary() {
        return pool.equals("primary");
    }
}

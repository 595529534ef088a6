package sidecar.pool;

import sidecar.provider.Provider;

/**
 * Who is blamed for a 429: a quota group, or one model of one provider. Immutable.
 *
 * @param group the quota group; empty for a model's scope
 * @param provider the provider's id; empty for a group's scope
 * @param model canonical; empty for a group's scope
 */
record Scope(String group, String provider, String model) {

    static Scope group(Provider provider) {
        return new Scope(provider.group(), "", "");
    }

    static Scope model(Provider provider, String model) {
        return new Scope("", provider.id(), model);
    }

    boolean isGroup() {
        return provider.isEmpty();
    }
}

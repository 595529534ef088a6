package sidecar.pool.cooldown;

import sidecar.provider.Provider;

/**
 * Who is blamed for a 429: a quota group, or one model of one provider. Immutable.
 *
 * @param group the quota group; empty for a model's scope
 * @param provider the provider's id; empty for a group's scope
 * @param model canonical; empty for a group's scope
 */
record CooldownTarget(String group, String provider, String model) {

    static CooldownTarget group(Provider provider) {
        return new CooldownTarget(provider.group(), "", "");
    }

    static CooldownTarget model(Provider provider, String model) {
        return new CooldownTarget("", provider.id(), model);
    }

    boolean isGroup() {
        return provider.isEmpty();
    }
}

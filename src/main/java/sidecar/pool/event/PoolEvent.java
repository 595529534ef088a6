package sidecar.pool.event;

import java.time.Duration;

/** Something that the pool has learned of an upstream, by attempts, by a probe or from an operator. Immutable. */
public sealed interface PoolEvent {

    /** A cooldown has changed. */
    sealed interface CooldownChange extends PoolEvent {
        /** Its newest state. */
        CooldownRecord cooldown();
    }

    /** After a 429. */
    record CooldownBegan(CooldownRecord cooldown) implements CooldownChange {}

    /** By a 429 of an attempt that had begun before it. */
    record CooldownExtended(CooldownRecord cooldown) implements CooldownChange {}

    /** By time, a success, an operator, a later cooldown or a better explanation. */
    record CooldownEnded(CooldownRecord cooldown) implements CooldownChange {}

    /**
     * A host is left alone as a whole: keys of several quota groups got 429 at once, although little of their minute was used.
     *
     * @param origin of its URL
     * @param pauses how many there have been without five clean minutes between, this one included
     * @param keys how many quota groups those are
     * @param within the time that makes them one event
     * @param oneAccount whether that has come so often that the keys must be taken for one account's
     */
    record HostPaused(String origin, Duration pause, int pauses, long keys, Duration within, boolean oneAccount)
            implements PoolEvent {}

    /**
     * Nobody is sent to a host any more but to find out; or that was found out, and it is down still.
     *
     * @param message of its latest failure
     * @param failures in a row
     * @param outages how often in a row that was found; 1 when it has just gone down
     * @param pause until somebody may find out
     */
    record HostDown(String origin, String message, int failures, int outages, Duration pause) implements PoolEvent {}

    /** A host that was down has answered. */
    record HostRecovered(String origin) implements PoolEvent {}

    /**
     * The same of a provider's model, for one kind of path.
     *
     * @param use the kind of path
     */
    record ModelDown(
            String providerId, String model, String use, String message, int failures, int outages, Duration pause)
            implements PoolEvent {}

    /** A model that was down has answered. */
    record ModelRecovered(String providerId, String model, String use) implements PoolEvent {}

    /**
     * A provider has said that it does not have a model, for one kind of path.
     *
     * @param believed for how long
     */
    record ModelMissing(String providerId, String model, String use, Duration believed) implements PoolEvent {}

    /**
     * A provider's credential is not accepted. Told once, however often it is found again with the same message.
     *
     * @param account the identity of what was refused: the provider may have another key by now
     */
    record CredentialRefused(String providerId, String providerName, String account, String message)
            implements PoolEvent {}

    /** A credential that was refused is accepted. */
    record CredentialAccepted(String providerId, String providerName) implements PoolEvent {}

    /** An operator has cleared what was known of a provider, has changed how it is reached, or has deleted it. */
    record ProviderCleared(String providerId) implements PoolEvent {}

    /**
     * All workers of a host's model were busy.
     *
     * @param workers the host and the model's name there
     * @param max attempts at once from now on
     */
    record ModelConcurrencyCapped(String workers, int max) implements PoolEvent {}

    /** A provider was asked although it cools: nothing else was left. */
    record EmergencyGranted(String providerId, String providerName) implements PoolEvent {}

    /**
     * A cooldown or an outage has run out, and an attempt is finding out whether it is over. Told again every few seconds while the attempt is out.
     *
     * @param model it asks for; empty for a path without one
     * @param use the kind of path
     */
    record ProbeStarted(String providerId, String model, String use) implements PoolEvent {}

    /** Such an attempt has ended without an answer to that: another one finds out. */
    record ProbeUndecided(String providerId, String model, String use) implements PoolEvent {}
}

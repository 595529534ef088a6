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
     * @param keys how many quota groups those are
     * @param within the time that makes them one event
     * @param oneAccount whether that has come so often that the keys must be taken for one account's
     */
    record HostPaused(String origin, Duration pause, long keys, Duration within, boolean oneAccount)
            implements PoolEvent {}

    /**
     * Nobody is sent to a host any more but to find out.
     *
     * @param message of its latest failure
     * @param failures in a row
     */
    record HostDown(String origin, String message, int failures) implements PoolEvent {}

    /** A host that was down has answered. */
    record HostRecovered(String origin) implements PoolEvent {}

    /** A provider's credential is not accepted. Told once, however often it is found again with the same message. */
    record CredentialRefused(String providerId, String providerName, String message) implements PoolEvent {}

    /** A credential that was refused is accepted. */
    record CredentialAccepted(String providerId, String providerName) implements PoolEvent {}

    /**
     * All workers of a host's model were busy.
     *
     * @param workers the host and the model's name there
     * @param max attempts at once from now on
     */
    record ModelConcurrencyCapped(String workers, int max) implements PoolEvent {}

    /** A provider was asked although it cools: nothing else was left. */
    record EmergencyGranted(String providerId, String providerName) implements PoolEvent {}
}

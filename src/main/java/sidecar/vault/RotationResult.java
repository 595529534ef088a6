package sidecar.vault;

import java.util.List;

/** What became of sealing everything anew. */
public sealed interface RotationResult {

    /**
     * Everything is sealed with the current key.
     *
     * @param sealed how many values were sealed anew
     * @param current how many had been sealed with it before
     */
    record Done(int sealed, int current) implements RotationResult {}

    /**
     * Nothing was changed: no known key opens these.
     *
     * @param unreadable such as {@code provider nvidia-1: api_key}; at least one
     */
    record Unreadable(List<String> unreadable) implements RotationResult {
        public Unreadable {
            unreadable = List.copyOf(unreadable);
        }
    }
}

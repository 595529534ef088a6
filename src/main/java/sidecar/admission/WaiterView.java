package sidecar.admission;

import java.time.Duration;

/**
 * One who waits, as operators see it.
 *
 * @param expected until its turn, as far as can be told
 */
public record WaiterView(String request, String model, String client, Duration waited, Duration expected) {}

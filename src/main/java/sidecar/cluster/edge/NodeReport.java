package sidecar.cluster.edge;

import java.time.Duration;

/**
 * What a node says of itself beside its places.
 *
 * @param version of the program
 * @param window how long it counts a request
 * @param lease how long it goes on without the database
 * @param uptime since its start
 * @param inFlight exchanges under way
 * @param waiting of them, those that wait for a place
 */
record NodeReport(String version, Duration window, Duration lease, Duration uptime, int inFlight, int waiting) {}

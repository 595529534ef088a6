/**
 * Filters and probes in front of every servlet: connections, slow readers and senders, bounds on threads, forwarded headers, health, and the
 * errors of last resort.
 */
package sidecar.door.edge;

/** Filters of the server's log: redaction, the limit, and faults that only say that a client has left. */
package sidecar.logging.edge;

/** The servlet of {@code /v1}: non-blocking reading and writing, the client's connection, CORS, and spool files. */
package sidecar.exchange.edge;

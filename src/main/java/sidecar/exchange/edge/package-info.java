/** The servlet of {@code /v1}: non-blocking reading and writing, the client's connection, CORS, spool files, and the table of issued ids. */
package sidecar.exchange.edge;

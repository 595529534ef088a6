/** The front door: servlet, non-blocking reading and writing, and the client's own connection. */
package sidecar.exchange.edge;

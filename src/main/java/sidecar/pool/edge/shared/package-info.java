/** What nodes that share a PostgreSQL tell each other of upstreams (ADR 043). */
package sidecar.pool.edge.shared;

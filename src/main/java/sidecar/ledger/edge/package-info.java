/** The ledger's doors to the outside: metrics, and later the database and its pages. */
package sidecar.ledger.edge;

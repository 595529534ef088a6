/** Clients in the database, on the admin API and on the Clients page. */
package sidecar.client.edge;

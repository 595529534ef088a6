/** Clients in the database, on the admin API and on their page. */
package sidecar.client.edge;

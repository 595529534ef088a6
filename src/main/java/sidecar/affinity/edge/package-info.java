/** Keeps issued ids in the database, so that they are known after a restart. */
package sidecar.affinity.edge;

/** All sealed columns of the database together: reading and rewriting them in one transaction when the encryption key changes. */
package sidecar.vault.edge;

/** The JAX-RS application: reading and writing of JSON, errors, its description, and the change of the encryption key. */
package sidecar.admin.edge;

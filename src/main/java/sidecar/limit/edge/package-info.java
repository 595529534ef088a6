/** Grants in a memory-mapped file, so that a killed process forgets no window. */
package sidecar.limit.edge;

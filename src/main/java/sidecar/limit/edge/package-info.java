/** Where windows outlive the process: a memory-mapped file. */
package sidecar.limit.edge;

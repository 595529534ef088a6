/** The phase of the process, its version, and its environment. */
package sidecar.lifecycle.edge;

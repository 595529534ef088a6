/** Health probes on the container's threads. */
package sidecar.probe.edge;

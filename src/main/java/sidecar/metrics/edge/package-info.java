/** {@code /metrics}: counters, gauges and histograms in MicroProfile Metrics, and the text that leaves. */
package sidecar.metrics.edge;

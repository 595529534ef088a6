/** The dashboard: one snapshot for all listeners, its stream, its page, and the last two hours. Sees every room; nothing sees it but the start. */
package sidecar.dashboard.edge;

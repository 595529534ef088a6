/** The pages' tool box. */
package sidecar.console.edge;

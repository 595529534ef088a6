/** Base classes, filters and messages of all pages and of all resources of the admin API. */
package sidecar.console.edge;

/** The Providers page: its table, the form of one provider, and tests of many. */
package sidecar.provider.edge.page;

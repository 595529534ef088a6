/** The way out on Apache HttpClient 5, and the addresses it may go to. */
package sidecar.upstream.edge;

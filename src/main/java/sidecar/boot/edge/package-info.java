/** Start, wiring and orderly stop: makes the objects of every room, joins them, and hands them to the container. */
package sidecar.boot.edge;

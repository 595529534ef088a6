/**
 * What the integration tests are made of: a provider that can do everything wrong on purpose, a client that reads and
 * writes bare bytes, and a handle on a running Sidecar. Nothing here knows Sidecar's classes: it speaks HTTP only.
 */
package sidecar.kit;

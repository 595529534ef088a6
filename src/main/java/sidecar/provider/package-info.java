/** What an operator configures: providers, their model mappings, and the immutable catalog the request path reads. */
@NullMarked
package sidecar.provider;

import org.jspecify.annotations.NullMarked;

/** Reads what a client's request says about where it goes, in place: {@code RequestHead} of JSON, {@code MultipartHead} of uploads. */
@NullMarked
package sidecar.protocol.request;

import org.jspecify.annotations.NullMarked;

/** What can be said of a model beside its name: aliases with {@code *}, the names that programs ask for, whether its requests are translated. */
@NullMarked
package sidecar.provider.model;

import org.jspecify.annotations.NullMarked;

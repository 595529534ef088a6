package sidecar.console.edge;

import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A change that only an admin may make, by whatever way it is asked for: a page's forged post and the REST API end at the same lock. Outside of
 * a request, such as at start, there is nobody to ask, and the call passes. Anybody else gets {@link AdminRequiredException}.
 */
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface AdminOnly {}

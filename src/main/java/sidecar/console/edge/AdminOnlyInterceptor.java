package sidecar.console.edge;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ContextNotActiveException;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.servlet.http.HttpServletRequest;

/** Asks the request who makes it. */
@AdminOnly
@Interceptor
@Priority(Interceptor.Priority.APPLICATION)
public class AdminOnlyInterceptor {

    private final HttpServletRequest request;

    @Inject
    public AdminOnlyInterceptor(HttpServletRequest request) {
        this.request = request;
    }

    @AroundInvoke
    public Object check(InvocationContext call) throws Exception {
        if (isReader()) {
            throw new AdminRequiredException();
        }
        return call.proceed();
    }

    private boolean isReader() {
        try {
            return !request.isUserInRole(ConsoleRole.ADMIN);
        } catch (ContextNotActiveException | IllegalStateException nobodyAsks) {
            return false;
        }
    }
}

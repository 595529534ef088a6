package sidecar.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ContextNotActiveException;
import jakarta.interceptor.InvocationContext;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import sidecar.console.edge.AdminOnly;
import sidecar.console.edge.AdminOnlyInterceptor;
import sidecar.console.edge.AdminRequiredException;

class AdminOnlyTest {

    /** Everything by which pages and REST change something. */
    private static final List<String> WRITERS = List.of(
            "sidecar.provider.edge.ProviderAdmin",
            "sidecar.provider.edge.model.ModelAdmin",
            "sidecar.provider.edge.ProviderTestService",
            "sidecar.provider.edge.importing.ImportService",
            "sidecar.v2.edge.V2ImportService",
            "sidecar.v2.edge.V2History",
            "sidecar.settings.edge.SettingsAdmin",
            "sidecar.transfer.edge.ConfigurationAdmin",
            "sidecar.admin.edge.KeyRotation",
            "sidecar.client.edge.ClientAdmin",
            "sidecar.pool.edge.cooldown.CooldownClearAction",
            "sidecar.v2.edge.V2Cooldowns",
            "sidecar.database.edge.Backups");

    /** What of theirs only reads, or is done at start, when nobody asks. */
    private static final Set<String> OPEN = Set.of(
            "prepare",
            "load",
            "views",
            "row",
            "rows",
            "models",
            "takeOverV1",
            "reader",
            "newId",
            "unknownFields",
            "secrets",
            "fault",
            "isLast",
            "knownModels",
            "openToAll",
            "openCallers",
            "lastTest",
            "view",
            "unknownToken",
            "exclusively",
            "reachable",
            "begin",
            "tick",
            "state",
            "refusal",
            "lastGoodSeconds",
            "failures",
            "restoreCommand",
            "now");

    @Test
    void everyChangeAsksWhoMakesIt() throws ClassNotFoundException {
        Set<String> unguarded = new TreeSet<>();
        for (String name : WRITERS) {
            Class<?> type = Class.forName(name);
            Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> !method.isSynthetic() && !Modifier.isPrivate(method.getModifiers()))
                    .filter(method -> !OPEN.contains(method.getName()) && !method.isAnnotationPresent(AdminOnly.class))
                    .forEach(method -> unguarded.add(type.getSimpleName() + "." + method.getName()));
        }

        assertThat(unguarded).isEmpty();
    }

    @Test
    void anAdminPasses() throws Exception {
        assertThat(new AdminOnlyInterceptor(request((proxy, method, arguments) -> arguments[0].equals("admin")))
                        .check(call()))
                .isEqualTo("done");
    }

    @Test
    void aViewerDoesNot() {
        AdminOnlyInterceptor interceptor =
                new AdminOnlyInterceptor(request((proxy, method, arguments) -> arguments[0].equals("viewer")));

        assertThatExceptionOfType(AdminRequiredException.class).isThrownBy(() -> interceptor.check(call()));
    }

    @Test
    void outsideOfARequestNobodyIsAsked() throws Exception {
        AdminOnlyInterceptor interceptor = new AdminOnlyInterceptor(request((proxy, method, arguments) -> {
            throw new ContextNotActiveException("no request");
        }));

        assertThat(interceptor.check(call())).isEqualTo("done");
    }

    private static HttpServletRequest request(InvocationHandler handler) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                AdminOnlyTest.class.getClassLoader(), new Class<?>[] {HttpServletRequest.class}, handler);
    }

    private static InvocationContext call() {
        return (InvocationContext) Proxy.newProxyInstance(
                AdminOnlyTest.class.getClassLoader(),
                new Class<?>[] {InvocationContext.class},
                (Object proxy, Method method, Object[] arguments) ->
                        method.getName().equals("proceed") ? "done" : null);
    }
}

package sidecar;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The architecture. Changed only together with docs/architecture.md and an ADR. */
class ArchitectureTest {

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("sidecar");

    /** Each room's core, and the rooms whose cores it may know. Every one may know {@code time} and {@code json}. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry("time", Set.of()),
            Map.entry("json", Set.of()),
            Map.entry("address", Set.of()),
            Map.entry("vault", Set.of()),
            Map.entry("settings", Set.of("failure", "address")),
            Map.entry("database", Set.of("settings")),
            Map.entry("provider", Set.of("vault", "address")),
            Map.entry("limit", Set.of()),
            Map.entry("failure", Set.of()),
            Map.entry("pool", Set.of("limit", "provider", "failure")),
            Map.entry("admission", Set.of("pool", "limit")),
            Map.entry("upstream", Set.of("provider")),
            Map.entry("client", Set.of("address")),
            Map.entry("console", Set.of()),
            Map.entry("ledger", Set.of("provider", "failure")),
            Map.entry("exchange", Set.of("admission", "pool", "provider", "failure", "upstream", "client", "ledger")),
            Map.entry("admin", Set.of()),
            Map.entry("boot", Set.of()));

    @Test
    void coresKnowNoEdgeAndNoContainer() {
        noClasses()
                .that(resideOutsideOfPackages("..edge.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "..edge..", "jakarta..", "org.apache.hc..", "org.eclipse.microprofile..", "org.primefaces.."))
                .check(ALL);
    }

    @Test
    void coresFollowTheArrows() {
        ARROWS.forEach((room, known) -> {
            List<String> allowed = new ArrayList<>(List.of("sidecar." + room, "sidecar.time", "sidecar.json"));
            known.forEach(other -> allowed.add("sidecar." + other));
            noClasses()
                    .that(resideInAnyPackage("sidecar." + room))
                    .should()
                    .dependOnClassesThat(resideInAnyPackage("sidecar..")
                            .and(not(resideInAnyPackage(allowed.toArray(String[]::new)))))
                    .allowEmptyShould(true)
                    .check(ALL);
        });
    }

    @Test
    void everyRoomHasItsPlace() {
        classes()
                .that(resideInAnyPackage("sidecar.."))
                .should()
                .resideInAnyPackage(ARROWS.keySet().stream()
                        .flatMap(room -> List.of("sidecar." + room, "sidecar." + room + ".edge").stream())
                        .toArray(String[]::new))
                .check(ALL);
    }

    @Test
    void roomsHaveNoCycles() {
        slices().matching("sidecar.(*)")
                .namingSlices("$1")
                .should()
                .beFreeOfCycles()
                .check(ALL);
    }

    /** The pages' tool box is everybody's (ADR 022). */
    @Test
    void noEdgeKnowsAnothersEdgeExceptBoot() {
        for (String room : ARROWS.keySet()) {
            if (!room.equals("boot")) {
                noClasses()
                        .that(resideInAnyPackage("sidecar." + room + ".edge"))
                        .should()
                        .dependOnClassesThat(resideInAnyPackage("sidecar..edge")
                                .and(not(resideInAnyPackage("sidecar." + room + ".edge", "sidecar.console.edge"))))
                        .allowEmptyShould(true)
                        .check(ALL);
            }
        }
    }

    @Test
    void onlyBootReadsAClockOrSleeps() {
        // by access target, not by callMethod: that does not see the method reference System::nanoTime
        noClasses()
                .that(not(resideInAnyPackage("sidecar.boot.edge")))
                .should()
                .accessTargetWhere(readsAClock())
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .check(ALL);
    }

    /**
     * The container runs constructors and field initialisers when it pleases: again for every reference to an EJB, and for
     * every proxy. What they start or open is never ended.
     */
    @Test
    void constructorsOfManagedClassesStartNothing() {
        classes()
                .that(isAnnotatedWithOneOf(
                        "jakarta.ejb.Singleton",
                        "jakarta.ejb.Stateless",
                        "jakarta.ejb.Stateful",
                        "jakarta.ejb.MessageDriven"))
                .should(constructNothingBut(call -> false))
                .check(ALL);
        classes()
                .that(isAnnotatedWithOneOf(
                        "jakarta.enterprise.context.ApplicationScoped",
                        "jakarta.enterprise.context.SessionScoped",
                        "jakarta.enterprise.context.RequestScoped",
                        "jakarta.faces.view.ViewScoped"))
                .should(constructNothingBut(ArchitectureTest::makesAPlainValue))
                .check(ALL);
    }

    private static DescribedPredicate<JavaAccess<?>> readsAClock() {
        Set<String> clocks = Set.of(
                "java.lang.System.nanoTime",
                "java.lang.System.currentTimeMillis",
                "java.time.Instant.now",
                "java.time.LocalDate.now",
                "java.time.LocalDateTime.now",
                "java.time.ZonedDateTime.now",
                "java.time.OffsetDateTime.now",
                "java.time.Clock.systemUTC",
                "java.time.Clock.systemDefaultZone",
                "java.time.InstantSource.system");
        return new DescribedPredicate<>("a clock") {
            @Override
            public boolean test(JavaAccess<?> access) {
                JavaClass owner = access.getTargetOwner();
                return clocks.contains(
                        owner.getName() + "." + access.getTarget().getName());
            }
        };
    }

    private static DescribedPredicate<JavaClass> isAnnotatedWithOneOf(String... annotations) {
        return new DescribedPredicate<>("annotated with one of " + String.join(", ", annotations)) {
            @Override
            public boolean test(JavaClass type) {
                return Arrays.stream(annotations).anyMatch(type::isAnnotatedWith);
            }
        };
    }

    /** Collections, numbers and moments; nothing with a thread, and nothing that is opened. */
    private static boolean makesAPlainValue(JavaAccess<?> call) {
        JavaClass owner = call.getTargetOwner();
        boolean plain = Set.of("java.lang", "java.util", "java.util.concurrent.atomic", "java.time")
                        .contains(owner.getPackageName())
                || owner.getName().equals("java.util.concurrent.ConcurrentHashMap");
        return plain && !Set.of("java.lang.Thread", "java.util.Timer").contains(owner.getName());
    }

    private static ArchCondition<JavaClass> constructNothingBut(Predicate<JavaAccess<?>> allowed) {
        return new ArchCondition<>("start, open and make nothing in constructors and field initialisers") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaConstructor constructor : type.getConstructors()) {
                    for (JavaAccess<?> call : constructor.getAccessesFromSelf()) {
                        boolean field = call instanceof JavaFieldAccess;
                        boolean parent = type.getRawSuperclass()
                                .filter(call.getTargetOwner()::equals)
                                .isPresent();
                        if (!field && !parent && !allowed.test(call)) {
                            events.add(SimpleConditionEvent.violated(type, call.getDescription()));
                        }
                    }
                }
            }
        };
    }
}

package sidecar;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Caffeine;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import sidecar.time.ExpiringCache;

/** The architecture. Changed only together with docs/architecture.md and an ADR. */
class ArchitectureTest {

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("sidecar");

    /** Every room may know these. */
    private static final Set<String> GROUND = Set.of("time", "json");

    /** Each room's core, and the rooms whose cores it may know besides {@link #GROUND}. */
    private static final Map<String, Set<String>> CORES = Map.ofEntries(
            Map.entry("time", Set.of()),
            Map.entry("json", Set.of()),
            Map.entry("address", Set.of()),
            Map.entry("lifecycle", Set.of()),
            Map.entry("logging", Set.of()),
            Map.entry("console", Set.of()),
            Map.entry("access", Set.of()),
            Map.entry("vault", Set.of()),
            Map.entry("transfer", Set.of()),
            Map.entry("failure", Set.of()),
            Map.entry("settings", Set.of("failure", "address")),
            Map.entry("database", Set.of("settings")),
            Map.entry("provider", Set.of("address")),
            Map.entry("limit", Set.of()),
            Map.entry("cluster", Set.of("limit")),
            Map.entry("pool", Set.of("limit", "provider", "failure")),
            Map.entry("routing", Set.of("pool", "provider")),
            Map.entry("admission", Set.of("pool", "limit")),
            Map.entry("client", Set.of("address")),
            Map.entry("upstream", Set.of("provider")),
            Map.entry("ledger", Set.of("provider", "failure")),
            Map.entry("reports", Set.of()),
            Map.entry("metrics", Set.of()),
            Map.entry("body", Set.of("upstream")),
            Map.entry("protocol", Set.of("body", "upstream", "provider", "ledger")),
            Map.entry("dialect", Set.of("provider", "ledger")),
            Map.entry("relay", Set.of("dialect", "protocol", "body", "provider", "failure", "ledger")),
            Map.entry("call", Set.of("upstream", "pool")),
            Map.entry("affinity", Set.of("protocol", "body")),
            Map.entry(
                    "exchange",
                    Set.of(
                            "call",
                            "affinity",
                            "dialect",
                            "relay",
                            "protocol",
                            "body",
                            "admission",
                            "pool",
                            "provider",
                            "failure",
                            "upstream",
                            "client",
                            "ledger")),
            Map.entry("probe", Set.of("call", "protocol", "body", "pool", "provider", "failure", "upstream", "ledger")),
            Map.entry("connect", Set.of("provider")),
            Map.entry("dashboard", Set.of()),
            Map.entry("admin", Set.of()),
            Map.entry("faces", Set.of()),
            Map.entry("door", Set.of()),
            Map.entry("v2", Set.of("provider", "ledger")),
            Map.entry("boot", Set.of()));

    /** Each room's edge, and the rooms whose cores it may know besides those of its own core, {@code settings} and console. */
    private static final Map<String, Set<String>> EDGES = Map.ofEntries(
            Map.entry("settings", Set.of("transfer")),
            Map.entry("transfer", Set.of("vault")),
            Map.entry("database", Set.of("vault")),
            Map.entry("ledger", Set.of("cluster")),
            Map.entry("probe", Set.of("cluster")),
            Map.entry("pool", Set.of("cluster")),
            Map.entry("access", Set.of("address", "vault")),
            Map.entry("console", Set.of("address")),
            Map.entry("logging", Set.of("provider", "vault")),
            Map.entry("provider", Set.of("failure", "transfer", "vault")),
            Map.entry("client", Set.of("provider", "transfer")),
            Map.entry("metrics", Set.of("access", "failure", "ledger", "limit", "pool", "provider")),
            Map.entry("reports", Set.of("failure", "ledger", "provider")),
            Map.entry("connect", Set.of("client", "provider")),
            Map.entry("exchange", Set.of("address")),
            Map.entry("door", Set.of("address", "body", "lifecycle", "protocol")),
            Map.entry(
                    "dashboard",
                    Set.of("admission", "cluster", "exchange", "ledger", "limit", "metrics", "pool", "provider")),
            Map.entry("admin", Set.of("vault")),
            Map.entry("v2", Set.of("cluster", "pool")));

    /** Each room's edge, and the rooms whose edges it may know; the pages' base, {@code console.edge}, is everybody's (ADR 022). */
    private static final Map<String, Set<String>> EDGES_OF_OTHERS = Map.ofEntries(
            Map.entry("admin", Set.of("transfer", "vault")),
            Map.entry("cluster", Set.of("database")),
            Map.entry("connect", Set.of("transfer")),
            Map.entry("dashboard", Set.of("lifecycle")),
            Map.entry("door", Set.of("exchange", "lifecycle", "logging")),
            Map.entry("metrics", Set.of("access", "door")),
            Map.entry("reports", Set.of("ledger")),
            Map.entry("v2", Set.of("ledger", "pool", "provider", "settings")));

    private static final int MAX_FILES_OF_A_PACKAGE = 25;

    /** Words that tell nothing, or a story, where a class wants the term of its field. */
    private static final Set<String> RIDDLES = Set.of(
            "Again",
            "Asking",
            "Chronicle",
            "Desk",
            "Figures",
            "Forecast",
            "House",
            "Keeper",
            "Lane",
            "Lately",
            "Look",
            "Memory",
            "Misfit",
            "Patience",
            "Pulse",
            "Standing",
            "Told",
            "Traffic",
            "Tries",
            "Visit",
            "Visitor",
            "Wish",
            "Witnesses",
            "Wording");

    @Test
    void coresKnowNoEdgeAndNoContainer() {
        noClasses()
                .that(resideOutsideOfPackages("..edge.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "..edge..", "jakarta..", "org.apache.hc..", "org.eclipse.microprofile..", "org.primefaces.."))
                .check(ALL);
    }

    /** Plain Java, and what docs/dependencies.md gives a reason for. */
    @Test
    void coresKnowFewLibraries() {
        classes()
                .that(resideOutsideOfPackages("..edge.."))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "sidecar..",
                        "java..",
                        "javax.crypto..",
                        "org.jspecify..",
                        "com.fasterxml.jackson..",
                        "com.github.benmanes.caffeine.cache..",
                        "com.google.re2j..",
                        "org.h2.mvstore..",
                        "org.jasypt.."))
                .check(ALL);
    }

    /** So that none of them starts a thread, or reads another clock than tests do (ADR 035). */
    @Test
    void cachesAreMadeInOnePlace() {
        noClasses()
                .that(not(type(ExpiringCache.class)))
                .should()
                .dependOnClassesThat(type(Caffeine.class))
                .check(ALL);
    }

    @Test
    void coresFollowTheArrows() {
        CORES.forEach((room, known) -> noClasses()
                .that(resideInAnyPackage("sidecar." + room + ".."))
                .and(resideOutsideOfPackages("..edge.."))
                .should()
                .dependOnClassesThat(ofOtherRoomsThan(room, known))
                .allowEmptyShould(true)
                .check(ALL));
    }

    @Test
    void edgesFollowTheArrows() {
        CORES.forEach((room, core) -> {
            if (!room.equals("boot")) {
                Set<String> known = new TreeSet<>(core);
                known.addAll(Set.of("settings", "console"));
                known.addAll(EDGES.getOrDefault(room, Set.of()));
                known.addAll(EDGES_OF_OTHERS.getOrDefault(room, Set.of()));
                noClasses()
                        .that(resideInAnyPackage("sidecar." + room + ".edge.."))
                        .should()
                        .dependOnClassesThat(ofOtherRoomsThan(room, known))
                        .allowEmptyShould(true)
                        .check(ALL);
            }
        });
    }

    /** But for the start, which joins them, and the dashboard, which shows them. */
    @Test
    void edgesKnowFewOtherEdges() {
        for (String room : CORES.keySet()) {
            if (!room.equals("boot")) {
                List<String> known = new ArrayList<>(List.of("sidecar." + room + "..", "sidecar.console.edge"));
                EDGES_OF_OTHERS
                        .getOrDefault(room, Set.of())
                        .forEach(other -> known.add("sidecar." + other + ".edge.."));
                noClasses()
                        .that(resideInAnyPackage("sidecar." + room + ".edge.."))
                        .should()
                        .dependOnClassesThat(resideInAnyPackage("sidecar..edge..")
                                .and(not(resideInAnyPackage(known.toArray(String[]::new)))))
                        .allowEmptyShould(true)
                        .check(ALL);
            }
        }
    }

    private static DescribedPredicate<JavaClass> ofOtherRoomsThan(String room, Set<String> known) {
        List<String> allowed = new ArrayList<>(List.of("sidecar." + room + ".."));
        GROUND.forEach(other -> allowed.add("sidecar." + other + ".."));
        known.forEach(other -> allowed.add("sidecar." + other + ".."));
        return resideInAnyPackage("sidecar..").and(not(resideInAnyPackage(allowed.toArray(String[]::new))));
    }

    @Test
    void everyRoomHasItsPlace() {
        classes()
                .that(resideInAnyPackage("sidecar.."))
                .should()
                .resideInAnyPackage(CORES.keySet().stream()
                        .map(room -> "sidecar." + room + "..")
                        .toArray(String[]::new))
                .check(ALL);
    }

    /** Edges included. */
    @Test
    void roomsHaveNoCycles() {
        slices().matching("sidecar.(*)..")
                .namingSlices("$1")
                .should()
                .beFreeOfCycles()
                .check(ALL);
    }

    @Test
    void packagesAreSmallAndSayWhatTheyAreFor() {
        Map<String, List<JavaClass>> packages = ALL.stream()
                .filter(type -> type.isTopLevelClass()
                        && !type.getSimpleName().equals("package-info")
                        && !type.getPackageName().equals("sidecar"))
                .collect(Collectors.groupingBy(JavaClass::getPackageName));
        assertThat(packages).isNotEmpty().allSatisfy((name, types) -> {
            assertThat(types).as(name).hasSizeLessThanOrEqualTo(MAX_FILES_OF_A_PACKAGE);
            assertThat(Path.of("src/main/java", name.replace('.', '/'), "package-info.java"))
                    .exists();
        });
    }

    /** Nested types too: an import takes away the outer type that would tell two of one name apart. */
    @Test
    void namesStandForOneThingAndAreTermsOfTheField() {
        List<String> names = ALL.stream()
                .filter(type -> !type.isAnonymousClass())
                .map(JavaClass::getSimpleName)
                .filter(name -> !name.equals("package-info"))
                .toList();
        assertThat(names).doesNotHaveDuplicates();
        assertThat(ALL.stream().filter(JavaClass::isTopLevelClass).map(JavaClass::getSimpleName))
                .allSatisfy(name -> {
                    List<String> words = List.of(name.split("(?<=[a-z0-9])(?=[A-Z])"));
                    assertThat(RIDDLES).as(name).doesNotContainAnyElementsOf(words);
                });
        classes()
                .that()
                .areAssignableTo(Throwable.class)
                .should()
                .haveSimpleNameEndingWith("Exception")
                .check(ALL);
    }

    @Test
    void onlyBootReadsAClockOrSleeps() {
        // by access target, not by callMethod: that does not see the method reference System::nanoTime
        noClasses()
                .that(not(resideInAnyPackage("sidecar.boot.edge", "sidecar.door.edge", "sidecar.logging.edge")))
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

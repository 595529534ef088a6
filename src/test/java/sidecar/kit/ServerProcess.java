package sidecar.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A running server as the operating system and its JVM see it. */
public record ServerProcess(long pid) {

    private static final Pattern THREADS = Pattern.compile("(?m)^Threads:\\s+(\\d+)");
    private static final Pattern THREAD_NAME = Pattern.compile("(?m)^\"(.*)\" #\\d+");
    private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");
    private static final String LISTENING = "0A";

    /** The Payara Micro at or below that process. */
    public static ServerProcess below(ProcessHandle top) {
        return Stream.concat(Stream.of(top), top.descendants())
                .filter(ServerProcess::isServer)
                .findFirst()
                .map(process -> new ServerProcess(process.pid()))
                .orElseThrow(() -> new AssertionError("no server runs below process " + top.pid()));
    }

    /** Whether that process is a Payara Micro. */
    static boolean isServer(ProcessHandle process) {
        Path arguments = Path.of("/proc", String.valueOf(process.pid()), "cmdline");
        try {
            String line = Files.readString(arguments, StandardCharsets.UTF_8);
            return line.contains("java")
                    && (line.contains("payara-micro") || line.contains("launch-micro"))
                    && line.contains("\0--");
        } catch (IOException e) {
            return false;
        }
    }

    /** Threads of the operating system. */
    public int threads() {
        try {
            Matcher threads = THREADS.matcher(Files.readString(Path.of("/proc", String.valueOf(pid), "status")));
            if (!threads.find()) {
                throw new AssertionError("no thread count for process " + pid);
            }
            return Integer.parseInt(threads.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of its Java threads. */
    public List<String> threadNames() {
        return THREAD_NAME
                .matcher(jcmd("Thread.print"))
                .results()
                .map(name -> name.group(1))
                .toList();
    }

    /** How many files it has open whose path, also a former one, contains that. */
    public int openFiles(String part) {
        return (int) openFiles().stream().filter(file -> file.contains(part)).count();
    }

    /** What it has open, files by their paths, sockets and the like by the kernel's names for them. */
    public List<String> openFiles() {
        try (Stream<Path> open = Files.list(Path.of("/proc", String.valueOf(pid), "fd"))) {
            return open.map(ServerProcess::target).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many TCP connections it has, in any state, without the sockets on which it listens. */
    public int connections() {
        Set<String> sockets = openFiles().stream()
                .map(SOCKET::matcher)
                .filter(Matcher::matches)
                .map(socket -> socket.group(1))
                .collect(Collectors.toSet());
        return (int) Stream.of("tcp", "tcp6")
                .flatMap(this::connectionInodes)
                .filter(sockets::contains)
                .count();
    }

    /** Of all connections in its network, since the kernel does not tell whose each is. */
    private Stream<String> connectionInodes(String protocol) {
        try {
            return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "net", protocol)).stream()
                    .skip(1)
                    .map(line -> line.strip().split("\\s+", -1))
                    .filter(fields -> !fields[3].equals(LISTENING))
                    .map(fields -> fields[9]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    /** How many of its threads are in a method of that class, and by way of it in one of another whose name begins so. */
    public int threadsIn(Class<?> outer, String inner) {
        return (int) Stream.of(jcmd("Thread.print").split("\n\n", -1))
                .filter(stack -> stack.contains("at " + outer.getName() + ".") && stack.contains("at " + inner))
                .count();
    }

    /** Bytes of live heap; collects the garbage first. */
    public long liveHeapBytes() {
        return classHistogram().bytes();
    }

    /** What lives on its heap; collects the garbage first. */
    public ClassHistogram classHistogram() {
        return ClassHistogram.parse(jcmd("GC.class_histogram"));
    }

    /** Collects the garbage, and has what waits for that, such as cleaners of sockets, begin. */
    public void collectGarbage() {
        jcmd("GC.run");
    }

    /** How many objects of that class are alive; collects the garbage first. */
    public long instances(String className) {
        return classHistogram().instances(className);
    }

    private String jcmd(String command) {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Process process = new ProcessBuilder(tool.toString(), String.valueOf(pid), command)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new AssertionError("jcmd ended with " + status + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}

package dev.slicer.testreport;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says, behind all else that Maven prints, which Kafka the tests used, and in one line how many of them the build skipped and
 * what each kind of these needs.
 */
public final class SkippedTests {
    private SkippedTests() {}

    /**
     * Also leaves the names of the classes with skipped tests in {@code target/skipped-tests.txt}, one on each line, so
     * that they can be run again where what they need is there.
     *
     * @param args the root of the repository, and when the build began
     */
    public static void main(String[] args) throws IOException {
        Path root = Path.of(args[0]);
        Instant begun = Instant.parse(args[1]);
        List<TestReport> reports = reports(root, begun);
        if (reports.isEmpty()) {
            return;
        }
        Files.write(Files.createDirectories(root.resolve("target")).resolve("skipped-tests.txt"), classesOf(reports));
        String line = line(reports);
        printAtTheEnd(Stream.concat(TestBrokers.line(root, begun).stream(), Stream.of(line))
                .collect(Collectors.joining(System.lineSeparator())));
    }

    /**
     * Prints behind the summary that Maven gives after the last module: Maven's own output is closed by then, and the
     * group of the thread that calls this is gone.
     */
    private static void printAtTheEnd(String lines) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
        ThreadGroup lasting = Thread.currentThread().getThreadGroup().getParent();
        Runtime.getRuntime().addShutdownHook(new Thread(lasting, () -> out.println(lines), "skipped-tests"));
    }

    static List<TestReport> reports(Path root, Instant begun) throws IOException {
        List<TestReport> reports = new ArrayList<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.sorted().toList()) {
                for (String folder : List.of("surefire-reports", "failsafe-reports")) {
                    reports.addAll(TestReport.of(module.resolve("target").resolve(folder), begun));
                }
            }
        }
        return reports;
    }

    /** Reasons that skip the most tests come first. */
    static String line(List<TestReport> reports) {
        int tests = reports.stream().mapToInt(TestReport::tests).sum();
        Map<String, List<TestReport.Skipped>> byReason = reports.stream()
                .flatMap(report -> report.skipped().stream())
                .collect(Collectors.groupingBy(TestReport.Skipped::reason, TreeMap::new, Collectors.toList()));
        int skipped = byReason.values().stream().mapToInt(List::size).sum();
        if (skipped == 0) {
            return "Skipped 0 of " + tests + " tests.";
        }
        return byReason.entrySet().stream()
                .sorted(Comparator.comparing(reason -> -reason.getValue().size()))
                .map(reason ->
                        reason.getValue().size() + " " + reason.getKey() + " (" + simpleNames(reason.getValue()) + ")")
                .collect(Collectors.joining("; ", "Skipped " + skipped + " of " + tests + " tests: ", "."));
    }

    private static String simpleNames(List<TestReport.Skipped> skipped) {
        return skipped.stream()
                .map(test -> test.className().substring(test.className().lastIndexOf('.') + 1))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static List<String> classesOf(List<TestReport> reports) {
        return reports.stream()
                .flatMap(report -> report.skipped().stream())
                .map(TestReport.Skipped::className)
                .distinct()
                .sorted()
                .toList();
    }
}

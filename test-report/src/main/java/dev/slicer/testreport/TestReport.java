package dev.slicer.testreport;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What Surefire or Failsafe wrote of one class of tests.
 *
 * @param tests that were run or skipped
 */
record TestReport(int tests, List<Skipped> skipped) {
    private static final String NO_REASON = "for no reason that was given";
    /** What JUnit and its exceptions put before the reason of an assumption. */
    private static final String PREFIXES = "^(org\\.opentest4j\\.TestAbortedException: )?(Assumption failed: )?";

    /** @param reason as the test gave it, on one line */
    record Skipped(String className, String reason) {}

    /** The reports in a folder, which need not be there, that are not older than the build. */
    static List<TestReport> of(Path folder, Instant begun) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<TestReport> reports = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                boolean report = name.startsWith("TEST-") && name.endsWith(".xml");
                if (report && !Files.getLastModifiedTime(file).toInstant().isBefore(begun)) {
                    reports.add(read(file));
                }
            }
        }
        return reports;
    }

    private static TestReport read(Path file) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        try (InputStream in = Files.newInputStream(file)) {
            XMLStreamReader xml = factory.createXMLStreamReader(in);
            int tests = 0;
            String className = "";
            List<Skipped> skipped = new ArrayList<>();
            while (xml.hasNext()) {
                if (xml.next() != XMLStreamConstants.START_ELEMENT) {
                    continue;
                }
                switch (xml.getLocalName()) {
                    case "testcase" -> {
                        tests++;
                        className = xml.getAttributeValue(null, "classname");
                    }
                    case "skipped" -> {
                        String message = xml.getAttributeValue(null, "message");
                        skipped.add(new Skipped(className, reason(message == null ? xml.getElementText() : message)));
                    }
                    default -> {
                        // Output and properties.
                    }
                }
            }
            return new TestReport(tests, skipped);
        } catch (XMLStreamException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The reason of an assumption is the first line of a stack trace. */
    private static String reason(String message) {
        String said = message.strip()
                .replaceFirst(PREFIXES, "")
                .lines()
                .findFirst()
                .orElse("")
                .strip();
        return said.isEmpty() ? NO_REASON : said;
    }
}

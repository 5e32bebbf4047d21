package dev.slicer.testreport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SkippedTestsTest {
    private static final Instant BEGUN = Instant.parse("2026-01-01T12:00:00Z");

    @TempDir
    private Path root;

    @Test
    void shouldCountSkippedTestsByReasonInOneLine() throws IOException {
        // Given
        report("core/target/surefire-reports/TEST-a.RulesTest.xml", BEGUN, """
                <testcase name="one" classname="a.RulesTest"><skipped message="Assumption failed: needs promtool"/></testcase>
                <testcase name="two" classname="a.RulesTest"><skipped type="x"><![CDATA[org.opentest4j.TestAbortedException: Assumption failed: needs promtool
                    at org.junit.jupiter.api.Assumptions.throwAssumptionFailed(Assumptions.java:340)]]></skipped></testcase>
                <testcase name="three" classname="a.RulesTest"/>""");
        report("core/target/surefire-reports/TEST-a.b.MetricsTest.xml", BEGUN, """
                <testcase name="one" classname="a.b.MetricsTest"><skipped message="needs promtool"/></testcase>""");
        report("web/target/failsafe-reports/TEST-a.PageIT.xml", BEGUN, """
                <testcase name="one" classname="a.PageIT"><skipped message="needs chromium"/></testcase>
                <testcase name="two" classname="a.PageIT"><failure>no</failure></testcase>
                <testcase name="two" classname="a.PageIT"><skipped/></testcase>""");

        // When
        String line = SkippedTests.line(SkippedTests.reports(root, BEGUN));

        // Then
        assertThat(line)
                .isEqualTo(
                        "Skipped 5 of 7 tests: 3 needs promtool (MetricsTest, RulesTest); 1 for no reason that was given"
                                + " (PageIT); 1 needs chromium (PageIT).");
    }

    @Test
    void shouldSayThatNothingWasSkipped() throws IOException {
        // Given
        report("core/target/surefire-reports/TEST-a.RulesTest.xml", BEGUN, """
                <testcase name="one" classname="a.RulesTest"/>""");

        // Then
        assertThat(SkippedTests.line(SkippedTests.reports(root, BEGUN))).isEqualTo("Skipped 0 of 1 tests.");
    }

    @Test
    void shouldLeaveReportsOfAnEarlierBuildAlone() throws IOException {
        // Given
        report("core/target/surefire-reports/TEST-a.OldTest.xml", BEGUN.minusSeconds(1), """
                <testcase name="one" classname="a.OldTest"><skipped message="needs promtool"/></testcase>""");

        // Then
        assertThat(SkippedTests.reports(root, BEGUN)).isEmpty();
    }

    @Test
    void shouldReadNothingFromOutsideTheReport() throws IOException {
        // Given
        Path secret = Files.writeString(root.resolve("secret"), "secret");
        Path file = report("core/target/surefire-reports/TEST-a.ATest.xml", BEGUN, "");
        Files.writeString(
                file,
                "<!DOCTYPE a [<!ENTITY s SYSTEM '" + secret.toUri() + "'>]><testsuite><testcase classname='a.ATest'/>"
                        + "</testsuite>");

        // Then
        assertThat(SkippedTests.reports(root, BEGUN)).isEqualTo(List.of(new TestReport(1, List.of())));
    }

    private Path report(String name, Instant modified, String testcases) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "<?xml version=\"1.0\"?><testsuite>" + testcases + "</testsuite>");
        return Files.setLastModifiedTime(file, FileTime.from(modified));
    }
}

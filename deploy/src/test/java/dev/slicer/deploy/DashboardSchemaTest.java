package dev.slicer.deploy;

import static dev.slicer.deploy.Repository.path;
import static dev.slicer.deploy.Repository.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code deploy/check-dashboards}: the dashboards against Grafana's types. */
class DashboardSchemaTest {
    private static final int NOT_CHECKED = 75;

    @TempDir
    Path folder;

    @Test
    void shouldFitTheTypesOfTheGrafanaThatComposeStarts() {
        // When
        Tool.Run run = check();

        // Then
        assertThat(run.status()).as(run.output()).isZero();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            "textMode": "name"          | "textMode": "nome"
            "colorMode": "none"         | "colourMode": "none"
            "decimals": 1               | "decimal": 1
            "refresh": 2                | "refresh": 9
            "drawStyle": "line"         | "drawStyle": "lien"
            "legendFormat": ""          | "legend": ""
            "type": "color-text"        | "type": "colour-text"
            "type": "timeseries"        | "type": "graph"
            "collapsed": false          | "closed": false
            """, delimiter = '|')
    void shouldNameTheLineOfWhatGrafanaDoesNotKnow(String right, String wrong) throws IOException {
        // Given
        String dashboard = text("deploy/grafana/dashboards/quality.json");
        int at = dashboard.indexOf(right);
        assertThat(at).isPositive();
        long line = dashboard.substring(0, at).lines().count();
        Path broken = folder.resolve("broken.json");
        Files.writeString(broken, dashboard.substring(0, at) + wrong + dashboard.substring(at + right.length()));

        // When
        Tool.Run run = check(broken.toString());

        // Then
        assertThat(run.status()).as(run.output()).isEqualTo(2);
        assertThat(run.output()).containsPattern("broken\\.json\\.ts\\(" + line + ",\\d+\\): error");
    }

    private static Tool.Run check(String... files) {
        String[] command = new String[files.length + 1];
        command[0] = path("deploy/check-dashboards").toString();
        System.arraycopy(files, 0, command, 1, files.length);
        Tool.Run run = Tool.run(path("deploy"), Map.of(), command);
        assumeFalse(run.status() == NOT_CHECKED, "needs npm and its registry");
        return run;
    }
}

package dev.slicer.deploy;

import static dev.slicer.deploy.Repository.SERVICES;
import static dev.slicer.deploy.Repository.files;
import static dev.slicer.deploy.Repository.json;
import static dev.slicer.deploy.Repository.path;
import static dev.slicer.deploy.Repository.text;
import static dev.slicer.deploy.Repository.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.deploy.Repository.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules and dashboards against {@code deploy/metrics}, the lists of what running services were seen to expose. */
class MonitoringTest {
    private static final String RULES = "deploy/prometheus/rules.yml";
    private static final String RUNBOOKS = "docs/runbooks";
    /** What Prometheus itself adds. */
    private static final Set<String> METRICS_OF_PROMETHEUS = Set.of("up", "ALERTS");

    private static final Set<String> LABELS_OF_PROMETHEUS =
            Set.of("job", "instance", "alertname", "alertstate", "severity");
    private static final Pattern QUERY_IN_TEXT = Pattern.compile("promtool query instant \\$PROMETHEUS '([^']+)'");
    private static final Pattern ADDRESS_IN_TEXT = Pattern.compile("(?:\\$[A-Z]+|POST )(/v1/[a-z-]+)");
    private static final Pattern PATH = Pattern.compile("@Path\\(\"(/v1/[a-z-]+)\"\\)");
    /** A meter's name in Java: {@code slicer.model.loads}; settings and topics are spelled in other places. */
    private static final Pattern METER =
            Pattern.compile("(?:builder|counter|gauge|timer|summary)\\(\\s*\"(slicer(?:\\.[a-z0-9]+)+)\"");
    /** What Micrometer's Prometheus naming puts behind a meter's name. */
    private static final List<String> SUFFIXES = List.of(
            "", "_total", "_count", "_sum", "_max", "_seconds", "_seconds_count", "_seconds_sum", "_seconds_max");

    private static final int GRID_COLUMNS = 24;

    static List<Service> slicer() {
        return SERVICES;
    }

    static List<Path> dashboards() {
        return files("deploy/grafana/dashboards", ".json");
    }

    @ParameterizedTest
    @MethodSource("slicer")
    void shouldListExactlyTheMetricsThatAServiceHasInItsSources(Service service) {
        // Given
        Set<String> meters = METER.matcher(service.sources())
                .results()
                .map(meter -> meter.group(1).replace('.', '_'))
                .collect(Collectors.toSet());
        Set<String> listed = exposedBy(service).keySet().stream()
                .filter(name -> name.startsWith("slicer_"))
                .collect(Collectors.toSet());

        // Then
        assertThat(meters).isNotEmpty();
        assertThat(listed)
                .as("listed in deploy/metrics/%s.txt, but in no source: renamed?", service.name())
                .allMatch(name -> meters.stream().anyMatch(meter -> isOf(name, meter)));
        assertThat(meters)
                .as("in the sources, but not in deploy/metrics/%s.txt: run deploy/capture-metrics", service.name())
                .allMatch(meter -> listed.stream().anyMatch(name -> isOf(name, meter)));
    }

    @Test
    void shouldUseMetricsAndLabelsInRulesThatServicesExpose() {
        // Given
        Map<String, Set<String>> exposed = exposed();
        Set<String> known = known(exposed);

        // Then
        assertThat(rules()).isNotEmpty().allSatisfy(rule -> {
            PromQl expression = PromQl.of(rule.path("expr").asText());
            assertThat(expression.metrics()).isNotEmpty();
            assertThat(known).containsAll(expression.metrics());
            assertThat(labels(exposed)).containsAll(expression.labels());
        });
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void shouldUseMetricsAndLabelsInADashboardThatServicesExpose(Path dashboard) {
        // Given
        Map<String, Set<String>> exposed = exposed();
        Set<String> known = known(exposed);

        // Then
        assertThat(expressions(json(dashboard))).isNotEmpty().allSatisfy(text -> {
            PromQl expression = PromQl.of(text);
            assertThat(expression.metrics()).isNotEmpty();
            assertThat(known).containsAll(expression.metrics());
            assertThat(labels(exposed)).containsAll(expression.labels());
        });
        assertThat(json(dashboard).at("/templating/list")).allSatisfy(variable -> {
            String[] query = variable.at("/query/query").asText().split("[(), ]+");
            assertThat(query[0]).isEqualTo("label_values");
            assertThat(exposed).containsKey(query[1]);
            assertThat(exposed.get(query[1])).contains(query[2]);
        });
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void shouldShowSomethingInEveryPanelAndSayWhat(Path dashboard) {
        // Given
        String source = yaml("deploy/grafana/provisioning/datasources/prometheus.yaml")
                .at("/datasources/0/uid")
                .asText();

        // Then
        assertThat(panels(json(dashboard))).isNotEmpty().allSatisfy(panel -> {
            assertThat(panel.path("title").asText()).isNotBlank();
            assertThat(panel.path("description").asText()).isNotBlank();
            if (panel.path("type").asText().equals("text")) {
                assertThat(panel.at("/options/content").asText()).isNotBlank();
                return;
            }
            assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isNotBlank();
            assertThat(panel.path("targets")).isNotEmpty().allSatisfy(target -> {
                assertThat(target.path("expr").asText()).isNotBlank();
                assertThat(target.at("/datasource/uid").asText()).isEqualTo(source);
            });
            assertThat(panel.path("targets"))
                    .extracting(target -> target.path("refId").asText())
                    .doesNotHaveDuplicates();
        });
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void shouldBeginADashboardWithHowToReadItAndWhatIsWrong(Path dashboard) {
        // When
        List<JsonNode> panels = list(json(dashboard).path("panels"));

        // Then
        assertThat(panels.get(0).path("type").asText()).isEqualTo("text");
        assertThat(panels.get(0).at("/options/content").asText()).contains(RUNBOOKS);
        assertThat(panels.get(1).at("/targets/0/expr").asText()).contains("ALERTS{");
        assertThat(json(dashboard).path("links"))
                .extracting(link -> link.path("url").asText())
                .contains("/public/runbooks/README.md");
    }

    @Test
    void shouldShowEveryAlertOnADashboard() {
        // Given
        Pattern alertname = Pattern.compile("ALERTS\\{alertname=~\"([^\"]+)\"");
        List<Pattern> shown = dashboards().stream()
                .flatMap(dashboard -> expressions(json(dashboard)).stream())
                .flatMap(expression -> alertname.matcher(expression).results())
                .map(match -> Pattern.compile(match.group(1)))
                .toList();

        // Then
        assertThat(rules())
                .filteredOn(rule -> rule.has("alert"))
                .extracting(rule -> rule.path("alert").asText())
                .allMatch(alert ->
                        shown.stream().anyMatch(names -> names.matcher(alert).matches()));
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void shouldLayOutADashboardInRowsWhosePanelsDoNotCoverEachOther(Path dashboard) {
        // Given
        JsonNode all = json(dashboard).path("panels");
        List<JsonNode> withRows = new ArrayList<>(panels(json(dashboard)));
        list(all).stream().filter(MonitoringTest::isRow).forEach(withRows::add);

        // Then
        assertThat(withRows)
                .allSatisfy(panel -> assertThat(panel.at("/gridPos/x").asInt()
                                + panel.at("/gridPos/w").asInt())
                        .isLessThanOrEqualTo(GRID_COLUMNS))
                .extracting(panel -> panel.path("id").asInt())
                .doesNotHaveDuplicates();
        // Grafana keeps the panels of a row that is closed in the row, and those of an open one behind it.
        assertThat(all).filteredOn(MonitoringTest::isRow).isNotEmpty().allSatisfy(row -> {
            assertThat(row.path("title").asText()).isNotBlank();
            assertThat(row.path("panels").isEmpty())
                    .isNotEqualTo(row.path("collapsed").asBoolean());
        });
        Set<String> cells = new HashSet<>();
        withRows.forEach(panel -> cells(panel.path("gridPos"))
                .forEach(cell -> assertThat(cells.add(cell))
                        .as("%s covers another panel at %s", panel.path("title"), cell)
                        .isTrue()));
    }

    @Test
    void shouldGiveEveryDashboardAnAddressOfItsOwn() {
        assertThat(dashboards())
                .hasSizeGreaterThanOrEqualTo(2)
                .extracting(dashboard -> json(dashboard).path("uid").asText())
                .doesNotHaveDuplicates()
                .allMatch(uid -> uid.matches("slicer-[a-z]+"));
    }

    @Test
    void shouldPassThePrometheusConfigurationCheck() {
        // Given
        Tool.assumeWorks("promtool", "promtool", "--version");

        // When
        Tool.Run run = Tool.run(path("deploy/prometheus"), Map.of(), "promtool", "check", "config", "prometheus.yml");

        // Then
        assertThat(run.status()).as(run.output()).isZero();
    }

    @Test
    void shouldFireEveryAlertWhenItShouldAndOnlyThen() {
        // Given
        Tool.assumeWorks("promtool", "promtool", "--version");

        // When
        Tool.Run run = Tool.run(path("deploy/prometheus"), Map.of(), "promtool", "test", "rules", "rules.test.yml");

        // Then
        assertThat(run.status()).as(run.output()).isZero();
    }

    @Test
    void shouldTestEveryAlertBothWays() {
        // Given
        List<JsonNode> cases = list(yaml("deploy/prometheus/rules.test.yml").path("tests")).stream()
                .flatMap(test -> list(test.path("alert_rule_test")).stream())
                .toList();

        // Then
        assertThat(rules()).filteredOn(rule -> rule.has("alert")).isNotEmpty().allSatisfy(rule -> {
            List<JsonNode> ofAlert = cases.stream()
                    .filter(test -> test.path("alertname").equals(rule.path("alert")))
                    .toList();
            assertThat(ofAlert).anyMatch(test -> test.has("exp_alerts")).anyMatch(test -> !test.has("exp_alerts"));
        });
    }

    @Test
    void shouldSayOfEveryAlertHowBadItIsAndWhereItIsExplained() {
        // Given
        List<JsonNode> alerts =
                rules().stream().filter(rule -> rule.has("alert")).toList();
        List<String> pages = files(RUNBOOKS, ".md").stream()
                .map(page -> page.getFileName().toString())
                .filter(page -> !page.equals("README.md"))
                .toList();

        // Then
        assertThat(alerts).isNotEmpty().allSatisfy(alert -> {
            String name = alert.path("alert").asText();
            assertThat(alert.at("/labels/severity").asText()).isIn("critical", "warning", "info");
            assertThat(alert.at("/annotations/summary").asText()).isNotBlank();
            assertThat(alert.at("/annotations/description").asText()).isNotBlank();
            assertThat(alert.at("/annotations/runbook_url").asText()).isEqualTo(RUNBOOKS + "/" + name + ".md");
            assertThat(text(RUNBOOKS + "/README.md")).contains("[" + name + "](" + name + ".md)");
        });
        assertThat(pages)
                .containsExactlyInAnyOrderElementsOf(alerts.stream()
                        .map(alert -> alert.path("alert").asText() + ".md")
                        .toList());
    }

    @Test
    void shouldAskInRunbooksForMetricsAndLabelsThatServicesExpose() {
        // Given
        Map<String, Set<String>> exposed = exposed();
        Set<String> known = known(exposed);

        // Then
        assertThat(queriesInRunbooks()).isNotEmpty().allSatisfy(text -> {
            PromQl expression = PromQl.of(text);
            assertThat(expression.metrics()).isNotEmpty();
            assertThat(known).containsAll(expression.metrics());
            assertThat(labels(exposed)).containsAll(expression.labels());
        });
    }

    @Test
    void shouldSendOperatorsToAddressesThatServicesHave() {
        // Given
        Set<String> resources = SERVICES.stream()
                .flatMap(service -> PATH.matcher(service.sources()).results())
                .map(path -> path.group(1))
                .collect(Collectors.toSet());

        // Then
        assertThat(files(RUNBOOKS, ".md"))
                .allSatisfy(
                        page -> assertThat(ADDRESS_IN_TEXT.matcher(text(page)).results())
                                .extracting(address -> address.group(1))
                                .allSatisfy(address -> assertThat(resources).contains(address)));
    }

    @Test
    void shouldWriteQueriesInDashboardsAndRunbooksThatPrometheusCanParse(@TempDir Path folder) throws IOException {
        // Given
        Tool.assumeWorks("promtool", "promtool", "--version");
        List<String> queries = Stream.concat(
                        dashboards().stream().flatMap(dashboard -> expressions(json(dashboard)).stream()),
                        queriesInRunbooks().stream())
                .toList();
        StringBuilder rules = new StringBuilder("groups:\n  - name: queries\n    rules:\n");
        for (String query : queries) {
            rules.append("      - record: query").append(rules.length()).append("\n        expr: |\n          ");
            rules.append(query.replaceAll("\\$\\w+", "any").replace("\n", "\n          "))
                    .append('\n');
        }
        Files.writeString(folder.resolve("queries.yml"), rules);

        // When
        Tool.Run run = Tool.run(folder, Map.of(), "promtool", "check", "rules", "queries.yml");

        // Then
        assertThat(run.status()).as(run.output()).isZero();
    }

    /** Names with their labels; a name that has several sets of labels has all of them. */
    private static Map<String, Set<String>> exposedBy(Service service) {
        Map<String, Set<String>> exposed = new TreeMap<>();
        text("deploy/metrics/" + service.name() + ".txt").lines().forEach(line -> {
            String[] parts = line.split("[{},]");
            exposed.computeIfAbsent(parts[0], name -> new HashSet<>())
                    .addAll(List.of(parts).subList(1, parts.length));
        });
        return exposed;
    }

    private static Map<String, Set<String>> exposed() {
        Map<String, Set<String>> exposed = new TreeMap<>();
        SERVICES.forEach(service -> exposedBy(service)
                .forEach((name, labels) ->
                        exposed.computeIfAbsent(name, any -> new HashSet<>()).addAll(labels)));
        return exposed;
    }

    private static Set<String> known(Map<String, Set<String>> exposed) {
        Set<String> known = new HashSet<>(exposed.keySet());
        known.addAll(METRICS_OF_PROMETHEUS);
        rules().stream()
                .filter(rule -> rule.has("record"))
                .map(rule -> rule.path("record").asText())
                .forEach(known::add);
        return known;
    }

    private static Set<String> labels(Map<String, Set<String>> exposed) {
        return Stream.concat(exposed.values().stream().flatMap(Set::stream), LABELS_OF_PROMETHEUS.stream())
                .collect(Collectors.toSet());
    }

    private static boolean isOf(String name, String meter) {
        return SUFFIXES.stream().anyMatch(suffix -> name.equals(meter + suffix));
    }

    private static List<JsonNode> rules() {
        return list(yaml(RULES).path("groups")).stream()
                .flatMap(group -> list(group.path("rules")).stream())
                .toList();
    }

    private static List<String> expressions(JsonNode dashboard) {
        return panels(dashboard).stream()
                .flatMap(panel -> list(panel.path("targets")).stream())
                .map(target -> target.path("expr").asText())
                .toList();
    }

    /** Those in rows too, and no rows. */
    private static List<JsonNode> panels(JsonNode dashboard) {
        return list(dashboard.path("panels")).stream()
                .flatMap(panel -> isRow(panel) ? list(panel.path("panels")).stream() : Stream.of(panel))
                .toList();
    }

    private static boolean isRow(JsonNode panel) {
        return panel.path("type").asText().equals("row");
    }

    private static List<String> queriesInRunbooks() {
        return files(RUNBOOKS, ".md").stream()
                .flatMap(page -> QUERY_IN_TEXT.matcher(text(page)).results())
                .map(query -> query.group(1))
                .toList();
    }

    private static List<String> cells(JsonNode position) {
        List<String> cells = new ArrayList<>();
        for (int x = 0; x < position.path("w").asInt(); x++) {
            for (int y = 0; y < position.path("h").asInt(); y++) {
                cells.add((position.path("x").asInt() + x) + ","
                        + (position.path("y").asInt() + y));
            }
        }
        return cells;
    }

    private static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }
}

package dev.slicer.deploy;

import static dev.slicer.deploy.Repository.SERVICES;
import static dev.slicer.deploy.Repository.files;
import static dev.slicer.deploy.Repository.path;
import static dev.slicer.deploy.Repository.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents say of one another, of the modules and of the metrics. */
class DocumentsTest {
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`\n]*`");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern METRIC = Pattern.compile("`(slicer_[a-z0-9_]+)");
    /** {@code text[slicer-text]}, and {@code text --> contract & kafka}. */
    private static final Pattern NODE = Pattern.compile("(\\w+)\\[([a-z-]+)]");

    private static final Pattern ARROW = Pattern.compile("(?m)^ *(\\w+) --> ([\\w &]+)$");
    private static final Pattern DEPENDENCY = Pattern.compile("(?s)<dependency>.*?</dependency>");
    private static final Pattern ARTIFACT =
            Pattern.compile("<groupId>dev.slicer</groupId>\\s*<artifactId>([^<]+)</artifactId>");
    private static final Pattern TOPIC = Pattern.compile("return prefix \\+ \"([a-z-]+)\"");
    private static final Pattern CLAIM = Pattern.compile("`([A-Z]\\w+(?:Test|IT))(?:\\.(should\\w+))?`");
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    static List<Path> documents() {
        return files("", ".md").stream()
                .filter(file ->
                        !path("").relativize(file).toString().matches("(.*/)?(target|src|node_modules|\\..*)/.*"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void shouldLinkToFilesAndSectionsThatAreThere(Path document) {
        // Given
        List<String> links = LINK.matcher(CODE.matcher(text(document)).replaceAll("code"))
                .results()
                .map(link -> link.group(1))
                .filter(link -> !ELSEWHERE.matcher(link).matches())
                .toList();

        // Then
        assertThat(links).allSatisfy(link -> {
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]);
            assertThat(target).exists();
            if (parts.length == 2) {
                assertThat(anchors(target)).as("sections of %s", target).contains(parts[1]);
            }
        });
    }

    @Test
    void shouldLeadFromTheReadmeToEveryDocument() {
        // Given
        Set<Path> reached = new TreeSet<>();
        List<Path> next = List.of(path("README.md"));

        // When
        while (!next.isEmpty()) {
            reached.addAll(next);
            next = next.stream()
                    .flatMap(document -> LINK.matcher(text(document))
                            .results()
                            .map(link -> document.resolveSibling(link.group(1).split("#")[0])
                                    .normalize()))
                    .filter(target -> target.toString().endsWith(".md") && Files.exists(target))
                    .filter(target -> !reached.contains(target))
                    .distinct()
                    .toList();
        }

        // Then
        assertThat(reached).containsAll(documents());
    }

    @Test
    void shouldDescribeAndDrawEveryTopic() {
        assertThat(TOPIC.matcher(text("slicer-contract/src/main/java/dev/slicer/events/Topics.java"))
                        .results()
                        .map(topic -> topic.group(1)))
                .isNotEmpty()
                .allSatisfy(topic -> {
                    assertThat(text("docs/topics.md")).contains("| `slicer." + topic + "` |");
                    assertThat(text("docs/architecture.md")).contains("[" + topic + "]");
                });
    }

    /** What is claimed of security is held by a test, which is named beside it. */
    @Test
    void shouldNameTestsOfSecurityThatAreThere() {
        // Given
        Map<String, String> tests = files("", ".java").stream()
                .filter(file -> file.toString().contains("src/test/java"))
                .collect(Collectors.toMap(
                        file -> file.getFileName().toString().replace(".java", ""),
                        Repository::text,
                        (one, other) -> one + other));
        List<MatchResult> claims = Stream.of("SECURITY.md", "docs/security.md")
                .flatMap(page -> CLAIM.matcher(text(page)).results())
                .toList();

        // When and then
        assertThat(claims).hasSizeGreaterThan(20).allSatisfy(claim -> {
            assertThat(tests).containsKey(claim.group(1));
            if (claim.group(2) != null) {
                assertThat(tests.get(claim.group(1))).contains("void " + claim.group(2) + "(");
            }
        });
        assertThat(text("docs/security.md").split("(?m)^## ")).hasSizeGreaterThan(3);
        assertThat(Stream.of(text("docs/security.md").split("(?m)^## ")).skip(1))
                .allSatisfy(section -> assertThat(section).containsPattern(CLAIM));
    }

    @Test
    void shouldSayInTheReadmeWhatEachModuleIs() {
        assertThat(MODULE.matcher(text("pom.xml")).results().map(module -> module.group(1)))
                .isNotEmpty()
                .filteredOn(module -> !module.contains("/"))
                .allSatisfy(
                        module -> assertThat(text("README.md")).containsPattern("(?m)^\\| .*`" + module + "`.* \\|"));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void shouldDrawWhatAModuleKnows(String module) {
        assertThat(known(module, DocumentsTest::drawn))
                .containsExactlyInAnyOrderElementsOf(known(module, DocumentsTest::depended));
    }

    /** Those with code of their own. */
    static List<String> modules() {
        return MODULE.matcher(text("pom.xml"))
                .results()
                .map(module -> module.group(1))
                .filter(module -> Files.exists(path(module + "/src/main/java/dev")))
                .toList();
    }

    private static Set<String> known(String module, Function<String, Set<String>> direct) {
        Set<String> known = new TreeSet<>();
        direct.apply(module).forEach(other -> {
            known.add(other);
            known.addAll(known(other, direct));
        });
        return known;
    }

    /** The arrows from a module, by the modules' names. */
    private static Set<String> drawn(String module) {
        String drawing = Repository.firstGroup("(?s)```mermaid\\nflowchart BT(.*?)```", text("docs/architecture.md"));
        Map<String, String> names =
                NODE.matcher(drawing).results().collect(Collectors.toMap(node -> node.group(1), node -> node.group(2)));
        return ARROW.matcher(NODE.matcher(drawing).replaceAll("$1"))
                .results()
                .filter(arrow ->
                        names.getOrDefault(arrow.group(1), arrow.group(1)).equals(module))
                .flatMap(arrow -> Stream.of(arrow.group(2).split(" & ")))
                .map(node -> names.getOrDefault(node, node))
                .collect(Collectors.toSet());
    }

    private static Set<String> depended(String module) {
        return DEPENDENCY
                .matcher(text(module + "/pom.xml"))
                .results()
                .map(MatchResult::group)
                .filter(dependency -> !dependency.contains("<scope>test</scope>"))
                .flatMap(dependency -> ARTIFACT.matcher(dependency).results())
                .map(artifact -> artifact.group(1))
                .filter(other -> Files.exists(path(other)))
                .collect(Collectors.toSet());
    }

    @Test
    void shouldExplainTheMetricsThatServicesExposeAndNoOther() {
        // Given
        Set<String> exposed = SERVICES.stream()
                .flatMap(service ->
                        text("deploy/metrics/" + service.name() + ".txt").lines())
                .map(line -> line.split("[{ ]")[0])
                .filter(name -> name.startsWith("slicer_"))
                .map(DocumentsTest::withoutStatistic)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> explained = METRIC.matcher(text("docs/metrics.md"))
                .results()
                .map(metric -> metric.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        // Then: the last one is the command line's
        assertThat(exposed).isNotEmpty();
        assertThat(explained).containsAll(exposed);
        assertThat(explained).allMatch(name -> exposed.contains(name) || name.equals("slicer_self_attention_share"));
    }

    private static String withoutStatistic(String name) {
        return name.replaceAll("_(count|sum|max|bucket)$", "");
    }

    /** As GitHub makes them of headings. */
    private static Set<String> anchors(Path document) {
        return HEADING.matcher(text(document))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}

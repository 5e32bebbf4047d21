package dev.slicer.evaluator.scores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.EventJson;
import dev.slicer.events.ScoreTotals;
import dev.slicer.events.ScoreTotals.ScoringTotals;
import dev.slicer.events.Topics;
import dev.slicer.metrics.Counts;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String TOPIC = Topics.defaults().scoreTotals();

    private final ScoreBoard board = new ScoreBoard();

    @Test
    void shouldBeWholeWhereAllFits() {
        // Given
        put("news", "a", "sw", "yo");
        put("news", "b", "sw");

        // When
        Report report = report("");

        // Then
        assertThat(rows(report)).containsExactly("news/a/sw", "news/a/yo", "news/b/sw");
        assertThat(report.next()).isEmpty();
        assertThat(report("limit=3").next()).isEmpty();
    }

    @Test
    void shouldSayWhereTheNextPageIs() {
        // Given
        put("news", "a", "ha", "sw", "yo");
        put("web", "a", "sw");

        // When
        Report first = report("limit=2&model=a");

        // Then
        assertThat(rows(first)).containsExactly("news/a/ha", "news/a/sw");
        assertThat(first.next()).hasValue("/v1/report?model=a&limit=2&after=news%2Fa%2Fsw");
        assertThat(rows(report(query(first.next().orElseThrow())))).containsExactly("news/a/yo", "web/a/sw");
    }

    @Test
    void shouldHaveTheMeanOfAllLanguagesOnEachPage() {
        // Given
        board.read(written(totals("news", "a", "sw", types(1, new Counts(3, 1, 1)))));
        board.read(written(totals("news", "a", "yo", types(1, new Counts(1, 1, 1)))));

        // When
        List<Report> pages = List.of(
                report("limit=1"), report("limit=1&after=news/a/sw"), report("language=yo"), report("language=sw"));

        // Then
        assertThat(pages)
                .allSatisfy(page -> assertThat(page.results()).singleElement().satisfies(result -> {
                    assertThat(result.languages()).hasSize(1);
                    assertThat(result.macroMean().get("strict").f1()).isEqualTo((0.75 + 0.5) / 2);
                }));
    }

    @Test
    void shouldHaveWhatIsAskedForAlone() {
        // Given
        put("news", "a", "sw", "yo");
        put("news", "b", "sw");
        put("web", "a", "sw", "yo");

        // Then
        assertThat(rows(report("benchmark=web"))).containsExactly("web/a/sw", "web/a/yo");
        assertThat(rows(report("model=b"))).containsExactly("news/b/sw");
        assertThat(rows(report("language=yo"))).containsExactly("news/a/yo", "web/a/yo");
        assertThat(rows(report("language=yo&after=news/a/yo"))).containsExactly("web/a/yo");
        assertThat(rows(report("benchmark=news&model=a&language=sw"))).containsExactly("news/a/sw");
        assertThat(rows(report("benchmark=other"))).isEmpty();
    }

    @Test
    void shouldGoOnBehindWhatHasGoneMeanwhile() {
        // Given
        put("news", "a", "ha", "sw", "yo");
        String next = report("limit=2").next().orElseThrow();

        // When
        board.read(new ConsumerRecord<>(TOPIC, 0, 0, "news/a/sw".getBytes(StandardCharsets.UTF_8), null));

        // Then
        assertThat(rows(report(query(next)))).containsExactly("news/a/yo");
    }

    @Test
    void shouldHaveFewerLanguagesInAnAnswerWhereTheyHaveVeryManyTypes() {
        // Given: some 80 KB each
        for (int i = 0; i < 200; i++) {
            board.read(written(totals("news", "m" + i, "sw", types(512, new Counts(1, 1, 1)))));
        }

        // When
        Report report = report("");

        // Then
        assertThat(EventJson.write(report).length).isBetween(2 << 20, 8 << 20);
        assertThat(report.next()).isPresent();
        assertThat(everyPage(board, "")).hasSize(200);
    }

    @Property(tries = 300)
    void shouldBeReadableToItsEndWhateverNamesAre(
            @ForAll("keys") Set<ScoreTotals.Key> keys, @ForAll @IntRange(min = 1, max = 7) int limit) {
        // Given
        ScoreBoard any = new ScoreBoard();
        keys.forEach(key -> put(any, key.benchmark(), key.modelId(), key.language()));

        // When
        List<String> all = everyPage(any, "limit=" + limit);

        // Then
        assertThat(all)
                .isEqualTo(
                        new TreeSet<>(keys).stream().map(ScoreTotals.Key::text).toList());
    }

    @Provide
    Arbitrary<Set<ScoreTotals.Key>> keys() {
        Arbitrary<String> names = Arbitraries.strings()
                .withChars("ab-&=?#%+ é王/")
                .ofMinLength(1)
                .ofMaxLength(3)
                .filter(name -> !name.isBlank());
        return Combinators.combine(
                        names, names.map(name -> name.replace('/', '_')), Arbitraries.of("sw", "yo", "zh-Hant"))
                .as(ScoreTotals.Key::new)
                .set()
                .ofMaxSize(30);
    }

    @Test
    void shouldHaveAnAddressForTheLongestNames() {
        // Given
        String benchmark = "王".repeat(700);
        String model = "王".repeat(255);
        put(benchmark, model, "sw", "yo");

        // When
        String next = report(
                        board, new MultivaluedHashMap<>(Map.of("limit", "1", "benchmark", benchmark, "model", model)))
                .next()
                .orElseThrow();

        // Then: HTTP takes 32 KB
        assertThat(next.length()).isLessThan(20_000);
        assertThat(rows(report(query(next)))).containsExactly(benchmark + "/" + model + "/yo");
        assertThatThrownBy(() -> put("b".repeat(1000), model, "sw"))
                .hasMessageContaining("benchmark, modelId and language have more than 1000 characters together");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    limit=0       | limit must be between 1 and 1000, got "0"
                    limit=1001    | limit must be between 1 and 1000, got "1001"
                    limit=many    | limit must be between 1 and 1000, got "many"
                    after=news/a  | after must be BENCHMARK/MODEL/LANGUAGE, got "news/a"; take it from the address in next
                    modle=a       | there is no parameter modle, only benchmark, model, language, after, limit
                    model=a&model=b | model is there 2 times
                    """)
    void shouldRefuseWhatMakesNoSense(String asked, String why) {
        assertThatThrownBy(() -> report(asked))
                .isInstanceOf(ProblemException.class)
                .hasMessage(why)
                .extracting(refused -> ((ProblemException) refused).type())
                .isEqualTo(ProblemType.BAD_REQUEST);
    }

    /** All that the report has, page by page. */
    private static List<String> everyPage(ScoreBoard board, String first) {
        Report page = report(board, parameters(first));
        List<String> all = new ArrayList<>(rows(page));
        while (page.next().isPresent()) {
            page = report(board, parameters(query(page.next().orElseThrow())));
            assertThat(page.results()).isNotEmpty();
            all.addAll(rows(page));
        }
        return all;
    }

    private static List<String> rows(Report report) {
        return report.results().stream()
                .flatMap(result -> result.languages().stream()
                        .map(language -> result.benchmark() + "/" + result.modelId() + "/" + language.language()))
                .toList();
    }

    private Report report(String query) {
        return report(board, parameters(query));
    }

    private static Report report(ScoreBoard board, MultivaluedMap<String, String> parameters) {
        return Report.of(board, ReportQuery.of(parameters), NOW);
    }

    private static String query(String address) {
        return URI.create(address).getRawQuery();
    }

    private static MultivaluedMap<String, String> parameters(String query) {
        MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
        for (String parameter : query.split("&")) {
            int equals = parameter.indexOf('=');
            if (equals > 0) {
                parameters.add(
                        parameter.substring(0, equals),
                        URLDecoder.decode(parameter.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }

    private void put(String benchmark, String model, String... languages) {
        put(board, benchmark, model, languages);
    }

    private static void put(ScoreBoard board, String benchmark, String model, String... languages) {
        for (String language : languages) {
            board.read(written(totals(benchmark, model, language, types(1, new Counts(1, 0, 0)))));
        }
    }

    private static SortedMap<String, Counts> types(int number, Counts counts) {
        return IntStream.range(0, number)
                .boxed()
                .collect(Collectors.toMap(i -> "T" + i, i -> counts, Counts::plus, TreeMap::new));
    }

    private static ScoreTotals totals(
            String benchmark, String model, String language, SortedMap<String, Counts> byType) {
        return new ScoreTotals(
                benchmark,
                model,
                language,
                1,
                0,
                Optional.of(NOW),
                List.of(new ScoringTotals("strict", byType, Optional.empty())),
                Map.of());
    }

    private static ConsumerRecord<byte[], byte[]> written(ScoreTotals totals) {
        return new ConsumerRecord<>(
                TOPIC, 0, 1000, totals.key().getBytes(StandardCharsets.UTF_8), EventJson.write(totals));
    }
}

package dev.slicer.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.events.InvalidEventException.Reason;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.hyperparameters.Hyperparameters.WordUpdates;
import dev.slicer.hyperparameters.Snapshots;
import dev.slicer.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepTest {
    private static final String GRID = """
            name: paper
            sources:
              en: [sample:en.train]
              ru: [/data/ru.a.conll, /data/ru.b.conll]
            h: [8, standard]
            classifier: [trained, frozen]
            learningRate: [2e-5, 5.0e-6]
            seeds: [42, 43, 44]
            hyperparameters: {maxSteps: 700, weightDecay: 5e-2, wordUpdates: frozen}
            labelMap: {DATE: O}
            snapshots: 350
            averageLast: 2
            averageRuns: true
            benchmark:
              name: masakhaner
              test: {sw: /data/sw.test.conll, yo: /data/yo.test.conll}
              validation: {sw: /data/sw.dev.conll}
            """;

    @Test
    void shouldMakeAJobOfEachSettingAndSeedAndAnAverageOfEachSetting() {
        // When
        List<TrainingRequest> jobs = yaml(GRID).jobs();

        // Then: 2 sources, 2 h, 2 modes and 2 rates are 16 settings
        assertThat(jobs).hasSize(16 * 3 + 16);
        assertThat(jobs).extracting(TrainingRequest::jobId).doesNotHaveDuplicates();
        assertThat(jobs.get(0)).satisfies(first -> {
            assertThat(first.jobId()).isEqualTo("paper-en-h8-trained-lr2e-5-seed42");
            assertThat(first.baseModel()).isEqualTo("mbert");
            assertThat(first.train()).containsExactly("sample:en.train");
            assertThat(first.hyperparameters().h()).hasValue(8);
            assertThat(first.hyperparameters().classifier()).isEqualTo(ClassifierMode.TRAINED);
            assertThat(first.hyperparameters().learningRate()).isEqualTo(2e-5);
            assertThat(first.hyperparameters().maxSteps()).hasValue(700);
            assertThat(first.hyperparameters().weightDecay()).isEqualTo(0.05);
            assertThat(first.hyperparameters().wordUpdates()).isEqualTo(WordUpdates.FROZEN);
            assertThat(first.hyperparameters().seed()).isEqualTo(42);
            assertThat(first.snapshots()).isEqualTo(new Snapshots.EachSteps(350));
            assertThat(first.averageLast()).hasValue(2);
            assertThat(first.sourceName()).isEqualTo("en");
            assertThat(first.sweepId()).hasValue("paper");
            assertThat(first.benchmark().orElseThrow().validation()).containsOnlyKeys("sw");
        });
        assertThat(jobs.get(47).jobId()).isEqualTo("paper-ru-standard-frozen-lr5e-6-seed44");
        assertThat(jobs.get(48)).satisfies(average -> {
            assertThat(average.jobId()).isEqualTo("paper-en-h8-trained-lr2e-5-average");
            assertThat(average.train()).isEmpty();
            assertThat(average.averageOf())
                    .containsExactly(
                            "paper-en-h8-trained-lr2e-5-seed42",
                            "paper-en-h8-trained-lr2e-5-seed43",
                            "paper-en-h8-trained-lr2e-5-seed44");
        });
    }

    @Test
    void shouldReadTheColumnOfTagsBehindAByteOrderMark() {
        assertThat(yaml("\ufeff" + GRID + "tagColumn: 3\r\n").jobs())
                .extracting(TrainingRequest::tagColumn)
                .containsOnly(OptionalInt.of(3));
        assertThatThrownBy(() -> yaml(GRID + "tagColumn: 0\n"))
                .isInstanceOf(InvalidEventException.class)
                .hasMessage("tagColumn is counted from 1, got 0");
        assertThatThrownBy(() -> SweepFormat.YAML.read(("\ufeff" + GRID).getBytes(StandardCharsets.UTF_16LE)))
                .isInstanceOf(InvalidEventException.class)
                .hasMessage("not YAML: not UTF-8 throughout");
    }

    @Test
    void shouldRunASeedInAllSettingsBeforeTheNext() {
        assertThat(yaml(GRID).jobs().subList(0, 16))
                .allMatch(job -> job.hyperparameters().seed() == 42);
    }

    @Test
    void shouldMakeTheSameJobsOfTheSameGridInYamlAndJson() throws IOException {
        // Given
        byte[] json = Json.mapper().writeValueAsBytes(yaml(GRID));

        // When
        Sweep again = SweepFormat.JSON.read(json);

        // Then
        assertThat(again).isEqualTo(yaml(GRID));
        assertThat(again.jobs()).isEqualTo(yaml(GRID).jobs());
    }

    @Test
    void shouldTravelAsRequestsThatAreReadAsTheyWereWritten() {
        assertThat(yaml(GRID).jobs())
                .allSatisfy(job -> assertThat(EventJson.read(EventJson.write(job), TrainingRequest.class))
                        .isEqualTo(job));
    }

    @Test
    void shouldHaveTheDefaultsWhereNothingIsSaid() {
        // When
        List<TrainingRequest> jobs = yaml("""
                name: small
                sources: {en: [sample:en.train]}
                """).jobs();

        // Then
        assertThat(jobs).hasSize(1);
        TrainingRequest only = jobs.get(0);

        assertThat(only.hyperparameters()).isEqualTo(Hyperparameters.defaults());
        assertThat(only.jobId()).isEqualTo("small-en-h2-trained-lr5e-5-seed42");
        assertThat(only.benchmark()).isEmpty();
    }

    @Test
    void shouldFineTuneInTheStandardWayForWholeEpochsWhereThatIsSaid() {
        // When
        TrainingRequest only = yaml("""
                name: small
                sources: {en: [sample:en.train]}
                h: [standard]
                hyperparameters: {epochs: 3}
                """).jobs().get(0);

        // Then
        assertThat(only.hyperparameters().h()).isEmpty();
        assertThat(only.hyperparameters().maxSteps()).isEmpty();
        assertThat(EventJson.read(EventJson.write(only), TrainingRequest.class)).isEqualTo(only);
    }

    @Test
    void shouldTrainAdaptersInAllRunsWhereTheirRankIsSaid() {
        // When
        List<TrainingRequest> jobs =
                yaml(GRID.replace("wordUpdates: frozen", "loraRank: 16")).jobs();

        // Then
        assertThat(jobs).hasSize(64).allSatisfy(job -> {
            assertThat(job.hyperparameters().loraRank()).hasValue(16);
            assertThat(job.hyperparameters().wordUpdates()).isEqualTo(WordUpdates.FROZEN);
            assertThat(EventJson.read(EventJson.write(job), TrainingRequest.class))
                    .isEqualTo(job);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            name            | "a b"                        | name begins the names of checkpoints
            name            | null                         | name is missing
            sources         | {}                           | sources is empty
            sources         | {"en": []}                   | sources.en is empty
            sources         | {"e-n": ["a"]}               | sources: the name of a source has up to 16
            h               | []                           | h is empty
            h               | [0]                          | h[0]: h must be a number of at least 1, or standard, got 0
            h               | [8.5]                        | h[0]: h must be a number of at least 1, or standard, got 8.5
            h               | [8, 8]                       | h has a value twice
            classifier      | ["thawed"]                   | classifier[0]: expected one of TRAINED, FROZEN, got another string
            learningRate    | [2]                          | learningRate must be over 0 and at most 1, got 2.0
            learningRate    | ["fast"]                     | learningRate[0]: expected a number, got a string
            seeds           | [42, 42]                     | seeds has a value twice
            seeds           | []                           | seeds is empty
            seeds           | [-1]                         | seeds must be at least 0, got -1
            hyperparameters | {"seed": 1}                  | hyperparameters: seed is an axis of the grid
            hyperparameters | {"batches": 1}               | hyperparameters: there is no hyperparameter "batches"
            hyperparameters | {"batchSize": 0}             | hyperparameters: batchSize must be at least 1, got 0
            hyperparameters | {"loraRank": 8, "wordUpdates": "lazy"} | hyperparameters: wordUpdates must be FROZEN, or left out, with loraRank
            snapshots       | "never"                      | snapshots: snapshots must be none, epoch or a number of steps
            snapshots       | "none"                       | averageLast needs snapshots
            averageLast     | 1                            | averageLast must be at least 2, got 1
            benchmark       | {"name": "m", "test": {}}    | benchmark: test is empty
            benchmark       | {"name": "m", "test": {"sw": "a"}, "validation": {"yo": "b"}} | benchmark: validation has the language yo, test has not
            types           | []                           | types is empty
            seed            | [42]                         | there is no field "seed"; there are [name, baseModel, sources,
            """)
    void shouldNameTheFieldWhenAGridMakesNoSense(String field, String value, String message) throws IOException {
        // Given
        ObjectNode grid = (ObjectNode) Json.mapper().readTree(Json.mapper().writeValueAsBytes(yaml(GRID)));
        JsonNode wrong = Json.mapper().readTree(value);
        grid.set(field, wrong);

        // When and then
        assertThatThrownBy(() -> SweepFormat.JSON.read(EventJson.write(grid)))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void shouldNeedTwoSeedsToAverageRuns() {
        assertThatThrownBy(() -> yaml(GRID.replace("[42, 43, 44]", "[42]")))
                .hasMessage("averageRuns needs at least two seeds, got [42]");
    }

    @Test
    void shouldRefuseAGridThatIsTooLarge() {
        // Given
        StringBuilder seeds = new StringBuilder("[0");
        for (int i = 1; i <= 10_000; i++) {
            seeds.append(", ").append(i);
        }

        // When and then
        assertThatThrownBy(() -> yaml(GRID.replace("[42, 43, 44]", seeds + "]")))
                .hasMessage("the grid has 160016 runs, at most 10000 are taken");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            name: [a        | NOT_JSON   | not YAML:
            name: a\\nname: b | INVALID_VALUE | a name is there twice (line 2, column
            name: a: b      | NOT_JSON   | not YAML: mapping values are not allowed here (line 1, column 8)
            text            | WRONG_TYPE | a sweep is an object with the fields
            ``              | WRONG_TYPE | a sweep is an object with the fields
            """)
    void shouldSayWhereTextIsNoYaml(String text, Reason reason, String message) {
        assertThatThrownBy(() -> yaml(text.replace("\\n", "\n")))
                .isInstanceOfSatisfying(InvalidEventException.class, e -> {
                    assertThat(e.reason()).isEqualTo(reason);
                    assertThat(e.getMessage()).startsWith(message);
                });
    }

    private static Sweep yaml(String text) {
        return SweepFormat.YAML.read(text.getBytes(StandardCharsets.UTF_8));
    }
}

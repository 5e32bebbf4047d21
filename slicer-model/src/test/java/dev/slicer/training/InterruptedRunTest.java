package dev.slicer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.LabelMap;
import dev.slicer.encoder.TinyModel;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.hyperparameters.Hyperparameters.WordUpdates;
import dev.slicer.hyperparameters.Snapshots;
import dev.slicer.labels.LabelSet;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs in processes of their own, that die as processes do. */
class InterruptedRunTest {
    private static final int STEPS = 30;
    private static final int SAVE_EVERY = 4;
    private static final String FAILED = "failed: ";

    @TempDir
    Path folder;

    private Path corpus;

    @BeforeEach
    void writeModelAndCorpus() throws Exception {
        TinyModel.write(folder.resolve("base"));
        corpus = Files.writeString(
                folder.resolve("letters.conll"),
                "a O\nP B-PER\nb O\n\nf O\nL B-LOC\ng O\n\nP B-PER\ni I-PER\nd O\n\nL B-LOC\ni I-LOC\nP B-PER\n\n");
    }

    @Test
    void shouldEndWithTheLossCurveOfAnUndisturbedRunWhenKilled() throws Exception {
        // Given
        List<String> undisturbed = losses(start("undisturbed", 0), STEPS);

        // When
        Process killed = start("killed", 0);
        List<String> before = losses(killed, 3 * SAVE_EVERY - 1);
        killed.destroyForcibly().waitFor();
        List<String> after = losses(start("killed", 0), STEPS);

        // Then
        assertThat(undisturbed).hasSize(STEPS);
        assertThat(before).isEqualTo(undisturbed.subList(0, before.size()));
        assertThat(after)
                .hasSizeBetween(STEPS - 3 * SAVE_EVERY, STEPS - 2 * SAVE_EVERY)
                .isEqualTo(undisturbed.subList(STEPS - after.size(), STEPS));
        assertThat(Files.readAllBytes(folder.resolve("killed/model.safetensors")))
                .isEqualTo(Files.readAllBytes(folder.resolve("undisturbed/model.safetensors")));
    }

    /** A limit on the size of files stands for the full disk: writes fail in the same place, in the middle of a file. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs ulimit")
    void shouldSayWhereTheStateCannotBeSavedWhenTheDiskRefusesIt() throws Exception {
        // When
        List<String> lines = losses(start("refused", 16), STEPS);

        // Then
        Path state = folder.resolve("refused-files").resolve("state");
        assertThat(lines).hasSize(SAVE_EVERY);
        assertThat(lines.get(SAVE_EVERY - 1))
                .startsWith(FAILED + "the state after step " + SAVE_EVERY + " cannot be saved to " + state)
                .contains("safetensors");
        assertThat(state).isEmptyDirectory();
        assertThat(folder.resolve("refused")).doesNotExist();
    }

    /** @param fileLimit in blocks of the shell's, 0 for none */
    private Process start(String name, int fileLimit) throws IOException {
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                folder.toString(),
                corpus.toString(),
                name);
        List<String> command = new ArrayList<>();
        if (fileLimit > 0) {
            command.addAll(List.of("sh", "-c", "ulimit -f " + fileLimit + "; exec \"$@\"", "sh"));
        }
        command.addAll(java);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Lines of the child, at most as many. */
    private static List<String> losses(Process child, int most) throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        BufferedReader reader = child.inputReader(StandardCharsets.UTF_8);
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            lines.add(line);
            if (lines.size() == most) {
                return lines;
            }
        }
        child.waitFor();
        return lines;
    }

    /** Trains, a line for each step's loss. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            Path folder = Path.of(arguments[0]);
            Hyperparameters hyperparameters = new Hyperparameters(
                    OptionalInt.of(8),
                    ClassifierMode.TRAINED,
                    1e-3,
                    0.05,
                    1e-8,
                    0.1,
                    2,
                    1,
                    1,
                    OptionalInt.of(STEPS),
                    40,
                    0.1,
                    42,
                    WordUpdates.LAZY,
                    OptionalInt.empty());
            FineTuningJob job = new FineTuningJob(
                    folder.resolve("base"),
                    List.of(Corpora.open(arguments[1], LabelMap.identity())),
                    LabelSet.ofTypes(List.of("PER", "LOC")),
                    hyperparameters,
                    folder.resolve(arguments[2]),
                    Optional.of(new RunFiles(
                            folder.resolve(arguments[2] + "-files"), SAVE_EVERY, Snapshots.parse("none"))));
            EngineOptions options =
                    new EngineOptions(Optional.of(Precision.FP32), OptionalInt.empty(), OptionalInt.of(1), 512);
            try {
                FineTuning.run(job, options, step -> System.out.println(step.loss()), () -> false);
            } catch (TrainingException e) {
                System.out.println(FAILED + e.getMessage());
            }
        }
    }
}

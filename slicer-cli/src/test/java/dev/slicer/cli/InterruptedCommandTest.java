package dev.slicer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slicer.encoder.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Processes of their own that are asked to end while they train. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs signals")
class InterruptedCommandTest {
    private static final int STEPS = 1500;
    private static final Duration FIRST_SAVE = Duration.ofMinutes(1);
    private static final Duration LONGEST_RUN = Duration.ofMinutes(2);
    /** A process that does not end with its step, but after the 20 s that it is given, is killed and has another status. */
    private static final Duration BEFORE_THE_LIMIT = Duration.ofSeconds(18);

    @TempDir
    Path folder;

    @BeforeEach
    void writeModelAndCorpus() throws IOException {
        TinyModel.write(folder.resolve("base"));
        Files.writeString(
                folder.resolve("en.conll"),
                "a O\nP B-PER\nb O\n\nf O\nL B-LOC\ng O\n\nP B-PER\ni I-PER\nd O\n\nL B-LOC\ni I-LOC\nP B-PER\n\n");
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void shouldEndTrainingInOrderAndGoOnWhereItWas(String signal, int exitCode) throws Exception {
        // Given
        String[] train = ("train --model base --train en.conll --types PER,LOC --batch 2 --steps " + STEPS
                        + " --precision fp32 --threads 1 --resumable run --save-every 20 --output model")
                .split(" ");

        // When
        Child interrupted = start(train);
        awaitSavedState(interrupted, folder.resolve("run/state"));
        interrupted.signal(signal);

        // Then
        interrupted.requireOrderlyEnd(exitCode);
        assertThat(folder.resolve("model")).doesNotExist();
        Child resumed = start(train);
        assertThat(resumed.exitCode()).as(resumed.output()).isZero();
        assertThat(resumed.output()).contains("going on after step ");
        assertThat(folder.resolve("model/model.safetensors")).isNotEmptyFile();
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void shouldEndASweepInOrderAndGoOnWhereItWas() throws Exception {
        // Given
        Files.writeString(folder.resolve("grid.yaml"), """
                name: broken-off
                baseModel: base
                sources: {en: [en.conll]}
                h: [8, standard]
                learningRate: [1e-3]
                seeds: [42]
                types: [PER, LOC]
                hyperparameters: {maxSteps: %d, batchSize: 2}
                """.formatted(STEPS));
        String[] sweep = "sweep grid.yaml --precision fp32 --threads 1 --save-every 20".split(" ");

        // When
        Child interrupted = start(sweep);
        awaitSavedState(
                interrupted,
                folder.resolve("home/sweeps/broken-off/state/broken-off-en-h8-trained-lr1e-3-seed42/local/state"));
        interrupted.signal("INT");

        // Then
        interrupted.requireOrderlyEnd(130);
        assertThat(interrupted.output()).contains("stopped; the same command goes on from the last saved state");
        Child resumed = start(sweep);
        assertThat(resumed.exitCode()).as(resumed.output()).isZero();
        assertThat(resumed.output()).contains("going on after step ");
        assertThat(folder.resolve("home/checkpoints"))
                .isDirectoryContaining("glob:**/broken-off-en-h8-trained-lr1e-3-seed42")
                .isDirectoryContaining("glob:**/broken-off-en-standard-trained-lr1e-3-seed42");
    }

    /** In the background of a shell without job control Ctrl-C is ignored, which a child would inherit. */
    private Child start(String... arguments) throws Exception {
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName());
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        assumeTrue(
                new ProcessBuilder(List.of("env", "--default-signal=INT", "true"))
                                .start()
                                .waitFor()
                        == 0,
                "needs an env that sets signals back");
        command.addAll(java);
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(folder, "output", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("SLICER_HOME", folder.resolve("home").toString());
        return new Child(builder.redirectOutput(output.toFile()).start(), output);
    }

    private static void awaitSavedState(Child child, Path state) throws Exception {
        await().atMost(FIRST_SAVE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !child.process().isAlive() || hasSavedState(state));
        assertThat(child.process().isAlive()).as(child.output()).isTrue();
    }

    private static boolean hasSavedState(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("step-"));
        }
    }

    private record Child(Process process, Path file) {
        void signal(String name) throws Exception {
            assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                            .start()
                            .waitFor())
                    .isZero();
        }

        int exitCode() throws InterruptedException {
            return exitCodeWithin(LONGEST_RUN);
        }

        /** Of a process that is killed where it takes longer. */
        private int exitCodeWithin(Duration limit) throws InterruptedException {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
            return process.waitFor();
        }

        String output() throws IOException {
            return Files.readString(file);
        }

        /** A crash of the libraries would leave a file that tells of it, and another exit code. */
        void requireOrderlyEnd(int exitCode) throws Exception {
            assertThat(exitCodeWithin(BEFORE_THE_LIMIT)).as(output()).isEqualTo(exitCode);
            assertThat(output()).doesNotContain("fatal error").doesNotContain("Exception");
            assertThat(file.getParent()).isDirectoryNotContaining("glob:**/hs_err*");
        }
    }
}

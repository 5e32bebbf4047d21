package dev.slicer.cli.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.cli.CommandLineFixture;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.events.ScoreLine;
import dev.slicer.experiments.ScoreLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepCommandTest {
    @TempDir
    Path home;

    private Path grid;
    private Path results;

    @BeforeEach
    void grid() throws IOException {
        Path test = Files.writeString(home.resolve("test.conll"), "Wangari B-PER\nyuko O\nNairobi B-LOC\n");
        results = home.resolve("scores.jsonl");
        grid = Files.writeString(home.resolve("grid.yaml"), """
                name: small
                sources: {en: [sample:en.train]}
                h: [8, standard]
                learningRate: [2e-5]
                seeds: [42, 43]
                hyperparameters: {maxSteps: 3}
                benchmark: {name: names, test: {sw: %s}}
                """.formatted(test));
    }

    @Test
    void shouldDoAllRunsHereAndReportTheirScores() {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);

        // When
        int exitCode = slicer.run("sweep", grid.toString(), "--results", results.toString());

        // Then
        assertThat(exitCode).as(slicer.err()).isZero();
        assertThat(checkpoints())
                .containsExactlyInAnyOrder(
                        "small-en-h8-trained-lr2e-5-seed42",
                        "small-en-standard-trained-lr2e-5-seed42",
                        "small-en-h8-trained-lr2e-5-seed43",
                        "small-en-standard-trained-lr2e-5-seed43");
        // One of two entities is known: precision 1, recall a half; in three scorings
        assertThat(new ScoreLog(results).read()).hasSize(12).allSatisfy(line -> {
            assertThat(line.f1()).isEqualTo(0.6667);
            assertThat(line.protocol()).isEqualTo(ScoreLine.LAST);
        });
        assertThat(slicer.out()).contains("66.7").contains("768 (standard)");
        assertThat(slicer.err()).contains("job 4 of 4, small-en-standard-trained-lr2e-5-seed43");
    }

    @Test
    void shouldDoNothingTwiceWhenItIsCalledAgain() throws IOException {
        // Given
        new CommandLineFixture(home).run("sweep", grid.toString(), "--results", results.toString());
        String before = Files.readString(results);
        CommandLineFixture again = new CommandLineFixture(home);

        // When
        int exitCode = again.run("sweep", grid.toString(), "--results", results.toString());

        // Then
        assertThat(exitCode).isZero();
        assertThat(Files.readString(results)).isEqualTo(before);
        assertThat(again.out()).contains("66.7");
        assertThat(again.err()).doesNotContain("step 3/3");
    }

    @Test
    void shouldGoOnToTheNextRunWhenOneFailsAndSayWhich() throws IOException {
        // Given
        Files.writeString(grid, Files.readString(grid).replace("[8, standard]", "[7, 8]"));
        CommandLineFixture slicer = new CommandLineFixture(home);

        // When
        int exitCode = slicer.run("sweep", grid.toString(), "--results", results.toString());

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.FAILED);
        assertThat(checkpoints()).hasSize(2);
        assertThat(slicer.err())
                .contains("failed: h = 7 does not divide the hidden size 768")
                .contains("2 of 4 jobs failed: ");
    }

    @Test
    void shouldNameFileAndFieldWhenTheGridMakesNoSense() throws IOException {
        // Given
        Files.writeString(grid, Files.readString(grid).replace("[42, 43]", "[42, 42]"));
        CommandLineFixture slicer = new CommandLineFixture(home);

        // When
        int exitCode = slicer.run("sweep", grid.toString());

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.FAILED);
        assertThat(slicer.err()).isEqualTo("slicer: " + grid + ": seeds has a value twice: [42, 42]\n");
        assertThat(new CommandLineFixture(home)
                        .run("sweep", home.resolve("none.yaml").toString()))
                .isEqualTo(ExitCode.FAILED);
    }

    @Test
    void shouldSendTheGridToATrainerAndWatchItToItsEnd() throws IOException {
        try (FakeTrainer trainer = new FakeTrainer()) {
            // Given
            CommandLineFixture slicer = new CommandLineFixture(home);

            // When
            int exitCode = slicer.run("sweep", grid.toString(), "--trainer", trainer.address());

            // Then
            assertThat(exitCode).as(slicer.err()).isEqualTo(ExitCode.FAILED);
            assertThat(trainer.posted).containsExactly("application/yaml " + Files.readString(grid));
            assertThat(slicer.err())
                    .contains("0 of 2 jobs done; one [########................] step 1/3  loss 0.5000")
                    .contains("one SUCCEEDED: published checkpoint one")
                    .contains("two FAILED: no disk");
            assertThat(slicer.out()).isEqualTo("## Sweep small\n");
        }
    }

    @Test
    void shouldSayWhatTheTrainerDoesNotLike() throws IOException {
        try (FakeTrainer trainer = new FakeTrainer()) {
            // Given
            trainer.refusal = "h[0]: h must be a number of at least 1";
            CommandLineFixture slicer = new CommandLineFixture(home);

            // When
            int exitCode = slicer.run("sweep", grid.toString(), "--trainer", trainer.address());

            // Then
            assertThat(exitCode).isEqualTo(ExitCode.FAILED);
            assertThat(slicer.err())
                    .isEqualTo("slicer: the trainer refuses the sweep: h[0]: h must be a number of at least 1\n");
        }
    }

    @Test
    void shouldSayThatNoTrainerIsThere() throws IOException {
        // Given
        String nobody;
        try (FakeTrainer gone = new FakeTrainer()) {
            nobody = gone.address();
        }
        CommandLineFixture slicer = new CommandLineFixture(home);

        // When
        int exitCode = slicer.run("sweep", grid.toString(), "--trainer", nobody);

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.FAILED);
        assertThat(slicer.err()).startsWith("slicer: no trainer answers at " + nobody);
    }

    private List<String> checkpoints() {
        return new FileCheckpointStore(home.resolve("checkpoints"))
                .list().stream().map(Checkpoint::id).toList();
    }

    /** Shows a sweep of two jobs, which are over when they are looked at again. */
    private static final class FakeTrainer implements AutoCloseable {
        private final HttpServer server;
        private final AtomicInteger looks = new AtomicInteger();
        private final List<String> posted = new CopyOnWriteArrayList<>();
        private String refusal = "";

        FakeTrainer() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
            server.createContext("/v1/sweeps", this::answer);
            server.start();
        }

        String address() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        private void answer(HttpExchange exchange) throws IOException {
            if (exchange.getRequestMethod().equals("POST")) {
                posted.add(exchange.getRequestHeaders().getFirst("Content-Type") + " "
                        + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                send(
                        exchange,
                        refusal.isEmpty() ? 202 : 422,
                        refusal.isEmpty() ? "{}" : "{\"detail\": \"" + refusal + "\"}");
            } else if (exchange.getRequestHeaders().getFirst("Accept").equals("text/markdown")) {
                send(exchange, 200, "## Sweep small\n");
            } else {
                send(exchange, 200, looks.getAndIncrement() == 0 ? """
                        {"runs": [
                          {"status": {"jobId": "one", "state": "RUNNING", "step": 1, "totalSteps": 3, "epoch": 1, "loss": 0.5}},
                          {"status": {"jobId": "two", "state": "QUEUED", "step": 0, "totalSteps": 0, "epoch": 0}}]}""" : """
                        {"runs": [
                          {"status": {"jobId": "one", "state": "SUCCEEDED", "message": "published checkpoint one",
                              "step": 3, "totalSteps": 3, "epoch": 1, "checkpointId": "one"}},
                          {"status": {"jobId": "two", "state": "FAILED", "message": "no disk",
                              "step": 0, "totalSteps": 0, "epoch": 0}}]}""");
            }
        }

        private static void send(HttpExchange exchange, int status, String body) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}

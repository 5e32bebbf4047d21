package dev.slicer.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.cli.CommandLineFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of a command that scores, with two small corpora and an engine that knows a few names. */
abstract class CommandOnCorpora {
    @TempDir
    Path home;

    CommandLineFixture slicer;
    String checkpoint;
    Path swahili;
    Path yoruba;

    @BeforeEach
    void corpora() throws IOException {
        slicer = new CommandLineFixture(home);
        checkpoint = slicer.checkpoint("a-checkpoint").toString();
        // The engine of the fixture knows Wangari and Nyeri: it finds both here, misses Kenya and the rest of the name.
        swahili = Files.writeString(
                home.resolve("sw.test.conll"),
                "Wangari B-PER\nMaathai I-PER\nNyeri B-LOC\n\nKenya B-LOC\njana B-DATE\n\n");
        yoruba = Files.writeString(home.resolve("data.conll"), "Nyeri B-LOC\n\n");
    }

    /** A run that ended: its last checkpoint. */
    Path train() {
        Path last = home.resolve("trained/last");
        int exitCode = slicer.run(
                "train",
                "--train",
                "sample:en.train",
                "--h",
                "8",
                "--classifier",
                "frozen",
                "--steps",
                "3",
                "--lr",
                "5e-5",
                "--seed",
                "43",
                "--output",
                last.toString());
        assertThat(exitCode).as(slicer.err()).isZero();
        return last;
    }
}

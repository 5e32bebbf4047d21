package dev.slicer.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class TerminalTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Steps clock = new Steps();

    @Test
    void shouldRewriteOneLineOnATerminal() {
        // Given
        Terminal terminal = terminal(true);

        // When
        terminal.progress("1 of 2");
        clock.advance(Duration.ofMillis(99));
        terminal.progress("too soon");
        clock.advance(Duration.ofMillis(1));
        terminal.progress("2 of 2");
        terminal.print("result");

        // Then
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("\r\033[K1 of 2\r\033[K2 of 2\r\033[K");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("result\n");
    }

    @Test
    void shouldWriteALineNowAndThenElsewhere() {
        // Given
        Terminal terminal = terminal(false);

        // When
        terminal.progress("1 of 3");
        clock.advance(Duration.ofSeconds(9));
        terminal.progress("2 of 3");
        clock.advance(Duration.ofSeconds(1));
        terminal.progress("3 of 3");
        terminal.progressDone("done");
        terminal.progress("next");

        // Then
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("1 of 3\n3 of 3\ndone\nnext\n");
    }

    private Terminal terminal(boolean rewriting) {
        return new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                rewriting,
                clock);
    }

    /** A clock that goes on when it is told to. */
    private static final class Steps extends Clock {
        private Instant now = Instant.parse("2026-11-22T10:15:00Z");

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}

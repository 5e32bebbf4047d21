package dev.slicer.cli.replay;

import dev.slicer.cli.arguments.KafkaArguments;
import dev.slicer.cli.arguments.Usage;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Table;
import dev.slicer.cli.console.Terminal;
import dev.slicer.events.Topics;
import dev.slicer.kafka.access.Grantee;
import dev.slicer.kafka.clients.KafkaClients;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "replay",
        description = {
            "Feed dead letters back to the topics that they came from, each once.",
            "",
            "A letter goes back with its key, value and headers, without the dead-letter headers, and with replayed-from "
                    + "(the letter's position) and replay-attempt (1, 2, ...). The broker records in the same transaction "
                    + "which letters were fed back, so that no later run repeats them, even after a kill. Letters that "
                    + "the options leave out stay for another run.",
            "",
            "A letter holds only the beginning or the SHA-256 of a record that is too large for it, or where "
                    + "slicer.dead-letters.content says so. Then the record itself is read from its topic; if the topic no "
                    + "longer has it, it cannot be replayed: the letter stays and a line says so."
        },
        footer = {
            "",
            "Exit codes: 0 done, also when there was nothing to do; 1 failed; 2 wrong usage.",
            "",
            "Examples:",
            "  ./slicer replay --dry-run",
            "  ./slicer replay --reason tagging_failed --since 2h"
        })
public final class ReplayCommand implements Callable<Integer> {
    private static final int CAUSE_WIDTH = 60;

    private final Terminal terminal;
    private final Clock clock;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--reason",
            arity = "1..*",
            paramLabel = "REASON",
            description = "Only letters with one of these reasons, such as not_json.")
    private List<String> reasons = List.of();

    @Option(
            names = "--topic",
            arity = "1..*",
            paramLabel = "TOPIC",
            description = "Only letters that came from one of these topics, with or without the prefix.")
    private List<String> sources = List.of();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "Only letters since that time: 2026-03-01 (UTC), 2026-03-01T12:00:00Z, or 2h for two hours ago.")
    private Optional<String> since = Optional.empty();

    @Option(names = "--until", paramLabel = "TIME", description = "Only letters before that time.")
    private Optional<String> until = Optional.empty();

    @Option(names = "--limit", paramLabel = "N", description = "At most N letters. Default: all.")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--dry-run", description = "Show the letters; feed none back.")
    private boolean dryRun;

    @Option(names = "--again", description = "Also letters that were fed back before.")
    private boolean again;

    @Option(
            names = "--json",
            description = "Print one JSON object with the counts, with --dry-run one for each letter instead.")
    private boolean json;

    @Mixin
    private KafkaArguments kafkaArguments = new KafkaArguments();

    public ReplayCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        Topics topics = kafkaArguments.topics(spec.commandLine());
        Selection selection = Usage.checked(
                spec.commandLine(),
                () -> new Selection(
                        Set.copyOf(reasons),
                        sources.stream().map(source -> known(source, topics)).collect(Collectors.toSet()),
                        since.map(this::time),
                        until.map(this::time),
                        positive(limit)));
        String taken = "another slicer replay has started and replaces this one";
        kafkaArguments.useAlone(Grantee.REPLAYER, topics, taken, kafka -> {
            if (dryRun) {
                show(kafka, topics, selection);
            } else {
                feed(kafka, topics, selection);
            }
        });
        return ExitCode.OK;
    }

    private void show(KafkaClients kafka, Topics topics, Selection selection) {
        List<FoundLetter> letters = new ArrayList<>();
        ReplayOutcome outcome = new Replay(kafka, topics, listener(letters::add)).dryRun(selection, again);
        if (json) {
            letters.forEach(terminal::printJson);
        } else if (!letters.isEmpty()) {
            Table table = new Table("letter", "since", "reason", "back to", "key", "attempt", "cause");
            letters.forEach(letter -> table.row(
                    letter.place(),
                    letter.at().toString(),
                    letter.reason(),
                    letter.topic(),
                    shortened(letter.key()),
                    Integer.toString(letter.attempt()),
                    shortened(letter.cause())));
            terminal.print(table.render());
        }
        note(outcome, "would be fed back");
    }

    private void feed(KafkaClients kafka, Topics topics, Selection selection) {
        Map<String, Map<String, Long>> counts = new TreeMap<>();
        long[] fed = {0};
        ReplayOutcome outcome = new Replay(kafka, topics, listener(letter -> {
                    counts.computeIfAbsent(letter.topic(), topic -> new TreeMap<>())
                            .merge(letter.reason(), 1L, Long::sum);
                    terminal.progress("  " + ++fed[0] + " fed back");
                }))
                .run(selection, again);
        if (json) {
            terminal.printJson(outcome);
        } else if (!counts.isEmpty()) {
            Table table = new Table("fed back to", "reason", "letters");
            counts.forEach((topic, byReason) ->
                    byReason.forEach((reason, letters) -> table.row(topic, reason, Long.toString(letters))));
            terminal.print(table.render());
        }
        note(outcome, "fed back");
    }

    private Replay.Listener listener(Consumer<FoundLetter> chosen) {
        return new Replay.Listener() {
            @Override
            public void chosen(FoundLetter letter) {
                chosen.accept(letter);
            }

            @Override
            public void stuck(FoundLetter letter, String why) {
                terminal.note(letter.place() + " stays: " + why);
            }
        };
    }

    private void note(ReplayOutcome outcome, String verb) {
        terminal.note(outcome.chosen() + " " + verb
                + (outcome.passedOver() > 0 ? ", " + outcome.passedOver() + " left out by the options" : "")
                + (outcome.homeless() > 0
                        ? ", " + outcome.homeless() + " stay because they come from no topic that Slicer reads"
                        : "")
                + (outcome.stuck() > 0 ? ", " + outcome.stuck() + " could not be and stay" : ""));
    }

    private Instant time(String text) {
        return PointInTime.parse(text, clock);
    }

    private static String known(String topic, Topics topics) {
        Set<String> known = Replay.sources(topics);
        String full = known.contains(topic) ? topic : topics.prefix() + topic;
        if (!known.contains(full)) {
            throw new IllegalArgumentException(
                    "letters come from " + String.join(", ", new TreeSet<>(known)) + ", not from " + topic);
        }
        return full;
    }

    private static long positive(long limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("--limit must be at least 1, got " + limit);
        }
        return limit;
    }

    /** On one line, and not so long that it breaks the table. */
    private static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.codePointCount(0, line.length()) <= CAUSE_WIDTH
                ? line
                : line.substring(0, line.offsetByCodePoints(0, CAUSE_WIDTH - 1)) + "…";
    }
}

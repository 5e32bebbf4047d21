package dev.slicer.cli.promotion;

import dev.slicer.cli.arguments.KafkaArguments;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.Table;
import dev.slicer.cli.console.Terminal;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.Topics;
import dev.slicer.kafka.access.Grantee;
import dev.slicer.promotion.CheckpointState;
import dev.slicer.promotion.Promotions;
import dev.slicer.promotion.Promotions.Step;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options and result of the commands with which a person decides which checkpoint is served. */
final class PromotionArguments {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; recorded with the decision.")
    private Optional<String> reason = Optional.empty();

    @Option(
            names = "--by",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name}",
            description = "Who decides; recorded with the decision. Default: your user name on this machine.")
    private String by = "";

    @Option(
            names = "--json",
            description = "Print one JSON object: the promoted checkpoint, and those whose state changed.")
    private boolean json;

    @Mixin
    private KafkaArguments kafka = new KafkaArguments();

    /**
     * What {@code --json} prints.
     *
     * @param rollbackTarget the checkpoint that a rollback goes back to
     * @param moved the checkpoints whose state changed
     */
    private record Outcome(String promoted, Optional<String> rollbackTarget, List<Standing> moved) {}

    private record Standing(String checkpointId, String state, Instant since, Optional<String> before) {}

    /**
     * Writes a decision, if it is legal, and shows which checkpoints changed state.
     *
     * @param choose the checkpoint that it concerns
     * @param digest that the checkpoint must have; empty for what was announced
     * @throws CommandFailedException saying why it is illegal
     */
    void take(
            Kind kind,
            BiFunction<Promotions, Topics, String> choose,
            Optional<String> digest,
            CommandLine commandLine,
            Terminal terminal,
            Clock clock) {
        Topics names = kafka.topics(commandLine);
        if (by.isBlank()) {
            throw new ParameterException(commandLine, "--by needs a name");
        }
        kafka.use(Grantee.OPERATOR, names, clients -> {
            try (CheckpointTopics topics = new CheckpointTopics(
                    clients, names, clock, problem -> terminal.note("ignored, as the services do: " + problem))) {
                Promotions before = topics.read();
                String checkpointId = choose.apply(before, names);
                CheckpointEvent event = new CheckpointEvent(
                                checkpointId,
                                kind,
                                clock.instant(),
                                by,
                                reason,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty())
                        .withDigest(digest.or(() -> before.digest(checkpointId)));
                before.apply(event).ignored().ifPresent(why -> {
                    throw new CommandFailedException(why);
                });
                Step step = topics.write(event);
                step.ignored().ifPresent(why -> {
                    throw new CommandFailedException("another decision came first: " + why);
                });
                show(before, step.after(), terminal);
            }
        });
    }

    private void show(Promotions before, Promotions after, Terminal terminal) {
        List<Standing> moved = after.states().stream()
                .filter(state -> !before.state(state.checkpointId()).equals(Optional.of(state)))
                .map(state -> new Standing(
                        state.checkpointId(),
                        state.label(),
                        state.since(),
                        before.state(state.checkpointId()).map(CheckpointState::label)))
                .toList();
        Outcome outcome = new Outcome(after.promoted().orElseThrow(), after.rollbackTarget(), moved);
        if (json) {
            terminal.printJson(outcome);
            return;
        }
        Table table = new Table("checkpoint", "was", "is", "since");
        moved.forEach(standing -> table.row(
                standing.checkpointId(),
                standing.before().orElse(""),
                standing.state(),
                standing.since().toString()));
        terminal.print(table.render());
        terminal.note(outcome.promoted() + " is promoted"
                + outcome.rollbackTarget()
                        .map(target -> "; slicer rollback goes back to " + target)
                        .orElse(""));
    }
}

package dev.slicer.cli.promotion;

import dev.slicer.cli.arguments.KafkaArguments;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.Table;
import dev.slicer.cli.console.Terminal;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.Topics;
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

/** What the commands have in common with which a person decides about checkpoints. */
final class PromotionArguments {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who read it later.")
    private Optional<String> reason = Optional.empty();

    @Option(
            names = "--by",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name}",
            description = "Who says so. Default: the user's name on this machine.")
    private String by = "";

    @Option(names = "--json", description = "Print one JSON object: what is promoted and which checkpoints moved.")
    private boolean json;

    @Mixin
    private KafkaArguments kafka = new KafkaArguments();

    /**
     * What {@code --json} prints.
     *
     * @param rollbackTarget the checkpoint that a rollback goes back to
     * @param moved the checkpoints that stand elsewhere now
     */
    private record Outcome(String promoted, Optional<String> rollbackTarget, List<Standing> moved) {}

    private record Standing(String checkpointId, String state, Instant since, Optional<String> before) {}

    /**
     * Takes a step, if it is legal, and shows what it came to.
     *
     * @param choose the checkpoint that the step is of
     * @throws CommandFailedException saying why the step is illegal
     */
    void take(
            Kind kind,
            BiFunction<Promotions, Topics, String> choose,
            CommandLine commandLine,
            Terminal terminal,
            Clock clock) {
        Topics names = kafka.topics(commandLine);
        if (by.isBlank()) {
            throw new ParameterException(commandLine, "--by needs a name");
        }
        kafka.use(clients -> {
            try (CheckpointTopics topics = new CheckpointTopics(
                    clients, names, clock, problem -> terminal.note("passed over, as everybody does: " + problem))) {
                Promotions before = topics.read();
                CheckpointEvent event = new CheckpointEvent(
                        choose.apply(before, names),
                        kind,
                        clock.instant(),
                        by,
                        reason,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
                before.apply(event).ignored().ifPresent(why -> {
                    throw new CommandFailedException(why);
                });
                Step step = topics.write(event);
                step.ignored().ifPresent(why -> {
                    throw new CommandFailedException("somebody else was faster: " + why);
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

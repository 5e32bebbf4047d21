package dev.slicer.cli.arguments;

import dev.slicer.corpus.CorpusOptions;
import dev.slicer.corpus.LabelMap;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Option of every command that reads corpora. */
public final class TagColumnArgument {
    @Option(
            names = "--tag-column",
            paramLabel = "N",
            description = "Column of the CoNLL files that holds the tags, counted from 1. Default: the last one.")
    private Optional<Integer> tagColumn = Optional.empty();

    public CorpusOptions parse(CommandLine commandLine, LabelMap labels) {
        return Usage.checked(
                commandLine,
                () -> new CorpusOptions(labels, tagColumn.map(OptionalInt::of).orElseGet(OptionalInt::empty)));
    }
}

package dev.slicer.cli.arguments;

import dev.slicer.corpus.CorpusOptions;
import dev.slicer.corpus.LabelMap;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every command that reads the labels of corpora. */
public final class CorpusArguments {
    @Option(
            names = "--label-map",
            paramLabel = "OLD=NEW,...",
            defaultValue = "",
            description = "Rename entity types while reading; O drops a type, as DATE=O.")
    private String labelMap = "";

    @Mixin
    private TagColumnArgument tagColumn = new TagColumnArgument();

    public CorpusOptions parse(CommandLine commandLine) {
        return tagColumn.parse(commandLine, Usage.checked(commandLine, () -> LabelMap.parse(labelMap)));
    }
}

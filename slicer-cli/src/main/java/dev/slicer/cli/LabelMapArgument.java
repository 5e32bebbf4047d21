package dev.slicer.cli;

import dev.slicer.corpus.LabelMap;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Option of every command that reads corpora. */
final class LabelMapArgument {
    @Option(
            names = "--label-map",
            paramLabel = "OLD=NEW,...",
            defaultValue = "",
            description = "Rename entity types while reading; O drops a type, as DATE=O.")
    private String labelMap = "";

    LabelMap parse(CommandLine commandLine) {
        return Usage.checked(commandLine, () -> LabelMap.parse(labelMap));
    }
}

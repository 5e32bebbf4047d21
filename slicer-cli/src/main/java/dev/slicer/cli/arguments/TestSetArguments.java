package dev.slicer.cli.arguments;

import dev.slicer.cli.console.Terminal;
import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.CorpusOptions;
import dev.slicer.corpus.SampleCorpus;
import java.util.List;
import java.util.SortedMap;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Options of every command that needs labelled sentences by language. */
public final class TestSetArguments {
    @ArgGroup(multiplicity = "1")
    private TestSets testSets = new TestSets();

    /** Either of the two. */
    static final class TestSets {
        @Option(
                names = "--test",
                arity = "1..*",
                paramLabel = "[LANG=]CORPUS",
                description =
                        "Test sets: CoNLL or JSON Lines files, or samples as sample:sw.test. The language can be left "
                                + "out where the file's name begins with it, as in yor.test.conll. Corpora of one "
                                + "language are scored together.")
        private List<String> test = List.of();

        @Option(names = "--sample", description = "Use the test sets that come with Slicer.")
        private boolean sample;
    }

    /**
     * Opens the corpora, and warns of those without an entity.
     *
     * @return by language
     * @throws CommandLine.ParameterException naming a corpus whose language is not known
     * @throws dev.slicer.corpus.CorpusException naming one that cannot be read
     */
    public SortedMap<String, List<Corpus>> open(CorpusOptions options, CommandLine commandLine, Terminal terminal) {
        List<String> references = testSets.sample
                ? SampleCorpus.languages().stream()
                        .map(language -> "sample:" + language + ".test")
                        .toList()
                : testSets.test;
        SortedMap<String, List<Corpus>> corpora = LanguageCorpora.open(references, options, "--test", commandLine);
        corpora.forEach((language, ofLanguage) -> ofLanguage.stream()
                .filter(corpus -> !corpus.hasEntities())
                .forEach(corpus -> terminal.note(corpus.name() + " (" + language
                        + ") has no entity: what is found in it is wrong, and its F1 is 0 in any case")));
        return corpora;
    }
}

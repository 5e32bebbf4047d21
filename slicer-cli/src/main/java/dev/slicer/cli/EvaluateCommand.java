package dev.slicer.cli;

import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.LabelMap;
import dev.slicer.corpus.SampleCorpus;
import dev.slicer.corpus.Sentence;
import dev.slicer.metrics.Evaluation;
import dev.slicer.metrics.Evaluator;
import dev.slicer.metrics.Scoring;
import dev.slicer.tagging.Tagger;
import dev.slicer.text.Detokenizer;
import dev.slicer.text.Document;
import dev.slicer.text.TaggedDocument;
import dev.slicer.tokenization.SubTokenizer;
import dev.slicer.tokenization.SubTokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "evaluate",
        description = {
            "Score a checkpoint on labelled sentences: precision, recall and F1 of whole entities, by language."
        },
        footer = {
            "",
            "Scorings, which do not compare with one another:",
            "  strict     type and both boundaries exact, IOB2 read strictly, by word (seqeval's strict mode)",
            "  conlleval  the same with lenient reading of I- tags (seqeval's default mode)",
            "  sub-token  conlleval over sub-tokens that each carry their word's tag (as in the paper's code)",
            "",
            "Exit codes: 0 done; 1 failed; 2 wrong usage.",
            "",
            "Examples:",
            "  ./slicer evaluate --sample --by-type",
            "  ./slicer evaluate --test yo=yor.test.conll --test sw=swa.test.conll --label-map DATE=O --json"
        })
final class EvaluateCommand implements Callable<Integer> {
    private static final int BATCH = 64;
    /** The language before {@code =}, or the name's first part, as in {@code yor.test.conll} and {@code sample:sw.test}. */
    private static final Pattern NAMED = Pattern.compile("([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)=(.+)", Pattern.DOTALL);

    private static final Pattern IN_NAME = Pattern.compile("(?:.*[/:\\\\])?([a-z]{2,3})\\.[^/\\\\]*", Pattern.DOTALL);

    private final Terminal terminal;
    private final Home home;
    private final Engine engine;

    @Spec
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private TestSets testSets = new TestSets();

    /** Either of the two. */
    static final class TestSets {
        @Option(
                names = "--test",
                arity = "1..*",
                paramLabel = "[LANG=]CORPUS",
                description =
                        "Corpora to score on: CoNLL or JSON Lines files, or samples as sample:sw.test. The language "
                                + "can be left out where the file's name begins with it, as in yor.test.conll. Corpora of one "
                                + "language are scored together.")
        private List<String> test = List.of();

        @Option(names = "--sample", description = "Score on the test sets that come with Slicer.")
        private boolean sample;
    }

    @Option(
            names = "--scoring",
            paramLabel = "SCORING",
            defaultValue = "strict",
            converter = ScoringName.class,
            description = "strict, conlleval or sub-token, see below. Default: ${DEFAULT-VALUE}.")
    private Scoring scoring = Scoring.STRICT_IOB2;

    @Option(
            names = "--label-map",
            paramLabel = "OLD=NEW,...",
            defaultValue = "",
            description = "Rename entity types while reading; O drops a type, as DATE=O.")
    private String labelMap = "";

    @Option(names = "--by-type", description = "Show each entity type of each language too.")
    private boolean byType;

    @Option(names = "--json", description = "Print the scores, with types, as one JSON object.")
    private boolean json;

    @Mixin
    private CheckpointArguments checkpoint = new CheckpointArguments();

    @Mixin
    private EngineArguments engineArguments = new EngineArguments();

    private record TestSet(String language, Corpus corpus) {}

    EvaluateCommand(Terminal terminal, Home home, Engine engine) {
        this.terminal = terminal;
        this.home = home;
        this.engine = engine;
    }

    @Override
    public Integer call() {
        List<TestSet> sets = read();
        CheckpointArguments.Located located = checkpoint.locate(home);
        Evaluator evaluator = new Evaluator(scoring);
        try (Tagger tagger = engine.open(located.folder(), located.id(), engineArguments.toOptions());
                SubTokenCounts counts = subTokenCounts(located.folder())) {
            long total = sets.stream()
                    .mapToLong(set -> set.corpus().sentences().size())
                    .sum();
            long done = 0;
            for (TestSet set : sets) {
                List<Sentence> sentences = set.corpus().sentences();
                for (int from = 0; from < sentences.size(); from += BATCH) {
                    List<Sentence> batch = sentences.subList(from, Math.min(sentences.size(), from + BATCH));
                    score(set.language(), batch, tagger, counts, evaluator);
                    done += batch.size();
                    terminal.progress(Figures.bar(done, total) + " " + done + "/" + total + " sentences, at "
                            + set.corpus().name());
                }
            }
        }
        Evaluation evaluation = evaluator.evaluation();
        if (json) {
            terminal.printJson(ScoreReport.of(located.id(), evaluation));
        } else {
            terminal.print(ScoreReport.of(located.id(), evaluation).table(byType));
        }
        return ExitCode.OK;
    }

    private List<TestSet> read() {
        LabelMap map;
        try {
            map = LabelMap.parse(labelMap);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
        List<TestSet> sets = new ArrayList<>();
        if (testSets.sample) {
            for (String language : SampleCorpus.languages()) {
                sets.add(new TestSet(language, Corpora.open("sample:" + language + ".test", map)));
            }
        }
        for (String test : testSets.test) {
            Matcher named = NAMED.matcher(test);
            Matcher inName = IN_NAME.matcher(test);
            if (named.matches()) {
                sets.add(new TestSet(named.group(1), Corpora.open(named.group(2), map)));
            } else if (inName.matches()) {
                sets.add(new TestSet(inName.group(1), Corpora.open(test, map)));
            } else {
                throw new ParameterException(
                        spec.commandLine(), "which language is " + test + "? Write it before: --test LANG=" + test);
            }
        }
        return sets;
    }

    private static void score(
            String language, List<Sentence> sentences, Tagger tagger, SubTokenCounts counts, Evaluator evaluator) {
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < sentences.size(); i++) {
            Detokenizer.Joined joined = Detokenizer.join(sentences.get(i).words(), language);
            documents.add(new Document(Integer.toString(i), joined.text(), Optional.of(language), joined.words()));
        }
        List<TaggedDocument> tagged = tagger.tag(documents);
        for (int i = 0; i < sentences.size(); i++) {
            Sentence sentence = sentences.get(i);
            evaluator.add(language, sentence.tags(), tagged.get(i).tags(), counts.of(sentence.words()));
        }
    }

    /** How many sub-tokens words have; only one scoring wants to know. */
    private interface SubTokenCounts extends AutoCloseable {
        int[] of(List<String> words);

        @Override
        void close();
    }

    private SubTokenCounts subTokenCounts(Path checkpointFolder) {
        if (scoring != Scoring.SUB_TOKEN) {
            return new SubTokenCounts() {
                @Override
                public int[] of(List<String> words) {
                    return new int[words.size()];
                }

                @Override
                public void close() {}
            };
        }
        SubTokenizer tokenizer = SubTokenizer.open(checkpointFolder.resolve("tokenizer.json"));
        return new SubTokenCounts() {
            @Override
            public int[] of(List<String> words) {
                SubTokens subTokens = tokenizer.encode(words);
                int[] counts = new int[words.size()];
                for (int word = 0; word < counts.length; word++) {
                    counts[word] = subTokens.endOfWord(word) - subTokens.firstOfWord()[word];
                }
                return counts;
            }

            @Override
            public void close() {
                tokenizer.close();
            }
        };
    }
}

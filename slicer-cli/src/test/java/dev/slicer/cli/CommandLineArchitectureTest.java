package dev.slicer.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.WeightAverage;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.engine.EngineOptions;
import dev.slicer.tagging.EntityBorders;
import dev.slicer.tagging.Tagger;
import dev.slicer.training.FineTuning;
import java.nio.file.Path;

@AnalyzeClasses(packages = "dev.slicer.cli", importOptions = DoNotIncludeTests.class)
class CommandLineArchitectureTest {
    /** What commands share. */
    private static final String[] SHARED = {
        "dev.slicer.cli.console", "dev.slicer.cli.home", "dev.slicer.cli.jobs", "dev.slicer.cli.arguments",
    };

    private static final DescribedPredicate<JavaClass> A_FAMILY_OF_COMMANDS = resideInAPackage("dev.slicer.cli..")
            .and(DescribedPredicate.not(resideInAPackage("dev.slicer.cli")))
            .and(DescribedPredicate.not(resideInAnyPackage(SHARED)))
            .as("a family of commands");

    /** Each package that is no shared one. */
    private static final class Families implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return A_FAMILY_OF_COMMANDS.test(type)
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "families of commands";
        }
    }

    @ArchTest
    static final ArchRule shouldHaveNoPackageCycles =
            slices().matching("dev.slicer.cli.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule shouldShareInLayers = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("main")
            .definedBy("dev.slicer.cli")
            .layer("families")
            .definedBy(A_FAMILY_OF_COMMANDS)
            .layer("arguments")
            .definedBy("dev.slicer.cli.arguments")
            .layer("jobs")
            .definedBy("dev.slicer.cli.jobs")
            .layer("home")
            .definedBy("dev.slicer.cli.home")
            .layer("console")
            .definedBy("dev.slicer.cli.console")
            .whereLayer("main")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("families")
            .mayOnlyBeAccessedByLayers("main")
            .whereLayer("arguments")
            .mayOnlyBeAccessedByLayers("main", "families")
            .whereLayer("jobs")
            .mayOnlyBeAccessedByLayers("main", "families")
            .whereLayer("home")
            .mayOnlyBeAccessedByLayers("main", "families", "arguments");

    /** So that each can be read, changed and taken away by itself. */
    @ArchTest
    static final ArchRule shouldKeepFamiliesApart =
            slices().assignedFrom(new Families()).should().notDependOnEachOther();

    @ArchTest
    static final ArchRule shouldShowNothingOfAFamilyButItsCommands = classes()
            .that(A_FAMILY_OF_COMMANDS)
            .and()
            .areTopLevelClasses()
            .and(DescribedPredicate.not(simpleNameEndingWith("Command")))
            .should()
            .notBePublic();

    /** Prints go through the terminal, which keeps results and progress apart; only Main ends the process. */
    @ArchTest
    static final ArchRule shouldPrintThroughTheTerminalOnly = noClasses()
            .that()
            .resideOutsideOfPackage("dev.slicer.cli.console")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    @ArchTest
    static final ArchRule shouldEndTheProcessInMainOnly = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.slicer.cli.Main")
            .should()
            .callMethod(System.class, "exit", int.class);

    /** Commands that compute on this machine need no broker. */
    @ArchTest
    static final ArchRule shouldMeetKafkaWhereServicesAreSpokenToOnly = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.slicer.cli.attention..",
                    "dev.slicer.cli.checkpoints..",
                    "dev.slicer.cli.completion..",
                    "dev.slicer.cli.console..",
                    "dev.slicer.cli.jobs..",
                    "dev.slicer.cli.evaluate..",
                    "dev.slicer.cli.home..",
                    "dev.slicer.cli.keys..",
                    "dev.slicer.cli.report..",
                    "dev.slicer.cli.sweep..",
                    "dev.slicer.cli.tag..",
                    "dev.slicer.cli.train..",
                    "dev.slicer.cli.trust..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "dev.slicer.kafka..");

    /** So that a checkpoint says the same of itself whatever made it. */
    @ArchTest
    static final ArchRule shouldLeaveManifestsToJobs = noClasses()
            .should()
            .callConstructorWhere(DescribedPredicate.describe(
                    "it makes a manifest", call -> call.getTargetOwner().isEquivalentTo(Manifest.class)));

    /** So that tests replace it in one place. */
    @ArchTest
    static final ArchRule shouldReachModelsThroughTheEngineAlone = noClasses()
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(FineTuning.class, WeightAverage.class)
            .orShould()
            .callMethod(Tagger.class, "open", Path.class, String.class, EngineOptions.class)
            .orShould()
            .callMethod(Tagger.class, "open", ModelFiles.class, String.class, EngineOptions.class)
            .orShould()
            .callMethod(EntityBorders.class, "of", ModelFiles.class, EngineOptions.class)
            .orShould()
            .callMethod(EntityBorders.class, "of", Path.class, EngineOptions.class);
}

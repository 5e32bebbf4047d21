package dev.slicer.testreport;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.slicer.testreport", importOptions = DoNotIncludeTests.class)
class TestReportArchitectureTest {
    @ArchTest
    static final ArchRule shouldReadReportsWithTheJdkAlone = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "javax.xml..", "org.w3c.dom..", "org.xml.sax..", "dev.slicer.testreport..");
}

package dev.slicer.deploy;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EntityTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The services' settings as their sources declare them: an interface with {@code @ConfigMapping}, a method for each setting,
 * and its Javadoc as the description. A sentence {@code Default: …} of the Javadoc is the default of a setting that has no
 * value of its own.
 */
final class Settings {
    private static final Pattern DEFAULT = Pattern.compile("\\s*Default: ([^.]*(?:\\.(?!\\s|$)[^.]*)*)\\.");

    /** {@code @Min(1)}, in the forms in which a tree is written. */
    private static final Pattern BOUND = Pattern.compile("@(Min|Max)\\((?:value = )?([0-9]+)\\)");

    /** @param missing what its Javadoc does not say and must */
    record Setting(String key, String defaultValue, String description, List<String> missing) {
        String row() {
            return "| `" + key + "` | " + defaultValue + " | " + description + " |";
        }
    }

    private record Declaration(TreePath path, DocTrees documents) {
        ClassTree type() {
            return (ClassTree) path.getLeaf();
        }
    }

    private Settings() {}

    /** All settings by the prefix of their interface, in the order of the sources. */
    static Map<String, List<Setting>> byPrefix() {
        List<Path> files = Repository.files("", ".java").stream()
                .filter(file -> file.toString().contains("src/main/java"))
                .filter(file -> Repository.text(file).contains("@ConfigMapping("))
                .toList();
        Map<String, Declaration> interfaces = interfaces(files);
        Map<String, List<Setting>> settings = new TreeMap<>();
        interfaces
                .values()
                .forEach(declaration -> annotation(
                                declaration.type().getModifiers().getAnnotations(), "ConfigMapping")
                        .ifPresent(prefix -> settings.put(prefix, settings(prefix, declaration, interfaces))));
        return settings;
    }

    static String table(List<Setting> settings) {
        return settings.stream()
                .map(Setting::row)
                .collect(Collectors.joining("\n", "| key | default | meaning |\n|---|---|---|\n", "\n"));
    }

    private static Map<String, Declaration> interfaces(List<Path> files) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Map<String, Declaration> found = new HashMap<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            DocTrees documents = DocTrees.instance(task);
            for (CompilationUnitTree file : task.parse()) {
                new TreePathScanner<Void, Void>() {
                    @Override
                    public Void visitClass(ClassTree type, Void nothing) {
                        if (type.getKind() == Tree.Kind.INTERFACE) {
                            found.put(name(getCurrentPath()), new Declaration(getCurrentPath(), documents));
                        }
                        return super.visitClass(type, nothing);
                    }
                }.scan(file, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /** With the names of the types around it: {@code EvaluatorSettings.Drift}. */
    private static String name(TreePath path) {
        String own = ((ClassTree) path.getLeaf()).getSimpleName().toString();
        return path.getParentPath().getLeaf() instanceof ClassTree ? name(path.getParentPath()) + "." + own : own;
    }

    private static List<Setting> settings(String prefix, Declaration declaration, Map<String, Declaration> interfaces) {
        List<Setting> settings = new ArrayList<>();
        for (Tree member : declaration.type().getMembers()) {
            if (member instanceof MethodTree method && isSetting(method)) {
                String key = prefix + "." + key(method);
                String type = method.getReturnType().toString();
                Declaration group = interfaces.get(name(declaration.path()) + "." + type);
                if (group == null) {
                    settings.add(setting(key, method, declaration));
                } else {
                    settings.addAll(settings(key, group, interfaces));
                }
            }
        }
        return settings;
    }

    private static boolean isSetting(MethodTree method) {
        return !method.getModifiers().getFlags().contains(Modifier.DEFAULT)
                && !method.getModifiers().getFlags().contains(Modifier.STATIC)
                && !method.getModifiers().getFlags().contains(Modifier.PRIVATE)
                && method.getParameters().isEmpty();
    }

    private static String key(MethodTree method) {
        String key = annotation(method.getModifiers().getAnnotations(), "WithName")
                .orElseGet(() -> method.getName()
                        .toString()
                        .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-")
                        .toLowerCase(Locale.ROOT));
        return method.getReturnType().toString().startsWith("Map<") ? key + ".<name>" : key;
    }

    private static Setting setting(String key, MethodTree method, Declaration declaration) {
        List<String> missing = new ArrayList<>();
        Optional<String> value = annotation(method.getModifiers().getAnnotations(), "WithDefault");
        String javadoc = text(declaration.documents().getDocCommentTree(new TreePath(declaration.path(), method)));
        Matcher told = DEFAULT.matcher(javadoc);
        String description = javadoc;
        String defaultValue = value.map(text -> "`" + text + "`").orElse("");
        if (told.find()) {
            description = (javadoc.substring(0, told.start()) + javadoc.substring(told.end())).strip();
            if (value.filter(text -> !text.contains("${")).isPresent()) {
                missing.add(key + " has its default twice");
            }
            defaultValue = told.group(1);
        }
        if (description.isBlank()) {
            missing.add(key + " has no description");
        }
        if (defaultValue.isEmpty()) {
            missing.add(key + " has no default: neither a value nor a sentence \"Default: …\"");
        }
        return new Setting(key, defaultValue, description + bounds(method), missing);
    }

    /** What constraints say in numbers. */
    private static String bounds(MethodTree method) {
        Matcher bound = BOUND.matcher(method.getModifiers().getAnnotations() + " " + method.getReturnType());
        StringBuilder bounds = new StringBuilder();
        while (bound.find()) {
            bounds.append(bound.group(1).equals("Min") ? " At least " : " At most ")
                    .append(bound.group(2))
                    .append('.');
        }
        return bounds.toString();
    }

    /** The text in an annotation, which is its only one. */
    private static Optional<String> annotation(List<? extends AnnotationTree> annotations, String name) {
        return annotations.stream()
                .filter(annotation -> annotation.getAnnotationType().toString().equals(name))
                .map(annotation -> annotation.getArguments().get(0))
                .map(argument -> argument instanceof AssignmentTree named ? named.getExpression() : argument)
                .map(Settings::literal)
                .findFirst();
    }

    private static String literal(ExpressionTree expression) {
        if (expression instanceof com.sun.source.tree.LiteralTree literal) {
            return String.valueOf(literal.getValue());
        }
        throw new AssertionError(expression + " is no literal; the document could not tell its value");
    }

    private static String text(DocCommentTree comment) {
        return comment == null
                ? ""
                : comment.getFullBody().stream()
                        .map(Settings::text)
                        .collect(Collectors.joining())
                        .replaceAll("\\s+", " ")
                        .replace("|", "\\|")
                        .strip();
    }

    private static String text(DocTree part) {
        if (part instanceof LiteralTree literal) {
            return "`" + literal.getBody().getBody().strip() + "`";
        }
        if (part instanceof LinkTree link) {
            return "`" + link.getReference() + "`";
        }
        if (part instanceof EntityTree entity) {
            return switch (entity.getName().toString()) {
                case "lt" -> "<";
                case "gt" -> ">";
                case "amp" -> "&";
                default -> throw new AssertionError("an entity that the document does not know: " + entity);
            };
        }
        return part.toString();
    }
}

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Formats the Java sources below a directory, or with {@code check} fails over those that are not formatted. A program
 * of its own because the formatter parses with the JDK it runs on, and Maven's may be older than our language level.
 */
final class Format {
    public static void main(String[] arguments) throws IOException, FormatterException {
        boolean check = arguments[0].equals("check");
        Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
                .style(JavaFormatterOptions.Style.PALANTIR)
                .formatJavadoc(true)
                .build());
        List<Path> changed = new ArrayList<>();
        for (Path file : sources(Path.of(arguments[1]))) {
            String before = Files.readString(file);
            String after;
            try {
                after = formatter.formatSource(ImportOrderer.reorderImports(
                        RemoveUnusedImports.removeUnusedImports(before), JavaFormatterOptions.Style.PALANTIR));
            } catch (FormatterException e) {
                throw new IOException(file + " cannot be parsed", e);
            }
            if (!after.equals(before)) {
                changed.add(file);
                if (!check) {
                    Files.writeString(file, after);
                }
            }
        }
        if (check && !changed.isEmpty()) {
            changed.forEach(file -> System.err.println("not formatted: " + file));
            System.err.println("run: mvn -N validate -Dformat=apply");
            System.exit(1);
        }
    }

    private static List<Path> sources(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/target/")
                            && !file.toString().contains("/node_modules/"))
                    .sorted()
                    .toList();
        }
    }
}

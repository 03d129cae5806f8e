package dev.muster.server.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code LongFuzz SECONDS [TARGET...]}: lets Jazzer look for inputs that get where none was before, in a process for
 * each target, all of them if none is named. What breaks one is printed and kept beside its corpus.
 */
public final class LongFuzz {
    private static final String TARGET = "muster.fuzz.target";
    private static final String MAX_INPUT_BYTES = "4096";
    private static final String MAX_SECONDS_OF_AN_INPUT = "5";

    private static @Nullable FuzzTarget target;

    private LongFuzz() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<FuzzTargets> wanted = arguments.length == 1
                ? List.of(FuzzTargets.values())
                : Arrays.stream(arguments).skip(1).map(FuzzTargets::valueOf).toList();
        boolean clean = true;
        for (FuzzTargets each : wanted) {
            clean &= run(each, arguments[0]) == 0;
        }
        System.exit(clean ? 0 : 1);
    }

    private static int run(FuzzTargets which, String seconds) throws IOException, InterruptedException {
        Path directory = Path.of("target", "fuzz", which.name()).toAbsolutePath();
        Path corpus = Files.createDirectories(directory.resolve("corpus"));
        int number = 0;
        for (byte[] sample : which.make().samples()) {
            Files.write(corpus.resolve("sample-" + number), sample);
            number++;
        }
        System.out.println("== " + which);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+EnableDynamicAgentLoading",
                        "-Xmx1g",
                        "-D" + TARGET + "=" + which,
                        "-classpath",
                        System.getProperty("java.class.path"),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + LongFuzz.class.getName(),
                        "--instrumentation_includes=dev.muster.**:org.apache.qpid.**",
                        "--reproducer_path=" + directory,
                        "-artifact_prefix=" + directory + "/",
                        "-max_total_time=" + seconds,
                        "-max_len=" + MAX_INPUT_BYTES,
                        "-timeout=" + MAX_SECONDS_OF_AN_INPUT,
                        "-rss_limit_mb=4096",
                        "-print_final_stats=1",
                        corpus.toString())
                .inheritIO()
                .start();
        return process.waitFor();
    }

    /** What Jazzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        FuzzTarget known = target;
        if (known == null) {
            known = FuzzTargets.valueOf(System.getProperty(TARGET)).make();
            target = known;
        }
        known.take(input);
    }
}

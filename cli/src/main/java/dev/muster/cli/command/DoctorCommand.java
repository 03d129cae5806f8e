package dev.muster.cli.command;

import dev.muster.cli.client.Document;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster doctor}: exit code 1 when the device would be refused. */
@Command(
        name = "doctor",
        description = "Say step by step what the server would make of a device's certificate chain, without registering"
                + " it. Give the chain in one file or several, leaf first, as the device sends it.")
public final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files with certificates in PEM or DER.")
    private List<Path> files = List.of();

    @Option(
            names = "--registration-id",
            paramLabel = "ID",
            description = "As what the device registers; default is the leaf's common name.")
    private Optional<String> registrationId = Optional.empty();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Certificate> chain = new ArrayList<>();
        for (Path file : files) {
            chain.addAll(Pem.certificates(Files.readAllBytes(file)));
        }
        boolean[] admitted = {false};
        int code = server.perform((client, out) -> {
            Document diagnosis = client.administration().examine(Pem.write(chain), registrationId);
            admitted[0] = diagnosis.find("explanation", "rule").isEmpty();
            if (json) {
                out.println(diagnosis);
            } else {
                print(diagnosis, out);
            }
        });
        return code != 0 || admitted[0] ? code : 1;
    }

    private static void print(Document diagnosis, PrintWriter out) {
        int number = 1;
        for (String step : diagnosis.texts("steps")) {
            out.println(number++ + ". " + step);
        }
        diagnosis
                .find("enrollment")
                .ifPresent(enrollment -> out.println("The device would be let in by the " + enrollment + "."));
        diagnosis.find("explanation", "rule").ifPresent(rule -> {
            out.println("The device would be refused. " + diagnosis.text("explanation", "subject") + ": " + rule + ".");
            out.println("To do: " + diagnosis.text("explanation", "remedy") + ".");
        });
    }
}

package dev.muster.cli.command;

import dev.muster.cli.client.Document;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Option;

/** How a list is printed: a table for people, or a JSON object a line for scripts. */
final class Listing {
    @Option(names = "--json", description = "Print JSON, one object a line.")
    private boolean json;

    boolean isJson() {
        return json;
    }

    void print(PrintWriter out, List<Document> documents, String whenEmpty, Table table, Row row) {
        if (json) {
            documents.forEach(out::println);
        } else {
            documents.forEach(document -> table.row(row.cells(document)));
            table.print(out, whenEmpty);
        }
        out.flush();
    }

    /** The cells that show a document. */
    @FunctionalInterface
    interface Row {
        String[] cells(Document document);
    }
}

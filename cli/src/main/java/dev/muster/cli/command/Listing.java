package dev.muster.cli.command;

import dev.muster.cli.client.Document;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** How a list is printed: a table for people, or a JSON object a line for scripts. */
public final class Listing {
    @Option(names = "--json", description = "Print JSON, one object a line.")
    private boolean json;

    public boolean isJson() {
        return json;
    }

    public void print(PrintWriter out, List<Document> documents, String whenEmpty, Table table, Row row) {
        if (json) {
            documents.forEach(out::println);
        } else {
            documents.forEach(document -> table.row(row.cells(document)));
            table.print(out, whenEmpty);
        }
        out.flush();
    }

    /** One object: a line for each of its values, or the JSON. */
    public void show(PrintWriter out, Document document) {
        if (json) {
            out.println(document);
        } else {
            Map<String, String> values = document.flat();
            int width = values.keySet().stream().mapToInt(String::length).max().orElse(0);
            values.forEach((name, value) ->
                    out.println((name + " ".repeat(width - name.length() + 2) + value).strip()));
        }
        out.flush();
    }

    /** The cells that show a document. */
    @FunctionalInterface
    public interface Row {
        String[] cells(Document document);
    }
}

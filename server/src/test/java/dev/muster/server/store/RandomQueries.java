package dev.muster.server.store;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;

/** Random documents, and random questions about them in the query language and in SQL. */
final class RandomQueries {
    private static final List<String> NAMES = List.of("a", "b", "c", "d");
    private static final List<String> SCALARS =
            List.of("null", "true", "false", "0", "1", "2", "-3", "1.5", "2.0", "\"\"", "\"x\"", "\"y\"", "\"1\"");
    private static final List<String> PATHS =
            List.of("a", "b", "c", "d", "a.b", "b.a", "c.c", "d['a']", "a[0]", "b[1]", "c.d", "nowhere", "a.b.c");
    private static final int OR = 1;
    private static final int AND = 2;
    private static final int NOT = 3;
    private static final int COMPARISON = 4;
    private static final int SUM = 5;
    private static final int PRODUCT = 6;
    private static final int SIGN = 7;
    private static final int ATOM = 8;

    private final Random random;

    RandomQueries(Random random) {
        this.random = random;
    }

    /**
     * Something that has a value.
     *
     * @param level of precedence, the tightest being the highest
     * @param text in the query language
     * @param type in SQL: null where the value is undefined
     * @param value in SQL
     */
    record Term(int level, String text, String type, String value) {
        /** In SQL, as a condition: 1, 0 or null. */
        String truth() {
            return "(CASE WHEN " + type + " = 'truth' THEN " + value + " END)";
        }

        private static Term ofTruth(int level, String text, String sql) {
            return new Term(level, text, "(CASE WHEN " + sql + " IS NOT NULL THEN 'truth' END)", sql);
        }
    }

    String document() {
        return object(2);
    }

    private String object(int depth) {
        StringJoiner members = new StringJoiner(",", "{", "}");
        for (String name : NAMES) {
            if (random.nextInt(4) > 0) {
                members.add("\"" + name + "\":" + json(depth));
            }
        }
        return members.toString();
    }

    private String json(int depth) {
        if (depth > 0 && random.nextInt(5) == 0) {
            return object(depth - 1);
        }
        if (depth > 0 && random.nextInt(8) == 0) {
            return "[" + pick(SCALARS) + "," + pick(SCALARS) + "]";
        }
        return pick(SCALARS);
    }

    Term condition(int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 4)) {
            case 0 -> in();
            case 1 -> isDefined();
            case 2 -> sum(0);
            case 3 -> comparison(sum(depth), sum(depth));
            case 4 -> junction(OR, "OR", condition(depth - 1), condition(depth - 1));
            case 5 -> junction(AND, "AND", condition(depth - 1), condition(depth - 1));
            default -> {
                Term operand = condition(depth - 1);
                yield Term.ofTruth(NOT, keyword("NOT") + " " + within(NOT, operand), "(NOT " + operand.truth() + ")");
            }
        };
    }

    Term sum(int depth) {
        int kind = random.nextInt(depth > 0 ? 6 : 3);
        return switch (kind) {
            case 0, 1 -> path();
            case 2 -> literal();
            case 3 -> arithmetic(SUM, random.nextBoolean() ? "+" : "-", depth);
            case 4 -> arithmetic(PRODUCT, pick(List.of("*", "/", "%")), depth);
            default -> {
                Term operand = sum(depth - 1);
                yield number(SIGN, "-" + within(SIGN, operand), "(0.0 - " + real(operand) + ")", operand, operand);
            }
        };
    }

    private Term path() {
        String path = pick(PATHS);
        String place = "'$." + path.replace("['a']", ".a") + "'";
        String type = "(CASE json_type(document, " + place + ") WHEN 'integer' THEN 'number' WHEN 'real' THEN 'number'"
                + " WHEN 'true' THEN 'truth' WHEN 'false' THEN 'truth' WHEN 'null' THEN 'null' WHEN 'text' THEN 'text'"
                + " WHEN 'object' THEN 'structure' WHEN 'array' THEN 'structure' END)";
        return new Term(ATOM, path, type, "json_extract(document, " + place + ")");
    }

    private Term literal() {
        return switch (random.nextInt(4)) {
            case 0 -> new Term(ATOM, keyword("null"), "'null'", "NULL");
            case 1 -> {
                boolean value = random.nextBoolean();
                yield new Term(ATOM, keyword(Boolean.toString(value)), "'truth'", value ? "1" : "0");
            }
            case 2 -> {
                String number = pick(List.of("0", "1", "2", "1.5", "3e0"));
                yield new Term(ATOM, number, "'number'", number);
            }
            default -> {
                String value = pick(List.of("", "x", "y", "1"));
                String quote = pick(List.of("'", "\"", "`"));
                yield new Term(ATOM, quote + value + quote, "'text'", "'" + value + "'");
            }
        };
    }

    private Term arithmetic(int level, String operator, int depth) {
        Term left = sum(depth - 1);
        Term right = sum(depth - 1);
        String sql = operator.equals("%")
                ? "mod(" + real(left) + ", " + real(right) + ")"
                : "(" + real(left) + " " + operator + " " + real(right) + ")";
        // Operators of one level are read from the left.
        return number(level, within(level, left) + operator + " " + within(level + 1, right), sql, left, right);
    }

    private static Term number(int level, String text, String sql, Term left, Term right) {
        String type = "(CASE WHEN " + left.type() + " = 'number' AND " + right.type() + " = 'number' AND " + sql
                + " IS NOT NULL THEN 'number' END)";
        return new Term(level, text, type, sql);
    }

    private static String real(Term term) {
        return "CAST(" + term.value() + " AS REAL)";
    }

    private Term comparison(Term left, Term right) {
        String operator = pick(List.of("=", "!=", "<>", "<", "<=", ">", ">="));
        return Term.ofTruth(
                COMPARISON, within(SUM, left) + operator + within(SUM, right), comparisonInSql(left, operator, right));
    }

    private static String comparisonInSql(Term left, String operator, Term right) {
        return "(CASE WHEN " + left.type() + " = " + right.type() + " AND " + left.type() + " <> 'structure' THEN CASE "
                + left.type() + " WHEN 'null' THEN 0 " + operator + " 0 ELSE " + left.value() + " " + operator + " "
                + right.value() + " END END)";
    }

    private Term in() {
        Term operand = sum(0);
        boolean negated = random.nextBoolean();
        StringJoiner texts = new StringJoiner(", ");
        StringJoiner sql = new StringJoiner(" OR ", "(", ")");
        for (int i = random.nextInt(3); i >= 0; i--) {
            Term member = literal();
            texts.add(member.text());
            sql.add(comparisonInSql(operand, "=", member));
        }
        String list = random.nextBoolean() ? "[" + texts + "]" : "(" + texts + ")";
        return Term.ofTruth(
                COMPARISON,
                within(SUM, operand) + " " + keyword(negated ? "NIN" : "IN") + " " + list,
                negated ? "(NOT " + sql + ")" : sql.toString());
    }

    private Term isDefined() {
        Term path = path();
        return Term.ofTruth(ATOM, keyword("IS_DEFINED") + "(" + path.text() + ")", "(" + path.type() + " IS NOT NULL)");
    }

    private Term junction(int level, String word, Term left, Term right) {
        return Term.ofTruth(
                level,
                within(level, left) + " " + keyword(word) + " " + within(level + 1, right),
                "(" + left.truth() + " " + word + " " + right.truth() + ")");
    }

    /** In parentheses where it must be, and sometimes where it need not. */
    private String within(int level, Term term) {
        return term.level() < level || random.nextInt(6) == 0 ? "(" + term.text() + ")" : term.text();
    }

    private String keyword(String word) {
        return random.nextBoolean() ? word : word.toLowerCase(Locale.ROOT);
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
